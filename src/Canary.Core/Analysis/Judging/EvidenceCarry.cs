using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Judging;

/// <summary>Carries the evidence of one run into the next: across steps and weights. Another revision, of the canary or of stable, begins
/// anew, and so does another attempt: what rolled the canary back must not do so again before anything new was seen.</summary>
public static class EvidenceCarry
{
    /// <summary>The run with what is known already for each sequential metric that has not looked yet.</summary>
    /// <param name="spec">What the run measures.</param>
    /// <param name="status">The run at its start.</param>
    /// <param name="others">The other runs of the same revision and attempt.</param>
    public static RunStatus Into(RunSpec spec, RunStatus status, IEnumerable<(RunSpec Spec, RunStatus Status)> others)
    {
        if (spec.Metrics.All(metric => metric.Comparison is null)) return status;
        var known = others.SelectMany(run => run.Spec.Metrics
            .Where(metric => metric.Comparison is not null)
            .Select(metric => (Key: AlphaSplit.Key(metric), run.Status.Metrics.FirstOrDefault(one => one.Name == metric.Name)?.Evidence))
            .Where(one => one.Evidence is { CountedTo: not null })).ToList();
        return status with
        {
            Metrics = [.. status.Metrics.Select(one => one is { Evidence: null, LastDueAt: null }
                && spec.Metrics.FirstOrDefault(metric => metric.Name == one.Name) is { Comparison: not null } metric
                ? one with { Evidence =
                    Newest(known.Where(other => other.Key == AlphaSplit.Key(metric)).Select(other => other.Evidence!), status) }
                : one)],
        };
    }

    // Windows that another run counted are not counted again; those before this run began carried other weights, or none, and are left out.
    private static Evidence? Newest(IEnumerable<Evidence> known, RunStatus status) =>
        known.MaxBy(evidence => evidence.CountedTo) is { } newest
        ? newest with { CountedTo = newest.CountedTo > status.StartedAt ? newest.CountedTo : null, Gap = "" } : null;
}
