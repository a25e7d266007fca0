using System;
using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Worlds;

public sealed class GivenPodsThatDiffer
{
    private static readonly Cell Plain = new(1000, 0.05, Schedule.Constant(25));

    [TestCase(Noise.PodsDifferMild, 0.2)]
    [TestCase(Noise.PodsDifferStrong, 0.3)]
    public void WhenFactorsLast_ThenPodsSpreadAsIsSaidAndStayAsTheyAre(int noise, double variation)
    {
        var maker = new WorldMaker(Plain with { Noise = (Noise)noise, CanaryPods = 3, StablePods = 27 }, 3);
        var early = new List<double>();
        var late = new List<double>();
        for (var run = 0; run < 30; run++)
        {
            var world = maker.Make(run);
            early.AddRange(Pods(world).Select(pod => FailedShare(world, pod, 120_000, 1_800_000)));
            late.AddRange(Pods(world).Select(pod => FailedShare(world, pod, 1_800_000, Clock.Length)));
        }

        Assert.That(early.Average(), Is.EqualTo(0.05).Within(4).Percent);
        Assert.That(Deviation(early) / early.Average(), Is.EqualTo(variation).Within(0.04));
        Assert.That(early.Zip(late).Average(one => Math.Abs(one.First - one.Second)) / 0.05, Is.LessThan(0.1), "for good");
    }

    [Test]
    public void WhenOneNodeOfStableIsBad_ThenItsPodAloneFailsFiveTimesAsOften() =>
        Assert.That(Shares(Plain with { Errors = 0.01, Noise = Noise.BadStablePod }),
            Is.EqualTo(new[] { 1.0, 1, 1, 1, 1, 5 }).Within(0.2));

    [Test]
    public void WhenNodesAreBad_ThenSoIsOnePodOfTheCanaryAndATenthOfStables() =>
        Assert.That(Shares(Plain with { Errors = 0.01, Noise = Noise.BadNodes, CanaryPods = 3, StablePods = 30 }),
            Is.EqualTo(new[] { 5.0, 1, 1 }.Concat(Enumerable.Repeat(1.0, 27)).Concat([5.0, 5, 5])).Within(0.4));

    [Test]
    public void WhenAVersionIsBadInOnePod_ThenItsOtherPodsAreAsGoodAsStables() =>
        Assert.That(Shares(Plain with { Errors = 0.01, Effect = new WorldEffect(20), Onset = Onset.InOnePod, CanaryPods = 3 }),
            Is.EqualTo(new[] { 20.0, 1, 1, 1, 1, 1, 1 }).Within(0.3));

    [Test]
    public void WhenAVersionTakesTheSlowPathTwiceAsOften_ThenItsBucketsShowThat()
    {
        var cell = Plain with { HasDurations = true, Shape = DurationShape.SlowPath, Effect = new WorldEffect(SlowPathShare: 0.2) };
        var world = new WorldMaker(cell, 5).Make(0);
        var bound = Array.IndexOf(Durations.Bounds, 500);

        // About half of those on the slow path take longer, and hardly any of the others.
        Assert.That(Slower(0), Is.EqualTo(0.2 * 0.49).Within(5).Percent);
        Assert.That(Slower(3), Is.EqualTo(0.1 * 0.49).Within(5).Percent);

        double Slower(int pod)
        {
            var all = world.Series[world.Shape.Bucket(pod, Durations.Buckets - 1)].Totals[^1];
            return (all - world.Series[world.Shape.Bucket(pod, bound)].Totals[^1]) / all;
        }
    }

    [Test]
    public void WhenPodsAreCold_ThenTheyFailTenTimesAsOftenForTwoMinutes()
    {
        var world = new WorldMaker(Plain with { Errors = 0.01, Noise = Noise.ColdPods }, 5).Make(0);

        Assert.That(FailedShare(world, 0, 15_000, 105_000), Is.EqualTo(0.1).Within(0.01));
        Assert.That(FailedShare(world, 1, 135_000, 600_000), Is.EqualTo(0.01).Within(0.001));
        Assert.That(FailedShare(world, 2, 15_000, 105_000), Is.EqualTo(0.01).Within(0.003), "stable is warm");
    }

    [Test]
    public void WhenTheCanaryGrows_ThenAPodJoinsAtEachRaiseAndIsColdToo()
    {
        var world = new WorldMaker(Plain with
        {
            Errors = 0.01,
            Noise = Noise.ColdPods,
            Schedule = Schedule.Ramp,
            IsGrowing = true,
            CanaryPods = 6
        }, 5).Make(0);

        for (var pod = 0; pod < 6; pod++)
        {
            var joined = pod * 600_000;
            Assert.That(world.Series[world.Shape.Good(pod)].At[0], Is.InRange(joined, joined + (2 * Clock.Slot)));
            Assert.That(FailedShare(world, pod, joined + 15_000, joined + 105_000), Is.EqualTo(0.1).Within(0.02));
            Assert.That(FailedShare(world, pod, joined + 135_000, joined + 600_000), Is.EqualTo(0.01).Within(0.002));
        }

        var requests = Enumerable.Range(Clock.Before, Clock.Slots - Clock.Before).Sum(slot => world.Requests(Arm.Canary, slot));
        Assert.That(requests, Is.EqualTo(600_000 * 1.55).Within(1).Percent, "5 to 50 %, ten minutes each");
    }

