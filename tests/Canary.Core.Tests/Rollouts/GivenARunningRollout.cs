using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using Canary.Testing.Routers;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenARunningRollout
{
    [Test]
    public void WhenTheEndpointsHaveNotFollowedTheWorkload_ThenNoTrafficIsSentToTheFewThatAreThere()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2");
        world.Second = world.Second with { DesiredPods = 10, ReadyEndpoints = 1 };

        world.Settle();

        Assert.That((world.Routes[0], world.Decide().Situation), Is.EqualTo((0m, Situation.AwaitingPods)));

        world.Second = world.Second with { ReadyEndpoints = 10 };
        world.Settle();

        Assert.That(world.Weights[0], Is.EqualTo(5m));
    }

    [Test]
    public void WhenItsSpecStaysTheSame_ThenTheSpecInForceIsTheSameObject()
    {
        var world = AtTheOpenPause();
        // As a status that was read again: equal to the spec, and another object.
        world.Status = world.Status with { Accepted = world.Status.Accepted! with { IsPaused = world.Status.Accepted.IsPaused } };

        var after = world.Decide().Status;

        Assert.That(after.Accepted, Is.SameAs(world.Status.Accepted));
    }

    [Test]
    public void WhenANewerRevisionIsPushed_ThenItStartsAtTheFirstStepThroughZero()
    {
        var world = AtTheOpenPause();
        world.Weights.Clear();

        world.Push("v3").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 0m, 5m }));
        Assert.That((world.Status.CanaryRevision, world.Status.CurrentStepIndex), Is.EqualTo(("v3", 1)));
        Assert.That(world.Status.History.Single(),
            Is.EqualTo(world.Status.History.Single() with
            {
                Revision = "v2",
                Outcome = RolloutOutcome.Superseded,
                HighestWeight = Weight.FromPercent(50)
            }));
    }

    [Test]
    public void WhenTheNewerRevisionHasNoReadyPodYet_ThenTheWeightIsZeroUntilItHas()
    {
        var world = AtTheOpenPause();

        world.Push("v3");
        world.Second = world.Second with { IsRolledOut = false };
        world.Settle();

        Assert.That(world.Routes[0], Is.Zero);
        Assert.That(world.Status.Message, Is.EqualTo("step 1 of 6: weight 5, waiting for pods: 2 of 2 ready, not all of them new"));
    }

    [Test]
    public void WhenTheCanarySideGoesBackToStable_ThenItEndsAtOnce()
    {
        var world = AtTheOpenPause().Push("v1").Settle();

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.Healthy, 0m)));
        Assert.That(world.Status.History.Single().Outcome, Is.EqualTo(RolloutOutcome.Withdrawn));
    }

    [Test]
    public void WhenARevisionComesBack_ThenItsOldAnalysisDoesNotDecideTheNewAttempt()
    {
        var world = AtTheOpenPause();
        world.SetRun(world.Background, RunPhase.Failed, "error rate 4.1% (limit 1%)").Settle();
        world.Push("v1").Settle().Push("v2").Settle();

        Assert.That((world.Status.CanaryRevision, world.Status.Attempt, world.Status.Phase), Is.EqualTo(("v2", 2, Phase.Paused)));
    }

    [Test]
    public void WhenTheStepsChange_ThenItStartsAgainWithTheNewOnesThroughZero()
    {
        var world = AtTheOpenPause();
        world.Weights.Clear();

        world.Spec = A.Rollout with { Steps = [A.SetWeight(10), new Step.Pause(null)] };
        world.Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 0m, 10m }));
        Assert.That((world.Status.CanaryRevision, world.Status.Attempt), Is.EqualTo(("v2", 2)));
    }

    [Test]
    public void WhenTheRoutesInTheSpecChange_ThenTheOldOnesGoToZeroFirst()
    {
        var world = AtTheOpenPause();
        var old = world.Routes;

        world.Spec =
            A.Rollout with { Traffic = A.Traffic with { Router = new NamedRouter("other") } };
        world.Settle();

        Assert.That((old[0], world.Routes[0], world.Status.CurrentStepIndex), Is.EqualTo((0m, 5m, 1)));
        Assert.That(ReferenceEquals(old, world.Routes), Is.False);
    }

    [Test]
    public void WhenPausedAndDeadlineChange_ThenTheyAreLiveAndNothingStartsAgain()
    {
        var world = AtTheOpenPause();

        world.Spec = A.Rollout with { IsPaused = true, ProgressDeadline = TimeSpan.FromMinutes(1) };
        world.Settle();

        Assert.That((world.Status.Attempt, world.Status.Hold!.Reason, world.Status.Accepted!.ProgressDeadline),
            Is.EqualTo((1, HoldReason.SpecPaused, TimeSpan.FromMinutes(1))));
    }

    [Test]
    public void WhenTheCanaryLosesItsPods_ThenTheWeightGoesToZeroAndComesBackWithThem()
    {
        var world = AtTheOpenPause();
        world.Weights.Clear();

        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.CurrentStepIndex, world.Status.Message),
            Is.EqualTo((0m, 5,
                "step 6 of 6: weight 50, waiting for pods: 0 of 2 ready; the canary lost all its ready pods once, 3 roll it back")));

        world.Second = A.Side with { Revision = "v2" };
        world.Settle();

        Assert.That((world.Weights, world.Status.CurrentStepIndex), Is.EqualTo((new[] { 0m, 50m }, 5)));
    }

    [Test]
    public void WhenTheCanaryStaysWithoutPods_ThenItIsTakenBackAtTheDeadline()
    {
        var world = AtTheOpenPause();

        world.Second = world.Second with { ReadyEndpoints = 0, Problem = "CrashLoopBackOff" };
        world.Advance(TimeSpan.FromMinutes(11));

        Assert.That((world.Status.Phase, world.Status.Abort!.Reason), Is.EqualTo((Phase.RolledBack, AbortReason.CanaryUnready)));
        Assert.That(world.Status.Message, Does.Contain("CrashLoopBackOff"));
    }

    [Test]
    public void WhenItIsAbortedWhileStableHasNoReadyPod_ThenTrafficStaysUntilStableHasOne()
    {
        var world = AtTheOpenPause();

        world.First = world.First with { ReadyEndpoints = 0 };
        world.Ask(RequestAction.Abort, "1");

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RollingBack, 50m)));
        Assert.That(Conditions.Find(world.Status, ConditionType.Stalled)!.Reason, Is.EqualTo("StableUnready"));
        Assert.That(world.Status.Message, Does.Contain("waiting for pods of stable, which traffic is to return to: 0 of 2 ready"));

        world.First = A.Side;
        world.Settle();

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
    }

    [Test]
    public void WhenTwoRoutesLag_ThenTheClockStartsWhenBothShowTheWeight()
    {
        var world = new FakeWorld(A.Rollout, routes: 2).Settle().Push("v2");
        world.Pass();
        world.Write(0, route: 1).DropsEffects = true;
        world.Pass();

        Assert.That((world.Status.CurrentStepIndex, world.Status.Weights.Applied), Is.EqualTo((0, (Weight?)null)));

        world.Now = world.Now.AddSeconds(90);
        world.DropsEffects = false;
        world.Settle();

        Assert.That((world.Status.CurrentStepIndex, world.Status.StepStartedAt), Is.EqualTo((1, world.Now)));
    }

    internal static FakeWorld AtTheOpenPause(RolloutSpec? spec = null)
    {
        var world = new FakeWorld(spec ?? A.Rollout).Settle().Push("v2").Settle().Advance(TimeSpan.FromSeconds(61));
        Assert.That((world.Status.CurrentStepIndex, world.Routes[0], world.Status.Phase), Is.EqualTo((5, 50m, Phase.Paused)),
            world.Status.Message);
        return world;
    }
}
