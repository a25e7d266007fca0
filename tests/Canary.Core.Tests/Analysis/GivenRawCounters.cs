using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenRawCounters
{
    private static readonly Scraped Stable = new Scraped().Requests("s1", "200", -30, 1000, 1100, 1200, 1300, 1400)
        .Requests("s2", "200", -25, 500, 600, 700, 800, 900);

    [Test]
    public void WhenAWindowIsCounted_ThenItIsTheDifferenceOfItsLastSamples()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30, 47, 60).Requests("c1", "503", -30, 1, 1, 1, 3, 4);

        var counts = Count(canary);

        // From the sample at -0 s (30; 1) to the one at 30 s (60; 4).
        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(33, [3])));
        Assert.That(counts.Stable.Requests, Is.EqualTo(200 + 200));
        Assert.That((counts.Unscraped, counts.IsBlind, counts.Pods), Is.EqualTo(((string?)null, false, 1)));
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

        var counts = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, [], A.At(0), A.At(30)).Read(canary.Answer,
            stable.Answer);

        Assert.That((counts.Canary, counts.Stable), Is.EqualTo((new SideCounts(30, [0]), new SideCounts(300, [0]))));
    }

    [Test]
    public void WhenOneSideLacksABound_ThenItIsNotCompared()
    {
        // A version with other buckets: nothing of its requests up to 100 ms is known, and that is not none.
        var canary = new Scraped().Bucket("c1", "100", -30, 9, 9, 9, 50, 90).Bucket("c1", "250", -30, 9, 9, 9, 55, 100)
            .Bucket("c1", "+Inf", -30, 9, 9, 9, 60, 109);
        var stable = new Scraped().Bucket("s1", "250", -30, 9, 9, 9, 55, 99).Bucket("s1", "+Inf", -30, 9, 9, 9, 60, 109);

        var counts = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Duration, [100, 250], A.At(0),
            A.At(30)).Read(canary.Answer, stable.Answer);

        Assert.That((counts.Canary, counts.Stable), Is.EqualTo((new SideCounts(100, [0, 9]), new SideCounts(100, [0, 10]))));
    }

    [Test]
    public void WhenOnePodLacksABound_ThenItsRequestsAreNotSlow()
    {
        // Callers of two versions of the proxy, each with its own buckets: of the requests of the second nothing is known at 100 ms.
        var canary = new Scraped().Bucket("g1", "100", -30, 0, 0, 0, 45, 90).Bucket("g1", "250", -30, 0, 0, 0, 50, 100)
            .Bucket("g1", "+Inf", -30, 0, 0, 0, 50, 100)
            .Bucket("g2", "250", -30, 0, 0, 0, 100, 195).Bucket("g2", "+Inf", -30, 0, 0, 0, 100, 200);
        var counts = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Duration, [100, 250], A.At(0),
            A.At(30)).Read(canary.Answer, canary.Answer);

        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(300, [10, 5])));
    }

    [Test]
    public void WhenAScrapeIsMissed_ThenNothingIsLost()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, double.NaN, 30, 40, double.NaN, 60, 70);

        Assert.That(Count(canary, 0, 30).Canary.Requests + Count(canary, 30, 60).Canary.Requests, Is.EqualTo(40));
        Assert.That(Count(canary, 0, 30).Unscraped, Is.Null, "one scrape that is missed is no pod that cannot be scraped");
    }

    [Test]
    public void WhenThereIsNoStatus_ThenItFailedUnlessTheClientWentAway()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30, 40, 50).Flagged("c1", "0", "DC", -30, 0, 0, 0, 3, 6)
            .Flagged("c1", "0", "UF,URX", -30, 0, 0, 0, 1, 2).Flagged("c1", "503", "-", -30, 0, 0, 0, 2, 4);

        Assert.That(Count(canary, 0, 30).Canary, Is.EqualTo(new SideCounts(32, [6])));
    }

    [Test]
    public void WhenAPodOfTheCanaryIsNotScraped_ThenTheWindowIsIncomplete()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30, 40, 50, 60, 70).Requests("c2", "200", -30, 10, 20, 30);

        Assert.That(Count(canary, 30, 60).Unscraped, Is.EqualTo("c2"));
    }

    [Test]
    public void WhenAPodThatCountsBothSidesIsNotScraped_ThenTheWindowIsWhole()
    {
        // A gateway that was scaled down takes with it what it counted of both sides: nothing of the canary is hidden that is not hidden of
        // stable too.
        var canary = new Scraped().Requests("g1", "200", -30, 10, 20, 30, 40, 50, 60, 70).Requests("g2", "200", -30, 10, 20, 30);
        var stable = new Scraped().Requests("g1", "200", -30, 90, 180, 270, 360, 450, 540, 630).Requests("g2", "200", -30, 90, 180, 270);
        var counts = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, [], A.At(30), A.At(60)).Read(canary.Answer,
            stable.Answer);

        Assert.That(counts.Unscraped, Is.Null);
        Assert.That((counts.Canary.Requests, counts.Stable.Requests), Is.EqualTo((20L, 180L)));
    }

    [Test]
    public void WhenItComesBack_ThenWhatWasMissedIsCounted()
    {
        var canary = new Scraped().Requests("c2", "200", -30, 10, 20, 30, double.NaN, double.NaN, double.NaN, double.NaN, 95, 99);

        Assert.That(Count(canary, 60, 90).Canary.Requests, Is.EqualTo(69));
    }

    [Test]
    public void WhenAPodIsGoneForLong_ThenItIsNotMissed() =>
        Assert.That(Count(new Scraped().Requests("c1", "200", 150, 10, 20, 30, 40, 50)
            .Requests("c2", "200", -30, 10, 20, 30), 180, 210).Unscraped, Is.Null);

    [Test]
    public void WhenNothingIsScrapedAnyMore_ThenTheWindowIsBlind()
    {
        var canary = new Scraped().Requests("c1", "200", -30, 10, 20, 30);

        var counts = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, [], A.At(60), A.At(90)).Read(canary.Answer,
            Stable.Answer);

        Assert.That(counts.IsBlind);
    }

    [Test]
    public void WhenNobodyEverAsked_ThenItIsIdleAndNotBlind()
    {
        var counts = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, [], A.At(0),
            A.At(30)).Read(new Scraped().Answer, new Scraped().Answer);

        Assert.That((counts.IsBlind, counts.Canary.Requests, counts.Stable.Requests), Is.EqualTo((false, 0L, 0L)));
    }

    [Test]
    public void WhenStableHasPods_ThenItsHalvesAreTold()
    {
        var counts = Count(new Scraped());

        Assert.That((counts.FirstHalf.Requests, counts.SecondHalf.Requests), Is.EqualTo((200L, 200L)));
    }

    [Test]
    public void WhenDurationsAreCounted_ThenTheSlowOnesOfEachBound()
    {
        // Prometheus 3 writes whole bounds as 100.0, older ones as 100.
        var canary = new Scraped().Bucket("c1", "100.0", -30, 90, 95, 100, 120, 140).Bucket("c1", "250", -30, 95, 99, 105, 140, 190)
            .Bucket("c1", "+Inf", -30, 100, 110, 120, 160, 220);
        var reading = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Duration, [50, 100, 250], A.At(0), A.At(30));

        var counts = reading.Read(canary.Answer, new Scraped().Answer);

        // 100 requests, 40 of them up to 100 ms and 85 up to 250 ms; there is no bucket of 50 ms.
        Assert.That(counts.Canary, Is.EqualTo(new SideCounts(100, [0, 60, 15])));
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

    private static WindowCounts Count(Scraped canary, double from = 0, double to = 30) =>
        new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, [], A.At(from), A.At(to)).Read(canary.Answer,
            Stable.Answer);
}
