using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A service of one Deployment that an autoscaler scales, from 2 to 12 pods.</summary>
internal sealed class GivenOneWorkloadWithAnAutoscaler
{
    [Test]
    public async Task The_copy_has_an_autoscaler_as_soon_as_it_has_the_traffic_and_before_the_workload_loses_its_pods()
    {
        var cluster = Cluster();

        await FakeHost.Of(cluster).RunAsync(() => cluster.OneWorkload!.CopyAutoscaler is { IsScaleDownHeld: false },
            TimeSpan.FromMinutes(2));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster),
                Is.EqualTo(new[] { "services", "copy", "serve Copy", "clients", "autoscaler 2 held", "workload 0", "autoscaler 2" }));
            Assert.That(cluster.OneWorkload!.Copy!.Replicas, Is.EqualTo(4));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task Until_the_copy_has_one_it_has_as_many_pods_as_the_workloads_autoscaler_wants()
    {
        var cluster = Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.OneWorkload!.Copy is not null, TimeSpan.FromMinutes(1));

        cluster.OneWorkload!.Scale(6, cluster.Time.GetUtcNow());
        await host.RunAsync(() => cluster.OneWorkload.Workload.Replicas == 0, TimeSpan.FromMinutes(2));

        Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(6));
    }

    [Test]
    public async Task What_the_copys_autoscaler_sets_is_the_size_of_the_service_and_Canary_never_writes_it()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.OneWorkload!.Copy!.Scale(8, cluster.Time.GetUtcNow(), TimeSpan.FromSeconds(3));
        cluster.Writes.Clear();

        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v2" && cluster.OneWorkload.Workload.Replicas == 0,
            TimeSpan.FromMinutes(20));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster).Where(what => !what.StartsWith("autoscaler", StringComparison.Ordinal)),
                Is.EqualTo(new[] { "workload 2", "workload 4", "workload 8", "workload 0" }),
                "2 at weight 5: its autoscaler allows no fewer");
            Assert.That(cluster.OneWorkload.Copy.Replicas, Is.EqualTo(8));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task What_an_autoscaler_writes_into_the_workload_is_no_wish()
    {
        var (cluster, host) = await HealthyAsync();

        cluster.OneWorkload!.Scale(7, cluster.Time.GetUtcNow());
        await host.RunAsync(() => cluster.OneWorkload.Workload.Replicas == 0, TimeSpan.FromMinutes(5));

        Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(4));
    }

    [Test]
    public async Task Pods_that_the_workloads_autoscaler_takes_away_are_asked_for_once_per_raise()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.OneWorkload!.Copy!.Scale(8, cluster.Time.GetUtcNow(), TimeSpan.FromSeconds(3));
        cluster.Writes.Clear();

        cluster.Ship("v2");
        await host.RunAsync(
            () =>
            {
                // Every second, as an autoscaler that sees no load.
                if (cluster.OneWorkload.Workload.Replicas > 2) cluster.OneWorkload.Scale(2, cluster.Time.GetUtcNow());
                return cluster.Rollout.Status.StableRevision == "v2" && cluster.OneWorkload.Workload.Replicas == 0;
            },
            TimeSpan.FromMinutes(20));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster).Where(what => what.StartsWith("workload", StringComparison.Ordinal)),
                Is.EqualTo(new[] { "workload 2", "workload 4", "workload 8", "workload 0" }));
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }), "what it leaves counts");
        });
    }

    [Test]
    public async Task A_step_that_scales_the_canary_beyond_its_autoscaler_waits_for_as_many_as_that_allows()
    {
        var (cluster, host) = await HealthyAsync(new Step.SetCanaryScale(new CanaryScale.Replicas(50)),
            new Step.SetWeight(Weight.FromPercent(5)));
        cluster.Writes.Clear();

        cluster.Ship("v2");
        await host.RunAsync(
            () =>
            {
                cluster.OneWorkload!.KeepFewest(cluster.Time.GetUtcNow());
                return cluster.Rollout.Status.StableRevision == "v2";
            },
            TimeSpan.FromMinutes(20));

        Assert.That(Sides(cluster), Does.Contain("workload 12"));
    }

    [Test]
    public async Task During_a_release_the_copy_loses_no_pods_and_before_it_takes_over_it_has_as_many_as_the_canary()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Writes.Clear();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.Full, TimeSpan.FromMinutes(20));

        cluster.OneWorkload!.Scale(9, cluster.Time.GetUtcNow());
        await host.RunAsync(
            () =>
            {
                cluster.OneWorkload.KeepFewest(cluster.Time.GetUtcNow());
                return cluster.Rollout.Status is { StableRevision: "v2", IsRunning: false };
            },
            TimeSpan.FromMinutes(5));
        var ended = cluster.Time.GetUtcNow();
        var atTheEnd = (cluster.OneWorkload.Copy!.Replicas, cluster.OneWorkload.CopyAutoscaler);
        await host.RunAsync(() => cluster.OneWorkload.CopyAutoscaler is { IsScaleDownHeld: false }, TimeSpan.FromMinutes(20));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster)[0], Is.EqualTo("autoscaler 2 held"), "before the canary gets pods");
            Assert.That(Sides(cluster), Does.Contain("autoscaler 9 held"));
            Assert.That(atTheEnd.Replicas, Is.EqualTo(9));
            Assert.That(cluster.Time.GetUtcNow() - ended, Is.EqualTo(TimeSpan.FromMinutes(5)).Within(TimeSpan.FromSeconds(10)),
                "what it measured without traffic is forgotten by then");
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task A_preview_that_its_autoscaler_made_smaller_gets_all_of_its_pods_again_before_the_switch()
    {
        var (cluster, host) = await HealthyAsync();
        var strategy = new BlueGreenStrategy { AutoPromotionAfter = TimeSpan.FromMinutes(2) };
        cluster.Edit(cluster.Rollout.Spec! with { BlueGreen = strategy, Steps = strategy.Steps(), Analysis = null });
        cluster.OneWorkload!.Copy!.Scale(8, cluster.Time.GetUtcNow(), TimeSpan.FromSeconds(3));
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.OneWorkload.Workload is { Replicas: 8 } preview && preview.IsAvailable(cluster.Time.GetUtcNow()),
            TimeSpan.FromMinutes(5));
        cluster.Writes.Clear();

        cluster.OneWorkload.Scale(2, cluster.Time.GetUtcNow());
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.Full, TimeSpan.FromMinutes(10));

        Assert.That(Sides(cluster).Where(what => !what.StartsWith("autoscaler", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "workload 8" }), "once, before the switch, and not while it is looked at");
        Assert.That(cluster.OneWorkload.Workload.Ready(cluster.Time.GetUtcNow()), Is.EqualTo(8));
        Assert.That(cluster.Unsafe, Is.Empty);
    }

    [Test]
    public async Task What_an_earlier_attempt_was_given_does_not_count_for_the_raises_of_the_next()
    {
        var (cluster, host) = await HealthyAsync(new Step.SetWeight(Weight.FromPercent(5)), new Step.Pause(TimeSpan.FromSeconds(60)),
            new Step.SetWeight(Weight.FromPercent(50)), new Step.Pause(TimeSpan.FromSeconds(60)));
        cluster.OneWorkload!.Copy!.Scale(8, cluster.Time.GetUtcNow(), TimeSpan.FromSeconds(3));
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(50), TimeSpan.FromMinutes(5));
        Assert.That(cluster.OneWorkload.Workload.Replicas, Is.EqualTo(4));

        cluster.Ship("v3");
        await host.RunAsync(() => cluster.Rollout.Status.CanaryRevision == "v3" && cluster.Routes[0].Second == Weight.FromPercent(5),
            TimeSpan.FromMinutes(5));
        cluster.OneWorkload.Scale(2, cluster.Time.GetUtcNow());
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(50), TimeSpan.FromMinutes(5));

        Assert.That(cluster.OneWorkload.Workload.Ready(cluster.Time.GetUtcNow()), Is.EqualTo(4));
        Assert.That(cluster.Unsafe, Is.Empty);
    }

    [Test]
    public async Task A_copy_that_somebody_deletes_has_the_pods_again_that_it_had()
    {
        var (cluster, host) = await HealthyAsync();

        cluster.OneWorkload!.Copy = null;
        await host.RunAsync(() => cluster.OneWorkload.Copy is not null, TimeSpan.FromMinutes(1));

        Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(4));
    }

    [Test]
    public async Task One_that_takes_no_pods_away_at_any_time_is_written_once()
    {
        var cluster = Cluster();
        cluster.OneWorkload = new FakeOneWorkload(4) { Autoscaler = (2, 12), IsScaleDownDisabled = true };

        await FakeHost.Of(cluster).RunAsync(() => cluster.Rollout.Status.WorkloadScaleDowns == 1, TimeSpan.FromMinutes(2));

        Assert.That(Sides(cluster).Count(what => what.StartsWith("autoscaler", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Without_that_of_the_workload_the_copys_goes_too_and_its_pods_stay()
    {
        var (cluster, host) = await HealthyAsync();

        cluster.OneWorkload!.Autoscaler = null;
        await host.RunAsync(() => cluster.OneWorkload.CopyAutoscaler is null, TimeSpan.FromMinutes(1));

        Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(4));
    }

    [Test]
    public Task Killed_at_any_write_the_next_process_ends_with_both_in_place([Values] bool isAfterwards) =>
        OneWorkloadRelease.KillAtEachWriteAsync(
            () => Cluster(), one => one is { Workload.Replicas: 0, CopyAutoscaler.IsScaleDownHeld: false },
            TimeSpan.FromMinutes(30), isAfterwards, (cluster, where) =>
            {
                Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v2"), where);
                Assert.That(cluster.OneWorkload!.CopyAutoscaler, Is.EqualTo(new AutoscalerLevels(2, false)), where);
                Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(4), where);
                Assert.That(cluster.Unsafe, Is.Empty, where);
            });

    private static async Task<(FakeCluster Cluster, FakeHost Host)> HealthyAsync(params Step[] steps)
    {
        var cluster = Cluster(steps);
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.OneWorkload!.CopyAutoscaler is { IsScaleDownHeld: false }, TimeSpan.FromMinutes(2));
        return (cluster, host);
    }

    private static FakeCluster Cluster(params Step[] steps) =>
        OneWorkloadRelease.Cluster(new FakeOneWorkload(4) { Autoscaler = (2, 12) }, steps);

    private static string[] Sides(FakeCluster cluster) =>
        [.. cluster.Writes.Where(write => write.Kind == "sides").Select(write => write.What)];
}
