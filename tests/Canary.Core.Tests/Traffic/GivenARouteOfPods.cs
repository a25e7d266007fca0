using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Tests.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Traffic;

/// <summary>A rollout at weight 50 whose route is pods behind a Service.</summary>
public sealed class GivenARouteOfPods
{
    private static readonly PodSplit Three = new(1, 2);

    [Test]
    public void WhenTheWeightIsReached_ThenMessageAndConditionSayThePods_AndTheStatusHasThem()
    {
        var world = GivenARunningRollout.AtTheOpenPause();

        var status = Decide(world, route => route with { Pods = Three }).Status;

        Assert.Multiple(() =>
        {
            Assert.That(status.Message, Does.Contain("weight 50 (1 of 3 pods, 33.3 %)"));
            Assert.That(Conditions.Find(status, ConditionType.TrafficApplied)!.Message,
                Is.EqualTo("every route shows 50 (1 of 3 pods, 33.3 %)"));
            Assert.That((status.Weights.Applied, status.Weights.Share), Is.EqualTo((Weight.FromPercent(50), (Weight?)Three.Share)));
        });
    }

    [Test]
    public void WhenPodsCameOrWent_ThenTheSameWeightIsWrittenAgain_AndNoClockBeginsAnew()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        var before = world.Status;
        world.Now = world.Now.AddMinutes(1);

        var decision = Decide(world, route => route with { Pods = Three, IsBehind = true });

        Assert.Multiple(() =>
        {
            Assert.That(decision.Effects.OfType<Effect.Route>().Single().Second, Is.EqualTo(Weight.FromPercent(50)));
            Assert.That(decision.Status.StepStartedAt, Is.EqualTo(before.StepStartedAt));
            Assert.That(decision.Situation, Is.EqualTo(Situation.Held).Or.EqualTo(Situation.Pausing));
            Assert.That(decision.WakeAt, Is.EqualTo(world.Now.AddSeconds(30)), "if no event says that it is over");
        });
    }

    [Test]
    public void WhenAWriteIsNotInEffectYet_ThenItIsWaitedFor_AndNobodyElseIsBlamed()
    {
        var world = GivenARunningRollout.AtTheOpenPause();

        var ours = Decide(world, route => route with { NamedCanaryWeight = Weight.FromPercent(37), Pods = Three, IsChanging = true });
        var foreign = Decide(world, route => route with { NamedCanaryWeight = Weight.FromPercent(37), Pods = Three });

        Assert.That((ours.Situation, foreign.Situation), Is.EqualTo((Situation.AwaitingRoutes, Situation.WeightForeign)));
        Assert.That(ours.Status.Reassertions, Is.Zero);
        Assert.That(ours.Status.Message, Does.EndWith("shows 37"));
    }

    [Test]
    public void WhenNothingIsReleased_ThenLabelsThatWereLeftArePutBack()
    {
        var world = new FakeWorld(A.Plain).Settle();

        var decision = Decide(world, route => route with { IsBehind = true });

        Assert.That(decision.Effects, Is.EqualTo(new Effect[] { new Effect.Route(RoutePlan.Only(Weight.Zero)) }));
        Assert.That(decision.Situation, Is.EqualTo(Situation.Idle));
    }

    [Test]
    public void WhenTheServiceIsLeftWithoutPodsAgainAndAgain_ThenItIsWrittenBackAfterFiveSecondsAtMost([Values] bool isRunning)
    {
        var world = isRunning ? GivenARunningRollout.AtTheOpenPause() : new FakeWorld(A.Plain).Settle();
        for (var fight = 1; fight <= 3 * WeightTransitions.MostReassertions; fight++)
        {
            var decision = Decide(world, Empty);
            if (!decision.Effects.OfType<Effect.Route>().Any())
            {
                Assert.That(decision.WakeAt - world.Now, Is.LessThanOrEqualTo(WeightTransitions.LongestOutage), $"fight {fight}");
                world.Now = decision.WakeAt!.Value;
                decision = Decide(world, Empty);
            }

            Assert.That(decision.Effects.OfType<Effect.Route>(), Is.Not.Empty, $"fight {fight}");
            Assert.That(decision.Status.Hold?.Reason, Is.Not.EqualTo(HoldReason.WeightConflict));
            world.Status = decision.Status;
        }

        static RouteObservation Empty(RouteObservation route) =>
            route with { NamedCanaryWeight = Weight.FromBasisPoints(1), Pods = new PodSplit(0, 0), IsEmpty = true };
    }

    private static Decision Decide(FakeWorld world, Func<RouteObservation, RouteObservation> change)
    {
        var seen = world.Look();
        return RolloutMachine.Decide(world.Spec, [], world.Status, seen with { Routes = [.. seen.Routes.Select(change)] }, world.Now);
    }
}
