using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A service of one Deployment, released blue-green.</summary>
internal sealed class GivenOneWorkloadThatIsSwitched
{
    private static readonly BlueGreenStrategy Small = new()
    {
        PreviewReplicaCount = 2,
        AutoPromotionAfter = TimeSpan.FromMinutes(2),
        ScaleDownDelay = TimeSpan.FromMinutes(5),
        AbortScaleDownDelay = TimeSpan.FromMinutes(10),
    };

    [Test]
    public async Task The_preview_is_small_until_all_of_its_pods_come_before_the_switch()
    {
        var (cluster, host) = await HealthyAsync();
        var begun = cluster.Time.GetUtcNow();

        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v2" && cluster.OneWorkload!.Workload.Replicas == 0,
            TimeSpan.FromMinutes(30));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "workload 2", "workload 4", "workload 0" }));
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "100", "0" }));
            Assert.That(Route(cluster, "100") - begun, Is.GreaterThanOrEqualTo(TimeSpan.FromMinutes(2)));
            Assert.That(Route(cluster, "0") - Route(cluster, "100"), Is.GreaterThanOrEqualTo(TimeSpan.FromMinutes(5)));
            Assert.That(cluster.OneWorkload!.Copy!.Revision, Is.EqualTo("v2"));
            Assert.That(cluster.Rollout.Status.Analysis.Select(run => run.Key.Edge), Has.Exactly(2).Items);
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task A_rollback_after_the_switch_finds_all_pods_of_the_old_version_and_leaves_those_of_the_preview_for_the_delay()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.Full, TimeSpan.FromMinutes(30));
        await host.PassAsync();

        cluster.Ask(RequestAction.Abort, "1");
        await host.PassAsync();
        await host.PassAsync();
        var at = cluster.Time.GetUtcNow();
        Assert.That((cluster.Routes[0].Second, cluster.Rollout.Status.Phase), Is.EqualTo((Weight.Zero, Phase.RolledBack)));
        await host.RunAsync(() => cluster.OneWorkload!.Workload.Replicas == 0, TimeSpan.FromMinutes(30));

        Assert.Multiple(() =>
        {
            Assert.That(cluster.OneWorkload!.Copy!.Revision, Is.EqualTo("v1"));
            Assert.That(cluster.Time.GetUtcNow() - at, Is.GreaterThanOrEqualTo(TimeSpan.FromMinutes(10)));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public Task Killed_at_any_write_the_next_process_ends_in_the_same_place([Values] bool isAfterwards) =>
        OneWorkloadRelease.KillAtEachWriteAsync(Cluster, one => one.Workload.Replicas == 0, TimeSpan.FromMinutes(30), isAfterwards,
            (cluster, where) =>
            {
                Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v2"), where);
                Assert.That(cluster.OneWorkload!.Copy!.Revision, Is.EqualTo("v2"), where);
                Assert.That(cluster.Weights.Distinct(), Is.SubsetOf(new[] { "0", "100" }), where);
                Assert.That(cluster.Unsafe, Is.Empty, where);
            });

    private static FakeCluster Cluster()
    {
        var cluster = OneWorkloadRelease.Cluster(new FakeOneWorkload(4));
        cluster.Edit(cluster.Rollout.Spec! with
        {
            BlueGreen = Small,
            Steps = Small.Steps(),
            Analysis = null,
            PreAnalysis = A.Analysis,
            PostAnalysis = A.Analysis,
        });
        return cluster;
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> HealthyAsync()
    {
        var cluster = Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.Rollout.Status.WorkloadScaleDowns == 1, TimeSpan.FromMinutes(5));
        cluster.Writes.Clear();
        return (cluster, host);
    }

    private static string[] Sides(FakeCluster cluster) =>
        [.. cluster.Writes.Where(write => write.Kind == "sides").Select(write => write.What)];

    private static DateTimeOffset Route(FakeCluster cluster, string weight) =>
        cluster.Writes.First(write => write.Kind == "route" && write.What == weight).At;
}
