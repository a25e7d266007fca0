namespace Canary.Core.Rollouts.StableCopy;

/// <summary>The HorizontalPodAutoscaler or ScaledObject of the workload, and the one that Canary keeps for the copy.</summary>
/// <param name="MinReplicas">Fewest pods that it allows, from 1.</param>
/// <param name="MaxReplicas">Most pods that it allows.</param>
/// <param name="Copy">The one of the copy; null: there is none.</param>
public sealed record AutoscalerObservation(int MinReplicas, int MaxReplicas, AutoscalerCopy? Copy)
{
    /// <summary>Its team lets it take no pods away at any time, so that of the copy takes none away either.</summary>
    public bool IsScaleDownDisabled { get; init; }

    /// <summary>That of the copy was deleted, and KEDA has not let it go yet.</summary>
    public bool IsCopyLeaving { get; init; }

    /// <summary>Whether it leaves a workload alone that has no pods.</summary>
    public AutoscalerPause Pause { get; init; }
}

/// <summary>Whether the workload's autoscaler leaves the workload alone while the copy serves.</summary>
public enum AutoscalerPause
{
    /// <summary>It is a HorizontalPodAutoscaler: Kubernetes scales nothing that has 0 replicas.</summary>
    NotNeeded,

    /// <summary>It is a ScaledObject of KEDA, which starts pods of a workload with 0 replicas.</summary>
    Active,

    /// <summary>A ScaledObject that is to be paused, and KEDA has not done it yet.</summary>
    Requested,

    /// <summary>A ScaledObject that KEDA has paused.</summary>
    Paused,
}

/// <summary>The HorizontalPodAutoscaler or ScaledObject of the copy, as it is.</summary>
/// <param name="Levels">What of it Canary sets by itself.</param>
/// <param name="IsCurrent">The rest is as in that of the workload.</param>
public sealed record AutoscalerCopy(AutoscalerLevels Levels, bool IsCurrent);
