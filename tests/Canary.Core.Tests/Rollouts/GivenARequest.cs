using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenARequest
{
    [TestCase(RequestAction.Promote, "v1", null, "it was asked for revision v1, and by now it is v2; look again")]
    [TestCase(RequestAction.Promote, "v2", 3, "it was asked at step index 3, and by now it is 5; look again")]
    [TestCase(RequestAction.PromoteFull, "v2", 3, "it was asked at step index 3, and by now it is 5; look again")]
    [TestCase(RequestAction.Retry, null, null, "retry is for a rollout that was rolled back, and this one is Paused")]
    [TestCase(RequestAction.Resume, null, null, "it stands at a pause step, which promote ends")]
    public void WhenItDoesNotFit_ThenItIsRefusedAndNothingChanges(RequestAction action, string? revision, int? step, string why)
    {
        var world = GivenARunningRollout.AtTheOpenPause().Ask(action, "1", revision, step);

        Assert.That(world.Status.LastRequest, Is.EqualTo(new HandledRequest("1", action, "ana", world.Now, false, why)));
        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((5, 50m)));
        Assert.That(world.Reasons.Last(), Is.EqualTo("RequestRefused"));
    }

    [TestCase(RequestAction.Abort, "nothing is being released, so there is nothing to abort")]
    [TestCase(RequestAction.Promote, "nothing is being released")]
    [TestCase(RequestAction.Pause, "nothing is being released")]
    [TestCase(RequestAction.Retry, "nothing was rolled back, so there is nothing to try again")]
    public void WhenNothingRuns_ThenItIsRefused(RequestAction action, string why)
    {
        var world = new FakeWorld(A.Plain).Settle().Ask(action, "1");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Status.LastRequest.Message), Is.EqualTo((false, why)));
    }

    [Test]
    public void WhenAnAbortComesTogetherWithARevisionThatNobodySaw_ThenThatRevisionNeverGetsTraffic()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2");

        world.Request = new RolloutRequest("1", RequestAction.Abort, null, null, "ana", "", null);
        world.Settle();

        Assert.That((world.Status.Phase, world.Status.LastRequest!.IsCarriedOut, world.Status.CanaryRevision),
            Is.EqualTo((Phase.RolledBack, true, "v2")));
        Assert.That(world.Weights, Is.All.EqualTo(0m));
    }

    [Test]
    public void WhenItCannotBeRead_ThenItIsRefusedWithWhatIsWrong()
    {
        var world = new FakeWorld(A.Plain).Settle();

        world.Request = new RolloutRequest("1", null, null, null, "", "", "action is 'bless'; allowed are promote, abort");
        world.Settle();

        Assert.That(world.Status.LastRequest!.Message, Is.EqualTo("action is 'bless'; allowed are promote, abort"));
    }

    [Test]
    public void WhenTheSameIdIsSeenAgain_ThenItIsCarriedOutOnce()
    {
        var world = new FakeWorld(A.Plain with { Steps = [new Step.Pause(null), new Step.Pause(null), new Step.Pause(null)] }).Settle()
            .Push("v2").Settle();

        world.Ask(RequestAction.Promote, "1").Settle();

        Assert.That(world.Status.CurrentStepIndex, Is.EqualTo(1));
    }

    [Test]
    public void WhenItPromotesInFull_ThenStepsAndAnalysisAreSkipped()
    {
        var world = new FakeWorld(A.Rollout) { Verdict = RunPhase.Running }.Settle().Push("v2").Settle();
        world.SetRun(world.Background, RunPhase.Running, "", isConclusive: false);
        world.Weights.Clear();

        world.Ask(RequestAction.PromoteFull, "1");

        Assert.That((world.Status.Phase, world.Status.StableRevision), Is.EqualTo((Phase.Healthy, "v2")), world.Status.Message);
        Assert.That(world.Weights, Is.EqualTo(new[] { 100m, 0m }));
    }

    [Test]
    public void WhenItPromotesInFullBeforePodsAreReady_ThenTheWeightWaitsForThem()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Second = world.Second with { IsRolledOut = false };

        world.Ask(RequestAction.PromoteFull, "1");

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((50m, Phase.Promoting)));
    }

    [Test]
    public void WhenItAborts_ThenItGoesToZeroAndARetryStartsAgain()
    {
        var world = GivenARunningRollout.AtTheOpenPause().Ask(RequestAction.Abort, "1");

        Assert.That((world.Status.Phase, world.Status.Message),
            Is.EqualTo((Phase.RolledBack, "rolled back at weight 50: aborted by request of ana")));
        Assert.That(Conditions.Find(world.Status, ConditionType.Stalled)!.Reason, Is.EqualTo("RolledBack"));

        world.Ask(RequestAction.Retry, "2");

        Assert.That((world.Status.Attempt, world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((2, 1, 5m)));
    }

    [Test]
    public void WhenItPauses_ThenNothingAdvancesUntilResume()
    {
        var world = new FakeWorld(A.Rollout).Settle().Push("v2").Settle().Ask(RequestAction.Pause, "1").Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.CurrentStepIndex, world.Status.Hold!.Reason), Is.EqualTo((1, HoldReason.Request)));
        Assert.That(world.Decide().WakeAt, Is.Null);

        world.Ask(RequestAction.Resume, "2");

        Assert.That(world.Status.CurrentStepIndex, Is.EqualTo(5));
    }

    [Test]
    public void WhenItResumesWhatTheSpecPauses_ThenItIsRefusedAndSaysSo()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Spec = A.Rollout with { IsPaused = true };

        world.Settle().Ask(RequestAction.Resume, "1");

        Assert.That(world.Status.LastRequest!.Message,
            Is.EqualTo("spec.paused is true, and a request does not lift it; set it to false in the spec"));
    }

    [Test]
    public void WhenItPromotesPastAnAnalysisStep_ThenThatRunDecidesNothingAnyMore()
    {
        var world = new FakeWorld(A.Rollout with { Steps = [A.SetWeight(5), new Step.Analyze(A.Red), new Step.Pause(null)] })
        {
            Verdict =
            RunPhase.Pending
        };
        world.Settle().Push("v2").Settle().Ask(RequestAction.Promote, "1", "v2", 1);

        world.SetRun(world.Inline(1), RunPhase.Failed, "late").Settle();

        Assert.That((world.Status.CurrentStepIndex, world.Status.Phase), Is.EqualTo((2, Phase.Paused)));
    }

    [Test]
    public void WhenItPromotesWhileWaitingForPods_ThenItIsRefused()
    {
        var world = new FakeWorld(A.Rollout).Settle();
        world.Second = A.Side with { Revision = "v2", IsRolledOut = false };

        world.Settle().Ask(RequestAction.Promote, "1");

        Assert.That(world.Status.LastRequest!.Message, Does.StartWith("step 1 of 6 sets a weight and ends by itself"));
    }
}
