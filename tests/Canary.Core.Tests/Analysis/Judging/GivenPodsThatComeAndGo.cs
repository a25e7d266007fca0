using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using Canary.Core.Statistics;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Judging;

/// <summary>Pods that end, come back, are scraped at other intervals, or are gone while the canary fails.</summary>
public sealed class GivenPodsThatComeAndGo
{
    private static readonly MetricSpec Errors = A.ComparedErrors;

    [Test]
    public void WhenAPodOfStableEndsEachMinute_ThenWindowsAreCountedAllTheSame()
    {
        var canary = Steady("c1", 100);
        var stable = new Scraped();
        for (var pod = 0; pod < 40; pod++)
            stable.Requests($"s{pod:00}", "200", -300,
                [.. Enumerable.Range(0, 20 + Math.Min(100, 4 * pod)).Select(scrape => 10.0 * scrape)]);

        var counted = Roll(canary, stable, looks: 40);

        Assert.That(counted.CountedTo, Is.GreaterThan(A.At((30 * 40) - 180)), "no more is open than what the last pods are waited for");
    }

    [Test]
    public void WhenTheCanaryEndsWithTheWindowOpen_ThenWhatItDidBeforeIsCountedAtOnce()
    {
        // Half of its requests fail for 80 seconds, then it is gone. A window of two minutes waits for it, and not with what it did.
        var canary = new Scraped().Requests("c1", "200", -15, 0, 0, 100, 200, 300, 400, 500)
            .Requests("c1", "503", -15, 0, 0, 100, 200, 300, 400, 500);

        var window = Read(canary, Steady("s1", 1000), Evidence.None, 0, 120);

        Assert.That((window.WaitsFor, window.End, window.Canary.Events[0]), Is.EqualTo(((MissingPod?)null, A.At(75), 500L)));
    }

    [Test]
    public void WhenSidesAreScrapedAtOtherIntervals_ThenNobodyIsWaitedFor()
    {
        // The canary each 15 seconds, stable each minute.
        var stable = new Scraped().EachMinute("s1", "200", -290, [.. Enumerable.Range(0, 30).Select(scrape => 4000.0 * scrape)]);

        var waits = Enumerable.Range(1, 20)
            .Select(look => Read(Steady("c1", 100), stable, Evidence.None, 30 * look, 30 * (look + 1)).WaitsFor);

        Assert.That(waits, Is.All.Null);
    }

    [Test]
    public void WhenAPodIsReplacedByOneOfTheSameName_ThenTheErrorsOfBothCount()
    {
        // A new sandbox has another address: two series, one after the other, which are no two views of one counter.
        var canary = new Scraped().Addressed("c1", "200", "10.0.0.1", -30, 100, 110, 120, 130)
            .Addressed("c1", "503", "10.0.0.1", -30, 2, 2, 2, 2).Addressed("c1", "200", "10.0.0.2", 30, 10, 20, 30)
            .Addressed("c1", "503", "10.0.0.2", 30, 300, 400, 500);

        var window = Read(canary, Steady("s1", 1000), Evidence.None, 0, 60);

        Assert.That((window.Canary.Events[0], window.Notes.Count), Is.EqualTo((500L, 0)));
    }

    [Test]
    public void WhenTwoProcessesHaveFewErrors_ThenTheirOtherCountersTellThemApart()
    {
        var canary = new Scraped().Labelled("c1", "200", "one", -30, 1000, 1100, 1200, 1300, 1400)
            .Labelled("c1", "503", "one", -30, 1, 1, 1, 1, 2).Labelled("c1", "200", "two", -24, 10, 20, 30, 40)
            .Labelled("c1", "503", "two", -24, 1, 1, 1, 2);

        Assert.That(Read(canary, Steady("s1", 1000), Evidence.None, 0, 30).Canary, Is.EqualTo(new SideCounts(200 + 20 + 2, [2])));
    }

    [Test]
    public void WhenAPodComesBackAfterTheWindowWasCut_ThenItIsStillAwayInIt()
    {
        var canary = new Scraped().Requests("c1", "200", 45, [.. Enumerable.Range(0, 12).Select(scrape => 8000 + (100.0 * scrape))]);
        var stable = Steady("s1", 1000).Requests("s2", "200", -300, [.. Enumerable.Range(0, 22).Select(scrape => 10.0 * scrape)]);
        var known = Evidence.None with
        {
            CanaryPods = [new PodEvidence("c1", 10, 0) { MissingSince = A.At(-135) }],
            StablePods = [new PodEvidence("s1", 10, 0), new PodEvidence("s2", 10, 0)],
        };

        var first = Read(canary, stable, known, 0, 150);
        var next = EvidenceSum.Add(Errors, known, first, A.At(0), first.End);
        var second = Read(canary, stable, next, 15, 150);

        Assert.That((first.End, next.CanaryPods[0].MissingSince), Is.EqualTo((A.At(15), A.At(-135))));
        Assert.That(second.Canary.Requests, Is.EqualTo(700));
    }

