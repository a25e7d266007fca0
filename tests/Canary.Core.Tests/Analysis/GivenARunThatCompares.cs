using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenARunThatCompares
{
    private static readonly MetricSpec Metric = A.Metric with
    {
        SuccessCondition = null,
        Provider = A.Red,
        Interval = TimeSpan.FromSeconds(30),
        Window = TimeSpan.FromSeconds(60),
        InconclusiveLimit = int.MaxValue,
        Comparison = new Comparison(ComparisonKind.Sequential, [new("ns", "shop"), new("svc", "checkout-stable")]) { Against = "v1" },
    };

    private static readonly RunSpec Run = new([Metric]);

    [Test]
    public void WhenTheCanaryFails_ThenTheRunFailsInWordsAPersonUnderstands()
    {
        var status = Looks(Run, RunStatus.New, 8, failing: true);

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Failed));
        Assert.That(status.Message,
            Does.Match(@"^[\d,]+:1 odds that errors are worse; 1 % against 0\.[\d]+ % on stable; \d+ errors in [\d,]+ requests; "
                + @"errors are (at least )?[\d.]+( to [\d.]+)? times stable's \(99 %\)$"));
        Assert.That(status.Metrics[0].Measurements[^1].Odds, Is.GreaterThan(100));
        Assert.That(status.Metrics[0].Measurements[^1].Ratio!.Value.Low, Is.GreaterThan(1));
        Assert.That(status.Metrics[0].Measurements[^1].Samples, Is.EqualTo(200));
    }

    [Test]
    public void WhenTheCanaryIsEqual_ThenTheRunGoesOnAndIsConclusive()
    {
        var status = Looks(Run, RunStatus.New, 8, failing: false);

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(AnalysisMachine.IsConclusive(Run, status));
        var verdicts = status.Metrics[0].Measurements.Select(one => one.Verdict).ToArray();
        Assert.That(verdicts[0], Is.EqualTo(RunPhase.Inconclusive), "200 requests are two of three errors that were to be expected");
        Assert.That(verdicts[1..], Is.All.EqualTo(RunPhase.Successful));
    }

    [Test]
    public void WhenThereIsNoTrafficForAWhile_ThenNothingEndsAndNothingIsForgotten()
    {
        var status = Looks(Run, RunStatus.New, 4, failing: false);
        var idle = Looks(Run, status, 30, failing: false, from: 4, isIdle: true);

        Assert.That(idle.Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(idle.Metrics[0].Measurements[^1].Verdict, Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(idle.Metrics[0].Measurements[^1].Message, Does.EndWith("idle: there were no requests on either side"));
        Assert.That(AnalysisMachine.IsConclusive(Run, idle), "what was seen before still stands");
    }

    [Test]
    public void WhenNeitherSideHasASeries_ThenItSaysThatTheNamesMayBeWrong()
    {
        var nothing = new MetricAnswer.Matrix([], []);

        var status = AnalysisMachine.Advance(Run, AnalysisMachine.Start(Run, RunStatus.New, A.Start),
            [new FinishedMeasurement("errors", A.At(60), A.At(60), nothing) { Baseline = nothing }], A.At(60));

        Assert.That(status.Metrics[0].Measurements[^1].Verdict, Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(status.Metrics[0].Measurements[^1].Message,
            Does.EndWith("idle: there is no series of either side; where there is traffic, the labels they are looked for by are others"));
    }

    [Test]
    public void WhenNothingWasSeen_ThenItIsNotConclusive() =>
        Assert.That(AnalysisMachine.IsConclusive(Run, Looks(Run, RunStatus.New, 4, failing: false, isIdle: true)), Is.False);

    [Test]
    public void WhenTheRolloutAsks_ThenItSaysWhatIsLackingBeforeMoreTrafficAndBeforeAllOfIt()
    {
        var strict = new RunSpec([Metric with { Comparison = Metric.Comparison! with { Require = Requirement.Evidence } }]);
        var lenient = new RunSpec([Metric with { Comparison = Metric.Comparison! with { Require = Requirement.NoHarm } }]);
        var few = new RunSpec([Metric with { MinSamples = 50 }]);

        Assert.That(Lacks(Run, RunStatus.New), Is.EqualTo(("errors has seen nothing yet", "errors has seen nothing yet")));
        Assert.That(Lacks(Run, Looks(Run, RunStatus.New, 4, failing: false, isIdle: true)).ToRaise,
            Is.EqualTo("errors has seen nothing yet"));
        Assert.That(Lacks(few, Looks(few, RunStatus.New, 8, failing: false)),
            Is.EqualTo(("errors has not seen enough requests", "errors has not seen enough requests")));
        Assert.That(Lacks(Run, Looks(Run, RunStatus.New, 8, failing: false)),
            Is.EqualTo(("", "errors has not shown yet that the canary is not much worse")));
        Assert.That(Lacks(strict, Looks(strict, RunStatus.New, 8, failing: false)),
            Is.EqualTo(("", "errors has not shown yet that the canary is not much worse")));
        Assert.That(Lacks(lenient, Looks(lenient, RunStatus.New, 8, failing: false)), Is.EqualTo(("", "")));
    }

    [Test]
    public void WhenItRequiresEvidence_ThenItGoesOnBeyondItsCountForAsLongAsItMay()
    {
        var patient = new RunSpec([Metric with
        {
            Count = 4,
            Comparison = Metric.Comparison! with { Require = Requirement.Evidence, CountExtension = TimeSpan.FromMinutes(3) },
        }]);
        var strict = new RunSpec([patient.Metrics[0] with
        {
            Comparison = patient.Metrics[0].Comparison! with { CountExtension = TimeSpan.Zero },
        }]);

        Assert.That(Looks(strict, RunStatus.New, 100, failing: false).Metrics[0] is { Phase: RunPhase.Inconclusive, Inconclusive: 4 });
        var late = Looks(patient, RunStatus.New, 100, failing: false);
        Assert.That((late.Phase, late.Metrics[0].Inconclusive), Is.EqualTo((RunPhase.Inconclusive, 10)), "four looks, and three minutes");
        Assert.That(late.Message, Does.Contain("and 20:1 is asked for"));
        Assert.That(Looks(patient, RunStatus.New, 100, failing: true).Phase, Is.EqualTo(RunPhase.Failed));
        var asked = Looks(patient, RunStatus.New, 6, failing: false);
        var silent = Answers.Faulted("timed out");
        var outage = AnalysisMachine.Advance(patient, asked,
            [new FinishedMeasurement("errors", A.At(240), A.At(240), silent) { Baseline = silent }], A.At(240));
        Assert.That((asked.Phase, outage.Phase), Is.EqualTo((RunPhase.Running, RunPhase.Running)), "one question without an answer");
    }

    [Test]
    public void WhenTheEvidenceLeansToWorse_ThenNothingIsToBeRaised()
    {
        var statuses = Enumerable.Range(1, 8).Select(count => Looks(Run, RunStatus.New, count, failing: true))
            .TakeWhile(status => status.Phase == RunPhase.Running).ToArray();
        var leaning = statuses.Where(status => status.Metrics[0].Measurements[^1].Odds is > 10 and < 100).ToArray();

        Assert.That(leaning, Is.Not.Empty);
        Assert.That(leaning.Select(status => Lacks(Run, status).ToRaise), Is.All.EqualTo("errors leans to worse, and has not decided"));
    }

    [Test]
    public void WhenItIsADryRun_ThenNoRaiseWaits()
    {
        var dry = new RunSpec([Metric with { IsDryRun = true }]);

        Assert.That(Lacks(dry, RunStatus.New), Is.EqualTo(("", "")));
    }

    [Test]
    public void WhenACountIsReached_ThenTheLastWordDecides()
    {
        var step = new RunSpec([Metric with { Count = 5 }]);

        Assert.That(Looks(step, RunStatus.New, 5, failing: false).Phase, Is.EqualTo(RunPhase.Successful));
        Assert.That(Looks(step, RunStatus.New, 5, failing: false, isIdle: true).Phase, Is.EqualTo(RunPhase.Inconclusive));
    }

    [Test]
    public void WhenALookIsToldTwice_ThenItsWindowIsCountedOnce()
    {
        var status = Looks(Run, RunStatus.New, 3, failing: false);

        var again = AnalysisMachine.Advance(Run, status, [Look(3, false)], A.At(300));

        Assert.That(again, Is.EqualTo(status));
    }

    [Test]
    public void WhenATickIsMissed_ThenTheNextWindowHoldsBoth()
    {
        var every = Looks(Run, RunStatus.New, 6, failing: false);
        var some = new[] { 1, 2, 5, 6 }.Aggregate(AnalysisMachine.Start(Run, RunStatus.New, A.Start),
            (so, look) => AnalysisMachine.Advance(Run, so, [Look(look, false)], A.At(1000)));

        Assert.That((some.Metrics[0].Evidence!.Requests, some.Metrics[0].Evidence!.StableEvents),
            Is.EqualTo((every.Metrics[0].Evidence!.Requests, every.Metrics[0].Evidence!.StableEvents)));
    }

    [Test]
    public void WhenASideHasNoAnswer_ThenItIsAnErrorAndTheEvidenceStays()
    {
        var status = Looks(Run, RunStatus.New, 3, failing: true);

        var faulted = AnalysisMachine.Advance(Run, status, [Look(4, true) with { Baseline = Answers.Faulted("timed out") }], A.At(300));

        Assert.That(faulted.Metrics[0].Measurements[^1],
            Is.EqualTo(new Measurement(A.At(150), A.At(150), RunPhase.Error, "", "stable: timed out")));
        Assert.That(faulted.Metrics[0].Evidence, Is.EqualTo(status.Metrics[0].Evidence));
        Assert.That(faulted.Metrics[0].ConsecutiveErrors, Is.EqualTo(1));
    }

    [Test]
    public void WhenNothingIsScrapedAnyMore_ThenItIsAnError()
    {
        var status = Looks(Run, RunStatus.New, 3, failing: false);
        var old = Look(3, false);

        var blind = AnalysisMachine.Advance(Run, status, [old with { DueAt = A.At(60 + (30 * 8)) }], A.At(600));

        Assert.That(blind.Metrics[0].Measurements[^1].Verdict, Is.EqualTo(RunPhase.Error));
        Assert.That(blind.Metrics[0].Measurements[^1].Message, Does.StartWith("no series of either side was scraped since 10:01:30"));
    }

    [Test]
    public void WhenThereWasNoAnswerForLong_ThenItGoesOnFromAQuarterOfAnHourAgo()
    {
        var seen = Looks(Run, RunStatus.New, 3, failing: false);
        var held = Failing(seen, 60);
        var next = AnalysisMachine.Advance(Run, held, [Look(61, false, back: 1080)], A.At(1860));

        Assert.That(AnalysisMachine.IsHeldByErrors(Run, held));
        // Thirty windows of 200 requests, and nothing of the half hour less a quarter before.
        Assert.That(next.Metrics[0].Evidence!.Requests - seen.Metrics[0].Evidence!.Requests, Is.EqualTo(6000));
        Assert.That(next.Metrics[0].Evidence!.CountedTo, Is.EqualTo(A.At(1830)));
    }

    [Test]
    public void WhenNothingIsScrapedAfterThat_ThenItStaysAnError()
    {
        // No series at all would be "idle" in a run that was never blind: here it ends no hold.
        var held = Failing(Looks(Run, RunStatus.New, 3, failing: false), 60);
        var none = new Scraped().Answer;
        var next = AnalysisMachine.Advance(Run, held, [new FinishedMeasurement("errors", A.At(1860), A.At(1860), none) { Baseline = none }],
            A.At(1860));

        Assert.That(next.Metrics[0].Measurements[^1].Verdict, Is.EqualTo(RunPhase.Error));
        Assert.That(next.Metrics[0].Evidence, Is.EqualTo(held.Metrics[0].Evidence));
    }

    [Test]
    public void WhenPodsAreSeenForTheFirstTimeAfterThat_ThenTheirPastDoesNotCount()
    {
        // Nothing was scraped meanwhile: that a series begins now does not say that its pod does.
        var held = Failing(Looks(Run, RunStatus.New, 3, failing: false), 60);
        var look = new FinishedMeasurement("errors", A.At(1860), A.At(1860), new Scraped().Requests("c1", "200", 1800, 60, 70, 80)
            .Requests("c1", "503", 1800, 30, 30, 31).Answer)
        {
            Baseline = new Scraped().Requests("s1", "200", 1800, 80, 90, 100).Answer,
        };
        var next = AnalysisMachine.Advance(Run, held, [look], A.At(1860));
        var (before, after) = (held.Metrics[0].Evidence!, next.Metrics[0].Evidence!);

        Assert.That((after.Requests - before.Requests, after.Events[0] - before.Events[0], after.StableRequests - before.StableRequests),
            Is.EqualTo((21L, 1L, 20L)));
    }

    [Test]
    public void WhenNoBoundIsABucket_ThenItIsAnErrorAndNeverGood()
    {
        var run = new RunSpec([Metric with { Provider = A.Red with { Signal = RedSignal.Duration },
            Comparison = Metric.Comparison! with { Bounds = [150, 200] } }]);
        var scraped = new Scraped().Bucket("p", "100", -15, 0, 0, 400, 800).Bucket("p", "+Inf", -15, 0, 0, 500, 1000).Answer;

        var status = AnalysisMachine.Advance(run, AnalysisMachine.Start(run, RunStatus.New, A.Start),
            [new FinishedMeasurement("errors", A.At(60), A.At(60), scraped) { Baseline = scraped }], A.At(60));

        Assert.That(status.Metrics[0].Measurements[^1].Verdict, Is.EqualTo(RunPhase.Error));
        Assert.That(status.Metrics[0].Measurements[^1].Message,
            Is.EqualTo(
                "none of the bounds (150, 200 ms) is a bucket of the histogram on both sides; give those that are in compare.bounds"));
        Assert.That(AnalysisMachine.IsConclusive(run, status), Is.False);
    }

    [Test]
    public void WhenTheNextRunOfTheSameRevisionBegins_ThenItKnowsWhatWasSeen()
    {
        var first = Looks(Run, RunStatus.New, 3, failing: true);
        var next = new RunSpec(
            [Metric with { Count = 5, Comparison = Metric.Comparison! with { Alpha = 0.002, Require = Requirement.Evidence } }]);

        var carried = EvidenceCarry.Into(next, AnalysisMachine.Start(next, RunStatus.New, A.At(600)), [(Run, first)]);

        Assert.That(carried.Metrics[0].Evidence, Is.EqualTo(first.Metrics[0].Evidence! with { CountedTo = null }));
    }

    [Test]
    public void WhenAnotherRunStillCounts_ThenItsWindowsAreNotCountedAgain()
    {
        var background = Looks(Run, RunStatus.New, 3, failing: true);

        var carried = EvidenceCarry.Into(Run, AnalysisMachine.Start(Run, RunStatus.New, A.At(70)), [(Run, background)]);

        Assert.That(carried.Metrics[0].Evidence!.CountedTo, Is.EqualTo(background.Metrics[0].Evidence!.CountedTo));
    }

    [Test]
    public void WhenOnlyRunsBeforeItHaveLooked_ThenItIsNotConclusiveBeforeItLooksItself()
    {
        // Another attempt: nothing is promoted on what was seen before, without a look.
        var seen = Looks(Run, RunStatus.New, 4, failing: false).Metrics[0].Evidence! with { CountedTo = A.At(-7200) };
        var earlier = AnalysisMachine.Start(Run, RunStatus.New,
            A.At(-9000)) with
        {
            Metrics =
                [new MetricStatus("errors", RunPhase.Successful, "", 4, 0, 0, 0, 0, A.At(-7170), []) { Evidence = seen }]
        };
        var before = EvidenceCarry.Into(Run, AnalysisMachine.Start(Run, RunStatus.New, A.Start), [(Run, earlier)]);

        Assert.That(before.Metrics[0].Evidence!.Windows, Is.EqualTo(4));
        Assert.That(AnalysisMachine.IsConclusive(Run, before), Is.False);
        Assert.That(AnalysisMachine.IsConclusive(Run, Looks(Run, before, 1, failing: false)));
    }

    [Test]
    public void WhenStableIsAnother_ThenItBeginsAnew()
    {
        var first = Looks(Run, RunStatus.New, 3, failing: true);
        var next = new RunSpec([Metric with { Comparison = Metric.Comparison! with { Against = "v0" } }]);

        var carried = EvidenceCarry.Into(next, AnalysisMachine.Start(next, RunStatus.New, A.At(600)), [(Run, first)]);

        Assert.That(carried.Metrics[0].Evidence, Is.Null);
    }

    [Test]
    public void WhenAQueryIsMade_ThenItAsksForCountersSinceTheLastWindow()
    {
        var at = A.At(600);
        var query = MetricQueries.For(Metric, "shop", at, out _, A.At(540))!;
        var baseline = MetricQueries.BaselineOf(Metric, "shop", at, A.At(540))!;

        // 30 s of lag, 30 s of window, 3 min to begin the differences with.
        Assert.That(query.Query,
            Is.EqualTo(
                "istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"checkout-canary.shop.svc.cluster.local\"}[210s]"));
        Assert.That(baseline.Query,
            Is.EqualTo(
                "istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"checkout-stable.shop.svc.cluster.local\"}[210s]"));
        Assert.That(query.At, Is.EqualTo(A.At(570)));
        Assert.That(MetricQueries.SamplesOf(Metric, "shop", at), Is.Null);
    }

    [Test]
    public void WhenDurationsAreAskedFor_ThenADozenBuckets()
    {
        var query = MetricQueries.For(Metric with { Provider = A.Red with { Signal = RedSignal.Duration } }, "shop", A.At(600), out _)!;

        Assert.That(query.Query,
            Does.Contain(
                @"le=~""5(\\.0)?|10(\\.0)?|25(\\.0)?|50(\\.0)?|100(\\.0)?|250(\\.0)?|500(\\.0)?|1000(\\.0)?|2500(\\.0)?|5000(\\.0)?|10000(\\.0)?|30000(\\.0)?|\\+Inf"""));
    }

    // A scrape every fifteen seconds; each window of thirty has 200 requests to the canary and 1,800 to stable.
    private static (string ToRaise, string ToFill) Lacks(RunSpec spec, RunStatus status)
    {
        var seen = AnalysisMachine.Observe(new("v2", 1, null), spec, status);
        return (seen.MissingForRaise, seen.MissingForFullWeight);
    }

    private static RunStatus Looks(RunSpec run, RunStatus status, int count, bool failing, int from = 0, bool isIdle = false)
    {
        var so = AnalysisMachine.Start(run, status, A.Start);
        for (var look = from + 1; look <= from + count && so.EndedAt is null; look++)
            so = AnalysisMachine.Advance(run, so, [Look(look, failing, isIdle ? from : null)], A.At(30 + (30 * look)));
        return so;
    }

    // Every look after the ones before has no answer.
    private static RunStatus Failing(RunStatus seen, int until) => Enumerable.Range(4, until - 3).Aggregate(seen, (so, look) =>
        AnalysisMachine.Advance(Run, so, [Look(look, false) with { Answer = Answers.Faulted("timed out") }], A.At(30 + (30 * look))));

    private static FinishedMeasurement Look(int look, bool failing, int? idleSince = null, int back = 210)
    {
        var end = 30 * look;
        var start = end - back;
        double Grown(double perWindow, int at) => Math.Max(0, perWindow * Math.Min(at, 30 * (idleSince ?? int.MaxValue / 60)) / 30.0);
        double[] Counter(double perWindow, double before) =>
            [.. Enumerable.Range(0, (back / 15) + 1).Select(index => Math.Floor(before + Grown(perWindow, start + (15 * index))))];
        var canary = new Scraped().Requests("c1", "200", start, Counter(failing ? 99 : 100, 50))
            .Requests("c1", "503", start, Counter(failing ? 1 : 0, 2)).Requests("c2", "200", start, Counter(failing ? 99 : 100, 50))
            .Requests("c2", "503", start, Counter(failing ? 1 : 0, 2));
        var stable = new Scraped().Requests("s1", "200", start, Counter(900, 5000)).Requests("s2", "200", start, Counter(898.2, 5000))
            .Requests("s2", "503", start, Counter(1.8, 5));
        return new FinishedMeasurement("errors", A.At(end + 30), A.At(end + 30), canary.Answer) { Baseline = stable.Answer };
    }
}
