using System.Collections.Generic;
using System.Linq;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>The score of a run, of its metrics that Mann and Whitney's test compares, as in Kayenta: none of them decides alone, unless it
/// is critical.</summary>
public static class RunScore
{
    /// <summary>The metric counts by the score, and not by itself.</summary>
    public static bool IsScored(MetricSpec metric) => metric is { Comparison.Judge: ComparisonKind.MannWhitney, IsDryRun: false };

    /// <summary>The score; null: there is nothing to score, or not everything was looked at yet.</summary>
    public static KayentaScore? Compute(RunSpec spec, IReadOnlyList<MetricStatus> metrics)
    {
        var scored = new List<ScoredMetric>();
        foreach (var metric in spec.Metrics.Where(IsScored))
        {
            if (metrics.FirstOrDefault(one => one.Name == metric.Name)?.Classified is not { } classified) return null;
            scored.Add(new ScoredMetric(metric.Name, classified.As, metric.Comparison!.Samples.IsCritical, classified.IsCriticalFailure,
                metric.Comparison.IsMuted, metric.Comparison.Groups));
        }

        return scored.Count == 0 ? null : KayentaScore.Of(scored, spec.Score.Weights);
    }

    private static IEnumerable<string> Unclassified(RunSpec spec, IReadOnlyList<MetricStatus> metrics) => metrics
        .Where(one => one.Classified is null && spec.Metrics.Any(metric => metric.Name == one.Name && IsScored(metric)))
        .Select(one => $"{one.Name}: {one.Message}");

    /// <summary>What the score makes of the run; null: nothing is scored.</summary>
    public static (RunPhase Phase, string Why)? Stand(RunSpec spec, IReadOnlyList<MetricStatus> metrics)
    {
        if (!spec.Metrics.Any(IsScored)) return null;
        var isOver = spec.Metrics.Where(IsScored)
            .All(metric => metrics.Any(one => one.Name == metric.Name && one.Phase is not (RunPhase.Pending or RunPhase.Running)));
        if (Compute(spec, metrics) is not { } score)
            return isOver ? (RunPhase.Inconclusive, $"no score: {string.Join("; ", Unclassified(spec, metrics))}") : (RunPhase.Running, "");
        var limits = new ScoreThresholds(spec.Score.Pass, spec.Score.Marginal);
        var (pass, marginal) = (NumberText.Short(spec.Score.Pass, 4), NumberText.Short(spec.Score.Marginal, 4));
        // Equality fails here, although Kayenta labels such a score marginal: so it is there too.
        if (limits.IsTerminal(score.Value))
            return (RunPhase.Failed, $"score {NumberText.Short(score.Value, 5)} is not above marginal {marginal}: {score.Reason}");
        if (!isOver) return (RunPhase.Running, "");
        return limits.IsPassedWith(score.Value)
            ? (RunPhase.Successful, $"score {score.Reason}")
            : (RunPhase.Failed, $"the last score {NumberText.Short(score.Value, 5)} is below pass {pass}: {score.Reason}");
    }

    /// <summary>The score is one to promote on, or there is none to reach.</summary>
    public static bool IsGood(RunSpec spec, IReadOnlyList<MetricStatus> metrics) =>
        !spec.Metrics.Any(IsScored)
        || (Compute(spec, metrics) is { } score && new ScoreThresholds(spec.Score.Pass, spec.Score.Marginal).IsPassedWith(score.Value));
}
