using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Native;

public sealed class GivenNativeHistograms
{
    private static readonly double[] Powers = [4, 16, 64, 256, 1024];

    private readonly List<string> _notes = [];

    [SetUp]
    public void Begin() => _notes.Clear();

    [Test]
    public void WhenTheSameRequestsAreClassicAndNative_ThenTheyCountTheSame([Range(1, 40)] int seed)
    {
        var (canary, stable) = Worlds(new Random(seed));

        var classic = Count(Powers, All(canary, pod => pod.Classic(Powers)), All(stable, pod => pod.Classic(Powers)));
        var native = Count(Powers, All(canary, pod => [pod.Native]), All(stable, pod => [pod.Native]));
        var custom = Count(Powers, All(canary, pod => [pod.Custom(Powers)]), All(stable, pod => [pod.Custom(Powers)]));
        var mixed = Count(Powers, All(canary, pod => [pod.Native]), All(stable, pod => pod.Classic(Powers)));

        Assert.That(classic.Canary.Requests, Is.GreaterThan(0));
        foreach (var other in new[] { native, custom, mixed })
            Assert.That((other.Canary, other.Stable), Is.EqualTo((classic.Canary, classic.Stable)));
        Assert.That(_notes, Is.Empty);
    }

    [Test]
    public void WhenAnyBoundIsAskedFor_ThenBothSidesAreCountedAtOneBoundaryThatAllPodsHave([Range(1, 40)] int seed)
    {
        var random = new Random(1000 + seed);
        var (canary, stable) = Worlds(random);
        double[] bounds = [.. Enumerable.Range(0, 8).Select(_ => Math.Round(Math.Exp(random.NextDouble() * 8), 3)).Distinct().Order()];

        var counts = Count(bounds, All(canary, pod => [pod.Native]), All(stable, pod => [pod.Native]));

        // Whatever the boundaries are, some cut of the requests gives the counts of both sides: that of the classic buckets there.
        var possible = Enumerable.Range(-24, 200).Select(index => DurationsOfAPod.Boundary(index, 3)).Concat(bounds).Distinct().ToArray();
        for (var at = 0; at < bounds.Length; at++)
        {
            if (counts.Canary.RequestsAt(at) == 0) continue;
            var pair = (counts.Canary.Events[at], counts.Stable.Events[at]);
            var near = possible.Where(cut => NativeBoundaries.Ratio(cut, bounds[at]) <= NativeBoundaries.Furthest)
                .Select(cut => Count([1], All(canary, pod => pod.CutAt(cut)), All(stable, pod => pod.CutAt(cut))))
                .Select(one => (one.Canary.Events[0], one.Stable.Events[0]));
            Assert.That(near, Has.Member(pair), $"{bounds[at]} ms");
        }
    }

    [Test]
    public void WhenABoundIsNoBoundary_ThenTheNearestStandsForItAndItIsSaidWhereItIsFarOff()
    {
        var canary = new DurationsOfAPod("c1").Serve(-15, 0).Serve(15, 0, 5, 70, 120, 130, 600).Serve(30, 0);
        var stable = new DurationsOfAPod("s1").Serve(-15, 3).Serve(15, 3, 5, 70, 120, 130, 600, 90).Serve(30, 3);

        var counts = Count([100, 500], [canary.Native], [stable.Native]);

        // Resolution 0 has 64, 128, 256, 512, and resolution 3 has 103.7 too, which the canary has not.
        Assert.That((counts.Canary.Events, counts.Stable.Events),
            Is.EqualTo(((EquatableArray<long>)[2L, 1L], (EquatableArray<long>)[2L, 1L])));
        Assert.That(_notes, Is.EqualTo(new[]
        {
            "the native histograms have no boundary at 100 ms: both sides are compared at 128 ms instead",
        }));
    }

