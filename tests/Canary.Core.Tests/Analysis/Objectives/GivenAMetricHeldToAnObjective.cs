using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Objectives;

public sealed class GivenAMetricHeldToAnObjective
{
    private static readonly MetricSpec Metric = HeldRun.Metric;

    private static readonly RunSpec Run = new([Metric]);

    [Test]
    public void WhenTheCanaryMissesIt_ThenTheRunFailsInWordsAPersonUnderstands()
    {
        var status = Looks(Run, RunStatus.New, 8, failing: 10);

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Failed));
        Assert.That(status.Message,
            Does.Match(@"^(more than )?[\d,]+:1 odds that the canary misses the objective of 99 %; \d+ errors in \d+ requests, which burns the error "
                + @"budget 5 times as fast as the objective allows; errors are [\d.]+ to [\d.]+ % \(99 %\), 1 % is allowed$"));
        Assert.That(status.Metrics[0].Measurements[^1].Odds, Is.GreaterThan(100));
        Assert.That(status.Metrics[0].Measurements[^1].Rate!.Value.Low, Is.GreaterThan(0.01));
        Assert.That(status.Metrics[0].Measurements[^1].Ratio, Is.Null);
    }

    [Test]
    public void WhenTheCanaryKeepsIt_ThenTheRunGoesOnAndIsConclusive()
    {
        var status = Looks(Run, RunStatus.New, 8, failing: 1);

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(AnalysisMachine.IsConclusive(Run, status));
        Assert.That(status.Metrics[0].Measurements.Select(one => one.Verdict),
            Is.EqualTo(Enumerable.Repeat(RunPhase.Successful, 7).Prepend(RunPhase.Inconclusive)), "one window has too few requests");
    }

    [Test]
    public void WhenAQueryIsMade_ThenStableIsNotAsked()
    {
        Assert.That(MetricQueries.For(Metric, "shop", A.At(600), out _, A.At(540))!.Query, Does.Contain("checkout-canary"));
        Assert.That(MetricQueries.BaselineOf(Metric, "shop", A.At(600), A.At(540)), Is.Null);
    }

    [Test]
    public void WhenOneWindowAloneShowsIt_ThenItIsNoEvidence()
    {
        var burst = HeldRun.Of(Metric, 100, 0, 0, 0, 40);

        Assert.That(ObjectiveJudge.LogOdds(burst), Is.GreaterThan(Math.Log(100)));
        Assert.That(ObjectiveJudge.Stand(Metric, burst), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(ObjectiveJudge.FindLack(Metric, burst), Is.TypeOf<ObjectiveLack.OneWindow>());
    }

    [Test]
    public void WhenABurstLiesAcrossTwoShortWindows_ThenItIsOneBurst()
    {
        var across = HeldRun.Of(Metric, 100, 0, 0, 0, 20, 20);
        var minutes = new[] { 0, 0, 0, 20, 20 }.Aggregate(Evidence.None, (so, events) => HeldRun.Add(Metric, so, 100, events, 60));

        Assert.That(ObjectiveJudge.Stand(Metric, across), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(ObjectiveJudge.LogOddsWithoutBurst(across), Is.LessThan(0));
        Assert.That(ObjectiveJudge.LogOddsWithoutBurst(minutes), Is.GreaterThan(Math.Log(10)));
    }

    [Test]
    public void WhenNearlyAllFails_ThenItIsRolledBackWithinThreeWindows() =>
        Assert.That(Enumerable.Range(1, 3).Select(windows => ObjectiveJudge.Stand(HeldRun.With(0.999),
            HeldRun.Of(HeldRun.With(0.999), 100, [.. Enumerable.Repeat(60, windows)]))), Is.EqualTo(
            new[] { RunPhase.Inconclusive, RunPhase.Inconclusive, RunPhase.Failed }));

    [Test]
    public void WhenItGetsWorseLate_ThenTheMessageSaysSinceWhen()
    {
        var metric = HeldRun.With(0.999);
        var evidence = HeldRun.Of(metric, 300, [.. Enumerable.Repeat(0, 200), 6, 6, 6, 6]);
        var finding = ObjectiveJudge.Find(metric, evidence);

        Assert.That(ObjectiveJudge.Stand(metric, evidence), Is.EqualTo(RunPhase.Failed));
        Assert.That(finding.Recent!.Since, Is.EqualTo(A.At(200 * 30)));
        Assert.That(ObjectiveText.Describe(metric, finding),
            Does.Contain("24 errors in 61,200 requests, which burns the error budget 0.39 times as fast as the objective allows; "
                + "since 11:40:00 24 errors in 1,200 requests, 20 times as fast; errors are "));
    }

    [Test]
    public void WhenEvidenceIsAsked_ThenItTakesTheRequestsThatItTakes()
    {
        var strict = Metric with { Comparison = Metric.Comparison! with { Require = Requirement.Evidence } };

        Assert.That(ObjectiveJudge.Stand(strict, HeldRun.Of(strict, 440, 0)), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(ObjectiveText.Describe(ObjectiveJudge.FindLack(strict, HeldRun.Of(strict, 440, 0))!, isSlowness: false),
            Does.Match(@"^not enough: 19(\.\d)?:1 odds that it keeps the objective, and 20:1 is asked for$"));
        Assert.That(ObjectiveJudge.Stand(strict, HeldRun.Of(strict, 450, 0)), Is.EqualTo(RunPhase.Successful));
        Assert.That(ObjectiveJudge.Stand(strict, HeldRun.Of(strict, 450, 1)), Is.EqualTo(RunPhase.Inconclusive));
    }

    [Test]
    public void WhenTheRolloutAsks_ThenItSaysWhatIsLackingBeforeMoreTrafficAndBeforeAllOfIt()
    {
        var strict = new RunSpec([Metric with { Comparison = Metric.Comparison! with { Require = Requirement.Evidence } }]);
        var few = new RunSpec([Metric with { MinSamples = 50 }]);

        Assert.That(Lacks(Run, RunStatus.New), Is.EqualTo(("errors has seen nothing yet", "errors has seen nothing yet")));
        Assert.That(Lacks(few, Looks(few, RunStatus.New, 3, failing: 1)).ToRaise, Is.EqualTo("errors has not seen enough requests"));
        Assert.That(Lacks(Run, Looks(Run, RunStatus.New, 3, failing: 1)), Is.EqualTo(("", "")));
        Assert.That(Lacks(strict, Looks(strict, RunStatus.New, 3, failing: 1)),
            Is.EqualTo(("", "errors has not shown yet that the canary keeps its objective")));
        Assert.That(Lacks(Run, Looks(Run, RunStatus.New, 2, failing: 10)).ToRaise,
            Is.EqualTo("errors leans to missing its objective, and has not decided"));
    }

    [Test]
    public void WhenLittleIsAsked_ThenAWindowWithoutARequestChangesNothing()
    {
        var seen = Looks(Run, RunStatus.New, 4, failing: 1);
        var idle = Looks(Run, seen, 10, failing: 1, from: 4, isIdle: true);

        Assert.That(idle.Metrics[0].Measurements[^1].Verdict, Is.EqualTo(RunPhase.Successful));
        Assert.That(idle.Metrics[0].Evidence!.Requests, Is.EqualTo(seen.Metrics[0].Evidence!.Requests));
    }

    [Test]
    public void WhenNobodyHasAskedAnything_ThenItIsInconclusiveAndSaysSo()
    {
        var idle = Looks(Run, RunStatus.New, 4, failing: 0, isIdle: true);
        var none = AnalysisMachine.Advance(Run, AnalysisMachine.Start(Run, RunStatus.New, A.Start),
            [new FinishedMeasurement("errors", A.At(60), A.At(60), new MetricAnswer.Matrix([], []))], A.At(60));

        Assert.That(idle.Metrics[0].Measurements[^1].Verdict, Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(idle.Metrics[0].Measurements[^1].Message, Does.EndWith("no traffic: the canary had no requests"));
        Assert.That(none.Metrics[0].Measurements[^1].Message,
            Does.EndWith("no series of the canary: nobody asked it for anything, or the labels it is looked for by are others"));
        Assert.That(AnalysisMachine.IsConclusive(Run, idle), Is.False);
    }

    [Test]
    public void WhenNothingIsScrapedAnyMore_ThenItIsAnError()
    {
        var status = Looks(Run, RunStatus.New, 3, failing: 1);

        var blind = AnalysisMachine.Advance(Run, status, [Look(3, 1) with { DueAt = A.At(60 + (30 * 8)) }], A.At(600));
        var faulted = AnalysisMachine.Advance(Run, status, [new("errors", A.At(150), A.At(150), Answers.Faulted("timed out"))], A.At(300));

        Assert.That(blind.Metrics[0].Measurements[^1].Message, Does.StartWith("no series of the canary was scraped since 10:01:30"));
        Assert.That(faulted.Metrics[0].Measurements[^1],
            Is.EqualTo(new Measurement(A.At(150), A.At(150), RunPhase.Error, "", "timed out")));
        Assert.That(faulted.Metrics[0].Evidence, Is.EqualTo(status.Metrics[0].Evidence));
    }

    [Test]
    public void WhenTheNextRunOfTheSameRevisionBegins_ThenItKnowsWhatWasSeen()
    {
        var first = Looks(Run, RunStatus.New, 2, failing: 10);
        var next = new RunSpec([Metric with { Count = 5, Comparison = Metric.Comparison! with { Alpha = 0.002 } }]);
        var other = new RunSpec([HeldRun.With(0.999)]);

        var carried = EvidenceCarry.Into(next, AnalysisMachine.Start(next, RunStatus.New, A.At(600)), [(Run, first)]);
        var changed = EvidenceCarry.Into(other, AnalysisMachine.Start(other, RunStatus.New, A.At(600)), [(Run, first)]);

        Assert.That(carried.Metrics[0].Evidence, Is.EqualTo(first.Metrics[0].Evidence! with { CountedTo = null }));
        Assert.That(changed.Metrics[0].Evidence, Is.Null, "another objective is another test");
    }

    [Test]
    public void WhenItStandsBesideAComparison_ThenTheyShareAlpha()
    {
        var both = AlphaSplit.Over(new RunSpec([Metric, A.ComparedErrors with { Name = "versus" }]), [], 0.01, out _)!;

        Assert.That(both.Metrics.Select(metric => metric.Comparison!.Alpha), Is.All.EqualTo(0.005));
        Assert.That(MetricThreshold.Describe(both.Metrics[0]),
            Is.EqualTo("fails at 200:1 odds that it misses the objective of 99 %, or of late burns its error budget more than 2 times as "
                + "fast"));
    }

    [Test]
    public void WhenDurationsAreHeld_ThenRequestsAboveTheBoundAreBad()
    {
        var slow = new RunSpec([Metric with { Provider = A.Red with { Signal = RedSignal.Duration },
            Comparison = Metric.Comparison! with { Bounds = [250] } }]);
        var scraped = new Scraped().Bucket("c", "250", -15, 0, 0, 350, 700, 1050, 1400, 1750, 2100)
            .Bucket("c", "+Inf", -15, 0, 0, 400, 800, 1200, 1600, 2000, 2400);
        var unknown = new RunSpec([slow.Metrics[0] with { Comparison = slow.Metrics[0].Comparison! with { Bounds = [300] } }]);

        var status = new[] { 60, 90, 120 }.Aggregate(AnalysisMachine.Start(slow, RunStatus.New, A.Start), (so, at) =>
            AnalysisMachine.Advance(slow, so, [new("errors", A.At(at), A.At(at), scraped.Until(at - 30))], A.At(at)));
        var wrong = AnalysisMachine.Advance(unknown, AnalysisMachine.Start(unknown, RunStatus.New, A.Start),
            [new("errors", A.At(60), A.At(60), scraped.Until(30))], A.At(60));

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Failed));
        Assert.That(status.Message, Does.Match(@"; \d+ of [\d,]+ requests take longer than 250 ms, which burns the error budget 1[23] times "
            + @"as fast as the objective allows; slow requests are [\d.]+ to [\d.]+ % \(99 %\), 1 % is allowed$"));
        Assert.That(wrong.Metrics[0].Measurements[^1].Message,
            Is.EqualTo("the bound (300 ms) is no bucket of the canary's histogram; give one that is in compare.bounds"));
    }

    private static (string ToRaise, string ToFill) Lacks(RunSpec run, RunStatus status)
    {
        var seen = AnalysisMachine.Observe(default!, run, status);
        return (seen.MissingForRaise, seen.MissingForFullWeight);
    }

    private static RunStatus Looks(RunSpec run, RunStatus before, int count, int failing, int from = 0, bool isIdle = false) =>
        Enumerable.Range(from + 1, count).Aggregate(AnalysisMachine.Start(run, before, A.Start),
            (so, look) => AnalysisMachine.Advance(run, so, [Look(look, failing, isIdle ? from : null)], A.At(30 + (30 * look))));

    // Two hundred requests in each half minute, and so many of them failing; counters that stay where they were, from a look on.
    private static FinishedMeasurement Look(int look, int failing, int? idleFrom = null)
    {
        var points = Enumerable.Range(-1, (2 * look) + 2).Select(at => (double)Math.Max(0, Math.Min(at, (2 * idleFrom) ?? int.MaxValue)));
        double[] halves = [.. points];
        return new FinishedMeasurement("errors", A.At(30 + (30 * look)), A.At(30 + (30 * look)), new Scraped()
            .Requests("c1", "200", -15, [.. halves.Select(half => half * (100 - (failing / 2.0)))])
            .Requests("c1", "503", -15, [.. halves.Select(half => half * (failing / 2.0))]).Answer);
    }
}
