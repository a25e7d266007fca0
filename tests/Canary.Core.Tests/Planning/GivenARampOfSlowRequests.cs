using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Planning;
using Canary.Core.Tests.Analysis;
using Canary.Core.Units;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

/// <summary>The same for durations, where the judge takes the mean over several bounds and the plan stands on one.</summary>
public sealed class GivenARampOfSlowRequests
{
    private const int Runs = 400;

    private static readonly MetricSpec Metric = A.Metric with
    {
        Provider = A.Red with { Signal = RedSignal.Duration },
        Comparison = new Comparison(ComparisonKind.Sequential, []) { Bounds = [100, 250, 1000], Tolerate = 1.1, Lag = TimeSpan.Zero },
        MinSamples = 1,
    };

    // Shares of stable's requests that are slower than each bound.
    private static readonly double[] Slower = [0.3, 0.05, 0.01];

    [TestCase(10, 1.5)]
    [TestCase(10, 2)]
    [TestCase(2, 2)]
    [TestCase(2, 3)]
    [TestCase(0.5, 5)]
    public void WhenTheJudgeIsGivenItsCounts_ThenItFindsWhatIsPlanned(double traffic, double regression)
    {
        var buckets = new MetricAnswer.Vector(
            [.. Slower.Select((share, index) => Bucket($"{Metric.Comparison!.Bounds[index]}", 1 - share)), Bucket("+Inf", 1)], []);
        var planned = Baseline.OfDurations(Metric, traffic, buckets)!.Plan(Metric);
        PlannedStage[] stages = [new(0, Weight.FromPercent(10), TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(1)) { IsNewRun = true }];

        var (found, median) = Measure(traffic, regression);

        var detection = DetectionWalk.Find(planned, stages, regression);
        var chance = DetectionWalk.Chance(planned, stages, regression)!.Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(chance, Is.EqualTo(found).Within(0.1), "chance");
            Assert.That(detection!.After.TotalMinutes, Is.EqualTo(median).Within(Math.Max(2, 0.2 * median)), "minutes");
        }
    }

    private static (double Found, double Minutes) Measure(double traffic, double regression)
    {
        var random = new Random(20261121);
        var minutes = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var evidence = Evidence.None;
            var look = 0;
            while (look < 60 && SequentialJudge.Stand(Metric, evidence) != RunPhase.Failed)
                evidence = EvidenceSum.Add(Metric, evidence,
                    CountedWindow.Make(Draw(random, traffic * 6, regression), Draw(random, traffic * 54, 1), pods: 2),
                    A.At(60 * look), A.At(60 * ++look));
            minutes.Add(SequentialJudge.Stand(Metric, evidence) == RunPhase.Failed ? look : double.PositiveInfinity);
        }

        return (minutes.Count(double.IsFinite) / (double)Runs, minutes.Order().ElementAt(Runs / 2));
    }

    /// <summary>Requests by the bounds that they exceed: between two neighbours their counts are independent.</summary>
    private static SideCounts Draw(Random random, double requests, double regression)
    {
        var n = Poisson.Sample(random, requests);
        var (counts, left, before) = (new long[3], n, 1.0);
        for (var index = 0; index < 3; index++)
        {
            // Those that are slower than the second bound and were not are slower than the first as well; most of them were.
            var share = index == 0 ? Slower[0] + (Slower[1] * (regression - 1) / 2) : Math.Min(before, Slower[index] * regression);
            left = left == 0 ? 0 : Binomial.Sample(random, Math.Min(1, share / before), left);
            (counts[index], before) = (left, share);
        }

        return new(n, [.. counts]);
    }

    private static Sample Bucket(string bound, double share) => new([new Label("le", bound)], share * 100_000);
}
