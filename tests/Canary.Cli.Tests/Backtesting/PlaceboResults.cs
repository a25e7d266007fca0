using System;
using System.Linq;
using Canary.Cli.Backtesting.Placebo;
using Canary.Core.Analysis;
using Canary.Core.Placebo;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Cli.Tests.Backtesting;

/// <summary>Placebo backtests of rollouts of ten minutes, written down and not replayed.</summary>
internal static class PlaceboResults
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    /// <summary>A result of metrics whose ranges are given, of one rollout after the other.</summary>
    /// <param name="metrics">The metrics, each with its range in each rollout.</param>
    public static PlaceboResult Build(params (string Name, double Tolerate, (RunPhase Phase, RatioRange Last)[] Rollouts)[] metrics)
    {
        var count = metrics[0].Rollouts.Length;
        EquatableArray<PlaceboRollout> rollouts =
            [.. Enumerable.Range(0, count).Select(at => new PlaceboRollout(Start + (at * Length), 0, ["checkout-0"], ["checkout-1"]))];
        PlaceboReplayed[] replays =
        [
            .. rollouts.Select((rollout, at) => new PlaceboReplayed(rollout, [.. metrics.Select(metric =>
                Verdict(metric.Name, metric.Rollouts[at].Phase, metric.Rollouts[at].Last))])),
        ];
        return new("shop/checkout", new(Start, Start + (count * Length), null, null, count, 1), Start, Length, new(rollouts, 1, 0, 0),
            [.. metrics.Select((metric, index) => new PlaceboMetric(Test(metric.Name, metric.Tolerate),
                metric.Rollouts.Count(one => one.Phase == RunPhase.Failed), [], null,
                RangeCoverage.Count([.. replays.Select(replay => replay.Verdicts[index].Ranges)], count)))],
            replays, []);
    }

    /// <summary>The verdict of a metric whose range is ten times as wide after a minute, and narrows to the last one.</summary>
    private static PlaceboVerdict Verdict(string metric, RunPhase phase, RatioRange last)
    {
        RatioRange[] over =
            [.. Enumerable.Range(1, 10).Select(minute => new RatioRange(last.Low * minute / 10, last.High * 10 / minute))];
        return new(metric, phase, phase == RunPhase.Failed ? Length / 2 : Length,
            phase == RunPhase.Inconclusive ? "has not shown yet that the canary is not much worse" : "",
            new(last, !last.Contains(1), [.. over]));
    }

    private static PlaceboTest Test(string metric, double tolerate) => new(
        new MetricSpec(metric, TimeSpan.FromSeconds(30), null, TimeSpan.Zero, TimeSpan.FromMinutes(1), null, null, 0, 0, 4,
            new ProviderSpec.Red("istio-inbound", RedSignal.Errors, 0.99, TimeSpan.FromMinutes(1), [],
                new(null, "", null, TimeSpan.FromSeconds(30), null, [], false, null)))
        {
            Comparison = new Comparison(ComparisonKind.Sequential, []) { Tolerate = tolerate },
        }, TimeSpan.Zero, Length,
        [
            new(TimeSpan.Zero, 0.05), new(TimeSpan.FromMinutes(4), 0.25), new(TimeSpan.FromMinutes(4), 0.25),
            new(TimeSpan.FromMinutes(7), 0.25),
        ]);
}
