using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>Chooses the scheme that revisions are made by. A change of the scheme renames revisions and never starts a rollout.</summary>
internal static class RevisionSchemes
{
    /// <summary>The status and the observation with the revisions of one scheme.</summary>
    public static (RolloutStatus Status, Observation Seen) Settle(RolloutSpec? spec, EquatableArray<SpecError> errors, RolloutStatus status,
        Observation seen)
    {
        // With something missing, the labels that the sides are told apart by are not known.
        if (spec is null || errors.Count > 0 || seen.Problems.Count > 0 || seen is not { Scheme: { } scheme, CurrentScheme: { } current })
            return (status, seen);
        if (status.RevisionScheme is null) status = status with { RevisionScheme = scheme };
        if (seen is { IsSchemeLost: true, First.IsUnknown: false } && status.RevisionScheme == scheme)
            return (Abandon(status, seen, current), Renamed(seen, current));
        if (status.RevisionScheme == current && scheme != current) return (status, Renamed(seen, current));
        return scheme != current && IsDue(status, seen, scheme, current) ? (Rename(status, seen, current), Renamed(seen, current))
            : (status, seen);
    }

    /// <summary>Only where a revision begins: a revision under way keeps its name, since its analysis runs have it, and an idle one keeps
    /// it since nothing changed.</summary>
    private static bool IsDue(RolloutStatus status, Observation seen, RevisionScheme scheme, RevisionScheme current)
    {
        var isAnother = seen.Second.Revision is { } revision && revision != status.CanaryRevision;
        if (!status.IsRunning) return isAnother;
        if (status.IsRestarting) return isAnother || scheme.Version != current.Version || scheme.Lacks(current).Count > 0;
        return isAnother && status.Promotion is not (PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic);
    }

    private static RolloutStatus Rename(RolloutStatus status, Observation seen, RevisionScheme current) => status with
    {
        RevisionScheme = current,
        PromotedRevision = Name(status.PromotedRevision, seen),
        StableRevision = Name(status.StableRevision, seen),
        CanaryRevision = Name(status.CanaryRevision, seen),
    };

    /// <summary>Nobody can say any more whether the content is the one of the status. While nothing runs it is taken for that, so that a
    /// lost key releases nothing; a rollout under way begins again. A template that was pushed meanwhile is told from that of the status
    /// without the key: it keeps no name, and is released.</summary>
    private static RolloutStatus Abandon(RolloutStatus status, Observation seen, RevisionScheme current) => status with
    {
        RevisionScheme = current,
        PromotedRevision = status.PromotedRevision is null || status.PromotedRevision != status.StableRevision ? null
            : Stable(status, seen),
        StableRevision = status.StableRevision is null ? null : Stable(status, seen),
        CanaryRevision = status.CanaryRevision is null || status.IsRunning || !IsKnown(status, seen) ? status.CanaryRevision
            : seen.Second.CurrentRevision,
        WorkloadConfiguration = null,
    };

    // Without the copy nobody knows stable's template, but where the workload still has it. The name in the scheme that is lost fits no
    // template, so none is taken for stable's that was not analysed.
    private static string? Stable(RolloutStatus status, Observation seen) => seen.First.CurrentRevision
        ?? (!status.IsRunning && status.CanaryRevision == status.StableRevision && IsKnown(status, seen) ? seen.Second.CurrentRevision
            : status.StableRevision);

    /// <summary>The canary side has the template of the status: nobody wrote its workload since, or it is that of stable.</summary>
    private static bool IsKnown(RolloutStatus status, Observation seen) =>
        (seen.Second.Workload is { } workload && workload == status.ObservedWorkloads.Canary)
        || (seen.AreTemplatesAlike && status.CanaryRevision == status.StableRevision);

    private static Observation Renamed(Observation seen, RevisionScheme current) => seen with
    {
        Scheme = current,
        First = seen.First with { Revision = seen.First.CurrentRevision },
        Second = seen.Second with
        {
            Revision = seen.Second.CurrentRevision,
            Configuration = seen.Second.CurrentConfiguration,
        },
    };

    /// <summary>The name in the new scheme of a template that is still there; the name of one that is gone stays, and nothing matches it
    /// any more.</summary>
    private static string? Name(string? revision, Observation seen)
    {
        if (revision is null) return null;
        if (revision == seen.First.Revision) return seen.First.CurrentRevision;
        return revision == seen.Second.Revision ? seen.Second.CurrentRevision : revision;
    }
}
