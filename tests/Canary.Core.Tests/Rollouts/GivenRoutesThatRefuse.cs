using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenRoutesThatRefuse
{
    [Test]
    public void WhenARaiseIsRefused_ThenItIsTriedAgainAndTakenBackAtTheDeadline()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2");
        world.RefusesRoutes = true;
        world.Settle();

        Assert.That(world.Status.Message, Is.EqualTo("step 1 of 3: weight 5, weight 5 was refused: admission webhook denied it"));
        Assert.That(world.Decide().WakeAt, Is.EqualTo(world.Now.AddSeconds(1)));

        world.Advance(TimeSpan.FromMinutes(5));

        Assert.That(world.Decide().WakeAt, Is.EqualTo(world.Now.AddSeconds(30)));

        world.Advance(TimeSpan.FromMinutes(6));

        Assert.That((world.Status.Phase, world.Status.Abort!.Reason), Is.EqualTo((Phase.RollingBack, AbortReason.DeadlineExceeded)),
            "the raise may still arrive");

        world.RefusesRoutes = false;
        world.Advance(TimeSpan.FromMinutes(1));

        Assert.That((world.Status.Phase, world.Sequence), Is.EqualTo((Phase.RolledBack, (long?)world.Status.WriteSequence)));
    }

    [Test]
    public void WhenAnAbortIsRefused_ThenItIsTriedForEverAndSaidEveryFiveMinutes()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.RefusesRoutes = true;

        world.Ask(RequestAction.Abort, "1").Advance(TimeSpan.FromMinutes(21));

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RollingBack, 50m)));
        Assert.That(world.Reasons.Count(reason => reason == "RouteRefused"), Is.EqualTo(5));
        Assert.That(Conditions.Find(world.Status, ConditionType.TrafficApplied)!.Reason, Is.EqualTo("RouteRefused"));

        world.RefusesRoutes = false;
        world.Advance(TimeSpan.FromSeconds(30));

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
    }

    [Test]
    public void WhenOneRouteCannotBeReadAndItIsTakenBack_ThenZeroIsSentToTheOthersAndNotTakenForConfirmed()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Problems = [new SpecError("spec.traffic.istio.virtualServices[1].name", "VirtualService shop/other is not there")];

        world.Ask(RequestAction.Abort, "1");

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.RollingBack)));

        world.Problems = [];
        world.Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.RolledBack));
    }

    [Test]
    public void WhenTheProcessDiesBetweenStatusAndRoute_ThenTheNextOneSendsItAgain()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2");
        world.DropsEffects = true;
        world.Pass();
        world.Pass();

        Assert.That((world.Status.Weights.Desired.Percent, world.Routes[0]), Is.EqualTo((5m, 0m)));

        world.DropsEffects = false;
        world.Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 25m, 50m, 100m, 0m }));
    }
}
