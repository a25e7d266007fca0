using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

public sealed class GivenAnAlertDuringARollout
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly EquatableArray<Label> Labels = [new("alertname", "CheckoutErrors"), new("severity", "critical")];

    [Test]
    public async Task WhenItIsToAbort_ThenTheNextPassTakesTheCanaryBackAndTheHistoryNamesIt()
    {
        var (cluster, host) = await AtFiveAsync(AlertAction.Abort);
        var since = cluster.Time.GetUtcNow();

        host.Alerts.Hear([new HeardAlert(Labels, since, true)]);
        await host.PassAsync();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero), "in the same pass");
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        Assert.That(cluster.Rollout.Status.History[0].Reason,
            Is.EqualTo($"alert CheckoutErrors (severity=critical) has been firing since {since:HH:mm:ss}Z"));
        Assert.That(cluster.Events.Count(told => told.Reason == "RolloutAborted"), Is.EqualTo(1));
    }

    [Test]
    public async Task WhenAPersonWentOnPastIt_ThenANewProcessKnows()
    {
        var (cluster, host) = await AtFiveAsync(AlertAction.Pause);
        var alert = new HeardAlert(Labels, cluster.Time.GetUtcNow(), true);
        host.Alerts.Hear([alert]);
        await host.RunAsync(() => cluster.Rollout.Status.Hold?.Reason is HoldReason.AlertFiring, Limit);
        cluster.Ask(RequestAction.Resume, "1");
        await host.PassAsync();

        cluster.Lease = ("two", 2);
        var heir = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
        await heir.TakeOverAsync();
        await heir.PassAsync();
        heir.Alerts.Hear([alert]);
        await heir.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
        Assert.That(cluster.Rollout.Status.History[0].Evidence,
            Has.Some.StartsWith("alert CheckoutErrors (severity=critical) firing since").And.EndsWith("overruled by request"));
        Assert.That(cluster.Events.Count(told => told.Reason == "AlertFiring"), Is.EqualTo(1), "held once");
    }

    [Test]
    public async Task WhenNobodySaysWhichAlertsFire_ThenItsPeopleAreToldOnceASilence()
    {
        var (cluster, host) = await AtFiveAsync(AlertAction.Abort);
        const string why = "Prometheus has not said for 2m which alerts fire: 503";

        host.Alerts.Doubt("prometheus", why);
        for (var pass = 0; pass < 3; pass++) await host.PassAsync();
        Assert.That(cluster.Writes.Count(write => write.What == "AlertsNotRead"), Is.EqualTo(1));
        Assert.That(cluster.Events.Single(told => told.Reason == "AlertsNotRead"), Is.EqualTo(
            new RolloutEvent("AlertsNotRead", $"{why}; the rollout goes on, and an alert may not roll it back", true)));

        host.Alerts.Doubt("prometheus", null);
        await host.PassAsync();
        host.Alerts.Doubt("prometheus", why);
        await host.PassAsync();
        Assert.That(cluster.Writes.Count(write => write.What == "AlertsNotRead"), Is.EqualTo(2));
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
    }

    [Test]
    public async Task WhenACallOfTheWebhookIsRefused_ThenItsPeopleAreToldOnceUntilItIsOldNews()
    {
        var (cluster, host) = await AtFiveAsync(AlertAction.Abort);

        for (var call = 0; call < 3; call++)
        {
            host.Alerts.Refuse("413, the payload has more than 16777216 bytes");
            await host.PassAsync();
            host.Alerts.Hear([new HeardAlert([new("alertname", "Other")], cluster.Time.GetUtcNow(), true)]);
            await host.PassAsync();
        }

        Assert.That(cluster.Events.Single(told => told.Reason == "AlertsNotRead"), Is.EqualTo(new RolloutEvent(
            "AlertsNotRead",
            "a call of Alertmanager's webhook was refused: 413, the payload has more than 16777216 bytes; the rollout goes on, and an "
                + "alert may not roll it back", true)));

        cluster.Time.Advance(FiringAlerts.RefusalStands);
        Assert.That(host.Alerts.Doubts, Is.Null);
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> AtFiveAsync(AlertAction action)
    {
        var cluster = A.Cluster(A.Rollout with { Alerts = [new AlertRule([new Label("severity", "critical")], action, false)] });
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Writes.Clear();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        return (cluster, host);
    }
}
