using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAFiringAlert
{
    private static readonly AlertRule Pausing = A.Rule with { Action = AlertAction.Pause };

    [Test]
    public void WhenItBeganAfterTheRollout_ThenTheCanaryIsTakenBackAndTheHistoryNamesIt()
    {
        var world = AtAPause(A.Rule);
        var since = world.Now;

        Fire(world, A.Alert(since)).Settle();

        Assert.That((world.Status.Phase, world.Routes[0], world.Status.Abort!.Reason),
            Is.EqualTo((Phase.RolledBack, 0m, AbortReason.AlertFiring)));
        var words = $"alert CheckoutErrors (service=checkout, severity=critical) has been firing since {TimeText.Format(since)}";
        Assert.That(world.Status.Message, Is.EqualTo($"rolled back at weight 50: {words}"));
        Assert.That(world.Status.History[0].Reason, Is.EqualTo(words));
        Assert.That(world.Announced.Single(one => one.Reason == "RolloutAborted").Message, Does.Contain(words));
    }

    [TestCase(false, Phase.Paused)]
    [TestCase(true, Phase.RolledBack)]
    public void WhenItWasFiringBefore_ThenItCountsOnlyWhereTheRuleSaysSo(bool includeExisting, Phase phase)
    {
        var world = AtAPause(A.Rule with { IncludeExisting = includeExisting });

        Fire(world, A.Alert(world.Status.StartedAt!.Value.AddTicks(-1))).Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(phase), world.Status.Message);
    }

    [Test]
    public void WhenOneLabelDiffers_ThenItIsNoneOfOurs()
    {
        var world = AtAPause(A.Rule);

        Fire(world,
            A.Alert(world.Now) with
            {
                Labels =
                [new Label("alertname", "Other"), new Label("service", "cart"), new Label("severity", "critical")]
            }).Settle();

        Assert.That((world.Status.Abort, world.Status.Hold!.Reason), Is.EqualTo(((Abort?)null, HoldReason.PauseStep)));
    }

    [Test]
    public void WhenNothingIsBeingReleased_ThenItDoesNothing()
    {
        var world = new FakeWorld(A.Rollout with { Alerts = [A.Rule] }).Settle();
        var before = world.Status;

        Fire(world, A.Alert(world.Now)).Settle();

        Assert.That(world.Status, Is.EqualTo(before));
    }

    [Test]
    public void WhenStableIsWritten_ThenNothingIsTakenBack()
    {
        var world = AtAPause(A.Rule);
        world.IsSlow = true;
        world.Ask(RequestAction.Promote, "1");
        Assert.That(world.Status.Promotion, Is.EqualTo(PromotionStage.UpdatingStable));

        Fire(world, A.Alert(world.Now)).Settle();

        Assert.That((world.Status.Abort, world.Routes[0]), Is.EqualTo(((Abort?)null, 100m)));
    }

    [Test]
    public void WhenItFiresBeforeTheFirstTraffic_ThenNoneIsSent()
    {
        var world = new FakeWorld(A.Rollout with { Alerts = [A.Rule], PreAnalysis = A.Smoke }) { Verdict = RunPhase.Pending }.Settle()
            .Push("v2").Settle();

        Fire(world, A.Alert(world.Now)).Settle();

        Assert.That((world.Weights, world.Status.Phase), Is.EqualTo((Array.Empty<decimal>(), Phase.RolledBack)));
    }

    [Test]
    public void WhenTheRevisionIsTriedAgainWhileItStillFires_ThenItWasThereBefore()
    {
        var world = AtAPause(A.Rule);
        Fire(world, A.Alert(world.Now)).Settle();
        world.Now = world.Now.AddMinutes(1);

        world.Ask(RequestAction.Retry, "2");

        Assert.That((world.Status.Attempt, world.Status.IsRunning, world.Status.Abort), Is.EqualTo((2, true, (Abort?)null)),
            world.Status.Message);
    }

    [Test]
    public void WhenItIsToPause_ThenItHoldsAsLongAsItFires()
    {
        var world = AtTheFirstPause(Pausing);
        Fire(world, A.Alert(world.Now)).Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.Hold!.Reason, world.Routes[0], world.Status.Phase),
            Is.EqualTo((HoldReason.AlertFiring, 5m, Phase.Paused)));
        Assert.That(world.Status.Message,
            Does.Contain("alert CheckoutErrors (service=checkout, severity=critical) has been firing since 12:00:00Z"));
        Assert.That(world.Announced.Count(one => one.Reason == "AlertFiring"), Is.EqualTo(1));

        world.Alerts = [];
        world.Settle();

        Assert.That(world.Routes[0], Is.EqualTo(50m), "the minute is long over");
    }

    [TestCase(RequestAction.Promote)]
    [TestCase(RequestAction.Resume)]
    public void WhenAPersonGoesOn_ThenExactlyThisAlertIsOverruled(RequestAction action)
    {
        var world = AtTheFirstPause(Pausing);
        var first = A.Alert(world.Now);
        Fire(world, first).Advance(TimeSpan.FromHours(1)).Ask(action, "1");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Routes[0]), Is.EqualTo((true, 50m)));

        // Another source says that it began a moment earlier: it is the same alert.
        Fire(world, first with { Since = first.Since.AddSeconds(-2), Source = "Prometheus" }).Settle();
        Assert.That(world.Status.Hold!.Reason, Is.EqualTo(HoldReason.PauseStep));

        world.Now = world.Now.AddMinutes(1);
        Fire(world, first, A.Alert(world.Now, "CheckoutSlow")).Settle();
        Assert.That(world.Status.Hold!.Message, Does.Contain("alert CheckoutSlow"));

        Fire(world, first with { Since = world.Now }).Settle();
        Assert.That(world.Status.Hold!.Message, Does.Contain("alert CheckoutErrors"), "it ended and fires anew");
    }

    [Test]
    public void WhenAnOverruledOneIsInTheHistory_ThenItSaysSo()
    {
        var world = AtTheFirstPause(Pausing);
        Fire(world, A.Alert(world.Now)).Advance(TimeSpan.FromHours(1)).Ask(RequestAction.Resume, "1").Ask(RequestAction.Promote, "2");

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy), world.Status.Message);
        Assert.That(world.Status.History[0].Evidence,
            Does.Contain("alert CheckoutErrors (service=checkout, severity=critical) firing since 12:00:00Z, overruled by request"));
        Assert.That(world.Status.OverruledAlerts, Is.Empty);
    }

    // A label carries the value: "p99 is 431 ms", "p99 is 437 ms".
    private static FiringAlert Valued(string value, DateTimeOffset since) =>
        new([new("alertname", "CheckoutSlow"), new("service", "checkout"), new("severity", "critical"), new("value", value)], since,
            "Alertmanager's webhook");

    private static readonly AlertRule ByService = A.Rule with { IdentityLabels = ["alertname", "service"] };

    private static OngoingAlert Ongoing(AlertRule rule, DateTimeOffset since) =>
        new(rule, [new("alertname", "CheckoutSlow"), new("service", "checkout")], since);

    [Test]
    public void WhenOnlyItsValueIsNewSinceTheRolloutBegan_ThenItIsOldWhereTheRuleNamesItsIdentity()
    {
        var world = AtAPause(ByService);
        world.OngoingAlerts = [Ongoing(ByService, world.Status.StartedAt!.Value.AddMinutes(-10))];

        Fire(world, Valued("437", world.Now)).Settle();

        Assert.That(world.Status.Abort, Is.Null, world.Status.Message);
    }

    [Test]
    public void WhenItEndedAndFiresAnew_ThenItCountsByItsIdentityToo()
    {
        var world = AtAPause(ByService);
        world.OngoingAlerts = [Ongoing(ByService, world.Now)];

        Fire(world, Valued("437", world.Now)).Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.RolledBack));
    }

    [Test]
    public void WhenAPersonWentOnPastOneOfItsValues_ThenTheNextValueIsOverruledToo()
    {
        var rule = ByService with { Action = AlertAction.Pause };
        var world = AtTheFirstPause(rule);
        world.OngoingAlerts = [Ongoing(rule, world.Now)];
        Fire(world, Valued("431", world.Now)).Advance(TimeSpan.FromHours(1)).Ask(RequestAction.Resume, "1");
        Assert.That(world.Status.Hold!.Reason, Is.EqualTo(HoldReason.PauseStep));

        Fire(world, Valued("437", world.Now.AddMinutes(1))).Settle();

        Assert.That(world.Status.Hold!.Reason, Is.EqualTo(HoldReason.PauseStep), world.Status.Message);
    }

    [Test]
    public void WhenItIsToPauseAndAPersonAborts_ThenItIsTakenBack()
    {
        var world = AtTheFirstPause(Pausing);

        Fire(world, A.Alert(world.Now)).Settle().Ask(RequestAction.Abort, "1");

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
    }

    [Test]
    public void WhenTwoRulesMatch_ThenAbortWins()
    {
        var world = AtAPause(Pausing, new AlertRule([new Label("severity", "critical")], AlertAction.Abort, false));

        Fire(world, A.Alert(world.Now)).Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.RolledBack));
    }

    [Test]
    public void WhenARuleIsAddedToARunningRollout_ThenItCountsAtOnceAndNothingStartsAgain()
    {
        var world = AtAPause();
        Fire(world, A.Alert(world.Now)).Settle();
        Assert.That(world.Status.Abort, Is.Null);

        world.Spec = world.Spec! with { Alerts = [A.Rule] };
        world.Settle();

        Assert.That((world.Status.Phase, world.Status.Attempt), Is.EqualTo((Phase.RolledBack, 1)));
    }

    [Test]
    public void WhenItIsPromotedInFull_ThenWhatFiredIsOverruledAndWhatComesCounts()
    {
        var world = AtTheFirstPause(Pausing, new AlertRule([new Label("alertname", "CheckoutSlow")], AlertAction.Abort, false));
        Fire(world, A.Alert(world.Now)).Settle();
        world.DropsEffects = true;
        world.Ask(RequestAction.PromoteFull, "1");

        Assert.That((world.Status.Hold, world.Status.OverruledAlerts.Count), Is.EqualTo(((Hold?)null, 1)));

        Fire(world, A.Alert(world.Now), A.Alert(world.Now, "CheckoutSlow")).Pass();

        Assert.That(world.Status.Abort!.Message, Does.StartWith("alert CheckoutSlow"));
    }

    private static FakeWorld Fire(FakeWorld world, params FiringAlert[] alerts)
    {
        world.Alerts = [.. alerts];
        return world;
    }

    private static FakeWorld AtAPause(params AlertRule[] rules) =>
        GivenARunningRollout.AtTheOpenPause(A.Rollout with { Alerts = [.. rules] });

    private static FakeWorld AtTheFirstPause(params AlertRule[] rules)
    {
        var world = new FakeWorld(A.Rollout with { Alerts = [.. rules] }).Settle().Push("v2").Settle();
        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((1, 5m)));
        return world;
    }
}
