namespace Canary.Core.Validation;

/// <summary>One thing that is wrong in an object that a user wrote.</summary>
/// <param name="Path">The field, as kubectl explain and the API server name it: <c>spec.strategy.canary.steps[2].setWeight</c>.</param>
/// <param name="Message">What was found and what is allowed, in words.</param>
public sealed record SpecError(string Path, string Message)
{
    /// <summary>The AnalysisTemplate whose field it is, by its title, where a Rollout or a run is read that names templates; null: it is
    /// none's.</summary>
    public string? Template { get; init; }

    /// <summary><c>path: message</c>.</summary>
    public override string ToString() => $"{Path}: {Message}";
}
