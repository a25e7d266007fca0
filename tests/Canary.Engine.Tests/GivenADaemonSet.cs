using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using Canary.Testing;
using Canary.Testing.Sets;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A DaemonSet: its pods are both sides, and are updated when they are evicted.</summary>
internal sealed class GivenADaemonSet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    [Test]
    public async Task A_release_evicts_pods_and_moves_weights_in_turn_until_all_pods_run_it()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Writes.Clear();

        cluster.Ship("v2");
        await host.RunAsync(() => IsReleased(cluster), Limit);

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "canary v2", "evict agent-0", "evict agent-1", "evict agent-2", "stable v2",
                "evict agent-3" }));
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(cluster.Set!.Revisions, Is.EqualTo("v2 v2 v2 v2"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task An_abort_sends_the_weight_and_leaves_the_pods_until_the_template_is_reverted()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(50), Limit);
        cluster.Writes.Clear();

        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunAsync(() => cluster.Rollout.Status.Phase == Phase.RolledBack, Limit);
        var (sides, revisions) = (Sides(cluster), cluster.Set!.Revisions);
        cluster.Ship("v1");
        await host.RunAsync(() => cluster.Set!.Revisions == "v1 v1 v1 v1" && cluster.Set.Ready("v1", cluster.Time.GetUtcNow()) == 4, Limit);

        Assert.Multiple(() =>
        {
            Assert.That((sides.Length, revisions), Is.EqualTo((0, "v2 v2 v1 v1")));
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "canary v1", "evict agent-0", "evict agent-1" }));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [TestCase(false, TestName = "A_process_that_dies_before_any_write_leaves_a_release_of_a_DaemonSet_that_another_one_finishes")]
    [TestCase(true, TestName = "A_process_that_dies_after_any_write_leaves_a_release_of_a_DaemonSet_that_another_one_finishes")]
    public async Task A_process_that_dies_leaves_a_release_that_another_one_finishes(bool isAfterwards)
    {
        for (var at = 1; at < 200; at++)
        {
            var cluster = Cluster();
            var first = FakeHost.Of(cluster, new FakeConnection(cluster, "one", 1) { DiesAt = at, DiesAfterwards = isAfterwards });
            try
            {
                await ReleaseAsync(cluster, first);
                return;
            }
            catch (Killed)
            {
                cluster.Lease = ("two", 2);
                var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
                await second.TakeOverAsync();
                await ReleaseAsync(cluster, second);
            }

            Assert.That((cluster.Set!.Revisions, cluster.Routes[0].Second), Is.EqualTo(("v2 v2 v2 v2", Weight.Zero)),
                $"killed at write {at}");
            Assert.That(cluster.Unsafe, Is.Empty, $"killed at write {at}");
        }

        Assert.Fail("the release never ended");
    }

    [Test]
    public async Task A_Rollout_that_is_deleted_in_the_middle_of_a_release_leaves_the_pods_to_all_of_the_traffic()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(25), Limit);

        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, Limit);

        Assert.Multiple(() =>
        {
            Assert.That(cluster.Set!.Services, Is.EqualTo(new SetServices(true, null, null)));
            Assert.That((cluster.Routes[0].Second, cluster.Set.Revisions), Is.EqualTo((Weight.Zero, "v2 v1 v1 v1")));
            Assert.That(cluster.Events.Select(one => one.Reason), Has.Member("WorkloadServes"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> HealthyAsync()
    {
        var cluster = Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.Rollout.Status.Phase == Phase.Healthy, Limit);
        return (cluster, host);
    }

    private static async Task ReleaseAsync(FakeCluster cluster, FakeHost host)
    {
        await host.RunAsync(() => cluster.Rollout.Status.Phase == Phase.Healthy || cluster.Set!.Update == "v2", Limit);
        cluster.Ship("v2");
        await host.RunAsync(() => IsReleased(cluster), Limit);
    }

    private static bool IsReleased(FakeCluster cluster) => cluster.Rollout.Status is { StableRevision: "v2", IsRunning: false };

    private static FakeCluster Cluster() => new(new ManualTime(A.Morning), A.Rollout with
    {
        Set = new SetWorkload(new WorkloadReference(SetWorkload.DaemonSet, "web"), null),
        Traffic = A.Traffic with
        {
            NamedStable = new SideSpec("web-stable", null, null),
            NamedCanary = new SideSpec("web-canary", null, null),
        },
    })
    {
        Metrics = A.Errors,
        Set = new FakeDaemonSet(4),
    };

    private static string[] Sides(FakeCluster cluster) =>
        [.. cluster.Writes.Where(write => write.Kind == "sides").Select(write => write.What)];
}