    [Test]
    public void WhenPodsStall_ThenAllTheirRequestsFailForFifteenSeconds()
    {
        var world = new WorldMaker(Plain with { Errors = 0.001, Noise = Noise.Stalls }, 5).Make(0);
        var stalled = 0;
        foreach (var pod in Pods(world))
        {
            var good = world.Series[world.Shape.Good(pod)];
            for (var index = 1; index < good.Count; index++)
            {
                // A stall covers a whole scrape interval, or parts of two.
                if (good.At[index] - good.At[index - 1] > Clock.Slot
                    || FailedShare(world, pod, good.At[index - 1], good.At[index]) < 0.9) continue;
                stalled++;
            }
        }

        Assert.That(stalled, Is.GreaterThan(0));
    }

    [Test]
    public void WhenPodsStall_ThenItIsEveryTwentyMinutesOnBothArms()
    {
        var maker = new WorldMaker(Plain with { Errors = 0.001, Noise = Noise.Stalls }, 5);
        double[] shares = [.. Enumerable.Range(0, 60).Select(maker.Make).Select(world => Enum.GetValues<Arm>()
            .Average(arm => ArmShare(world, arm)))];

        Assert.That(shares.Average(), Is.EqualTo(0.001 + (15.0 / 1215)).Within(8).Percent);
    }

    [Test]
    public void WhenPodsStallAndDurationsAreMeasured_ThenTheirRequestsTakeAsLong()
    {
        var maker = new WorldMaker(Plain with { Errors = 0.001, Noise = Noise.Stalls, HasDurations = true }, 5);
        var (all, long15) = (0.0, 0.0);
        for (var run = 0; run < 30; run++)
        {
            var world = maker.Make(run);
            foreach (var pod in Pods(world))
            {
                all += world.Series[world.Shape.Bucket(pod, Durations.Buckets - 1)].Totals[^1];
                long15 += world.Series[world.Shape.Bucket(pod, Durations.Buckets - 1)].Totals[^1]
                    - world.Series[world.Shape.Bucket(pod, Durations.Buckets - 3)].Totals[^1];
            }
        }

        Assert.That(long15 / all, Is.EqualTo(15.0 / 1215).Within(15).Percent);
    }

    [TestCase(Noise.WanderShort, 5)]
    [TestCase(Noise.WanderLong, 15)]
    public void WhenASideWanders_ThenItsRateIsCorrelatedOverTheTimeThatIsSaidAndNotWithTheOther(int noise, int minutes)
    {
        var maker = new WorldMaker(new Cell(20_000, 0.05, Schedule.Constant(50)) { Noise = (Noise)noise }, 5);
        var (now, later, other) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < 300; run++)
        {
            var world = maker.Make(run);
            now.Add(Log(world, Arm.Canary, 100));
            later.Add(Log(world, Arm.Canary, 100 + (minutes * Clock.SlotsInMinute)));
            other.Add(Log(world, Arm.Stable, 100));
        }

        Assert.That(Deviation(now), Is.EqualTo(0.3).Within(0.05));
        Assert.That(Correlation(now, later), Is.EqualTo(Math.Exp(-1)).Within(0.15));
        Assert.That(Correlation(now, other), Is.Zero.Within(0.15));
    }

    private static double Log(World world, Arm arm, int slot) => Math.Log(world.Errors(arm, slot) / (double)world.Requests(arm, slot));

    private static double[] Shares(Cell cell)
    {
        var maker = new WorldMaker(cell, 3);
        var worlds = Enumerable.Range(0, 20).ToList();
        var shares = new double[cell.CanaryPods + cell.StablePods];
        foreach (var run in worlds)
        {
            var world = maker.Make(run);
            foreach (var pod in Pods(world)) shares[pod] += FailedShare(world, pod, 0, Clock.Length) / cell.Errors / worlds.Count;
        }

        return shares;
    }

    private static IEnumerable<int> Pods(World world) => Enumerable.Range(0, world.Shape.Pods);

    private static double ArmShare(World world, Arm arm) =>
        Enumerable.Range(Clock.Before, Clock.Slots - Clock.Before).Sum(slot => world.Errors(arm, slot))
        / (double)Enumerable.Range(Clock.Before, Clock.Slots - Clock.Before).Sum(slot => world.Requests(arm, slot));

    private static double FailedShare(World world, int pod, int from, int to)
    {
        var failed = Grown(world.Series[world.Shape.Failed(pod)]);
        return failed / (failed + Grown(world.Series[world.Shape.Good(pod)]));

        double Grown(SeriesSamples series)
        {
            var (first, last) = (series.After(from) - 1, series.After(to) - 1);
            return last < 0 ? 0 : series.Totals[last] - (first < 0 ? 0 : series.Totals[first]);
        }
    }

    private static double Deviation(List<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private static double Correlation(List<double> one, List<double> other)
    {
        var (mean, otherMean) = (one.Average(), other.Average());
        return one.Zip(other).Average(pair => (pair.First - mean) * (pair.Second - otherMean)) / (Deviation(one) * Deviation(other));
    }
}
