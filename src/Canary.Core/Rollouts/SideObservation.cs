using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>One side as it is now.</summary>
/// <param name="Revision">Hash of its pod template without what belongs to its side, in the scheme in force; null: it names no workload, or
/// that is missing.</param>
/// <param name="ReadyEndpoints">Ready addresses behind the Service or subset.</param>
/// <param name="DesiredPods">Pods that the workload asks for; 0 where there is no workload.</param>
/// <param name="IsRolledOut">The workload has observed its newest template and all its pods run it and are available. True where there is
/// no workload.</param>
/// <param name="Problem">Why pods do not become ready, where that can be told; null: nothing known.</param>
public sealed record SideObservation(string? Revision, int ReadyEndpoints, int DesiredPods, bool IsRolledOut, string? Problem)
{
    /// <summary>The hash in the scheme that a rollout which begins now would have; the same as <see cref="Revision"/> where that scheme is
    /// in force.</summary>
    public string? CurrentRevision { get; init; } = Revision;

    /// <summary>Hash of the content of the ConfigMaps and Secrets that are a part of <see cref="Revision"/>; null: there are none, or it is
    /// not known.</summary>
    public string? Configuration { get; init; }

    /// <summary>The same in the scheme that a rollout which begins now would have.</summary>
    public string? CurrentConfiguration { get; init; }

    /// <summary>Those that differ from what the other side reads, such as <c>ConfigMap checkout</c>, for a person.</summary>
    public EquatableArray<string> ChangedConfiguration { get; init; } = [];

    /// <summary>The workload that was looked at; null: it names none, or that is missing.</summary>
    public ObservedWorkload? Workload { get; init; }

    /// <summary>Write sequence of the claim that its workload carries; null: it carries none of this Rollout.</summary>
    public long? Sequence { get; init; }

    /// <summary>Why its Service or subset does not select the pods of its workload alone; null: it does, or nobody asked since nothing is
    /// released.</summary>
    public string? ForeignPods { get; init; }

    /// <summary>The side could not be read: nothing is known of its pods, and that there are none is not known either.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>The field manager that changed the workload's template last; null: not known, or nobody asked since it is the expected
    /// one.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When it did.</summary>
    public System.DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Its template differs from that of the other side by a <c>kubectl rollout restart</c> alone.</summary>
    public bool IsRestarted { get; init; }

    /// <summary>The workload has observed its newest template, and all its pods run it, whether or not they are available.</summary>
    public bool IsUpdated { get; init; }

    /// <summary>Pods that the workload calls available; null: nobody said.</summary>
    public int? AvailablePods { get; init; }

    /// <summary>Percent of <see cref="DesiredPods"/> that must be ready, 1 to 100. Default 100. The decision fills it in.</summary>
    public int ReadyThreshold { get; init; } = ReadyThresholds.All;

    /// <summary>Pods that must be ready.</summary>
    public int RequiredPods => ReadyThresholds.Required(ReadyThreshold, DesiredPods);

    /// <summary>May traffic be sent to it: its pods run the template that is meant, at least one is ready, the endpoints have followed the
    /// workload, and no others are among them. A workload that asks for no pods is about to have none, whatever the endpoints still
    /// say.</summary>
    public bool IsReady => ForeignPods is null && ReadyEndpoints > 0 && ReadyEndpoints >= RequiredPods
        && (Workload is null || DesiredPods > 0)
        && (IsRolledOut || (ReadyThreshold < ReadyThresholds.All && IsUpdated && !(AvailablePods < RequiredPods)));
}
