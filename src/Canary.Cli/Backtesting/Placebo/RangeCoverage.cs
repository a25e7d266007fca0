using System.Collections.Generic;
using System.Linq;
using Canary.Core.Placebo;
using Canary.Core.Statistics;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>How often the range of a metric is wrong. Both sides are stable, so the true ratio is 1.</summary>
/// <param name="Known">Rollouts whose evidence excluded some ratio.</param>
/// <param name="Without">Rollouts whose evidence excluded none.</param>
/// <param name="AtEnd">Rollouts whose last range excludes 1.</param>
/// <param name="Ever">Rollouts in which 1 was excluded at some look: what <c>alpha</c> bounds.</param>
/// <param name="Interval">The 95 percent interval of the share of <paramref name="Ever"/>; of rollouts that overlap, those count that fit
/// one after the other.</param>
internal sealed record RangeCoverage(int Known, int Without, int AtEnd, int Ever, ClopperPearsonInterval Interval)
{
    /// <summary>Counts them.</summary>
    /// <param name="ranges">Of each rollout, one or more.</param>
    /// <param name="apart">How many of the rollouts follow each other without an overlap.</param>
    public static RangeCoverage Count(IReadOnlyCollection<PlaceboRanges> ranges, double apart)
    {
        var known = ranges.Count(one => one.IsKnown);
        var ever = ranges.Count(one => one.HasExcludedOne);
        // Those without a range say nothing of how often ranges are wrong.
        var independent = apart * known / ranges.Count;
        return new(known, ranges.Count - known, ranges.Count(one => !one.Last.Contains(1)), ever,
            known == 0 ? new(0, 1) : ClopperPearsonInterval.Of(ever / (double)known * independent, independent));
    }
}
