using System;

namespace Canary.Core.Rollouts.StableCopy;

/// <summary>How the two sides of one workload shall be, as a level.</summary>
/// <param name="Serving">Whose pods stable's Service shall select; <see cref="StableServing.Neither"/>: whose it selects now.</param>
/// <param name="StableReplicas">Replicas of the copy; null: as they are.</param>
/// <param name="WorkloadReplicas">Replicas of the workload; null: as they are.</param>
/// <param name="StableRevision">The revision that a copy which is made anew shall run; null: that of the workload.</param>
public sealed record CopyLevels(StableServing Serving, int? StableReplicas, int? WorkloadReplicas, string? StableRevision)
{
    /// <summary>Replicas that the copy has again later, where <see cref="StableReplicas"/> are fewer for the time of a release; null: they
    /// are all.</summary>
    public int? FullReplicas { get; init; }

    /// <summary>The copy's HorizontalPodAutoscaler or ScaledObject; null: none is made, or the one that is there stays as it is.</summary>
    public AutoscalerLevels? Autoscaler { get; init; }

    /// <summary>The copy's ScaledObject is deleted: KEDA would start pods of a copy that was scaled to 0 by request.</summary>
    public bool RemovesAutoscaler { get; init; }

    /// <summary>The workload's ScaledObject is to be paused, after the copy has one; false: it stays as it is.</summary>
    public bool PausesAutoscaler { get; init; }

    /// <summary>The copy may be made, and follow the workload while it does not serve.</summary>
    public bool IsCopyWanted { get; init; } = true;

    /// <summary>The pods of the workload, and then those of the copy, are restarted if they were not since then; null: they are
    /// not.</summary>
    public DateTimeOffset? RestartAt { get; init; }

    /// <summary>The raise that <see cref="WorkloadReplicas"/> are for: with an autoscaler they are written once for each. Null: for
    /// none.</summary>
    public string? RaisedFor { get; init; }

    /// <summary>Replicas that somebody gave the workload, and that are the size of the service from here on; null: nobody did.</summary>
    public int? TakenReplicas { get; init; }
}
