using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A service of one Deployment with <c>dynamicStableScale</c>.</summary>
internal sealed class GivenOneWorkloadWhoseStableSideShrinks
{
    [Test]
    public Task Killed_at_any_write_of_a_release_the_next_process_ends_with_all_pods_in_place([Values] bool isAfterwards) =>
        OneWorkloadRelease.KillAtEachWriteAsync(Cluster, one => one is { Workload.Replicas: 0, Full: null }, TimeSpan.FromMinutes(30),
            isAfterwards, (cluster, where) =>
            {
                Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v2"), where);
                Assert.That((cluster.OneWorkload!.Copy!.Revision, cluster.OneWorkload.Copy.Replicas), Is.EqualTo(("v2", 4)), where);
                Assert.That(cluster.Writes.Select(write => write.What), Does.Contain("copy 2 of 4"), where);
                Assert.That(cluster.Unsafe, Is.Empty, where);
            });

    [Test]
    public async Task Killed_at_any_write_of_a_rollback_the_next_process_gives_stable_its_pods_back([Values] bool isAfterwards)
    {
        for (var at = 1; at < 40; at++)
        {
            var cluster = Cluster();
            await FakeHost.Of(cluster).RunAsync(
                () => cluster.OneWorkload!.Workload.Replicas == 0 && cluster.Rollout.Status.StableRevision == "v1",
                TimeSpan.FromMinutes(5));
            cluster.Ship("v2");
            await FakeHost.Of(cluster).RunAsync(() => cluster.OneWorkload!.Full is not null, TimeSpan.FromMinutes(10));
            cluster.Ask(RequestAction.Abort, "1");
            var first = FakeHost.Of(cluster, new FakeConnection(cluster, "one", 1) { DiesAt = at, DiesAfterwards = isAfterwards });
            var isKilled = false;
            try
            {
                await first.RunAsync(() => IsOver(cluster), TimeSpan.FromMinutes(10));
            }
            catch (Killed)
            {
                isKilled = true;
                cluster.Lease = ("two", 2);
                var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
                await second.TakeOverAsync();
                await second.RunAsync(() => IsOver(cluster), TimeSpan.FromMinutes(10));
            }

            Assert.That((cluster.OneWorkload!.Copy!.Replicas, cluster.OneWorkload.Full, cluster.Routes[0].Second),
                Is.EqualTo((4, (int?)null, Weight.Zero)), $"killed at write {at}");
            Assert.That(cluster.Unsafe, Is.Empty, $"killed at write {at}");
            if (!isKilled) return;
        }

        Assert.Fail("the rollback never ended");
    }

    private static bool IsOver(FakeCluster cluster) => cluster.Rollout.Status is { IsRunning: false, Abort: not null }
        && cluster.OneWorkload is { Workload.Replicas: 0 };

    private static FakeCluster Cluster()
    {
        var cluster = OneWorkloadRelease.Cluster(new FakeOneWorkload(4), new Step.SetWeight(Weight.FromPercent(50)),
            new Step.Pause(TimeSpan.FromMinutes(2)));
        cluster.Edit(cluster.Rollout.Spec! with { IsStableScaled = true, Analysis = null });
        return cluster;
    }
}
