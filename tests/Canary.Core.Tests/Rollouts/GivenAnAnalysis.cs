using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAnAnalysis
{
    [Test]
    public void WhenTheBackgroundFails_ThenItIsTakenBackWithTheNumbers()
    {
        var world = GivenARunningRollout.AtTheOpenPause();

        world.SetRun(world.Background, RunPhase.Failed, "error rate 4.1% (limit 1%)").Settle();

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
        Assert.That(world.Status.Message, Is.EqualTo("rolled back at weight 50: error rate 4.1% (limit 1%)"));
        Assert.That(world.Status.History[0].Evidence, Does.Contain("background analysis: error rate 4.1% (limit 1%)"));
    }

    [Test]
    public void WhenItBegins_ThenItIsAtItsStartingStepAfterConfirmedTraffic()
    {
        var world = new FakeWorld(A.Rollout) { Second = A.Side }.Settle();
        world.Second = A.Side with { Revision = "v2", ReadyEndpoints = 0 };
        world.Settle();

        Assert.That(world.Runs, Is.Empty);

        world.Second = world.Second with { ReadyEndpoints = 2 };
        world.Settle();

        Assert.That(world.Runs.Single().Key, Is.EqualTo(new RunKey("v2", 1, null)));
    }

    [Test]
    public void WhenItIsInconclusive_ThenItHoldsUntilAPersonPromotes()
    {
        var world = GivenARunningRollout.AtTheOpenPause();

        world.SetRun(world.Background, RunPhase.Inconclusive, "12 samples, 100 needed").Settle();

        Assert.That(world.Status.Hold!.Reason, Is.EqualTo(HoldReason.InconclusiveAnalysis));

        world.Ask(RequestAction.Promote, "1");

        Assert.That((world.Status.Hold!.Reason, world.Status.CurrentStepIndex), Is.EqualTo((HoldReason.PauseStep, 5)));
    }

    [Test]
    public void WhenItGetsNoAnswers_ThenItHoldsAndTheNextGoodMeasurementLiftsIt()
    {
        var world = GivenARunningRollout.AtTheOpenPause();

        world.SetRun(world.Background, RunPhase.Running, "5 errors in a row: connection refused", isHeldByErrors: true).Settle();
        var told = world.Announced.Count;
        world.SetRun(world.Background, RunPhase.Running, "6 errors in a row: connection refused", isHeldByErrors: true).Settle();

        Assert.That((world.Status.Hold!.Reason, world.Status.Phase), Is.EqualTo((HoldReason.AnalysisError, Phase.Paused)));
        Assert.That(Conditions.Find(world.Status, ConditionType.AnalysisHealthy)!.IsTrue, Is.False);
        Assert.That(world.Announced, Has.Count.EqualTo(told));

        world.SetRun(world.Background, RunPhase.Running, "fine").Settle();

        Assert.That(world.Status.Hold!.Reason, Is.EqualTo(HoldReason.PauseStep));
    }

    [Test]
    public void WhenAMeasurementChangesNothingButItsWords_ThenTheStatusIsTheSame()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        var before = world.Status;

        world.SetRun(world.Background, RunPhase.Running, "error rate 0.3%").Settle();

        Assert.That(world.Status, Is.EqualTo(before));
    }

    [TestCase(RunPhase.Successful, 4)]
    [TestCase(RunPhase.Running, 3)]
    public void WhenAStepAnalyses_ThenItWaitsForSuccess(RunPhase phase, int step)
    {
        var world = new FakeWorld(A.Rollout with
        {
            Steps = [A.SetWeight(5), A.SetWeight(7), A.SetWeight(9), new Step.Analyze(A.Red),
            new Step.Pause(null)]
        })
        { Verdict = RunPhase.Pending };
        world.Settle().Push("v2").Settle();

        world.SetRun(world.Inline(3), phase).Settle();

        Assert.That(world.Status.CurrentStepIndex, Is.EqualTo(step), world.Status.Message);
    }

    [Test]
    public void WhenNoMeasurementIsConclusive_ThenTheLastRaiseWaitsUntilOneIs()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.SetRun(world.Background, RunPhase.Running, "no traffic", isConclusive: false).Ask(RequestAction.Promote, "1");

        Assert.That((world.Status.Phase, world.First.Revision, world.Routes[0]), Is.EqualTo((Phase.Promoting, "v1", 50m)));
        Assert.That(world.Status.Message,
            Is.EqualTo("promoting: weight 50, waiting for a conclusive measurement of each metric of the background analysis"));

        world.SetRun(world.Background, RunPhase.Running).Settle();

        Assert.That((world.Status.Phase, world.First.Revision), Is.EqualTo((Phase.Healthy, "v2")));
    }

    [Test]
    public void WhenTheLastWordTurnsBadAtFullWeight_ThenTheWeightStaysAndNothingIsPromoted()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.DropsEffects = true;
        world.Ask(RequestAction.Promote, "1").Write(100);
        world.DropsEffects = false;

        world.SetRun(world.Background, RunPhase.Running, "", isConclusive: false).Settle();

        Assert.That((world.Status.Phase, world.First.Revision, world.Routes[0]), Is.EqualTo((Phase.Promoting, "v1", 100m)));
    }

    [Test]
    public void WhenItFailsAtFullWeight_ThenStableIsNeverWritten()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.DropsEffects = true;
        world.Ask(RequestAction.Promote, "1").Write(100);
        world.DropsEffects = false;

        world.SetRun(world.Background, RunPhase.Failed, "p99 900 ms (limit 300 ms)").Settle();

        Assert.That((world.Status.Phase, world.First.Revision, world.Routes[0]), Is.EqualTo((Phase.RolledBack, "v1", 0m)));
    }

    [Test]
    public void WhenTheRolloutEnds_ThenNoRunGoesOn()
    {
        var world = GivenARunningRollout.AtTheOpenPause().Ask(RequestAction.Abort, "1");

        Assert.That(world.Runs.Select(run => run.Phase), Is.All.EqualTo(RunPhase.Successful));
    }
}
