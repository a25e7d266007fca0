namespace Canary.Controller.Options;

/// <summary>One option of the command line, and the environment variable that stands for it.</summary>
/// <param name="Name"><c>--metrics-address</c>.</param>
/// <param name="Value">What stands for its value in the help: <c>ADDRESS:PORT</c>.</param>
/// <param name="Default">Null: none, and the description says what is done then.</param>
/// <param name="Description">One sentence.</param>
internal sealed record OptionDefinition(string Name, string Value, string? Default, string Description)
{
    /// <summary><c>CANARY_METRICS_ADDRESS</c>.</summary>
    public string Variable => "CANARY_" + Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();
}
