using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

/// <summary>Lengths that no date can be made of, as an object that was accepted earlier may still hold them.</summary>
public sealed class GivenTimesBeyondTheCalendar
{
    private static readonly TimeSpan Ages = TimeSpan.FromHours(80_000_000);

    [Test]
    public void WhenAPauseIsThatLong_ThenTheRolloutStandsAtItAndCanBeAborted()
    {
        var world = Accepted(A.Plain with { Steps = [A.SetWeight(5), new Step.Pause(Ages)] });

        Assert.That((world.Routes[0], world.Decide().Situation), Is.EqualTo((5m, Situation.Pausing)));

        world.Ask(RequestAction.Abort, "r1");

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.RolledBack)));
    }

    [Test]
    public void WhenTheDeadlineIsThatLong_ThenTheRolloutWaitsAndCanBeAborted()
    {
        var world = Accepted(A.Plain with { ProgressDeadline = Ages }, isReady: false);

        Assert.That(world.Decide().Situation, Is.EqualTo(Situation.AwaitingPods));

        world.Ask(RequestAction.Abort, "r1");

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.RolledBack)));
    }

    [Test]
    public void WhenTheStatusHoldsTheLastDayThereIs_ThenThePassHasAnEnd()
    {
        var world = Accepted(A.Plain with { Steps = [A.SetWeight(5), A.Pause(60)] });
        world.Status = world.Status with
        {
            StepStartedAt = DateTimeOffset.MaxValue,
            WaitingSince = DateTimeOffset.MaxValue,
            ReassertedAt = DateTimeOffset.MaxValue,
            Reassertions = int.MaxValue,
            RefusalToldAt = DateTimeOffset.MaxValue
        };

        Assert.That(() => world.Settle(), Throws.Nothing);
        Assert.That(() => world.Ask(RequestAction.Abort, "r1"), Throws.Nothing);
        Assert.That(world.Routes[0], Is.Zero);
    }

    [TestCase("initialDelay")]
    [TestCase("window")]
    [TestCase("errorBudget")]
    [TestCase("interval")]
    [TestCase("nothing")]
    public void WhenAMetricIsHeldToThem_ThenItIsDueAtTheEndOfTime(string field)
    {
        var metric = Analysis.A.Metric;
        var spec = new RunSpec(
        [
            field switch
            {
                "initialDelay" => metric with { InitialDelay = Ages },
                "window" => metric with { Window = Ages },
                "errorBudget" => metric with { ErrorBudget = Ages, ConsecutiveErrorLimit = int.MaxValue },
                "interval" => metric with { Interval = Ages, ConsecutiveErrorLimit = int.MaxValue },
                _ => metric with { Interval = TimeSpan.Zero },
            },
        ]);
        var status = AnalysisMachine.Start(spec, RunStatus.New, Analysis.A.Start);

        var due = AnalysisGrid.NextDueAt(spec, status, Analysis.A.At(10));
        var next = AnalysisMachine.Advance(spec, status, [Analysis.A.Measured(10, Analysis.Answers.Vector(0))], Analysis.A.At(11));

        Assert.That(due, Is.GreaterThanOrEqualTo(Analysis.A.Start));
        Assert.That(AnalysisGrid.NextDueAt(spec, next, Analysis.A.At(11)), Is.GreaterThan(Analysis.A.Start));
        Assert.That(AnalysisSilence.IsPastErrorBudget(spec, next, Analysis.A.At(10), Analysis.A.At(11)), Is.False);
    }

    private static FakeWorld Accepted(RolloutSpec spec, bool isReady = true)
    {
        var world = new FakeWorld(spec).Settle().Push("v2");
        world.Second = world.Second with { IsRolledOut = isReady };
        return world.Settle();
    }
}
