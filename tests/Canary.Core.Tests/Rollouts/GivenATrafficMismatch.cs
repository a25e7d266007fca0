using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenATrafficMismatch
{
    private const string Said = "canary gets 1.2 % of the requests at weight 5 (41 of 3,400): routing or metrics are wrong";

    [Test]
    public void WhenNothingIsWritten_ThenItIsReportedOnceAndDecidesNothing()
    {
        var world = At(TrafficMismatchAction.Report);

        Found(world, Said).Advance(TimeSpan.FromMinutes(5));

        Assert.That((world.Status.Hold?.Reason is HoldReason.TrafficMismatch, world.Status.Abort), Is.EqualTo((false, (Abort?)null)));
        Assert.That(world.Routes[0], Is.EqualTo(50m), "it went on");
        Assert.That(Condition(world), Is.EqualTo(((bool?)true, "ShareOff", Said)));
        Assert.That(world.Announced.Where(one => one.Reason == "TrafficMismatch").Select(one => (one.IsWarning, one.Message)),
            Is.EqualTo(new[] { (true, Said) }));

        Found(world, "").Settle();

        Assert.That(Condition(world).IsTrue, Is.False);
        Assert.That(world.Announced.Count(one => one.Reason == "TrafficMatches"), Is.EqualTo(1));
    }

    [Test]
    public void WhenItIsToPause_ThenItHoldsUntilTheShareIsRight()
    {
        var world = At(TrafficMismatchAction.Pause);

        Found(world, Said).Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.Hold!.Reason, world.Routes[0], world.Status.Phase),
            Is.EqualTo((HoldReason.TrafficMismatch, 5m, Phase.Paused)));
        Assert.That(world.Status.Message, Does.Contain(Said));
        Assert.That(Conditions.Find(world.Status, ConditionType.Stalled)!.Reason, Is.EqualTo("TrafficMismatch"));

        Found(world, "").Advance(TimeSpan.FromMinutes(5));

        Assert.That(world.Routes[0], Is.EqualTo(50m));
    }

    [TestCase(RequestAction.Promote)]
    [TestCase(RequestAction.Resume)]
    public void WhenAPersonGoesOnPastIt_ThenThisOneHoldsNoLongerAndAnotherOneDoes(RequestAction action)
    {
        var world = Found(At(TrafficMismatchAction.Pause), Said).Settle();

        world.Ask(action, "7");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Status.LastRequest.Message, world.Status.CurrentStepIndex),
            Is.EqualTo((true, $"it goes on although {Said}", 1)), "no step is skipped");

        world.Advance(TimeSpan.FromMinutes(5));
        Found(world, Said.Replace("1.2", "0.4")).Settle();

        Assert.That((world.Routes[0], world.Status.Hold?.Reason), Is.EqualTo((50m, HoldReason.TrafficMismatch)));
    }

    [Test]
    public void WhenTheCanaryIsLostDuringTheHold_ThenItGetsItsWeightBack()
    {
        var world = Found(At(TrafficMismatchAction.Pause), Said).Settle();
        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That(world.Routes[0], Is.Zero);

        world.Second = world.Second with { ReadyEndpoints = 2 };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Hold?.Reason), Is.EqualTo((5m, HoldReason.TrafficMismatch)));
    }

    [Test]
    public void WhenItIsToAbort_ThenTheCanaryIsRolledBackWithTheNumbers()
    {
        var world = At(TrafficMismatchAction.Abort);

        Found(world, Said).Settle();

        Assert.That((world.Status.Phase, world.Status.Abort!.Reason, world.Status.Abort.Message, world.Routes[0]),
            Is.EqualTo((Phase.RolledBack, AbortReason.TrafficMismatch, Said, 0m)));
    }

    [Test]
    public void WhenTheFieldIsChanged_ThenItCountsAtOnceAndNothingStartsAgain()
    {
        var world = At(TrafficMismatchAction.Pause);
        Found(world, Said).Settle();
        var started = world.Status.StartedAt;

        world.Spec = world.Spec! with { OnTrafficMismatch = TrafficMismatchAction.Report };
        world.Advance(TimeSpan.FromMinutes(5));

        Assert.That((world.Status.StartedAt, world.Routes[0]), Is.EqualTo((started, 50m)));
    }

    private static FakeWorld Found(FakeWorld world, string said) =>
        world.SetRun(world.Background, RunPhase.Running, trafficMismatch: said);

    private static (bool? IsTrue, string Reason, string Message) Condition(FakeWorld world) =>
        Conditions.Find(world.Status, ConditionType.TrafficMismatch) is { } condition
            ? (condition.IsTrue, condition.Reason, condition.Message) : default;

    // At the pause of the second step, with an analysis in the background.
    private static FakeWorld At(TrafficMismatchAction action) => new FakeWorld(A.Rollout with
    {
        Analysis = new BackgroundAnalysis(A.Red, 0),
        OnTrafficMismatch = action,
    }).Settle().Push("v2").Settle();
}
