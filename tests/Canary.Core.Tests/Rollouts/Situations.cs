using System;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Tests.Rollouts;

/// <summary>A world for each situation, as it is just before the evaluation that finds it.</summary>
internal static class Situations
{
    public static FakeWorld Before(Situation situation) => situation switch
    {
        Situation.Requested =>
            Change(AtAPause(), world => world.Request = new RolloutRequest("1", RequestAction.Promote, null, null, "ana", "", null)),
        Situation.AnalysisFailed =>
            Change(AtAPause(), world => world.SetRun(world.Background, RunPhase.Failed, "error rate 4.1% (limit 1%)")),
        Situation.AlertFiring => Change(AtAPause(), world =>
        {
            world.Spec = A.Rollout with { Alerts = [A.Rule] };
            world.Alerts = [A.Alert(world.Now)];
        }),
        Situation.RollingBack => Change(AtAPause(), world =>
        {
            world.RefusesRoutes = true;
            world.Ask(RequestAction.Abort, "1").Now = world.Now.AddSeconds(1);
        }),
        Situation.MemberRolledBack => Change(AtAPause(), world =>
        {
            world.Spec = A.Rollout with { Group = new ReleaseGroup("shop-release", true, null) };
            var lost = RolloutStatus.New with
            {
                Abort = new Abort(AbortReason.AlertFiring, world.Now, "alert CartErrors fires", Weight.Zero),
            };
            world.Peers = [new PeerRollout("shop/cart", false, true, lost.ForPeers) { PromotesTogether = true }];
        }),
        Situation.Withdrawn => AtAPause().Push("v1"),
        Situation.NewRevision => new FakeWorld(A.Rollout).Settle().Push("v2"),
        Situation.CanaryUnready => Change(AtAPause(), world => world.Second = world.Second with { ReadyEndpoints = 0 }),
        Situation.Restarting => Change(AtAPause().Push("v3"), world => world.Pass()),
        Situation.Blocked =>
            Change(AtAPause(), world => world.Errors = [new SpecError("spec.progressDeadline", "it is 0s; it must be longer than 0s")]),
        Situation.FirstSight => new FakeWorld(A.Rollout).Write(20),
        Situation.SpecChanged => Change(AtAPause(), world => world.Spec = A.Rollout with { Steps = [A.SetWeight(50)] }),
        Situation.WeightForeign => AtAPause().Write(0),
        Situation.Held => Change(AtAPause(), world =>
        {
            world.Spec = A.Rollout with { IsPaused = true };
            world.Settle();
        }),
        Situation.DeadlineExceeded => Change(WithoutPods(), world => world.Now = world.Now.AddMinutes(11)),
        Situation.AwaitingPods => WithoutPods(),
        Situation.WeightDue => Change(WithoutPods(), world => world.Second = A.Side with { Revision = "v2" }),
        Situation.AwaitingRoutes => Change(new FakeWorld(A.Rollout).Settle().Push("v2"), world =>
        {
            world.DropsEffects = true;
            world.Pass();
        }),
        Situation.Promoting => Change(AtAPause(), world =>
        {
            world.DropsEffects = true;
            world.Ask(RequestAction.Promote, "1").Arrive();
        }),
        Situation.Pausing => AtAPause(),
        Situation.Analyzing =>
            Change(new FakeWorld(A.Rollout with { Steps = [A.SetWeight(5), new Step.Analyze(A.Red)] }) { DropsEffects = true }, world =>
        {
            world.Settle().Push("v2").Settle().Arrive().Settle();
        }),
        Situation.AwaitingEvidence => WithoutEvidence(InconclusiveAction.Pause),
        Situation.EvidenceOverdue => Change(WithoutEvidence(InconclusiveAction.Abort), world => world.Now = world.Now.AddMinutes(15)),
        Situation.StepDone => Change(new FakeWorld(A.Rollout).Settle().Push("v2"), world => world.Pass()),
        Situation.RolledBack =>
            Change(AtAPause(), world => world.SetRun(world.Background, RunPhase.Failed, "error rate 4.1% (limit 1%)").Settle()),
        Situation.Idle => new FakeWorld(A.Rollout).Settle(),
    };

    private static FakeWorld AtAPause() => GivenARunningRollout.AtTheOpenPause();

    private static FakeWorld AtAPause(RolloutSpec spec) => new FakeWorld(spec).Settle().Push("v2").Settle();

    private static FakeWorld WithoutEvidence(InconclusiveAction action)
    {
        var analysis = A.Red with { Policy = VerdictPolicy.Default with { OnInconclusive = action } };
        var world = AtAPause(A.Rollout with
        {
            Steps = [A.SetWeight(5), new Step.Pause(null), A.SetWeight(25)],
            Analysis = new BackgroundAnalysis(analysis, 0),
        });
        return world.SetRun(world.Background, RunPhase.Running, lacksToRaise: "errors has not seen enough requests")
            .Ask(RequestAction.Promote, "1");
    }

    private static FakeWorld WithoutPods()
    {
        var world = new FakeWorld(A.Rollout).Settle();
        world.Second = world.Second with { Revision = "v2", IsRolledOut = false, ReadyEndpoints = 1 };
        return world.Settle();
    }

    private static FakeWorld Change(FakeWorld world, Action<FakeWorld> change)
    {
        change(world);
        return world;
    }
}
