using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Passes;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A write is on its way for so long that nobody waits for its answer any more; meanwhile something else is decided; and then it
/// arrives.</summary>
public sealed class GivenAWriteThatArrivesLate
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Test]
    public async Task WhenARaiseArrivesAfterTheAbort_ThenItIsRefused()
    {
        var (cluster, host) = await StartedAsync();
        host.Connection.IsHeld = kind => kind == "route";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);

        host.Connection.IsHeld = _ => false;
        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        host.Connection.Held[0]();

        Assert.That((cluster.Routes[0].Second, cluster.Rollout.Status.Phase), Is.EqualTo((Weight.Zero, Phase.RolledBack)));
        Assert.That(cluster.Routes[0].Claim?.Sequence, Is.EqualTo(cluster.Rollout.Status.WriteSequence));
    }

    [Test]
    public async Task WhenAHeaderRouteArrivesAfterTheAbort_ThenItIsRefused_ThoughTheWeightIsZeroBeforeAndAfter()
    {
        var cluster = World.A.Cluster(World.A.WithRoutes);
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        host.Connection.IsHeld = kind => kind == "route";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);

        host.Connection.IsHeld = _ => false;
        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        host.Connection.Held[0]();

        Assert.That(cluster.Routes[0].Managed, Is.EqualTo(ManagedRoutes.None));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WhenARaiseArrivesAfterANewRevisionOrAWithdrawal_ThenItIsRefused(bool isNew)
    {
        var (cluster, host) = await StartedAsync();
        host.Connection.IsHeld = kind => kind == "route";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);

        cluster.Ship(isNew ? "v3" : "v1");
        host.Connection.IsHeld = _ => false;
        await host.RunAsync(() => cluster.Rollout.Status is { IsRestarting: false } status && status.CanaryRevision != "v2", Limit);
        var before = cluster.Routes[0].Second;
        foreach (var late in host.Connection.Held) late();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(before));
    }

    [Test]
    public async Task WhenARaiseIsCarriedOutTwice_ThenTheSecondTimeAfterTheAbortIsRefused()
    {
        var (cluster, host) = await StartedAsync();
        host.Connection.IsHeld = kind => kind == "route";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);
        host.Connection.IsHeld = _ => false;
        host.Connection.Held[0]();
        await host.RunAsync(() => cluster.Rollout.Status.Weights.Applied == Weight.FromPercent(5), Limit);

        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        host.Connection.Held[0]();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenTheTemplateArrivesInStableAfterTheAbort_ThenItIsRefused()
    {
        var (cluster, host) = await StartedAsync();
        host.Source.Value = 0.001;
        host.Connection.IsHeld = kind => kind == "template";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);

        host.Connection.IsHeld = _ => false;
        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunAsync(() => cluster.Rollout.Status.Abort is not null, Limit);
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        host.Connection.Held[0]();

        Assert.That((cluster.Stable.Revision, cluster.Count("template")), Is.EqualTo(("v1", 0)));
    }

    [Test]
    public async Task WhenTheLeaderIsReplacedMeanwhile_ThenWhatItSentIsRefused()
    {
        var (cluster, host) = await StartedAsync();
        host.Connection.IsHeld = kind => kind == "route";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);

        cluster.Lease = ("two", 2);
        var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
        await second.TakeOverAsync();
        cluster.Ask(RequestAction.Abort, "a1");
        await second.RunUntilIdleAsync(Phase.RolledBack, Limit);
        host.Connection.Held[0]();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenStableHasNoPodAtTheAbort_ThenARaiseThatArrivesIsRefusedAllTheSame()
    {
        var (cluster, host) = await StartedAsync();
        host.Connection.IsHeld = kind => kind == "route";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);

        cluster.Stable.IsBroken = true;
        host.Connection.IsHeld = _ => false;
        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunAsync(() => cluster.Rollout.Status.Abort is not null, Limit);
        await host.PassAsync();
        host.Connection.Held[0]();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenTheStampOfTheAbortIsHeldToo_ThenTheRolloutIsNotRolledBackBeforeItIsThere()
    {
        var (cluster, host) = await StartedAsync();
        host.Connection.IsHeld = kind => kind is "route" or "claim";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);
        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunAsync(() => host.Connection.Held.Count > 2, Limit);

        Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.RollingBack));

        host.Connection.Held[0]();
        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.FromPercent(5)));
        host.Connection.IsHeld = _ => false;
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        foreach (var late in host.Connection.Held) late();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenARolledBackRolloutShowsAWeight_ThenItIsReportedOnceAndWrittenBack()
    {
        var (cluster, host) = await StartedAsync();
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        cluster.Events.Clear();

        cluster.Routes[0].Second = Weight.FromPercent(20);
        var pass = (PassResult.Done)await host.PassAsync();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That(cluster.Events.ConvertAll(told => told.Reason), Is.EqualTo(new[] { "WeightConflict" }));
        Assert.That(pass.WakeAt, Is.Not.Null);

        var done = (PassResult.Done)await host.PassAsync();
        var writes = cluster.Writes.Count;
        done = (PassResult.Done)await host.PassAsync();

        Assert.That((done.WakeAt, cluster.Writes.Count, cluster.Rollout.Status.Phase),
            Is.EqualTo(((DateTimeOffset?)null, writes, Phase.RolledBack)));
    }

    [Test]
    public async Task WhenSomebodyWritesTheWeightAgainAndAgain_ThenTheAnswersStopForAWhile()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        for (var second = 0; second < 300; second++)
        {
            cluster.Routes[0].Second = Weight.FromPercent(50);
            await host.PassAsync();
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(cluster.Count("route"), Is.EqualTo(5));
        Assert.That(cluster.Rollout.Status.Conditions.Single(one => one.Type == ConditionType.WeightConflict).IsTrue, Is.True);

        cluster.Time.Advance(TimeSpan.FromMinutes(10));
        await host.PassAsync();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenTheStatusWasLost_ThenItsNumbersGoOnAboveThoseOfTheRoutes()
    {
        var (cluster, host) = await StartedAsync();
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        var number = cluster.Routes[0].Claim!.Value.Sequence;

        cluster.Save(RolloutStatus.New, "somebody");
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That(cluster.Rollout.Status.WriteSequence, Is.GreaterThan(number));
        Assert.That((cluster.Routes[0].Second, cluster.Routes[0].Claim!.Value.Sequence),
            Is.EqualTo((Weight.Zero, cluster.Rollout.Status.WriteSequence)));
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> StartedAsync()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        return (cluster, host);
    }
}
