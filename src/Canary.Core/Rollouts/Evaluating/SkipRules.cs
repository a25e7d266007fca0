using System.Linq;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>Revisions that get all the traffic without steps and without analysis. Pods, capacity, routes, alerts and people count all the
/// same.</summary>
internal static class SkipRules
{
    /// <summary>Why nothing is analysed, in words; null: it is.</summary>
    /// <param name="spec">The spec that the rollout begins with.</param>
    /// <param name="status">The rollout, whose revisions are known.</param>
    public static string? Find(RolloutSpec spec, RolloutStatus status)
    {
        if (spec.SkipsAnalysis) return "not analysed: spec.skipAnalysis is true";
        if (spec.RollbackWindow is not { } window || FindPromoted(status, window) is not { } promoted) return null;
        return $"not analysed: revision {promoted.Revision} was promoted before, at {promoted.EndedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}, "
            + $"within the rollback window of {window} {(window == 1 ? "revision" : "revisions")}";
    }

    /// <summary>Past the steps and the analyses.</summary>
    public static RolloutStatus Apply(RolloutSpec spec, RolloutStatus status) =>
        status.IsPromotedInFull || Find(spec, status) is not { } why ? status : status with
        {
            Skipped = why,
            IsBeforeSteps = false,
            CurrentStepIndex = spec.Steps.Count,
            Promotion = PromotionStage.ConfirmingFull,
            IsPromotedInFull = true,
        };

    // One that was rolled back since it was promoted is a good one no longer.
    private static HistoryEntry? FindPromoted(RolloutStatus status, int window)
    {
        var last = status.History.FirstOrDefault(entry => entry.Revision == status.CanaryRevision
            && entry.Outcome is RolloutOutcome.Promoted or RolloutOutcome.RolledBack);
        if (last is not { Outcome: RolloutOutcome.Promoted }) return null;
        return status.History.Where(entry => entry.Outcome == RolloutOutcome.Promoted).Select(entry => entry.Revision).Distinct()
            .Where(revision => revision != status.StableRevision).Take(window).Contains(last.Revision) ? last : null;
    }
}
