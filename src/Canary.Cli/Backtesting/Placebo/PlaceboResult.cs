using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Placebo;
using Canary.Core.Statistics;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>What the judge would have said of stable against itself.</summary>
/// <param name="Title">Namespace and name of the Rollout.</param>
/// <param name="Question">What was asked for.</param>
/// <param name="DataFrom">Since when there are samples.</param>
/// <param name="Length">Length of each rollout.</param>
/// <param name="Draw">The rollouts.</param>
/// <param name="Metrics">The metrics.</param>
/// <param name="Replays">How each rollout would have ended.</param>
/// <param name="Notes">What a person should know of how it was measured.</param>
internal sealed record PlaceboResult(string Title, PlaceboQuestion Question, DateTimeOffset DataFrom, TimeSpan Length, PlaceboDraw Draw,
    IReadOnlyList<PlaceboMetric> Metrics, IReadOnlyList<PlaceboReplayed> Replays, IReadOnlyList<string> Notes)
{
    /// <summary>False rollbacks that are promised at most, per rollout.</summary>
    public double Alpha => Metrics.Sum(metric => metric.Alpha);

    public int RolledBack => Replays.Count(replay => replay.Phase == RunPhase.Failed);

    /// <summary>Those in which the increase to 100, at the end of their steps, would have waited for more evidence.</summary>
    public int Undecided => Replays.Count(replay => replay.Phase == RunPhase.Inconclusive);

    public double Share => RolledBack / (double)Replays.Count;

    /// <summary>The 95 percent interval of the share. Rollouts that overlap share their time, so those alone count that fit one after the
    /// other.</summary>
    public ClopperPearsonInterval Interval => ClopperPearsonInterval.Of(Share * Draw.Apart, Draw.Apart);
}

/// <summary>One metric of it.</summary>
/// <param name="Test">How it was measured.</param>
/// <param name="RolledBack">Rollouts that it alone would have rolled back.</param>
/// <param name="Noise">How much two groups of stable's pods differ, over times of several lengths.</param>
/// <param name="Advice">The <c>tolerate</c> with which it would have kept its alpha; null: it did.</param>
/// <param name="Coverage">How often its range was wrong.</param>
internal sealed record PlaceboMetric(PlaceboTest Test, int RolledBack, IReadOnlyList<SideNoise> Noise, PlaceboAdvice? Advice,
    RangeCoverage Coverage)
{
    public string Name => Test.Metric.Name;

    public double Alpha => Test.Metric.Comparison!.Alpha;

    public double Tolerate => Test.Metric.Comparison!.Tolerate;
}

/// <summary>A <c>tolerate</c> that was tried on the same rollouts.</summary>
/// <param name="Tolerate">The least that was enough, or the most that was tried.</param>
/// <param name="RolledBack">Rollouts that the metric would still have rolled back.</param>
/// <param name="IsEnough">Those are at most its alpha.</param>
internal sealed record PlaceboAdvice(double Tolerate, int RolledBack, bool IsEnough);

/// <summary>How one rollout would have ended.</summary>
/// <param name="Rollout">The rollout.</param>
/// <param name="Verdicts">Of each metric.</param>
internal sealed record PlaceboReplayed(PlaceboRollout Rollout, IReadOnlyList<PlaceboVerdict> Verdicts)
{
    /// <summary>The verdict that ends it: the first rollback, or else what it would have waited for.</summary>
    public PlaceboVerdict Deciding => Verdicts.Where(one => one.Phase == RunPhase.Failed).MinBy(one => one.After)
        ?? Verdicts.FirstOrDefault(one => one.Phase == RunPhase.Inconclusive) ?? Verdicts[0];

    public RunPhase Phase => Deciding.Phase;
}
