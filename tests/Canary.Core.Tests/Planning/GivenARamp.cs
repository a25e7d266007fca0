using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Planning;
using Canary.Core.Statistics;
using Canary.Core.Tests.Analysis;
using Canary.Core.Units;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

/// <summary>Plans beside the judge itself, which is given drawn counts of the same ramp.</summary>
public sealed class GivenARamp
{
    private const int Runs = 1000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Weights with their minutes; requests a second, errors of stable, regression.
    [TestCase("10:60", 10, 0.001, 5)]
    [TestCase("10:60", 10, 0.01, 2)]
    [TestCase("10:60", 100, 0.0001, 5)]
    [TestCase("10:60", 100, 0.001, 2)]
    [TestCase("10:60", 100, 0.01, 1.5)]
    [TestCase("10:60", 1000, 0.001, 2)]
    [TestCase("1:10 5:10 25:20 50:20", 100, 0.001, 2)]
    [TestCase("5:5 20:5 50:20", 100, 0.0003, 3)]
    [TestCase("5:10 10:10 20:10 30:10 40:10 50:10", 100, 0.001, 2)]
    [TestCase("50:60", 20, 0.002, 2)]
    public void WhenTheJudgeIsGivenItsCounts_ThenItFindsWhatIsPlanned(string ramp, double traffic, double rate, double regression)
    {
        var metric = Metric(traffic, rate);
        var stages = Stages(ramp);
        var (found, median, requests, mean) = Measure(metric, stages, regression);

        var planned = DetectionWalk.Find(metric, stages, regression);
        var chance = DetectionWalk.Chance(metric, stages, regression);

        using (Assert.EnterMultipleScope())
        {
            // 1,000 runs have a standard error of 1.6 %. Where errors become plentiful on the way, some runs see fewer of them and need no
            // windows: then it is found somewhat more often than is said.
            Assert.That(chance, Is.InRange(found - 0.1, found + 0.04), "chance");
            Assert.That(DetectionWalk.Expect(metric, stages, regression)!.Requests, Is.EqualTo(mean)
                .Within(Math.Max(2 * traffic * 60 * 0.1, 0.2 * mean)), "requests of all of them");
            Assert.That(planned, Is.Not.Null);
            Assert.That(planned!.After.TotalMinutes, Is.EqualTo(median).Within(Math.Max(2, 0.2 * median)), "minutes");
            Assert.That(planned.Requests, Is.EqualTo(requests).Within(Math.Max(2 * traffic * 60 * 0.1, 0.25 * requests)), "requests");
            Assert.That(planned.Events, Is.EqualTo(planned.Requests * rate * regression).Within(1e-6));
        }
    }

    private static PlannedMetric Metric(double traffic, double rate) => new(traffic, rate, 0.01, RatioGrid.Errors(1), TimeSpan.Zero);

    private static PlannedStage[] Stages(string ramp) =>
        [.. ramp.Split(' ').Select(one => one.Split(':'))
            .Select((one, index) => new PlannedStage(index, Weight.FromPercent(int.Parse(one[0])), TimeSpan.FromMinutes(int.Parse(one[1])),
                Window) { IsNewRun = index == 0 })];

    /// <summary>How many are found, and of all of them the median minute and requests; those that are not found count as later than the
    /// others.</summary>
    private static (double Found, double Minutes, double Requests, double Mean) Measure(PlannedMetric planned,
        IReadOnlyList<PlannedStage> stages, double regression)
    {
        var metric = A.Metric with { Provider = A.Red, Comparison = new Comparison(ComparisonKind.Sequential, []), MinSamples = 1 };
        var random = new Random(20261121);
        var results = new List<(int Minutes, double Requests)>();
        var served = 0.0;
        for (var run = 0; run < Runs; run++)
        {
            var evidence = Evidence.None;
            var look = 0;
            foreach (var stage in stages)
            {
                for (var left = (int)stage.Length!.Value.TotalMinutes; left > 0
                    && SequentialJudge.Stand(metric, evidence) != RunPhase.Failed; left--)
                {
                    var share = (double)stage.Weight.Percent / 100;
                    var (n, all) = ((long)(planned.RequestsPerSecond * 60 * share), (long)(planned.RequestsPerSecond * 60 * (1 - share)));
                    var counts = CountedWindow.Make(new(n, [Poisson.Sample(random, n * planned.WorseRate(regression))]),
                        new(all, [Poisson.Sample(random, all * planned.Rate)]), pods: 2);
                    evidence = EvidenceSum.Add(metric, evidence, counts, A.At(60 * look), A.At(60 * ++look));
                }
            }

            served += evidence.Requests;
            results.Add(SequentialJudge.Stand(metric, evidence) == RunPhase.Failed ? (look, evidence.Requests)
                : (int.MaxValue, double.PositiveInfinity));
        }

        return (results.Count(one => one.Minutes < int.MaxValue) / (double)Runs, results.Select(one => one.Minutes).Order()
            .ElementAt(Runs / 2), results.Select(one => one.Requests).Order().ElementAt(Runs / 2), served / Runs);
    }
}
