using System;
using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Worlds;

public sealed class GivenAWorld
{
    private static readonly Cell Plain = new(100, 0.01, Schedule.Constant(10));

    [Test]
    public void WhenCountersAreReadToTheirEnd_ThenTheyShowWhatHappened()
    {
        var world = Untroubled(Plain);

        foreach (var arm in Enum.GetValues<Arm>())
        {
            var (first, end) = world.Shape.PodsOf(arm);
            var failed = Enumerable.Range(first, end - first).Sum(pod => Counted(world.Series[world.Shape.Failed(pod)], arm));
            var all = failed + Enumerable.Range(first, end - first).Sum(pod => Counted(world.Series[world.Shape.Good(pod)], arm));

            // What came before a pod's first scrape and after its last one is in no difference: less than a slot at either end.
            Assert.That(all, Is.InRange(Happened(world.Requests, arm, 1, Clock.Slots - 1), Happened(world.Requests, arm, 0, Clock.Slots)));
            Assert.That(failed, Is.InRange(Happened(world.Errors, arm, 1, Clock.Slots - 1), Happened(world.Errors, arm, 0, Clock.Slots)));
        }
    }

    [Test]
    public void WhenBucketsAreRead_ThenTheyRiseAndTheLastHoldsAllThatWentWell()
    {
        var world = new WorldMaker(Plain with { HasDurations = true }, 3).Make(0);

        for (var pod = 0; pod < world.Shape.Pods; pod++)
        {
            double[] last =
                [.. Enumerable.Range(0, Durations.Buckets).Select(bucket => world.Series[world.Shape.Bucket(pod, bucket)].Values[^1])];
            Assert.That(last, Is.Ordered);
            Assert.That(last[^1], Is.EqualTo(world.Series[world.Shape.Good(pod)].Values[^1]));
        }
    }

    [Test]
    public void WhenASeriesIsBorn_ThenItsFirstValueIsAboveZero()
    {
        var world = Untroubled(Plain with { Errors = 0.001 });
        var (first, end) = world.Shape.PodsOf(Arm.Canary);
        var born = Enumerable.Range(first, end - first).Select(pod => world.Series[world.Shape.Failed(pod)]).ToList();

        Assert.That(born.Select(series => series.Values[0]), Is.All.GreaterThan(0));
        Assert.That(born.Select(series => series.At[0]), Is.All.GreaterThan(0).And.Some.GreaterThan(2 * Clock.Slot),
            "failures come later than requests");
    }

    [Test]
    public void WhenPodsRestart_ThenTheirCountersFall()
    {
        var world = new WorldMaker(Plain with { Fault = WorldFault.Resets }, 3).Make(0);

        for (var pod = 0; pod < world.Shape.Pods; pod++) Assert.That(Falls(world.Series[world.Shape.Good(pod)]), Is.InRange(1, 2));
        Assert.That(world.Series.Select(series => series.Totals.ToArray()), Is.All.Ordered);
    }

    [Test]
    public void WhenScrapesAreMissed_ThenAboutAsManyAsWasSaid()
    {
        var maker = new WorldMaker(Plain with { Fault = WorldFault.MissedScrapes }, 3);
        var scraped = Enumerable.Range(0, 20).Select(maker.Make)
            .Average(world => world.Series[world.Shape.Good(5)].Count / (double)Clock.Slots);

        Assert.That(scraped, Is.EqualTo(0.95).Within(0.01));
    }

    [Test]
    public void WhenPodsAreScraped_ThenEachAtATimeOfItsOwn()
    {
        var world = Untroubled(Plain);
        int[] phases =
            [.. Enumerable.Range(2, 4).Select(pod => ((world.Series[world.Shape.Good(pod)].At[0] % Clock.Slot) + Clock.Slot) % Clock.Slot)];

        Assert.That(phases, Is.Unique);
        Assert.That(world.Series[world.Shape.Good(2)].At.ToArray().Select(at => ((at % Clock.Slot) + Clock.Slot) % Clock.Slot).Distinct()
            .Count(), Is.EqualTo(1));
    }

    [Test]
    public void WhenManyAreMade_ThenTheirRatesAreThoseOfTheCell()
    {
        var maker = new WorldMaker(Plain with { Effect = new WorldEffect(3) }, 4);
        var (requests, errors, others, theirs) = Sum(maker, 40);

        Assert.That(requests, Is.EqualTo(40 * 36_000).Within(1).Percent);
        Assert.That(others, Is.EqualTo(40 * 324_000).Within(1).Percent);
        Assert.That(errors / requests, Is.EqualTo(0.03).Within(2).Percent);
        Assert.That(theirs / others, Is.EqualTo(0.01).Within(1).Percent);
    }

    [TestCase(Noise.GammaStrong)]
    [TestCase(Noise.PodSpread)]
    [TestCase(Noise.RetryStorms)]
    public void WhenThereIsNoise_ThenItFavoursNoArm(int noise)
    {
        var (requests, errors, others, theirs) = Sum(new WorldMaker(Plain with { Noise = (Noise)noise }, 5), 60);

        Assert.That(errors / requests, Is.EqualTo(0.01).Within(4).Percent);
        Assert.That(theirs / others, Is.EqualTo(0.01).Within(4).Percent);
    }

    [Test]
    public void WhenStormsBlow_ThenErrorsComeInTwenties()
    {
        var world = new WorldMaker(Plain with { Noise = Noise.RetryStorms, Errors = 0.001 }, 5).Make(0);
        var most = Enumerable.Range(Clock.Before, Clock.Slots - Clock.Before).Max(slot => world.Errors(Arm.Stable, slot));

        Assert.That(most, Is.GreaterThanOrEqualTo(20));
    }

