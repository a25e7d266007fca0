namespace Canary.Core.Rollouts.Groups;

/// <summary>Rollouts of a namespace that are released together, or not too many of them at a time. Source: <c>spec.group</c>.</summary>
/// <param name="Name">Those with the same name belong together.</param>
/// <param name="PromotesTogether">None is promoted before all that are being released are ready, and one that is rolled back rolls the
/// others back. Default false.</param>
/// <param name="MaxConcurrent">How many are released at a time, from 1; null: any number.</param>
public sealed record ReleaseGroup(string Name, bool PromotesTogether, int? MaxConcurrent)
{
    /// <summary>Longest <see cref="Name"/>.</summary>
    public const int LongestName = 63;
}

/// <summary>A Rollout that another one waits for. Source: <c>spec.dependsOn[]</c>.</summary>
/// <param name="Namespace">Its namespace; null: that of the Rollout that waits.</param>
/// <param name="Name">Its name.</param>
public sealed record RolloutDependency(string? Namespace, string Name);
