namespace Canary.Testing.Scenarios;

/// <summary>One thing that happens in a scenario.</summary>
/// <typeparam name="TKind">The kinds of things that happen.</typeparam>
/// <param name="Kind">What.</param>
/// <param name="Choices">How.</param>
internal sealed record ScenarioEvent<TKind>(TKind Kind, int[] Choices)
{
    public override string ToString() => $"{Kind} {string.Join(' ', Choices)}";
}