    [Test]
    public void WhenThereIsAnIncident_ThenBothArmsFailForTwoMinutes()
    {
        var world = new WorldMaker(Plain with { Noise = Noise.Incident }, 6).Make(0);
        int[] bad = [.. Enumerable.Range(0, Clock.Slots).Where(slot => world.Nominal(Arm.Stable, slot) > 0.1)];

        Assert.That(bad, Has.Length.EqualTo(8));
        Assert.That(bad[^1] - bad[0], Is.EqualTo(7));
        Assert.That(bad.Sum(slot => world.Errors(Arm.Canary, slot)) / (double)bad.Sum(slot => world.Requests(Arm.Canary, slot)),
            Is.EqualTo(0.11).Within(0.03));
        Assert.That(bad.Select(slot => world.Nominal(Arm.Canary, slot) - world.Nominal(Arm.Stable, slot)), Is.All.Zero);
    }

    [TestCase(Onset.AtStart, 0, 1)]
    [TestCase(Onset.AfterTwentyMinutes, 80, 1)]
    [TestCase(Onset.AtThirtyPercent, 120, 1)]
    [TestCase(Onset.AtFiftyPercent, 200, 1)]
    [TestCase(Onset.InOnePod, 0, 3)]
    public void WhenAnEffectSetsIn_ThenItDoesSoWhenAndWhereItIsSaid(int onset, int slots, int pods)
    {
        var cell = Plain with { Effect = new WorldEffect(10), Onset = (Onset)onset, CanaryPods = 3, Schedule = Schedule.Ramp };
        var world = new WorldMaker(cell, 6).Make(0);
        var expected = 0.01 * (1 + (9.0 / pods));

        Assert.That(cell.OnsetLook, Is.EqualTo(slots / Clock.SlotsInLook));
        for (var slot = Clock.Before; slot < Clock.Slots; slot++)
            Assert.That(world.Nominal(Arm.Canary, slot), Is.EqualTo(slot < Clock.Before + slots ? 0.01 : expected).Within(1e-12));
    }

    [Test]
    public void WhenThereIsNothingToSee_ThenNothingIsSeen()
    {
        var none = new WorldMaker(Plain with { Fault = WorldFault.NoCanaryTraffic }, 6).Make(0);
        var idle = new WorldMaker(Plain with { Fault = WorldFault.Idle }, 6).Make(0);

        Assert.That(none.Series.Take(2 * none.Shape.SeriesOfAPod).Sum(series => series.Count), Is.Zero);
        Assert.That(none.Series.Sum(series => series.Count), Is.GreaterThan(1000));
        Assert.That(idle.Series.Sum(series => series.Count), Is.Zero);
    }

    [Test]
    public void WhenARunIsMadeAgain_ThenItIsTheSame()
    {
        var cell = Plain with { Noise = Noise.GammaMild, HasDurations = true };
        var maker = new WorldMaker(cell, 7);
        var first = Print(maker.Make(3));

        maker.Make(4);

        Assert.That(Print(maker.Make(3)), Is.EqualTo(first));
        Assert.That(Print(new WorldMaker(cell, 7).Make(3)), Is.EqualTo(first));
        Assert.That(Print(maker.Make(4)), Is.Not.EqualTo(first));
        Assert.That(Print(new WorldMaker(cell, 8).Make(3)), Is.Not.EqualTo(first));
    }

    [Test]
    public void WhenTheCanarysTrafficIsSummed_ThenItIsUntilTheLook()
    {
        var world = new WorldMaker(Plain with { Effect = new WorldEffect(3) }, 4).Make(0);
        var (requests, failed, excess) = world.CanaryUntil(20);
        var slots = Enumerable.Range(Clock.Before, 40).ToList();

        Assert.That((requests, failed),
            Is.EqualTo((slots.Sum(slot => world.Requests(Arm.Canary, slot)), slots.Sum(slot => world.Errors(Arm.Canary, slot)))));
        Assert.That(excess, Is.EqualTo(requests * 0.02).Within(1e-6));
    }

    private static World Untroubled(Cell cell)
    {
        var maker = new WorldMaker(cell, 3);
        for (var run = 0; ; run++)
        {
            var world = maker.Make(run);
            if (world.Series.All(series => Falls(series) == 0)
                && world.Series.All(series => series.Count == 0 || series.At[^1] >= Clock.Length - Clock.Slot)) return world;
        }
    }

    private static int Falls(SeriesSamples series) =>
        Enumerable.Range(1, Math.Max(0, series.Count - 1)).Count(index => series.Values[index] < series.Values[index - 1]);

    // Stable's counters are a day old when the world begins.
    private static double Counted(SeriesSamples series, Arm arm) => series.Values[^1] - (arm == Arm.Stable ? series.Values[0] : 0);

    private static long Happened(Func<Arm, int, long> counted, Arm arm, int from, int until) =>
        Enumerable.Range(from, until - from).Sum(slot => counted(arm, slot));

    private static (double Requests, double Errors, double Others, double Theirs) Sum(WorldMaker maker, int runs)
    {
        var (requests, errors, others, theirs) = (0.0, 0.0, 0.0, 0.0);
        for (var run = 0; run < runs; run++)
        {
            var world = maker.Make(run);
            for (var slot = Clock.Before; slot < Clock.Slots; slot++)
            {
                requests += world.Requests(Arm.Canary, slot);
                errors += world.Errors(Arm.Canary, slot);
                others += world.Requests(Arm.Stable, slot);
                theirs += world.Errors(Arm.Stable, slot);
            }
        }

        return (requests, errors, others, theirs);
    }

    private static List<double> Print(World world) =>
        [.. world.Series.SelectMany(series => series.At.ToArray().Select(at => (double)at).Concat(series.Values.ToArray()))];
}
