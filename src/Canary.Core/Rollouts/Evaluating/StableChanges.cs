using System.Globalization;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>Notices that somebody else changed stable's workload: a promotion that a GitOps tool undoes is no healthy end.</summary>
internal static class StableChanges
{
    /// <summary>The change in force; null: stable runs what it is to run, or nobody knows what that is.</summary>
    public static StableChange? Notice(Evaluation evaluation)
    {
        if (!evaluation.PromotesTemplate || evaluation.InForce?.Set is not null) return null;
        var before = evaluation.Status.StableChange;
        if (evaluation.Status.ExpectedStableRevision is not { } expected || evaluation.Stable.Revision is not { } runs)
            return evaluation.Status is { IsRunning: false, PromotedRevision: null } ? null : before;
        if (runs == expected || evaluation.Stable.IsRestarted) return null;
        if (before is not null && before.Revision == runs && before.Expected == expected
            && (before.By.Length > 0 || evaluation.Stable.ChangedBy is null)) return before;
        return new StableChange(expected, runs, evaluation.Stable.ChangedBy ?? "", evaluation.Stable.ChangedAt);
    }

    /// <summary>Nothing is released, and the sides differ because stable is not what was promoted: a person has to decide which of them is
    /// right.</summary>
    public static bool IsUndone(Evaluation evaluation) =>
        evaluation.Status is { IsRunning: false, StableChange: { } change } && evaluation.Target is { } held && held != change.Revision;

    public static string Say(Evaluation evaluation)
    {
        var change = evaluation.Status.StableChange!;
        var workload = evaluation.InForce?.Traffic.NamedStable.Workload is { } reference ? $"{reference.Kind} {reference.Name}"
            : "stable's workload";
        var at = change.At is { } time ? $" at {time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}" : "";
        var by = change.By.Length > 0 ? $"field manager {change.By}" : "an unknown field manager";
        var was = evaluation.Status.IsRunning ? $"{workload} ran revision {change.Expected} when this rollout began"
            : $"revision {change.Expected} was promoted into {workload}";
        var next = IsUndone(evaluation)
            ? "; write the promoted template to Git and let the tool ignore it (docs/releasing-with-gitops.md), or give the canary the "
                + "same template"
            : "";
        return $"{was}, but it runs revision {change.Revision}: {by} changed its template{at}{next}";
    }
}
