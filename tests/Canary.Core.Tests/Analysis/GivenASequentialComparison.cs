using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenASequentialComparison
{
    private static readonly MetricSpec Errors = A.ComparedErrors;

    private static readonly MetricSpec Durations = Errors with
    {
        Name = "latency",
        Provider = A.Red with { Signal = RedSignal.Duration },
        Comparison = new Comparison(ComparisonKind.Sequential, []) { Tolerate = 1.1, Bounds = [100, 250, 500] }
    };

    [Test]
    public void WhenErrorsAreRareAndWorse_ThenTheCountsDecide()
    {
        // 0 or 1 error a window: windows say nothing, and are not asked.
        var evidence = Counted(Errors, Enumerable.Repeat((100L, 1L, 900L, 1L), 12));

        Assert.That(evidence.Expected / evidence.Windows, Is.LessThan(1));
        Assert.That(SequentialJudge.LogOdds(Errors, evidence), Is.GreaterThan(Math.Log(100)));
        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(RunPhase.Failed));
    }

    [Test]
    public void WhenOneBurstHitsTheCanary_ThenTheWindowsMustAgree()
    {
        // Twice stable's errors: of one minute's noise that is nothing, of three alike it is.
        var burst = Counted(Errors, [(10_000, 200, 90_000, 900)]);
        var more = Counted(Errors, Enumerable.Repeat((10_000L, 200L, 90_000L, 900L), 6));

        Assert.That(SequentialJudge.LogOdds(Errors, burst), Is.GreaterThan(Math.Log(1e6)), "the counts alone would be sure");
        Assert.That(SequentialJudge.Stand(Errors, burst), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(Open(Errors, burst), Does.Contain("more minutes must agree"));
        Assert.That(SequentialJudge.Stand(Errors, more), Is.EqualTo(RunPhase.Failed));
    }

    [Test]
    public void WhenMinutesVary_ThenMoreOfThemMustAgree()
    {
        // Twice stable's errors on the whole, in minutes that have 30 to 100 % more or less of them.
        (long, long, long, long)[] varying =
            [(10_000, 60, 90_000, 900), (10_000, 280, 90_000, 900), (10_000, 180, 90_000, 900), (10_000, 340, 90_000, 900)];

        var (three, all) = (Counted(Errors, varying[..3].SelectMany(one => new[] { one, one })),
            Counted(Errors, Enumerable.Repeat(varying, 8).SelectMany(one => one).SelectMany(one => new[] { one, one })));

        Assert.That((three.Blocks, three.AreMinutesShown), Is.EqualTo((3, false)));
        Assert.That(SequentialJudge.Stand(Errors, three), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That((all.Ratios.Minutes, all.AreMinutesShown), Is.EqualTo((32, true)));
    }

    [Test]
    public void WhenMinutesHaveOnceAgreed_ThenThatStays()
    {
        (long, long, long, long) worse = (10_000, 200, 90_000, 900), better = (10_000, 20, 90_000, 900);

        var evidence = Counted(Errors, [.. Enumerable.Repeat(worse, 6), .. Enumerable.Repeat(better, 20)]);

        Assert.That(SequentialJudge.LogAgreement(evidence.Signs, evidence.Ratios), Is.LessThan(0));
        Assert.That(evidence.AreMinutesShown, Is.True);
        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.Not.EqualTo(RunPhase.Failed), "the odds are what they are");
    }

    [TestCase(2, 200, 100, RunPhase.Failed)]
    [TestCase(1, 200, 100, RunPhase.Inconclusive)]
    [TestCase(2, 200, 300, RunPhase.Inconclusive)]
    public void WhenItIsACatastrophe_ThenNobodyWaitsForWindows(int pods, long events, long theirs, RunPhase verdict)
    {
        var evidence =
            EvidenceSum.Add(Errors, Evidence.None, CountedWindow.Make(new(1000, [events]), new(9000, [theirs]), pods: pods), A.Start,
                A.At(30));

        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(verdict));
    }

    [Test]
    public void WhenTheCanaryIsEqual_ThenItIsGoodOnceThereIsEnough()
    {
        var few = Counted(Errors, [(299, 0, 2700, 3)]);
        var enough = Counted(Errors, [(299, 0, 2700, 3), (1, 0, 9, 0)]);

        Assert.That(SequentialJudge.Stand(Errors, few), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(Open(Errors, few),
            Is.EqualTo("not enough: in 299 requests to the canary 2.9 errors are expected, and minSamples asks for 3"));
        Assert.That(SequentialJudge.Stand(Errors, enough), Is.EqualTo(RunPhase.Successful));
        Assert.That(SequentialJudge.Stand(Errors with { MinSamples = 4 }, enough), Is.EqualTo(RunPhase.Inconclusive));
    }

    [TestCase(60, 5, RunPhase.Successful)]
    [TestCase(58, 5, RunPhase.Inconclusive)]
    [TestCase(300, 0, RunPhase.Successful)]
    public void WhenStableFailsOften_ThenFewerRequestsAreEnough(long requests, long percentOfStable, RunPhase verdict)
    {
        var evidence = Counted(Errors, [(requests, requests * percentOfStable / 100, 10_000, 100 * percentOfStable)]);

        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(verdict));
    }

    [Test]
    public void WhenTheEvidenceLeansToWorse_ThenItIsNeitherGoodNorBad()
    {
        var evidence = Counted(Errors, Enumerable.Repeat((100L, 1L, 900L, 1L), 5));

        Assert.That(Math.Exp(SequentialJudge.LogOdds(Errors, evidence)), Is.InRange(10, 100));
        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(Open(Errors, evidence), Is.EqualTo("the evidence leans that way; 100:1 decides"));
    }

    [Test]
    public void WhenEvidenceIsRequired_ThenNoHarmIsNotEnough()
    {
        var strict = Errors with { Comparison = Errors.Comparison! with { Require = Requirement.Evidence } };
        var little = Counted(strict, Enumerable.Repeat((1000L, 1L, 9000L, 9L), 5));
        var much = Counted(strict, Enumerable.Repeat((1000L, 1L, 9000L, 9L), 22));

        Assert.That(SequentialJudge.Stand(Errors, little), Is.EqualTo(RunPhase.Successful));
        Assert.That(SequentialJudge.Stand(strict, little), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(Open(strict, little), Does.Contain("that it is less than 2 times as bad or below 0.1 %, and 20:1 is asked for"));
        Assert.That(SequentialJudge.Stand(strict, much), Is.EqualTo(RunPhase.Successful));
    }

    [TestCase(5000, 5500, 0, 0.001, "")]
    [TestCase(4000, 4200, 0, 0.001, "evidence")]
    [TestCase(5000, 5500, 0, 0.0, "evidence")]
    [TestCase(5000, 5500, 20, 0.001, "evidence")]
    public void WhenThereAreHardlyAnyErrors_ThenASmallShareIsHarmlessWhateverStablesIs(long few, long requests, long events,
        double negligible, string lack)
    {
        var metric = Errors with { Comparison = Errors.Comparison! with { Negligible = negligible } };
        var evidence = Counted(metric, [(few, events, few, events), (requests - few, 0, requests - few, 0)]);

        Assert.That(SequentialJudge.FindLack(metric, evidence), Is.Null, "before a small step");
        Assert.That(SequentialJudge.FindLack(metric, evidence, isFull: true) is EvidenceLack.Harmlessness,
            Is.EqualTo(lack == "evidence"), $"{SequentialJudge.LogHarmless(metric, evidence)}");
    }

    [TestCase(0, 0, 900, 3, "no traffic: the canary got none of the 900 requests")]
    [TestCase(0, 0, 0, 0, "idle: there were no requests on either side")]
    [TestCase(100, 0, 0, 0, "nothing to compare with: stable got none of the 100 requests")]
    public void WhenAWindowHasAGap_ThenTheVerdictIsInconclusiveAndSaysWhich(long n, long events, long stable, long theirs, string gap)
    {
        var good = Counted(Errors, [(200, 0, 1800, 2)]);
        var evidence = EvidenceSum.Add(Errors, good, Window(n, events, stable, theirs), A.At(570), A.At(600));

        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(evidence.Gap, Is.EqualTo(gap));
        Assert.That(evidence with { CountedTo = null, Gap = "", Traffic = good.Traffic }, Is.EqualTo(good with { CountedTo = null }),
            "it is neither for nor against");
    }

    [Test]
    public void WhenAWindowWaitsForAPod_ThenNothingIsCountedAndItSaysForWhich()
    {
        var good = Counted(Errors, [(200, 0, 1800, 2)]);
        var waiting = new WindowCounts([], []) { WaitsFor = new MissingPod("c2", A.At(20), IsCanary: true) };

        var evidence = EvidenceSum.Add(Errors, good, waiting, A.At(30), A.At(30));

        Assert.That(evidence, Is.EqualTo(good with { Gap = "the window waits for pod c2 of the canary, not scraped since 10:00:20" }));
        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(RunPhase.Inconclusive));
    }

    [Test]
    public void WhenStableDiffersAsMuchFromItself_ThenMoreIsAskedOfTheCanary()
    {
        // One half of stable fails three times as often as the other: the service's own noise.
        var calm = Enumerable.Range(0, 40)
            .Aggregate(Evidence.None,
                (so, look) => EvidenceSum.Add(Errors, so, CountedWindow.Make(new(100, [1]), new(450, [1]), new(450, [1])),
                    A.At(30 * look), A.At(30 * (look + 1))));
        var noisy = Enumerable.Range(0, 40)
            .Aggregate(Evidence.None,
                (so, look) => EvidenceSum.Add(Errors, so, CountedWindow.Make(new(100, [1]), new(450, [2]), new(450, [0])),
                    A.At(30 * look), A.At(30 * (look + 1))));

        Assert.That(noisy.Spread.Factor, Is.EqualTo(1), "a half that always fails is a pod that differs, and no burst");
        Assert.That(RatioProcess.LogEvidence(calm.Placebo), Is.LessThan(0));
        Assert.That(RatioProcess.LogEvidence(noisy.Placebo), Is.GreaterThan(Math.Log(100)));
        Assert.That(SequentialJudge.Stand(Errors, calm), Is.EqualTo(RunPhase.Failed));
        var at = Enumerable.Range(1, 40)
            .First(looks =>
                SequentialJudge.Stand(Errors, Counted(Errors, Enumerable.Repeat((100L, 1L, 900L, 2L), looks))) == RunPhase.Failed);
        var early = Enumerable.Range(0, at)
            .Aggregate(Evidence.None,
                (so, look) => EvidenceSum.Add(Errors, so, CountedWindow.Make(new(100, [1]), new(450, [2]), new(450, [0])),
                    A.At(30 * look), A.At(30 * (look + 1))));
        Assert.That(SequentialJudge.Stand(Errors, early), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(Open(Errors, early),
            Does.Contain("stable differs as much from itself").Or.Contain("minutes must agree"));
    }

    [Test]
    public void WhenTheTailIsSlower_ThenTheBoundThatShowsMostIsNamed()
    {
        // Slower than 100, 250 and 500 ms.
        var evidence = Enumerable.Range(0, 20).Aggregate(Evidence.None, (so, look) => EvidenceSum.Add(
            Durations, so, CountedWindow.Make(new(660, [135, 27, 1]), new(3000, [600, 57, 6]), new(3000, [600, 57, 6]), pods: 2),
            A.At(30 * look), A.At(30 * (look + 1))));

        Assert.That(SequentialJudge.Stand(Durations, evidence), Is.EqualTo(RunPhase.Failed));
        Assert.That(EvidenceText.Describe(Durations, SequentialJudge.Find(Durations, evidence)),
            Does.EndWith(
                "that requests are slower than 1.1 times stable's; 4.1 % against 1.9 % on stable take longer than 250 ms; 540 of 13,200 "
                    + "requests; slow requests are 1.7 to 3.7 times stable's (99 %)"));
    }

    [Test]
    public void WhenAllBoundsAreEqual_ThenTheEvidenceIsTheirMean()
    {
        var evidence = EvidenceSum.Add(Durations, Evidence.None,
            CountedWindow.Make(new(1000, [200, 90, 3]), new(9000, [1800, 180, 27])), A.Start, A.At(30));
        var process = new RatioProcess(RatioGrid.Slowness(1.1));

        var mean = new[] { (200L, 1800L), (90, 180),
            (3, 27) }.Average(bound =>
                Math.Exp(RatioProcess.LogEvidence(process.Add(process.Start, 1000, bound.Item1, 9000, bound.Item2))));

        Assert.That(SequentialJudge.LogOdds(Durations, evidence), Is.EqualTo(Math.Log(SequentialJudge.WholeShare * mean)).Within(1e-5));
    }

    [Test]
    public void WhenTheEvidenceIsExplained_ThenAPersonUnderstandsIt()
    {
        var evidence = Evidence.None with
        {
            Requests = 13_200,
            Events = [41],
            StableRequests = 118_800,
            StableEvents = [107],
            Worse = [.. Enumerable.Repeat(Math.Log(250 / SequentialJudge.WholeShare), 8)],
            Windows = 20
        };

        Assert.That(EvidenceText.Describe(Errors, SequentialJudge.Find(Errors, evidence)),
            Is.EqualTo("250:1 odds that errors are worse; 0.31 % against 0.09 % on stable; 41 errors in 13,200 requests"));
    }

    [TestCase(5.5215, "250:1")]
    [TestCase(0, "1:1")]
    [TestCase(-3.7, "1:40")]
    [TestCase(0.9, "2.5:1")]
    [TestCase(13.123, "500,000:1")]
    [TestCase(900, "more than 1,000,000,000:1")]
    public void WhenOddsAreWritten_ThenWithTwoDigits(double log, string text) => Assert.That(OddsText.Odds(log), Is.EqualTo(text));

    [Test]
    public void WhenWindowsComeInAnotherOrder_ThenTheEvidenceIsTheSame()
    {
        (long, long, long, long)[] windows = [(100, 3, 900, 9), (120, 0, 880, 12), (90, 5, 910, 4), (120, 1, 880, 7)];

        Assert.That(SequentialJudge.LogOdds(Errors, Counted(Errors, windows)),
            Is.EqualTo(SequentialJudge.LogOdds(Errors, Counted(Errors, windows.Reverse()))).Within(1e-5));
    }

    internal static WindowCounts Window(long n, long events, long stable, long theirs) =>
        CountedWindow.Make(new(n, [events]), new(stable, [theirs]));

    private static string Open(MetricSpec metric, Evidence evidence) =>
        EvidenceText.Describe(metric, SequentialJudge.FindLack(metric, evidence)!);

    private static Evidence Counted(MetricSpec metric,
        System.Collections.Generic.IEnumerable<(long N, long X, long All, long Y)> windows) =>
        windows.Select((window, index) => (window, index))
        .Aggregate(Evidence.None,
            (so, one) => EvidenceSum.Add(metric, so, Window(one.window.N, one.window.X, one.window.All, one.window.Y),
                A.At(30 * one.index), A.At(30 * (one.index + 1))));

    [Test]
    public void WhenOneWindowAloneShowsIt_ThenItMayBeABurst()
    {
        // Twenty errors in one window, which may be the end of a burst or its beginning: half of the digits must be shown without it.
        var burst = Counted(Errors, [(100, 0, 900, 0), (100, 20, 900, 1)]);
        var over = Counted(Errors, [(100, 0, 900, 0), (100, 20, 900, 1), .. Enumerable.Repeat((100L, 0L, 900L, 0L), 4)]);
        var more = Counted(Errors, [(100, 0, 900, 0), (100, 20, 900, 1), .. Enumerable.Repeat((100L, 1L, 900L, 0L), 30)]);

        Assert.That(SequentialJudge.LogOdds(Errors, burst), Is.GreaterThan(Math.Log(1e6)));
        Assert.That(SequentialJudge.Stand(Errors, burst), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(Open(Errors, burst),
            Does.StartWith("one or two windows alone show it, without them").And.EndsWith("it may be a burst"));
        Assert.That(SequentialJudge.LogOdds(Errors, over), Is.LessThan(Math.Log(10)), "one burst is one observation");
        Assert.That(SequentialJudge.Stand(Errors, more), Is.EqualTo(RunPhase.Failed));
    }

    [Test]
    public void WhenErrorsComeTwentyAtOnce_ThenTheyAreOneObservation()
    {
        // Storms that hit one pod of stable or the other, by lot: its halves differ, although they are the same in the end.
        var random = new Random(20261130);
        bool[] first = [.. Enumerable.Range(0, 40).Select(_ => random.Next(2) == 0)];
        var storms = Enumerable.Range(0, 40).Aggregate(Evidence.None, (so, look) => EvidenceSum.Add(Errors, so,
            CountedWindow.Make(new(100, [4]), new(450, [first[look] ? 20 : 0]), new(450, [first[look] ? 0 : 20])),
            A.At(30 * look), A.At(30 * (look + 1))));
        var single = Enumerable.Range(0, 40).Aggregate(Evidence.None, (so, look) => EvidenceSum.Add(Errors, so,
            CountedWindow.Make(new(100, [4]), new(450, [10]), new(450, [10])), A.At(30 * look), A.At(30 * (look + 1))));

        Assert.That(storms.Spread.Factor, Is.InRange(12, 30));
        Assert.That(single.Spread.Factor, Is.EqualTo(1));
        Assert.That(SequentialJudge.LogOdds(Errors, single), Is.GreaterThan(Math.Log(1e6)));
        Assert.That(SequentialJudge.LogOdds(Errors, storms), Is.LessThan(Math.Log(2)), "forty storms are few observations");
    }

    [Test]
    public void WhenWindowsAreShort_ThenAMinuteHasOneSign()
    {
        var halves = Counted(Errors, Enumerable.Repeat((100L, 1L, 900L, 2L), 5));

        Assert.That((halves.Windows, halves.Blocks, halves.Open), Is.EqualTo((5, 2, new PartialMinute(30, 0, 100, 1, 900, 2))));
        Assert.That(halves.Signs, Is.EqualTo(SignProcess.Add(SignProcess.Add([], 1), 1)));
    }
}
