using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAnalysisBeforeTheSteps
{
    private static readonly RolloutSpec Spec = A.Rollout with { PreAnalysis = A.Smoke };

    [Test]
    public void WhenThePodsAreNotReady_ThenItHasNotBegunAndTheDeadlineRuns()
    {
        var world = new FakeWorld(Spec) { Verdict = RunPhase.Pending }.Settle().Push("v2");
        world.Second = world.Second with { ReadyEndpoints = 1, IsRolledOut = false };
        world.Settle();

        Assert.That((world.Runs.Count, world.Status.StepStartedAt, world.Decide().Situation),
            Is.EqualTo((0, (DateTimeOffset?)null, Situation.AwaitingPods)));
        Assert.That(world.Status.Message,
            Is.EqualTo("before the first step: weight 0, waiting for pods: 1 of 2 ready, not all of them new"));

        world.Advance(TimeSpan.FromMinutes(11));

        Assert.That((world.Status.Phase, world.Status.Abort!.Reason), Is.EqualTo((Phase.RolledBack, AbortReason.DeadlineExceeded)));
    }

    [Test]
    public void WhenThePodsAreReady_ThenItRunsAtAConfirmedZeroAndNoTrafficMoves()
    {
        var world = Waiting();

        world.Advance(TimeSpan.FromHours(1));

        Assert.That(world.Runs.Single().Key, Is.EqualTo(new RunKey("v2", 1, null, AnalysisPlacement.Pre)));
        Assert.That((world.Routes[0], world.Weights.Count, world.Status.Phase), Is.EqualTo((0m, 0, Phase.Progressing)));
        Assert.That(world.Status.Message, Is.EqualTo("before the first step: weight 0, waiting for its analysis"));
        Assert.That(world.Status.FirstTrafficAt, Is.Null);
    }

    [Test]
    public void WhenItPasses_ThenTheFirstStepBegins()
    {
        var world = Waiting();

        world.SetRun(world.At(AnalysisPlacement.Pre), RunPhase.Successful, "smoke passed").Settle();

        Assert.That((world.Routes[0], world.Status.CurrentStepIndex, world.Status.IsBeforeSteps), Is.EqualTo((5m, 1, false)));
        Assert.That(world.Status.Analysis.Select(run => run.Key.Suffix), Is.EqualTo(new[] { "v2-1-pre", "v2-1-bg" }));
    }

    [Test]
    public void WhenItFails_ThenTheCanaryNeverGetsTraffic()
    {
        var world = Waiting();

        world.SetRun(world.At(AnalysisPlacement.Pre), RunPhase.Failed, "smoke: 3 of 4 failed").Settle();

        Assert.That((world.Weights, world.Status.Phase), Is.EqualTo((Array.Empty<decimal>(), Phase.RolledBack)));
        Assert.That(world.Status.Message, Is.EqualTo("rolled back at weight 0: smoke: 3 of 4 failed (analysis before the first step)"));
    }

    [TestCase(RequestAction.Promote, "5")]
    [TestCase(RequestAction.PromoteFull, "100, 0")]
    public void WhenAPersonPromotes_ThenItIsPassed(RequestAction action, string weights)
    {
        var world = Waiting().Ask(action, "1");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, string.Join(", ", world.Weights), world.Status.IsBeforeSteps),
            Is.EqualTo((true, weights, false)));
        Assert.That(world.Runs.Single(run => run.Key == world.At(AnalysisPlacement.Pre)).Phase, Is.EqualTo(RunPhase.Successful),
            "it is ended");
    }

    [Test]
    public void WhenItIsOverBeforeTheRequestOfAPersonWhoLookedAtIt_ThenTheRequestIsRefused()
    {
        var world = new FakeWorld(Spec with { Steps = [new Step.Analyze(A.Red), A.SetWeight(5)] }) { Verdict = RunPhase.Pending }.Settle()
            .Push("v2").Settle();
        world.SetRun(world.At(AnalysisPlacement.Pre), RunPhase.Successful).Settle();

        world.Request = new RolloutRequest("1", RequestAction.Promote, "v2", 0, "ana", "", null) { Edge = AnalysisPlacement.Pre };
        world.Settle();

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Status.CurrentStepIndex), Is.EqualTo((false, 0)));
        Assert.That(world.Status.LastRequest.Message,
            Is.EqualTo(
                "it was asked at the analysis before the first step (edge pre), and by now it is at step 1 of 2: weight 0; look again"));
    }

    [TestCase(AnalysisPlacement.Pre, true)]
    [TestCase(AnalysisPlacement.Post, false)]
    [TestCase(null, false)]
    public void WhenAPersonSaysWhatTheyLookedAt_ThenItMustBeThis(AnalysisPlacement? edge, bool isCarriedOut)
    {
        var world = Waiting();

        world.Request = new RolloutRequest("1", RequestAction.Promote, "v2", 0, "ana", "", null) { Edge = edge };
        world.Settle();

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Status.IsBeforeSteps), Is.EqualTo((isCarriedOut, !isCarriedOut)),
            world.Status.LastRequest.Message);
    }

    [Test]
    public void WhenItIsPromotedInFullOnTheWayToZero_ThenItIsSkipped()
    {
        var world = GivenARunningRollout.AtTheOpenPause(Spec);
        world.RefusesRoutes = true;
        world.Push("v3").Settle().Ask(RequestAction.PromoteFull, "1");
        Assert.That((world.Status.IsRestarting, world.Status.IsPromotedInFull), Is.EqualTo((true, true)), world.Status.Message);

        world.RefusesRoutes = false;
        world.Settle();

        Assert.That((world.Status.Phase, world.First.Revision, world.Weights[^1]), Is.EqualTo((Phase.Healthy, "v3", 0m)),
            world.Status.Message);
        Assert.That(world.Runs.Any(run => run.Key is { Revision: "v3", Edge: AnalysisPlacement.Pre }), Is.False);
    }

    [Test]
    public void WhenThePodsAreLostInTheMiddle_ThenTheirReturnIsWaitedFor()
    {
        var world = Waiting();
        world.Second = world.Second with { ReadyEndpoints = 0 };

        world.Settle().SetRun(world.At(AnalysisPlacement.Pre), RunPhase.Successful).Settle();

        Assert.That((world.Weights.Count, world.Status.IsBeforeSteps, world.Decide().Situation),
            Is.EqualTo((0, true, Situation.AwaitingPods)));

        world.Second = A.Side with { Revision = "v2" };
        world.Settle();

        Assert.That(world.Routes[0], Is.EqualTo(5m));
    }

    [Test]
    public void WhenTheSpecIsPaused_ThenItDoesNotBegin()
    {
        var world = new FakeWorld(Spec with { IsPaused = true }) { Verdict = RunPhase.Pending }.Settle().Push("v2").Settle();

        Assert.That((world.Runs.Count, world.Status.Phase), Is.EqualTo((0, Phase.Paused)));
    }

    [Test]
    public void WhenItChangesInTheSpec_ThenTheRolloutStartsAgain()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Verdict = RunPhase.Pending;

        world.Spec = Spec;
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Attempt, world.Status.IsBeforeSteps), Is.EqualTo((0m, 2, true)));
    }

    [Test]
    public void WhenThereAreNoSteps_ThenItStillComesFirst()
    {
        var world = new FakeWorld(Spec with { Steps = [], Analysis = null }) { Verdict = RunPhase.Pending }.Settle().Push("v2").Settle();

        Assert.That((world.Weights.Count, world.Runs.Single().Key.Edge), Is.EqualTo((0, (AnalysisPlacement?)AnalysisPlacement.Pre)));

        world.SetRun(world.At(AnalysisPlacement.Pre), RunPhase.Successful).Settle();

        Assert.That((world.Weights, world.Status.Phase), Is.EqualTo((new[] { 100m, 0m }, Phase.Healthy)));
    }

    private static FakeWorld Waiting() => new FakeWorld(Spec) { Verdict = RunPhase.Pending }.Settle().Push("v2").Settle();
}
