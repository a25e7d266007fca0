using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenTheGrid
{
    private static double? Next(MetricSpec metric, RunStatus status, double now) =>
        (AnalysisGrid.NextDueAt(new RunSpec([metric]), status, A.At(now)) - A.Start)?.TotalSeconds;

    private static RunStatus Started(MetricSpec metric) => AnalysisMachine.Start(new RunSpec([metric]), RunStatus.New, A.Start);

    private static RunStatus Measured(MetricSpec metric, params (double At, bool IsFault)[] measurements) => AnalysisMachine.Advance(
        new RunSpec([metric]), Started(metric),
        [.. measurements.Select(one => A.Measured(one.At, one.IsFault ? Answers.Faulted("down") : Answers.Vector(0)))], A.At(0));

    [Test]
    public void WhenTheRunHasNotStarted_ThenNothingIsDue() => Assert.That(Next(A.Metric, RunStatus.New, 0), Is.Null);

    [TestCase(0, 0, 0)]
    [TestCase(15, 0, 15)]
    [TestCase(0, 60, 60)]
    [TestCase(90, 60, 90)]
    public void WhenTheRunStarts_ThenTheFirstTickWaitsForTheDelayAndForOneWindow(int delay, int window, double expected)
    {
        var metric = A.Metric with { InitialDelay = TimeSpan.FromSeconds(delay), Window = TimeSpan.FromSeconds(window) };

        Assert.That(Next(metric, Started(metric), 0), Is.EqualTo(expected));
    }

    [Test]
    public void WhenOneWasTaken_ThenTheNextIsOnTheGrid() =>
        Assert.That(Next(A.Metric, Measured(A.Metric, (0, false), (10, false)), 11), Is.EqualTo(20));

    [TestCase(19.9, 10)]
    [TestCase(20, 20)]
    [TestCase(3607, 3600)]
    public void WhenTicksWereMissed_ThenOnlyTheLatestIsTaken(double now, double expected) =>
        Assert.That(Next(A.Metric, Measured(A.Metric, (0, false)), now), Is.EqualTo(expected));

    [Test]
    public void WhenItIsNotYetTime_ThenNothingIsDueAndTheTickIsKnown()
    {
        var spec = new RunSpec([A.Metric]);
        var status = Measured(A.Metric, (0, false));

        Assert.That(AnalysisGrid.Due(spec, status, A.At(9.9)), Is.Empty);
        Assert.That(AnalysisGrid.Due(spec, status, A.At(10)), Is.EqualTo(new[] { (A.Metric, A.At(10)) }));
    }

    [Test]
    public void WhenAQueryFailed_ThenTheIntervalIsHonoured()
    {
        var metric = A.Metric with { Interval = TimeSpan.FromMinutes(5) };

        Assert.That(Next(metric, Measured(metric, (0, true)), 1), Is.EqualTo(300));
        Assert.That(Next(metric, Measured(metric, (0, true), (300, true)), 301), Is.EqualTo(600));
    }

    [Test]
    public void WhenAMetricHasNoInterval_ThenAFailedQueryIsAskedAgainSoon()
    {
        var metric = A.Metric with { Interval = null };

        Assert.That(Next(metric, Measured(metric, (0, true)), 1), Is.EqualTo(10));
        Assert.That(Next(metric, Measured(metric, (0, true), (10, true)), 11), Is.EqualTo(20));
    }

    [TestCase(7, 60)]
    [TestCase(29, 60)]
    [TestCase(31, 120)]
    [TestCase(59, 120)]
    public void WhenTheFirstWasTakenBetweenTwoTicks_ThenTheNextIsOneOfAllRolloutsAndHalfAnIntervalAwayAtLeast(double first, double expected)
    {
        var metric = A.Metric with { Interval = TimeSpan.FromMinutes(1), InitialDelay = TimeSpan.FromSeconds(first) };

        Assert.That(Next(metric, Measured(metric, (first, false)), first + 1), Is.EqualTo(expected));
    }

    [Test]
    public void WhenAQueryFailed_ThenAShortIntervalGoesOn() =>
        Assert.That(Next(A.Metric with { Interval = TimeSpan.FromSeconds(2) }, Measured(A.Metric, (0, true)), 1), Is.EqualTo(2));

    [Test]
    public void WhenAMetricHasEnded_ThenItIsNeverDueAgain()
    {
        var spec = new RunSpec([A.Metric with { Count = 1 }, A.Metric with { Name = "latency" }]);
        var status = AnalysisMachine.Advance(spec, RunStatus.New,
            [A.Measured(0, Answers.Vector(0)), A.Measured(0, Answers.Vector(0), "latency")], A.Start);

        Assert.That(AnalysisGrid.Ticks(spec, status, A.At(1)).Select(tick => tick.Metric.Name), Is.EqualTo(new[] { "latency" }));
    }

    [Test]
    public void WhenTheRunHasEnded_ThenNothingIsDue() =>
        Assert.That(Next(A.Metric, AnalysisMachine.End(new RunSpec([A.Metric]), Started(A.Metric), "promoted", A.At(1)), 5), Is.Null);
}
