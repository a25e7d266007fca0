using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Statistics.Kayenta;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenARunThatIsScored
{
    private static readonly double[] Stable = [.. Enumerable.Range(0, 40).Select(minute => 0.010 + (0.0001 * (minute % 7)))];

    [Test]
    public void WhenAllAreAsStable_ThenTheRunPassesAtItsCount()
    {
        var run = Run("errors", "other");
        var status = Look(run, AnalysisMachine.Start(run, RunStatus.New, A.Start), 600, ("errors", 0), ("other", 0));
        Assert.That((status.Phase, status.Score, AnalysisMachine.IsConclusive(run, status)),
            Is.EqualTo((RunPhase.Running, (double?)100, true)));

        status = Look(run, status, 1200, ("errors", 0), ("other", 0));

        Assert.That((status.Phase, status.Message), Is.EqualTo((RunPhase.Successful, "score 100 of 100: all 2 metrics are as stable")));
    }

    [Test]
    public void WhenAScoreIsNotAboveMarginal_ThenTheRunFailsAtOnce()
    {
        var run = Run("errors", "other");

        var status = Look(run, AnalysisMachine.Start(run, RunStatus.New, A.Start), 600, ("errors", 0.02), ("other", 0));

        Assert.That((status.Phase, status.Score), Is.EqualTo((RunPhase.Failed, (double?)50)));
        Assert.That(status.Message, Does.StartWith("score 50 is not above marginal 75: 50 of 100: errors (higher than stable)"));
        Assert.That(status.Metrics[0].Measurements[^1].Message, Does.StartWith("High: the canary is higher: +2 on the whole"),
            "shares are compared as percent");
        Assert.That(status.Metrics[0].Measurements[^1].Message, Does.EndWith("; 40 points, and 50 or more are advised"));
    }

    [Test]
    public void WhenTheLastScoreIsMarginal_ThenTheRunFailsAtItsEnd()
    {
        var run = Run("a", "b", "c", "d", "errors") with { Score = new ScoreSpec(95, 75, []) };
        (string, double)[] shifts = [("a", 0), ("b", 0), ("c", 0), ("d", 0), ("errors", 0.02)];

        var status = Look(run, AnalysisMachine.Start(run, RunStatus.New, A.Start), 600, shifts);
        Assert.That((status.Phase, status.Score, AnalysisMachine.IsConclusive(run, status)),
            Is.EqualTo((RunPhase.Running, (double?)80, false)));
        status = Look(run, status, 1200, shifts);

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Failed));
        Assert.That(status.Message, Does.StartWith("the last score 80 is below pass 95: 80 of 100: errors (higher than stable)"));
    }

    [Test]
    public void WhenACriticalMetricIsHigh_ThenTheOthersCannotSaveIt()
    {
        var run = Run("a", "b", "c", "d", "errors");
        run = run with
        {
            Metrics = [.. run.Metrics.Select(metric => metric.Name == "errors"
            ? metric with { Comparison = metric.Comparison! with { Samples = new SampleComparison { IsCritical = true } } } : metric)]
        };

        var status =
            Look(run, AnalysisMachine.Start(run, RunStatus.New, A.Start), 600, ("a", 0), ("b", 0), ("c", 0), ("d", 0), ("errors", 0.02));

        Assert.That((status.Phase, status.Score), Is.EqualTo((RunPhase.Failed, (double?)0)));
    }

    [Test]
    public void WhenGroupsHaveWeights_ThenTheyCount()
    {
        var run = Run("errors", "other") with { Score = new ScoreSpec(95, 30, [new("errors", 20)]) };

        var status = Look(run, AnalysisMachine.Start(run, RunStatus.New, A.Start), 600, ("errors", 0.02), ("other", 0));

        Assert.That((status.Phase, status.Score), Is.EqualTo((RunPhase.Running, (double?)80)));
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void WhenPointsAreTooFewToShowADifference_ThenTheRunDoesNotFailForIt(int points)
    {
        var run = Run("errors", "other");
        var status = AnalysisMachine.Start(run, RunStatus.New, A.Start);

        status = Few(run, status, 600, points);
        Assert.That((status.Phase, status.Score, AnalysisMachine.IsConclusive(run, status)),
            Is.EqualTo((RunPhase.Running, (double?)null, false)));
        Assert.That(status.Metrics[0].Measurements[^1].Message,
            Does.StartWith("not enough points to show a difference: the canary is higher: "));
        status = Few(run, status, 1200, points);

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(status.Message, Does.StartWith("no score: errors: not enough points to show a difference"));
    }

    [Test]
    public void WhenFivePointsOfEachSideAreApart_ThenThatIsShown() =>
        Assert.That(Few(Run("errors", "other"), AnalysisMachine.Start(Run("errors", "other"), RunStatus.New, A.Start), 600, 5).Phase,
            Is.EqualTo(RunPhase.Failed));

    [Test]
    public void WhenEnoughPointsCome_ThenTheScoreIsMade()
    {
        var run = Run("errors", "other");
        var status = Few(run, AnalysisMachine.Start(run, RunStatus.New, A.Start), 600, 3);

        status = Look(run, status, 1200, ("errors", 0), ("other", 0));

        Assert.That((status.Phase, status.Score), Is.EqualTo((RunPhase.Successful, (double?)100)));
    }

    [Test]
    public void WhenAnotherMetricFails_ThenNoScoreSavesTheRun()
    {
        var run = Run("errors") with { Metrics = [.. Run("errors").Metrics, A.Metric with { Name = "limit" }] };
        var started = AnalysisMachine.Start(run, RunStatus.New, A.Start);

        var status = AnalysisMachine.Advance(run, started, [A.Measured(20, Answers.Vector(0.5), "limit")], A.At(600));

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Failed));
    }

    [Test]
    public void WhenAQueryIsMade_ThenItAsksForAValueAMinuteSinceTheStart()
    {
        var query = MetricQueries.For(Run("errors").Metrics[0], "shop", A.At(1200), out _, A.Start)!;

        Assert.That(query.Range, Is.EqualTo(new QueryRange(TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(1))));
        Assert.That(query.At, Is.EqualTo(A.At(1200)));
        Assert.That(query.Query, Does.StartWith("(sum(rate(istio_requests_total{"));
    }

    private static RunSpec Run(params string[] names) => new([.. names.Select(name => A.Metric with
    {
        Name = name,
        SuccessCondition = null,
        Provider = A.Red,
        Interval = TimeSpan.FromMinutes(10),
        Count = 2,
        FailureLimit = -1,
        InconclusiveLimit = int.MaxValue,
        Comparison = new Comparison(ComparisonKind.MannWhitney, [new("ns", "shop"), new("svc", "checkout-stable")]) { Groups = [name] },
    })]);

    private static RunStatus Look(RunSpec run, RunStatus status, double seconds, params (string Name, double Shift)[] looks) =>
        AnalysisMachine.Advance(
        run,
        status,
        [.. looks.Select(look => new FinishedMeasurement(look.Name, A.At(seconds), A.At(seconds),
            Values([.. Stable.Select(value => value + look.Shift)])) { Baseline = Values(Stable) })],
        A.At(seconds));

    private static RunStatus Few(RunSpec run, RunStatus status, double seconds, int points) => AnalysisMachine.Advance(
        run,
        status,
        [
            new FinishedMeasurement("errors", A.At(seconds), A.At(seconds),
                Values([.. Stable.Take(points).Select(value => value + 0.02)])) { Baseline = Values([.. Stable.Take(points)]) },
            new FinishedMeasurement("other", A.At(seconds), A.At(seconds), Values(Stable)) { Baseline = Values(Stable) },
        ],
        A.At(seconds));

    private static MetricAnswer.Matrix Values(double[] values) =>
        new([new Series([], [.. values.Select((value, index) => new Point(A.At(60 * index), value))])], []);
}
