using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenRawCounters
{
    private static readonly Scraped Stable = new Scraped()
        .Requests("s1", "200", -600, [.. Enumerable.Range(10, 120).Select(scrape => 100.0 * scrape)])
        .Requests("s2", "200", -595, [.. Enumerable.Range(5, 120).Select(scrape => 100.0 * scrape)]);

    [Test]
    public void WhenAWindowIsCounted_ThenItIsTheDifferenceOfItsLastSamples()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30, 47, 60).Requests("c1", "503", -30, 1, 1, 1, 3, 4);

        var counts = Count(canary);

        // From the sample at -0 s (30; 1) to the one at 30 s (60; 4).
        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(33, [3])));
        Assert.That(counts.Stable.Requests, Is.EqualTo(200 + 200));
        Assert.That((counts.WaitsFor, counts.IsBlind, counts.End), Is.EqualTo(((MissingPod?)null, false, A.At(30))));
    }

    [Test]
    public void WhenTwoWindowsFollowEachOther_ThenNothingIsLostAndNothingCountedTwice()
    {
        var canary = new Scraped().Requests("c1", "200", -20, 7, 19, 40, 77, 81, 130, 131);

        var (first, second, both) = (Count(canary, 0, 30), Count(canary, 30, 60), Count(canary, 0, 60));

        Assert.That(first.Canary.Requests + second.Canary.Requests, Is.EqualTo(both.Canary.Requests));
        Assert.That(both.Canary.Requests, Is.EqualTo(130 - 19));
    }

    [Test]
    public void WhenACounterIsSetBack_ThenWhatItShowsAfterwardsCounts() =>
        Assert.That(Count(new Scraped().Requests("c1", "200", -30, 10, 20, 30, 4, 9)).Canary.Requests, Is.EqualTo(9));

    [Test]
    public void WhenASeriesIsBornInAPodThatWasScraped_ThenAllOfItCounts()
    {
        // The first errors of a version are a new series, whose first value is above zero: increase() never sees them.
        var counts = Count(new Scraped().Requests("c1", "200", -30, 10, 20, 30, 40, 50).Requests("c1", "503", 15, 5, 6));

        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(26, [6])));
    }

    [Test]
    public void WhenAPodIsBorn_ThenAllOfItCounts() =>
        Assert.That(Count(new Scraped().Requests("c1", "200", 0.5, 12, 25).Requests("c1", "503", 0.5, 3, 3)).Canary,
            Is.EqualTo(new SideCounts(28, [3])));

    [Test]
    public void WhenAPodComesBackThatCouldNotBeScrapedForLong_ThenItsPastDoesNotCount() =>
        Assert.That(Count(new Scraped().Requests("c1", "200", 0.5, 900_000, 900_013).Requests("c1", "503", 0.5, 800, 801)).Canary,
            Is.EqualTo(new SideCounts(14, [1])));

    [Test]
    public void WhenOnePodCountsBothSidesAndComesBack_ThenThePastOfNeitherCounts()
    {
        // A gateway counts the requests to both sides. What the canary has of it is little, and was counted before it went.
        var canary = new Scraped().Requests("g1", "200", -30, 10, 20, 30, 40, 50).Requests("g2", "200", 0.5, 290, 300)
            .Requests("g2", "503", 0.5, 40, 40);
        var stable = new Scraped().Requests("g1", "200", -30, 1000, 1100, 1200, 1300, 1400).Requests("g2", "200", 0.5, 90_000, 90_100);

        var counts = Read(RedSignal.Errors, [], canary.Answer, stable.Answer, 0, 30);

        Assert.That((counts.Canary, counts.Stable), Is.EqualTo((new SideCounts(30, [0]), new SideCounts(300, [0]))));
    }

    [Test]
    public void WhenOneSideLacksABound_ThenItIsNotCompared()
    {
        // A version with other buckets: nothing of its requests up to 100 ms is known, and that is not none.
        var canary = new Scraped().Bucket("c1", "100", -30, 9, 9, 9, 50, 90).Bucket("c1", "250", -30, 9, 9, 9, 55, 100)
            .Bucket("c1", "+Inf", -30, 9, 9, 9, 60, 109);
        var stable = new Scraped().Bucket("s1", "250", -30, 9, 9, 9, 55, 99).Bucket("s1", "+Inf", -30, 9, 9, 9, 60, 109);

        var counts = Read(RedSignal.Duration, [100, 250], canary.Answer, stable.Answer, 0, 30);

        Assert.That((counts.Canary, counts.Stable),
            Is.EqualTo((new SideCounts(100, [19, 9]), new SideCounts(100, [0, 10]).With([0, 100]))));
    }

    [Test]
    public void WhenOnePodLacksABound_ThenItsRequestsAreNotSlow()
    {
        // Callers of two versions of the proxy, each with its own buckets: of the requests of the second nothing is known at 100 ms.
        var canary = new Scraped().Bucket("g1", "100", -30, 0, 0, 0, 45, 90).Bucket("g1", "250", -30, 0, 0, 0, 50, 100)
            .Bucket("g1", "+Inf", -30, 0, 0, 0, 50, 100)
            .Bucket("g2", "250", -30, 0, 0, 0, 100, 195).Bucket("g2", "+Inf", -30, 0, 0, 0, 100, 200);
        var counts = Read(RedSignal.Duration, [100, 250], canary.Answer, canary.Answer, 0, 30);

        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(300, [10, 5]).With([100, 300])));
    }

    [Test]
    public void WhenAScrapeIsMissed_ThenNothingIsLost()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, double.NaN, 30, 40, double.NaN, 60, 70);

        Assert.That(Count(canary, 0, 30).Canary.Requests + Count(canary, 30, 60).Canary.Requests, Is.EqualTo(40));
        Assert.That(Count(canary, 0, 30).WaitsFor, Is.Null, "one scrape that is missed is no pod that cannot be scraped");
    }

    [Test]
    public void WhenThereIsNoStatus_ThenItFailedUnlessTheClientWentAway()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30, 40, 50).Flagged("c1", "0", "DC", -30, 0, 0, 0, 3, 6)
            .Flagged("c1", "0", "UF,URX", -30, 0, 0, 0, 1, 2).Flagged("c1", "503", "-", -30, 0, 0, 0, 2, 4);

        Assert.That(Count(canary, 0, 30).Canary, Is.EqualTo(new SideCounts(32, [6])));
    }

    [Test]
    public void WhenAPodOfTheCanaryIsNotScraped_ThenTheWindowWaitsForIt()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30, 40, 50, 60, 70).Requests("c2", "200", -30, 10, 20, 30);

        Assert.That(Count(canary, 30, 60).WaitsFor, Is.EqualTo(new MissingPod("c2", A.At(0), IsCanary: true)));
    }

    [Test]
    public void WhenItIsGone_ThenTheWindowEndsWhereItDid()
    {
        // c2 is scraped for the last time at 60 s. At 210 s nobody waits for it any more: until 60 s both are compared, then c1 alone.
        var canary = new Scraped().Requests("c1", "200", -30, [.. Enumerable.Range(0, 20).Select(scrape => 10.0 * scrape)])
            .Requests("c2", "200", -30, 0, 7, 14, 21, 28, 35, 42);

        var first = Count(canary, 30, 150);
        var waiting = Count(canary, 60, 150, Counted(first));
        var second = Count(canary, 60, 210, Counted(first));

        Assert.That((first.End, first.Canary.Requests), Is.EqualTo((A.At(60), 20L + 14)), "what is whole is counted at once");
        Assert.That(waiting.WaitsFor, Is.EqualTo(new MissingPod("c2", A.At(60), IsCanary: true)));
        Assert.That((second.WaitsFor, second.End, second.Canary.Requests), Is.EqualTo(((MissingPod?)null, A.At(210), 100L)));
    }

    [Test]
    public void WhenNoneOfASideIsScraped_ThenTheWindowWaitsForAQuarterOfAnHour()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30);
        var stable = new Scraped().Requests("s1", "200", -30, [.. Enumerable.Range(0, 80).Select(scrape => 100.0 * scrape)]);

        var early = Read(RedSignal.Errors, [], canary.Answer, stable.Answer, 0, 600);
        var late = Read(RedSignal.Errors, [], canary.Answer, stable.Answer, 0, 960);

        Assert.That((early.WaitsFor?.Name, late.WaitsFor), Is.EqualTo(("c1", (MissingPod?)null)));
    }

    [Test]
    public void WhenAPodIsScrapedAgainAfterFourMinutes_ThenItIsCountedOnce()
    {
        // The only pod of the canary, at a small weight: it is neither a newborn nor lost.
        double[] seen = [10, 20, 30, .. Enumerable.Repeat(double.NaN, 16), 200, 210, 220];
        var canary = new Scraped().Requests("c1", "200", -30, seen);
        var stable = new Scraped().Requests("s1", "200", -30, [.. Enumerable.Range(0, 30).Select(scrape => 1000.0 * scrape)]);
        var (requests, from, evidence) = (0L, 0.0, Evidence.None);
        for (var to = 30.0; to <= 270; to += 30)
        {
            var counts = Read(RedSignal.Errors, [], canary.Until(to), stable.Until(to), from, to, evidence);
            if (counts.WaitsFor is not null) continue;
            (requests, from) = (requests + counts.Canary.Requests, to);
            evidence = Counted(counts, evidence);
        }

        Assert.That(requests, Is.EqualTo(210 - 30));
    }

    [Test]
    public void WhenAPodThatWasNotWaitedForComesBack_ThenWhatItCountedMeanwhileBelongsToNoWindow()
    {
        var canary = new Scraped().Requests("c1", "200", 270, 900, 910, 925).Requests("c1", "503", 270, 50, 51, 53)
            .Requests("c1", "504", 285, 3, 3);
        var known = Evidence.None with { CanaryPods = [new PodEvidence("c1", 30, 0) { MissingSince = A.At(0) }] };

        var counts = Count(canary, 255, 300, known);

        // From its first scrape on, and the series that was born after it.
        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(25 + 3 + 3, [6])));
    }

    [Test]
    public void WhenAPodWarmsUp_ThenItIsCountedFromTheNextWindowOn()
    {
        var canary = new Scraped().Requests("c1", "200", -15, 0, 100, 200, 300, 400, 500, 600)
            .Requests("c1", "503", -15, 0, 30, 60, 61, 61, 61, 61);

        var (cold, end) = (Warmed(canary, 0, 30), Warmed(canary, 30, 60));

        Assert.That((cold.Canary.Requests, cold.CanaryPods[0].IsWarmingUp), Is.EqualTo((0L, true)));
        Assert.That((end.Canary.Requests, end.CanaryPods[0].BornAt), Is.EqualTo((0L, (DateTimeOffset?)null)), "its minute ends within it");
        Assert.That(Warmed(canary, 60, 75).Canary, Is.EqualTo(new SideCounts(100, [0])));

        static WindowCounts Warmed(Scraped canary, double from, double to) =>
            new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, [], TimeSpan.FromMinutes(1))
                .Read(canary.Until(to), Stable.Until(to), Evidence.None, A.At(from), A.At(to));
    }

    [Test]
    public void WhenAPodThatWarmsUpFailsHalfOfItsRequests_ThenItCounts()
    {
        var canary = new Scraped().Requests("c1", "200", -15, 0, 10, 20, 30).Requests("c1", "503", -15, 0, 10, 20, 30);

        var counts = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, [], TimeSpan.FromMinutes(2))
            .Read(canary.Answer, Stable.Answer, Evidence.None, A.At(0), A.At(30));

        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(40, [20])));
    }

    [Test]
    public void WhenTwoJobsScrapeAPod_ThenItsRequestsCountOnceAndItIsSaid()
    {
        var once = new Scraped().Requests("c1", "200", -30, 10, 20, 30, 47, 60).Requests("c1", "503", -30, 1, 1, 1, 3, 4);
        var twice = new Scraped().Labelled("c1", "200", "istio", -30, 10, 20, 30, 47, 60).Labelled("c1", "200", "pods", -24, 12, 21, 33, 49)
            .Labelled("c1", "503", "istio", -30, 1, 1, 1, 3, 4).Labelled("c1", "503", "pods", -24, 1, 1, 2, 3);

        var counts = Count(twice);

        Assert.That(counts.Canary, Is.EqualTo(Count(once).Canary));
        Assert.That(counts.Notes, Is.EqualTo(new[]
            { "pod c1 is scraped more than once (job \"istio\" and \"pods\"): its requests count once" }));
    }

    [Test]
    public void WhenTwoProcessesOfAPodAreScraped_ThenBothCount()
    {
        var counts = Count(new Scraped().Labelled("c1", "200", "one", -30, 100, 110, 120, 130, 140)
            .Labelled("c1", "200", "two", -24, 10, 20, 30, 40));

        Assert.That((counts.Canary.Requests, counts.Notes.Count), Is.EqualTo((20L + 20, 0)));
    }

    [Test]
    public void WhenAPodThatCountsBothSidesIsNotScraped_ThenTheWindowIsWhole()
    {
        // A gateway that was scaled down takes with it what it counted of both sides: nothing of the canary is hidden that is not hidden of
        // stable too.
        var canary = new Scraped().Requests("g1", "200", -30, 10, 20, 30, 40, 50, 60, 70).Requests("g2", "200", -30, 10, 20, 30);
        var stable = new Scraped().Requests("g1", "200", -30, 90, 180, 270, 360, 450, 540, 630).Requests("g2", "200", -30, 90, 180, 270);
        var counts = Read(RedSignal.Errors, [], canary.Answer, stable.Answer, 30, 60);

        Assert.That(counts.WaitsFor, Is.Null);
        Assert.That((counts.Canary.Requests, counts.Stable.Requests), Is.EqualTo((20L, 180L)));
    }

    [Test]
    public void WhenNothingIsScrapedAnyMore_ThenTheWindowIsBlind()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30);

        var counts = Read(RedSignal.Errors, [], canary.Answer, Stable.Until(30), 60, 90);

        Assert.That(counts.IsBlind);
    }

    [Test]
    public void WhenNobodyEverAsked_ThenItIsIdleAndNotBlind()
    {
        var counts = Read(RedSignal.Errors, [], new Scraped().Answer, new Scraped().Answer, 0, 30);

        Assert.That((counts.IsBlind, counts.Canary.Requests, counts.Stable.Requests), Is.EqualTo((false, 0L, 0L)));
    }

    [Test]
    public void WhenStableHasPods_ThenEachIsCountedByItself() =>
        Assert.That(Count(new Scraped()).StablePods.Select(pod => (pod.Name, pod.Counts.Requests)),
            Is.EqualTo(new[] { ("s1", 200L), ("s2", 200L) }));

    [Test]
    public void WhenDurationsAreCounted_ThenTheSlowOnesOfEachBound()
    {
        // Prometheus 3 writes whole bounds as 100.0, older ones as 100.
        var canary = new Scraped().Bucket("c1", "100.0", -30, 90, 95, 100, 120, 140).Bucket("c1", "250", -30, 95, 99, 105, 140, 190)
            .Bucket("c1", "+Inf", -30, 100, 110, 120, 160, 220);

        var counts = Read(RedSignal.Duration, [50, 100, 250], canary.Answer, new Scraped().Answer, 0, 30);

        // 100 requests, 40 of them up to 100 ms and 85 up to 250 ms; there is no bucket of 50 ms.
        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(100, [0, 60, 15]).With([0, 100, 100])));
    }

    [TestCase("istio-workload", "503", true)]
    [TestCase("istio-workload", "0", true)]
    [TestCase("istio-workload", "404", false)]
    [TestCase("istio-workload", "5030", false)]
    public void WhenASeriesIsRead_ThenItsCodeSaysWhetherItFailed(string preset, string code, bool isFailure) =>
        Assert.That(RedPreset.Find(preset)!.Counters.IsFailure([new("response_code", code)]), Is.EqualTo(isFailure));

    [Test]
    public void WhenOnlyTheGoodOnesCanBeTold_ThenTheRestFailed()
    {
        var counters = RedPreset.Find("linkerd")!.Counters;

        Assert.That(counters.IsFailure([new("http_status", "200"), new("error", "")]), Is.False);
        Assert.That(counters.IsFailure([new("http_status", "200")]), Is.False, "a label that is missing is empty");
        Assert.That(counters.IsFailure([new("http_status", "200"), new("error", "timeout")]), Is.True);
        Assert.That(counters.IsFailure([new("error", "x")]), Is.True);
    }

    [Test]
    public void WhenEveryPresetIsAskedForItsCounters_ThenItsMatchersCanBeRead() =>
        Assert.That(RedPreset.All.Where(preset => !preset.Counters.IsFailure([new("response_code", "503"),
            new("grpc_response_status", "14"), new("http_status", "503"), new("grpc_status", "UNAVAILABLE"),
            new("classification", "failure"), new("code", "503"), new("status", "503"), new("envoy_response_code", "503"),
            new("http_response_status_code", "503")])).Select(preset => preset.Key), Is.Empty);

    private static WindowCounts Count(Scraped canary, double from = 0, double to = 30, Evidence? known = null) =>
        Read(RedSignal.Errors, [], canary.Answer, Stable.Until(to), from, to, known);

    private static WindowCounts Read(RedSignal signal, EquatableArray<double> bounds, MetricAnswer.Matrix canary,
        MetricAnswer.Matrix stable, double from, double to, Evidence? known = null) =>
        new CounterReading(RedPreset.Find("istio-workload")!, signal, bounds).Read(canary, stable, known ?? Evidence.None, A.At(from),
            A.At(to));

    private static Evidence Counted(WindowCounts window, Evidence? before = null) => (before ?? Evidence.None) with
    {
        CanaryPods = PodTally.Add((before ?? Evidence.None).CanaryPods, window.CanaryPods, 0, false, true, A.At(0), window.End),
        StablePods = PodTally.Add((before ?? Evidence.None).StablePods, window.StablePods, 0, false, true, A.At(0), window.End),
    };
}
