using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Worlds;

public sealed class GivenScrapesThatAreMissingOrDouble
{
    private static readonly Cell Plain = new(100, 0.05, Schedule.Constant(50));

    [Test]
    public void WhenAnArmIsNotScrapedAroundAnIncident_ThenItHasNoSamplesThereAndTheOtherHas([Values(1, 3, 4)] int minutes,
        [Values(WorldFault.CanaryUnscraped, WorldFault.StableUnscraped)] int fault)
    {
        var world = new WorldMaker(Plain with { Noise = Noise.Incident, Fault = (WorldFault)fault, GapMinutes = minutes }, 6).Make(0);
        int[] bad = [.. Enumerable.Range(0, Clock.Slots).Where(slot => world.Nominal(Arm.Stable, slot) > 0.1)];
        var middle = (Clock.StartOf(bad[0]) + Clock.StartOf(bad[^1] + 1)) / 2;
        var (hidden, seen) = (WorldFault)fault == WorldFault.CanaryUnscraped ? (Arm.Canary, Arm.Stable) : (Arm.Stable, Arm.Canary);

        Assert.That(bad, Has.Length.EqualTo(8));
        Assert.That(Samples(world, hidden, middle - (minutes * 30_000), middle + (minutes * 30_000)), Is.Zero);
        Assert.That(Samples(world, hidden, middle + (minutes * 30_000), middle + (minutes * 30_000) + 20_000), Is.GreaterThan(0));
        Assert.That(Samples(world, seen, middle - (minutes * 30_000), middle + (minutes * 30_000)), Is.GreaterThan(5 * minutes));
        Assert.That(bad.Sum(slot => world.Errors(hidden, slot)), Is.GreaterThan(500), "it fails all the same");
    }

    [Test]
    public void WhenSinglePodsAreNotScraped_ThenItIsForFourMinutesOnceAnHour()
    {
        var maker = new WorldMaker(Plain with { Fault = WorldFault.ScrapeGaps }, 6);
        var gaps = 0;
        for (var run = 0; run < 50; run++)
        {
            var world = maker.Make(run);
            for (var pod = 0; pod < world.Shape.Pods; pod++)
            {
                var at = world.Series[world.Shape.Good(pod)].At;
                for (var index = 1; index < at.Length; index++)
                {
                    if (at[index] - at[index - 1] < 100_000) continue;
                    gaps++;
                    Assert.That(at[index] - at[index - 1], Is.GreaterThanOrEqualTo(239_000));
                }
            }
        }

        // Gaps that reach the end have no sample after them, and some lie over each other.
        Assert.That(gaps / 300.0, Is.EqualTo(0.9).Within(0.15));
    }

    [TestCase(WorldFault.ScrapedTwice, 2)]
    [TestCase(WorldFault.ScrapedThrice, 3)]
    [TestCase(WorldFault.ReplicaPair, 2)]
    public void WhenPodsAreScrapedByMoreThanOne_ThenEachHasSeveralSeriesOfOneCounter(int fault, int scrapers)
    {
        var world = new WorldMaker(Plain with { Fault = (WorldFault)fault }, 6).Make(0);
        var prometheus = new SimulatedPrometheus();
        prometheus.Show(world, 1_200_000);

        var series = ((MetricAnswer.Matrix)prometheus.Ask(new MetricQuery(MetricQueries.Prometheus, "", null,
            """istio_requests_total{destination_workload="checkout-stable",response_code="200"}[5m]""", null,
            Clock.Start.AddMilliseconds(1_200_000), TimeSpan.FromSeconds(30), null, [], false, null))).Series;

        Assert.That(series, Has.Count.EqualTo(4 * scrapers));
        Assert.That(series.Select(one => string.Join(',', one.Labels)), Is.Unique);
        Assert.That(series.Select(one => one.Labels.Select(label => label.Name)), Is.All.Ordered);
        foreach (var pod in series.GroupBy(one => one.Labels.Single(label => label.Name == "pod").Value))
        {
            double[] values = [.. pod.SelectMany(one => one.Points).OrderBy(point => point.At).Select(point => point.Value)];
            Assert.That(pod.Count(), Is.EqualTo(scrapers));
            Assert.That(values, Is.Ordered, "all of them read one counter");
            Assert.That(pod.Select(one => one.Points[0].At.Ticks % (Clock.Slot * TimeSpan.TicksPerMillisecond)), Is.Unique, "own moments");
            Assert.That(Differing(pod.Select(one => one.Labels).ToList()),
                Is.EquivalentTo((WorldFault)fault == WorldFault.ReplicaPair ? ["prometheus_replica"] : new[] { "instance", "job" }));
        }
    }

    [Test]
    public void WhenPodsAreScrapedTwice_ThenPromQlCountsTwice()
    {
        var once = new WorldMaker(Plain, 6).Make(0);
        var twice = new WorldMaker(Plain with { Fault = WorldFault.ScrapedTwice }, 6).Make(0);

        Assert.That(ArmReading.Requests(once, Arm.Canary, 1_200_000, 300_000), Is.EqualTo(15_000).Within(5).Percent);
        Assert.That(ArmReading.Requests(twice, Arm.Canary, 1_200_000, 300_000), Is.EqualTo(30_000).Within(5).Percent);
        Assert.That(ArmReading.Errors(twice, Arm.Stable, 1_200_000, 300_000), Is.EqualTo(1_500).Within(10).Percent);
    }

    [Test]
    public void WhenBucketsAreUneven_ThenTwoPodsOfStableLackOneBoundAndQuantilesGoOn()
    {
        var world = new WorldMaker(Plain with { HasDurations = true, Fault = WorldFault.UnevenBuckets }, 6).Make(0);
        var bound = Array.IndexOf(Durations.Bounds, 250);

        for (var bucket = 0; bucket < Durations.Buckets; bucket++)
            Assert.That(Enumerable.Range(0, world.Shape.Pods).Where(pod => world.Series[world.Shape.Bucket(pod, bucket)].Count == 0),
                Is.EqualTo(bucket == bound ? [2, 3] : Array.Empty<int>()));
        Assert.That(ArmReading.Quantile(world, Arm.Stable, 1_200_000, 300_000, 0.5), Is.EqualTo(60).Within(10));
    }

    private static int Samples(World world, Arm arm, int from, int to)
    {
        var (first, end) = world.Shape.PodsOf(arm);
        return Enumerable.Range(first, end - first).Select(pod => world.Series[world.Shape.Good(pod)])
            .Sum(series => series.After(to - 1) - series.After(from - 1));
    }

    private static List<string> Differing(List<Canary.Core.Units.EquatableArray<Label>> labels) =>
        [.. labels[0].Select(label => label.Name).Where(name => labels
            .Select(one => one.Single(label => label.Name == name).Value).Distinct().Count() > 1)];
}
