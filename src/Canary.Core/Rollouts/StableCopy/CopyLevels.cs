namespace Canary.Core.Rollouts.StableCopy;

/// <summary>How the two sides of one workload shall be, as a level.</summary>
/// <param name="Serving">Whose pods stable's Service shall select.</param>
/// <param name="StableReplicas">Replicas of the copy; null: as they are.</param>
/// <param name="WorkloadReplicas">Replicas of the workload; null: as they are.</param>
/// <param name="StableRevision">The revision that a copy which is made anew shall run; null: that of the workload.</param>
public sealed record CopyLevels(StableServing Serving, int? StableReplicas, int? WorkloadReplicas, string? StableRevision)
{
    /// <summary>The copy's HorizontalPodAutoscaler; null: none is made, or the one that is there stays as it is.</summary>
    public AutoscalerLevels? Autoscaler { get; init; }
}