    [Test]
    public void WhenTheResolutionIsReducedOnTheWay_ThenNothingIsLostAndNothingCountsTwice()
    {
        var canary = new DurationsOfAPod("c1").Serve(-15, 3, 5, 70, 120).Serve(0, 3).Serve(15, 3, 80, 300).Serve(30, 1, 90, 5000, 50);
        var stable = new DurationsOfAPod("s1").Serve(-15, 3, 5).Serve(30, 3, 40, 300);

        var counts = Count([64, 1024], [canary.Native], [stable.Native]);

        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(5, [4, 1])));
        Assert.That(counts.Stable, Is.EqualTo(new SideCounts(2, [1, 0])));
    }

    [Test]
    public void WhenAPodStartsAgain_ThenAllThatItHasCountedSinceCountsAtEachBound()
    {
        // More requests than before, and fewer of them fast: the number of all does not show that it was set back.
        var canary = new DurationsOfAPod("c1").Serve(-15, 3, 10, 10, 10, 500).Restart()
            .Serve(15, 3, 10, 500, 500, 500, 500, 500).Serve(30, 3);
        var stable = new DurationsOfAPod("s1").Serve(-15, 3, 10).Serve(30, 3, 10);

        var counts = Count([64], [canary.Native], [stable.Native]);

        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(6, [5])));
    }

    [Test]
    public void WhenTheOtherSideHasClassicBuckets_ThenOnlyTheirOwnBoundsAreCompared()
    {
        var canary = new DurationsOfAPod("c1").Serve(-15, 3, 10).Serve(30, 3, 10, 97, 99, 103, 300);
        var stable = new DurationsOfAPod("s1").Serve(-15, 3, 10).Serve(30, 3, 10, 97, 99, 103, 300);

        var counts = Count([64, 100], [canary.Native], stable.Classic(64, 100));

        Assert.That((counts.Canary.Events[0], counts.Stable.Events[0]), Is.EqualTo((4L, 4L)));
        Assert.That((counts.Canary.RequestsAt(1), counts.Canary.Events[1]), Is.EqualTo((0L, 0L)), "a bucket from 95 to 104 ms is not cut");
        Assert.That(_notes[0], Is.EqualTo("the native histograms have no boundary near 100 ms: it is not compared"));
    }

    [Test]
    public void WhenABoundIsBeyondTheLastCustomBucket_ThenItIsNotComparedOrAtThatOneIfItIsNear()
    {
        var pod = new DurationsOfAPod("c1").Serve(-15, 0, 10).Serve(30, 0, 10, 9000, 40_000, 300);
        var stable = new DurationsOfAPod("s1").Serve(-15, 0, 10).Serve(30, 0, 9000, 300);

        var counts = Count([100, 15_000, 30_000], [pod.Custom(100, 1000, 10_000)], [stable.Custom(100, 1000, 10_000)]);

        Assert.That(counts.Canary.Events, Is.EqualTo((EquatableArray<long>)[3L, 1L, 0L]));
        Assert.That(counts.Canary.RequestsAt(2), Is.Zero);
        Assert.That(_notes.Where(note => note.StartsWith("the native", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "the native histograms have no boundary near 30000 ms: it is not compared",
            "the native histograms have no boundary at 15000 ms: both sides are compared at 10000 ms instead",
        }));
    }

    [Test]
    public void WhenTwoBoundsHaveOneBoundary_ThenOnlyTheNearerIsCompared()
    {
        var canary = new DurationsOfAPod("c1").Serve(-15, 0, 10).Serve(30, 0, 10, 100, 100);

        var counts = Count([110, 140], [canary.Native], [new DurationsOfAPod("s1").Serve(-15, 0, 10).Serve(30, 0, 100, 200).Native]);

        // 128 ms is nearer to 140.
        Assert.That((counts.Canary.RequestsAt(0), counts.Canary.RequestsAt(1)), Is.EqualTo((0L, 3L)));
    }

    [Test]
    public void WhenErrorsAreCounted_ThenTheNumberOfObservationsCounts()
    {
        Series Of(DurationsOfAPod pod, string status) => pod.Native with { Labels = [.. pod.Native.Labels, new Label("status", status)] };
        var (good, bad) = (new DurationsOfAPod("c1").Serve(-15, 3, 1).Serve(30, 3, 2, 3, 4), new DurationsOfAPod("c1").Serve(30, 3, 5, 6));
        var preset = RedPreset.Find("app-http")!;
        var stable = new MetricAnswer.Matrix([Of(new DurationsOfAPod("s1").Serve(-15, 3, 1).Serve(30, 3, 2), "200")], []);

        var (ours, theirs) = NativeCounters.Convert(preset, RedSignal.Errors, [],
            new MetricAnswer.Matrix([Of(good, "200"), Of(bad, "503")], []), stable, _notes);
        var counts = new CounterReading(preset, RedSignal.Errors, []).Read(ours, theirs, Evidence.None, A.At(0), A.At(30));

        Assert.That((counts.Canary, counts.Stable), Is.EqualTo((new SideCounts(5, [2]), new SideCounts(1, [0]))));
    }

    [Test]
    public void WhenHistogramsAreEmpty_ThenNothingIsCountedAndNothingBreaks() =>
        Assert.That(Count([100], [new DurationsOfAPod("c1").Serve(-15, 3).Serve(30, 3).Native],
            [new DurationsOfAPod("s1").Serve(-15, 3).Serve(30, 3, 7).Native]).Canary, Is.EqualTo(new SideCounts(0, [0])));

    private WindowCounts Count(double[] bounds, IEnumerable<Series> canary, IEnumerable<Series> stable)
    {
        var preset = RedPreset.Find("istio-workload")!;
        var (ours, theirs) = NativeCounters.Convert(preset, RedSignal.Duration, [.. bounds], new MetricAnswer.Matrix([.. canary], []),
            new MetricAnswer.Matrix([.. stable], []), _notes);
        var counts = new CounterReading(preset, RedSignal.Duration, [.. bounds]).Read(ours, theirs, Evidence.None, A.At(0), A.At(30));
        _notes.AddRange(counts.Notes);
        return counts;
    }

    private static IEnumerable<Series> All(DurationsOfAPod[] pods, Func<DurationsOfAPod, IEnumerable<Series>> show) =>
        pods.SelectMany(show);

    // Pods of resolutions that differ, and some that are reduced or start again.
    private static (DurationsOfAPod[] Canary, DurationsOfAPod[] Stable) Worlds(Random random)
    {
        return ([.. Enumerable.Range(1, 2).Select(number => Pod($"c{number}"))],
            [.. Enumerable.Range(1, 3).Select(number => Pod($"s{number}"))]);

        DurationsOfAPod Pod(string name)
        {
            var pod = new DurationsOfAPod(name);
            var schema = random.Next(1, 4);
            for (var at = -45; at <= 30; at += 15)
            {
                if (schema > 0 && random.Next(6) == 0) schema--;
                pod.Serve(at, schema, [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Math.Exp((random.NextDouble() * 8) - 0.5))]);
            }

            return pod;
        }
    }
}
