using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenPodsOfAnotherWorkload
{
    private const string Foreign = "Service shop/checkout-canary selects pod checkout-stable-1 of Deployment shop/checkout-stable";

    [Test]
    public void WhenTheCanarySelectsThemBeforeTheFirstStep_ThenNoRolloutBeginsAndItIsSaid()
    {
        var world = new FakeWorld(A.Plain).Settle();
        world.Second = world.Second with { ForeignPods = Foreign };
        world.Push("v2").Settle();

        Assert.That((world.Status.IsRunning, world.Status.Phase), Is.EqualTo((false, Phase.Degraded)));
        Assert.That(world.Weights, Is.Empty);
        Assert.That(Conditions.Find(world.Status, ConditionType.SpecAccepted), Has.Property("Reason")
            .EqualTo("ForeignPods").And.Property("Message").Contains(Foreign));
        Assert.That(world.Reasons.Last(), Is.EqualTo("ForeignPods"));

        world.Second = world.Second with { ForeignPods = null };
        world.Settle();

        Assert.That(world.Status.History.Single().Outcome, Is.EqualTo(RolloutOutcome.Promoted));
    }

    [Test]
    public void WhenTheCanarySelectsThemInTheMiddle_ThenItLosesItsTrafficAndIsNeverPromoted()
    {
        var world = new FakeWorld(A.Rollout).Settle().Push("v2").Settle();
        world.Second = world.Second with { ForeignPods = Foreign };
        world.Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.Phase, world.Status.IsRunning), Is.EqualTo((Phase.Degraded, true)));
        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 0m }));

        world.Second = world.Second with { ForeignPods = null };
        world.Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 0m, 5m }), "it goes on where it was");
    }

    [Test]
    public void WhenStableSelectsThem_ThenNothingMovesAndAnAbortStillWorks()
    {
        var world = new FakeWorld(A.Rollout).Settle().Push("v2").Settle();
        world.First = world.First with { ForeignPods = "Service shop/checkout-stable selects pod checkout-canary-1" };
        world.Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.Degraded, 5m)));

        world.Ask(RequestAction.Abort, "1");

        Assert.That((world.Status.Abort?.Reason, world.Routes[0]), Is.EqualTo((AbortReason.Request, 0m)));
    }
}