    [Test]
    public void WhenTheSickPodIsAllThatIsLeftOfStable_ThenItIsComparedWith()
    {
        var before = Sum(Evidence.None, 20, [(1000, 2), (1000, 2)], [(1000, 2), (1000, 2), (1000, 40)]);
        var after = Sum(before, 20, [(1000, 900), (1000, 900)], [(0, 0), (0, 0), (1000, 40)]);

        Assert.That(SickPod.Find(before.StablePods, 1), Is.EqualTo("s3"));
        Assert.That(after.Windows, Is.EqualTo(40));
        Assert.That(SequentialJudge.Stand(Errors, after), Is.EqualTo(RunPhase.Failed));
    }

    [TestCase(3)]
    [TestCase(5)]
    public void WhenBothSidesHaveASickPod_ThenAnEqualCanaryIsNotRolledBack(int times)
    {
        var evidence = Sum(Evidence.None, 120, [(5000, 25), (5000, 25), (5000, 25 * times)],
            [(5000, 25), (5000, 25), (5000, 25 * times)]);

        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(RunPhase.Successful));
    }

    [Test]
    public void WhenStableHasAHandfulOfErrors_ThenNothingAbsurdIsAsked()
    {
        Assert.That(PodVariation.Estimate([(20_000, 5), (20_000, 0), (20_000, 0)], 1), Is.Zero);
        Assert.That(PodVariation.Allowance(9, [1000], [1000, 1000, 1000]), Is.EqualTo(PodVariation.MostAllowed));
    }

    [Test]
    public void WhenAWindowIsEmpty_ThenWhatEachPodDidIsNotForgotten()
    {
        var durations = Errors with
        {
            Provider = A.Red with { Signal = RedSignal.Duration },
            Comparison = new Comparison(ComparisonKind.Sequential, []) { Tolerate = 1.1, Bounds = [100, 250, 500] },
        };
        var before = EvidenceSum.Add(durations, Evidence.None,
            CountedWindow.Make(new(1000, [200, 50, 3]), new(9000, [1800, 450, 27])), A.At(0), A.At(30));

        var after = EvidenceSum.Add(durations, before, new WindowCounts([], []) { HasNoSeries = true }, A.At(30), A.At(60));

        Assert.That((before.PodBound, after.PodBound), Is.EqualTo((1, 1)));
        Assert.That(after.StablePods.Sum(pod => pod.Events), Is.EqualTo(450));
    }

    [Test]
    public void WhenTheStatusHasATimeSinceARaiseAndNoRaise_ThenTheOddsAreFinite()
    {
        var evidence = Sum(Evidence.None, 10, [(1000, 6)], [(1000, 5)]);

        Assert.That(double.IsFinite(SequentialJudge.LogOdds(Errors, evidence with { SinceRaise = evidence, Raises = 0 })));
    }

    [Test]
    public void WhenThereAreMorePodsThanAreKept_ThenThoseThatAreGoneMakeRoom()
    {
        var gone = PodTally.Add([], CountedWindow.Pods("old", [.. Enumerable.Repeat((10L, 0L), 100)]), 0, false, true, A.At(0), A.At(30));
        var next = PodTally.Add(gone, CountedWindow.Pods("new", [.. Enumerable.Repeat((10L, 0L), 60)]), 0, false, true, A.At(30), A.At(60));

        Assert.That(next.Count(pod => pod.Name.StartsWith("new", StringComparison.Ordinal)), Is.EqualTo(60));
        Assert.That(next, Has.Count.EqualTo(PodTally.MostPods));
    }

    private static Scraped Steady(string pod, int each) =>
        new Scraped().Requests(pod, "200", -300, [.. Enumerable.Range(0, 120).Select(scrape => each * (double)scrape)]);

    private static WindowCounts Read(Scraped canary, Scraped stable, Evidence known, double from, double to) =>
        new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, []).Read(canary.Until(to), stable.Until(to), known,
            A.At(from), A.At(to));

    private static Evidence Roll(Scraped canary, Scraped stable, int looks)
    {
        var reading = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, []);
        var (evidence, start) = (Evidence.None, A.At(0));
        for (var look = 1; look <= looks; look++)
        {
            while (start < A.At(30 * look))
            {
                var window = reading.Read(canary.Until(30 * look), stable.Until(30 * look), evidence, start, A.At(30 * look));
                if (window.WaitsFor is not null) break;
                evidence = EvidenceSum.Add(Errors, evidence, window, start, window.End);
                start = window.End;
            }
        }

        return evidence;
    }

    private static Evidence Sum(Evidence evidence, int windows, (long Requests, long Events)[] canary,
        (long Requests, long Events)[] stable)
    {
        var start = evidence.CountedTo ?? A.Start;
        for (var look = 0; look < windows; look++)
            evidence = EvidenceSum.Add(Errors, evidence, new WindowCounts(CountedWindow.Pods("c", canary), CountedWindow.Pods("s", stable)),
                start.AddSeconds(30 * look), start.AddSeconds(30 * (look + 1)));
        return evidence;
    }
}
