using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A ConfigMap changes, and no Deployment replaces its pods for that: none that started before gets traffic.</summary>
internal sealed class GivenConfigurationThatChanges
{
    [Test]
    public async Task While_nothing_is_released_the_pods_that_come_read_it()
    {
        var (cluster, host) = await HealthyAsync();

        cluster.OneWorkload!.Workload.Configure("v1-other", "b");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v1-other" && cluster.OneWorkload.Workload.Replicas == 0,
            TimeSpan.FromMinutes(20));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "workload 1", "workload 2", "workload 4", "workload 0" }));
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(cluster.Rollout.Status.WorkloadConfiguration, Is.EqualTo("b"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [TestCase(5), TestCase(25), TestCase(100)]
    public async Task During_a_release_it_starts_again_with_new_pods(int weight)
    {
        var (cluster, host) = await HealthyAsync();
        cluster.OneWorkload!.Workload.Configure("v1-other", "b");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(weight), TimeSpan.FromMinutes(20));
        cluster.Writes.Clear();

        cluster.OneWorkload.Workload.Configure("v1-third", "c");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v1-third", TimeSpan.FromMinutes(20));

        Assert.Multiple(() =>
        {
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "0", "5", "25", "50", "100", "0" }));
            Assert.That(Sides(cluster).Take(2), Is.EqualTo(new[] { "workload 0", "workload 1" }));
            var zero = cluster.Writes.First(write => write is { Kind: "sides", What: "workload 0" }).At;
            Assert.That(zero - cluster.Writes.First(write => write.Kind == "route").At, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(30)),
                "requests under way end first");
            Assert.That(cluster.Rollout.Status.History[1].Outcome, Is.EqualTo(RolloutOutcome.Superseded));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task After_a_rollback_the_pods_that_are_left_are_not_released()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.OneWorkload!.Workload.Configure("v1-other", "b");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(25), TimeSpan.FromMinutes(20));
        cluster.Ask(RequestAction.Abort, "1");
        await host.RunAsync(() => cluster.Rollout.Status.Phase == Phase.RolledBack, TimeSpan.FromMinutes(1));
        cluster.Writes.Clear();

        cluster.OneWorkload.Workload.Configure("v1-mended", "c");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v1-mended", TimeSpan.FromMinutes(20));

        Assert.That(Sides(cluster).Take(2), Is.EqualTo(new[] { "workload 0", "workload 1" }));
        Assert.That(cluster.Unsafe, Is.Empty);
    }

    [Test]
    public async Task Changed_back_during_a_release_nothing_is_released()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.OneWorkload!.Workload.Configure("v1-other", "b");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), TimeSpan.FromMinutes(20));

        cluster.OneWorkload.Workload.Configure("v1", "a");
        await host.RunAsync(() => cluster.OneWorkload.Workload.Replicas == 0, TimeSpan.FromMinutes(5));

        Assert.That((cluster.Rollout.Status.Phase, cluster.Rollout.Status.StableRevision), Is.EqualTo((Phase.Healthy, "v1")));
        Assert.That(cluster.Rollout.Status.History[0].Outcome, Is.EqualTo(RolloutOutcome.Withdrawn));
    }

    /// <summary>Killed at any write of a release in whose middle the configuration changes, before or after it arrives.</summary>
    [Test]
    public async Task Killed_at_any_write_no_pod_with_an_old_configuration_gets_traffic([Values] bool isAfterwards)
    {
        for (var at = 1; at < 200; at++)
        {
            var cluster = Cluster();
            var isKilled = false;
            try
            {
                await ReleaseTwiceAsync(cluster,
                    FakeHost.Of(cluster, new FakeConnection(cluster, "one", 1) { DiesAt = at, DiesAfterwards = isAfterwards }));
            }
            catch (Killed)
            {
                isKilled = true;
            }

            if (!isKilled) return;
            cluster.Lease = ("two", 2);
            var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
            await second.TakeOverAsync();
            await ReleaseTwiceAsync(cluster, second);
            Assert.That(cluster.OneWorkload!.Copy!.Revision, Is.EqualTo("v3"), $"killed at write {at}");
            Assert.That(cluster.Unsafe, Is.Empty, $"killed at write {at}");
        }

        Assert.Fail("the rollout never ended");
    }

    // A release of a template, in whose middle a ConfigMap changes.
    private static async Task ReleaseTwiceAsync(FakeCluster cluster, FakeHost host)
    {
        var workload = cluster.OneWorkload!.Workload;
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision is not null, TimeSpan.FromMinutes(5));
        if (workload.Revision == "v1") cluster.Ship("v2");
        await host.RunAsync(() => workload.Revision == "v3" || cluster.Routes[0].Second == Weight.FromPercent(25),
            TimeSpan.FromMinutes(20));
        if (workload.Revision == "v2") workload.Configure("v3", "b");
        await host.RunAsync(() => cluster.Rollout.Status is { StableRevision: "v3", IsRunning: false } && workload.Replicas == 0,
            TimeSpan.FromMinutes(40));
    }

    private static FakeCluster Cluster()
    {
        var cluster = OneWorkloadRelease.Cluster(new FakeOneWorkload(4));
        cluster.OneWorkload!.Workload.Configure("v1", "a");
        return cluster;
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> HealthyAsync()
    {
        var cluster = Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.Rollout.Status.WorkloadScaleDowns == 1, TimeSpan.FromMinutes(2));
        cluster.Writes.Clear();
        return (cluster, host);
    }

    private static string[] Sides(FakeCluster cluster) =>
        [.. cluster.Writes.Where(write => write.Kind == "sides").Select(write => write.What)];
}
