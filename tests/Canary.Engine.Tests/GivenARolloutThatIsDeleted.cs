using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Passes;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A person deletes the Rollout while a revision has a share of the traffic.</summary>
public sealed class GivenARolloutThatIsDeleted
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Test]
    public async Task WhenItIsInTheMiddle_ThenItsTrafficReturnsToStableFirst()
    {
        var (cluster, host) = await AtFiveAsync();

        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, Limit);

        Assert.That((cluster.Routes[0].Second, cluster.Routes[0].Claim, cluster.Unsafe.Count), Is.EqualTo((Weight.Zero, (Claim?)null, 0)));
        Assert.That(cluster.Events.Last().ToString(), Does.Contain("TrafficRestored").And.Contain("from 5 to 0"));
        Assert.That(cluster.Runs.Values.Select(run => run.Status.EndedAt), Is.All.Not.Null, "the analysis ends with it");
        Assert.That(await host.PassAsync(), Is.InstanceOf<PassResult.Gone>());
    }

    [Test]
    public async Task WhenRequestsGoToTheCanaryByTheirHeaders_ThenTheRouteIsTakenOff_ThoughTheWeightIsZero()
    {
        var cluster = A.Cluster(A.WithRoutes);
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Managed is { IsNone: false }, Limit);

        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, Limit);

        Assert.That((cluster.Routes[0].Managed, cluster.Routes[0].Claim), Is.EqualTo((ManagedRoutes.None, (Claim?)null)));
    }

    [Test]
    public async Task WhenThePolicyIsOrphan_ThenTheWeightsStayAndTheClaimGoes()
    {
        var (cluster, host) = await AtFiveAsync();

        cluster.Delete(DeletionPolicy.Orphan);
        await host.RunAsync(() => cluster.IsGone, Limit);

        Assert.That((cluster.Routes[0].Second, cluster.Routes[0].Claim), Is.EqualTo((Weight.FromPercent(5), (Claim?)null)));
        Assert.That(cluster.Events.Last().Reason, Is.EqualTo("TrafficLeft"));
    }

    [Test]
    public async Task WhenItIsFirstSeen_ThenTheFinalizerComesBeforeAnyOtherWrite()
    {
        var cluster = A.Cluster();
        var kinds = new System.Collections.Generic.List<string>();
        var host = FakeHost.Of(cluster);
        host.Connection.BeforeWrite = kind =>
        {
            kinds.Add(kind);
            return Task.CompletedTask;
        };

        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That((kinds[0], kinds.Count(kind => kind == "finalizer"), cluster.Rollout.Deletion.IsHeld),
            Is.EqualTo(("finalizer", 1, true)));
    }

    [Test]
    public async Task WhenTheFinalizerIsRefused_ThenItIsSaidOnceAndTheRolloutGoesOn()
    {
        var cluster = A.Cluster();
        cluster.FinalizerRefusal = "rollouts.canary.delivery is forbidden";
        var host = FakeHost.Of(cluster);

        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        for (var second = 0; second < 60; second++)
        {
            await host.PassAsync();
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(cluster.Events.Count(told => told.Reason == "FinalizerRefused"), Is.EqualTo(1));

        cluster.FinalizerRefusal = null;
        cluster.Time.Advance(TimeSpan.FromMinutes(6));
        await host.PassAsync();

        Assert.That(cluster.Rollout.Deletion.IsHeld, Is.True);
    }

    [Test]
    public async Task WhenTheFinalizerIsRefused_ThenNoWeightIsRaisedForFiveMinutes()
    {
        var cluster = A.Cluster();
        cluster.FinalizerRefusal = "rollouts.canary.delivery is forbidden";
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        var began = cluster.Time.GetUtcNow();

        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Time.GetUtcNow() - began > TimeSpan.FromMinutes(4), Limit);

        Assert.That((cluster.Routes[0].Second, cluster.Rollout.Status.Weights.Desired), Is.EqualTo((Weight.Zero, Weight.FromPercent(5))));
        Assert.That(cluster.Rollout.Status.Message, Does.Contain("finalizer").And.Contain("is forbidden"));

        await host.RunAsync(() => cluster.Routes[0].Second > Weight.Zero, Limit);

        Assert.That(cluster.Time.GetUtcNow() - began, Is.EqualTo(FinalizerWriter.Patience).Within(TimeSpan.FromSeconds(31)));
    }

    [Test]
    public async Task WhenARefusedFinalizerIsTaken_ThenTheRaiseGoesOnWithinTheMinute()
    {
        var cluster = A.Cluster();
        cluster.FinalizerRefusal = "etcd is away";
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.Message?.Contains("etcd is away", System.StringComparison.Ordinal) == true, Limit);
        var mended = cluster.Time.GetUtcNow();

        cluster.FinalizerRefusal = null;
        await host.RunAsync(() => cluster.Routes[0].Second > Weight.Zero, Limit);

        Assert.That((cluster.Rollout.Deletion.IsHeld, cluster.Time.GetUtcNow() - mended < TimeSpan.FromMinutes(1)),
            Is.EqualTo((true, true)));
    }

    [Test]
    public async Task WhenTheFinalizerIsRefusedInTheMiddle_ThenARollbackDoesNotWaitForIt()
    {
        var (cluster, host) = await AtFiveAsync();
        cluster.Hold(false);
        cluster.FinalizerRefusal = "etcd is away";
        await host.PassAsync();

        cluster.Ask(RequestAction.Abort, "a");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.Zero, TimeSpan.FromSeconds(5));

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenStableHasNoPod_ThenItIsWaitedForAndAtLastTheWeightsStay()
    {
        var (cluster, host) = await AtFiveAsync();
        cluster.Stable.IsBroken = true;

        cluster.Delete();
        await host.PassAsync();

        Assert.That((cluster.Routes[0].Second, cluster.IsGone), Is.EqualTo((Weight.FromPercent(5), false)));
        Assert.That(cluster.Rollout.Status.Message, Does.Contain("stable has no ready pod"));

        await host.RunAsync(() => cluster.IsGone, Limit);

        Assert.That((cluster.Routes[0].Second, cluster.Unsafe.Count), Is.EqualTo((Weight.FromPercent(5), 0)));
        Assert.That(cluster.Events.Select(told => told.Reason).TakeLast(2), Is.EqualTo(new[] { "DeletionWaits", "TrafficNotRestored" }));
    }

    [Test]
    public async Task WhenNeitherSideHasAPod_ThenNothingIsWaitedFor()
    {
        var (cluster, host) = await AtFiveAsync();
        cluster.Stable.IsBroken = cluster.Canary.IsBroken = true;

        cluster.Delete();
        await host.PassAsync();

        Assert.That((cluster.Routes[0].Second, cluster.IsGone), Is.EqualTo((Weight.Zero, true)));
    }

    [Test]
    public async Task WhenTheRouteRefuses_ThenItIsTriedForAWhileAndTheDeletionEnds()
    {
        var (cluster, host) = await AtFiveAsync();
        cluster.RouteRefusal = "admission webhook denied it";

        cluster.Delete();
        await host.PassAsync();
        Assert.That(cluster.IsGone, Is.False);
        var before = host.Passes;
        await host.RunAsync(() => cluster.IsGone, Limit);

        Assert.That(cluster.Events.Last().Message, Does.Contain("admission webhook denied it"));
        Assert.That(host.Passes - before, Is.LessThan(400));
    }

    [Test]
    public async Task WhenTheRouteIsTakenAgain_ThenItIsRestored()
    {
        var (cluster, host) = await AtFiveAsync();
        cluster.RouteRefusal = "admission webhook denied it";
        cluster.Delete();
        await host.PassAsync();

        cluster.RouteRefusal = null;
        await host.RunAsync(() => cluster.IsGone, Limit);

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenARaiseIsStillOnItsWay_ThenItIsRefusedAfterTheDeletion()
    {
        var (cluster, host) = await AtFiveAsync();
        host.Connection.IsHeld = kind => kind == "route";
        await host.RunAsync(() => host.Connection.Held.Count > 0, Limit);

        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, Limit);
        host.Connection.Held[0]();

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [TestCase(1, false)]
    [TestCase(1, true)]
    [TestCase(2, false)]
    [TestCase(2, true)]
    [TestCase(3, true)]
    public async Task WhenTheProcessDiesOnTheWay_ThenTheNextOneEndsIt(int diesAt, bool afterwards)
    {
        var (cluster, _) = await AtFiveAsync();
        cluster.Delete();
        var dying = FakeHost.Of(cluster, new FakeConnection(cluster, "one", 1) { DiesAt = diesAt, DiesAfterwards = afterwards });
        await Assert.ThrowsAsync<Killed>(() => dying.RunAsync(() => cluster.IsGone, Limit));

        var next = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
        cluster.Lease = ("two", 2);
        await next.TakeOverAsync();
        await next.RunAsync(() => cluster.IsGone, Limit);

        Assert.That((cluster.Routes[0].Second, cluster.Routes[0].Claim), Is.EqualTo((Weight.Zero, (Claim?)null)));
    }

    [Test]
    public async Task WhenItNeverHadASpec_ThenItIsNotHeld()
    {
        var cluster = A.Cluster();
        cluster.Break();

        await FakeHost.Of(cluster).PassAsync();

        Assert.That(cluster.Rollout.Deletion.IsHeld, Is.False);
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> AtFiveAsync()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.Weights.Applied == Weight.FromPercent(5), Limit);
        return (cluster, host);
    }
}
