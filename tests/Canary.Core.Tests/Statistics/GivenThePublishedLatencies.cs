using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Tests.Analysis;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

/// <summary>The numbers that were published for latency and for little traffic, measured again: 60 looks of a minute, 10 % weight, odds of
/// 100 to 1, the counts alone.</summary>
public sealed class GivenThePublishedLatencies
{
    private const int Looks = 60;

    // Envoy's default bounds.
    private static readonly double[] Bounds =
        [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000];

    // Log-normal, median 60 ms, p95 190 ms: times so much, or a share of the requests 500 ms slower. How many are found, and at which look
    // (median).
    [TestCase(10, 1.1, 0, 0.76, 44)]
    [TestCase(10, 1.25, 0, 1.0, 9)]
    [TestCase(10, 1.5, 0, 1.0, 3)]
    [TestCase(10, 1, 0.02, 1.0, 6)]
    [TestCase(10, 1, 0, 0.002, 0)]
    [TestCase(100, 1.1, 0, 1.0, 5)]
    [TestCase(100, 1.25, 0, 1.0, 1)]
    [TestCase(100, 1, 0, 0.001, 0)]
    public void WhenRequestsAreSlower_ThenItIsFoundAsPublished(double traffic, double times, double tail, double found, int look)
    {
        const int runs = 300;
        var random = new Random(306);
        var metric = A.Metric with
        {
            Provider = A.Red with { Signal = RedSignal.Duration },
            Comparison = new Comparison(ComparisonKind.Sequential, []) { Bounds = [.. Bounds] },
            MinSamples = 1,
        };
        var (stable, canary) = (Buckets(1, 0), Buckets(times, tail));
        var at = Enumerable.Range(0, runs).Select(_ =>
        {
            var evidence = Evidence.None;
            for (var minute = 1; minute <= Looks; minute++)
            {
                evidence = EvidenceSum.Add(metric, evidence,
                    CountedWindow.Make(Counts(random, canary, traffic * 6), Counts(random, stable, traffic * 54), Nothing),
                    A.At(60 * (minute - 1)), A.At(60 * minute));
                if (SequentialJudge.LogOdds(metric, evidence) >= Math.Log(100)) return minute;
            }

            return 0;
        }).Where(minute => minute > 0).Order().ToArray();

        // A share of 300 runs has a standard error of at most 2.5 %; the median is a whole look.
        Assert.That(at.Length / (double)runs, Is.EqualTo(found).Within(found is > 0.01 and < 0.99 ? 0.09 : 0.015));
        if (look > 0) Assert.That(at[at.Length / 2], Is.EqualTo(look).Within(Math.Max(1, 0.15 * look)));
    }

    // 1 request a second, 0.1 % errors: 0.36 errors an hour are expected of the canary.
    [TestCase(20, 0.84)]
    [TestCase(5, 0.06)]
    [TestCase(2, 0.003)]
    public void WhenThereIsLittleTraffic_ThenOnlyMuchIsFound(double regression, double found)
    {
        const int runs = 2000;
        var random = new Random(1);
        var metric = A.Metric with { Provider = A.Red, Comparison = new Comparison(ComparisonKind.Sequential, []), MinSamples = 1 };
        var count = Enumerable.Range(0, runs).Count(_ =>
        {
            var evidence = Evidence.None;
            for (var minute = 1; minute <= Looks; minute++)
            {
                var window = CountedWindow.Make(new(6, [Poisson.Sample(random, 0.006 * regression)]),
                    new(54, [Poisson.Sample(random, 0.054)]));
                evidence = EvidenceSum.Add(metric, evidence, window, A.At(60 * (minute - 1)), A.At(60 * minute));
                if (SequentialJudge.LogOdds(metric, evidence) >= Math.Log(100)) return true;
            }

            return false;
        });

        Assert.That(count / (double)runs, Is.EqualTo(found).Within(0.025));
    }

    private static SideCounts Nothing => new(0, [.. new long[Bounds.Length]]);

    // The chance of each bucket, the last one above all bounds.
    private static double[] Buckets(double times, double tail)
    {
        var sigma = Math.Log(190 / 60.0) / 1.6448536;
        double Below(double bound, double shift) => bound <= shift ? 0 : Normal.CDF(0, 1, Math.Log((bound - shift) / (60 * times)) / sigma);
        double[] below = [.. Bounds.Select(bound => ((1 - tail) * Below(bound, 0)) + (tail * Below(bound, 500))), 1];
        return [.. below.Select((share, index) => share - (index > 0 ? below[index - 1] : 0))];
    }

    private static SideCounts Counts(Random random, double[] buckets, double requests)
    {
        long[] counts = [.. buckets.Select(share => share * requests < 1e-12 ? 0 : (long)Poisson.Sample(random, share * requests))];
        var all = counts.Sum();
        return new(all, [.. Bounds.Select((_, index) => all - counts.Take(index + 1).Sum())]);
    }
}
