using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A service of one Deployment with a ScaledObject: KEDA starts pods of a workload that has none, and takes all of them away when
/// no trigger is active.</summary>
internal sealed class GivenOneWorkloadThatKedaScales
{
    [Test]
    public async Task The_workloads_is_paused_after_the_copy_has_its_own_and_before_the_workload_loses_its_pods()
    {
        var cluster = Cluster();

        await FakeHost.Of(cluster).RunAsync(() => cluster.OneWorkload!.CopyAutoscaler is { IsScaleDownHeld: false },
            TimeSpan.FromMinutes(2));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(
                new[] { "services", "copy", "serve Copy", "clients", "autoscaler 1 held", "pause", "workload 0", "autoscaler 1" }));
            Assert.That(cluster.OneWorkload!.Keda!.Writes, Is.Empty, "it had what it wanted, and starts no pods of the idle workload");
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task A_Keda_that_does_not_pause_keeps_the_pods_of_the_workload_and_Canary_does_not_fight_it()
    {
        var cluster = Cluster(new FakeKeda(0) { IsOld = true });
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => Sides(cluster).Contains("pause"), TimeSpan.FromMinutes(2));
        var (passes, ends) = (host.Passes, cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(10));

        await host.RunAsync(() => cluster.Time.GetUtcNow() >= ends, TimeSpan.FromMinutes(11));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster).Any(what => what.StartsWith("workload", StringComparison.Ordinal)), Is.False);
            Assert.That(cluster.OneWorkload!.Keda!.Writes, Is.Empty);
            Assert.That(host.Passes - passes, Is.LessThan(700), "no faster than the clock of the test");
            Assert.That(cluster.Rollout.Status.Message, Does.StartWith("revision v1 is stable. Deployment checkout keeps its pods until "
                + "KEDA has paused its ScaledObject"));
        });
    }

    [Test]
    public async Task A_release_gives_the_canary_its_share_of_what_Keda_sets_for_the_copy_and_Keda_sets_nothing_of_it()
    {
        var (cluster, host) = await HealthyAsync();
        var keda = cluster.OneWorkload!.Keda!;
        keda.Wanted = 8;
        await host.RunAsync(() => cluster.OneWorkload.Copy is { Replicas: 8 } copy && copy.IsAvailable(cluster.Time.GetUtcNow()),
            TimeSpan.FromMinutes(1));
        Clear(cluster);
        var early = Array.Empty<string>();

        cluster.Ship("v2");
        await host.RunAsync(
            () =>
            {
                if (keda.Wanted < 10) early = [.. cluster.Unsafe];
                // Half of the load seems to be gone, and at full weight there is more than ever.
                keda.Wanted = cluster.Routes[0].Second == Weight.Full ? 10 : cluster.Routes[0].Second == Weight.Zero ? keda.Wanted : 4;
                return cluster.Rollout.Status.StableRevision == "v2" && cluster.OneWorkload.Workload.Replicas == 0;
            },
            TimeSpan.FromMinutes(20));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster).Where(what => !what.StartsWith("autoscaler", StringComparison.Ordinal)),
                Is.EqualTo(new[] { "workload 1", "workload 2", "workload 4", "workload 8", "workload 10", "workload 0" }));
            Assert.That(keda.Writes, Is.EqualTo(new[] { "copy 10" }), "it only adds during the release");
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(early, Is.Empty, "until more load came than there were pods");
        });
    }

    [Test]
    public async Task A_rollback_leaves_the_copy_as_it_was_and_the_workload_without_pods()
    {
        var (cluster, host) = await HealthyAsync();
        Clear(cluster);
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(50), TimeSpan.FromMinutes(10));
        cluster.OneWorkload!.Keda!.IsActive = false;

        cluster.Ask(RequestAction.Abort, "one");
        await host.RunAsync(() => cluster.OneWorkload.Workload.Replicas == 0, TimeSpan.FromMinutes(5));
        var ends = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(2);
        await host.RunAsync(() => cluster.Time.GetUtcNow() >= ends, TimeSpan.FromMinutes(3));

        Assert.Multiple(() =>
        {
            Assert.That((cluster.OneWorkload.Workload.Replicas, cluster.OneWorkload.Copy!.Replicas), Is.EqualTo((0, 4)));
            Assert.That(cluster.OneWorkload.Keda.Writes, Is.Empty);
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task One_that_somebody_resumes_during_a_release_is_paused_again_and_the_canary_gets_its_pods_back()
    {
        var (cluster, host) = await HealthyAsync(new Step.SetWeight(Weight.FromPercent(50)), new Step.Pause(TimeSpan.FromMinutes(5)));
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(50), TimeSpan.FromMinutes(10));
        Clear(cluster);

        cluster.OneWorkload!.Keda!.IsActive = false;
        cluster.OneWorkload.Keda.Resume();
        await host.RunAsync(() => cluster.OneWorkload.Keda.Pause is AutoscalerPause.Paused
            && cluster.OneWorkload.Workload.Ready(cluster.Time.GetUtcNow()) == 2, TimeSpan.FromMinutes(1));

        Assert.That(Sides(cluster), Does.Contain("pause").And.Contain("workload 2"));
    }

    [Test]
    public async Task A_service_that_is_scaled_to_zero_by_request_stays_there_until_it_is_scaled_up()
    {
        var (cluster, host) = await HealthyAsync();
        Clear(cluster);

        cluster.Ask(new RolloutRequest("one", RequestAction.Scale, null, null, "ann", "", null) { Replicas = 0 });
        await host.RunAsync(() => cluster.OneWorkload!.Copy!.Replicas == 0, TimeSpan.FromMinutes(1));
        var ends = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(2);
        await host.RunAsync(() => cluster.Time.GetUtcNow() >= ends, TimeSpan.FromMinutes(3));
        var (zero, kedas) = (cluster.OneWorkload!.Copy!.Replicas, cluster.OneWorkload.Keda!.Writes.ToArray());
        cluster.Ask(new RolloutRequest("two", RequestAction.Scale, null, null, "ann", "", null) { Replicas = 3 });
        await host.RunAsync(() => cluster.OneWorkload.Copy is { Replicas: 4 } && cluster.OneWorkload.CopyAutoscaler is not null,
            TimeSpan.FromMinutes(2));

        Assert.Multiple(() =>
        {
            Assert.That((zero, kedas), Is.EqualTo((0, Array.Empty<string>())));
            Assert.That(Sides(cluster)[..2], Is.EqualTo(new[] { "no autoscaler", "copy 0" }), "it is gone before");
            Assert.That(Sides(cluster)[2], Is.EqualTo("copy 3"), "KEDA never starts what is to have none");
            Assert.That(cluster.OneWorkload.Keda.Pause, Is.EqualTo(AutoscalerPause.Paused), "it was never resumed");
            Assert.That(cluster.OneWorkload.Workload.Replicas, Is.Zero);
        });
    }

    [Test]
    public async Task One_that_is_deleted_leaves_the_copy_as_it_is_whatever_replicas_Keda_writes_into_the_workload_as_it_goes()
    {
        var (cluster, host) = await HealthyAsync();
        Clear(cluster);

        cluster.OneWorkload!.Scale(2, cluster.Time.GetUtcNow());
        cluster.OneWorkload.Autoscaler = null;
        var ends = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        await host.RunAsync(() => cluster.Time.GetUtcNow() >= ends, TimeSpan.FromMinutes(6));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "no autoscaler", "workload 0" }));
            Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(4));
        });
    }

    [Test]
    public async Task The_spare_pods_of_a_ready_threshold_are_not_the_fewest_of_the_copy()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Edit(cluster.Rollout.Spec! with { ReadyThresholds = new ReadyThresholds(100, 50) });
        Clear(cluster);

        cluster.Ship("v2");
        await host.RunAsync(
            () => cluster.Rollout.Status.StableRevision == "v2" && cluster.OneWorkload!.Workload.Replicas == 0, TimeSpan.FromMinutes(20));

        Assert.That(Sides(cluster), Does.Contain("workload 8"), "twice as many");
        Assert.That(Sides(cluster).Where(what => what.StartsWith("autoscaler", StringComparison.Ordinal)).Distinct(),
            Is.SubsetOf(new[] { "autoscaler 1", "autoscaler 1 held", "autoscaler 2 held", "autoscaler 4 held" }));
        Assert.That(cluster.OneWorkload!.Copy!.Replicas, Is.EqualTo(4));
    }

    [Test]
    public async Task Deleted_in_the_middle_of_a_release_the_workload_has_its_pods_before_Keda_scales_it_again()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(25), TimeSpan.FromMinutes(10));
        Clear(cluster);

        cluster.Delete();
        await host.RunAsync(() => cluster.OneWorkload!.Copy is null, TimeSpan.FromMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "workload 4", "serve Workload", "no copy" }));
            Assert.That(cluster.OneWorkload!.Keda!.Pause, Is.EqualTo(AutoscalerPause.Active));
            Assert.That(cluster.OneWorkload.Keda.Writes, Is.Empty, "nothing before it was resumed");
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task Deleted_with_a_long_delay_the_removal_is_tried_as_long_as_anything_else()
    {
        var (cluster, host) = await LongDelayAsync();
        var answers = 0;
        cluster.OneWorkload!.RemovalAnswer = () => ++answers > 3 ? null : new WriteResult.Contended("the ScaledObject was modified");

        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, TimeSpan.FromHours(1));

        Assert.Multiple(() =>
        {
            Assert.That(cluster.OneWorkload.Copy, Is.Null);
            Assert.That(cluster.OneWorkload.Keda!.Pause, Is.EqualTo(AutoscalerPause.Active));
            Assert.That(cluster.Events.Select(one => one.Reason), Does.Contain("WorkloadServes").And.Not.Contain("CopyLeft"));
            Assert.That(cluster.Events.Select(one => one.Message).Where(text => text.Contains("was modified")), Is.EqualTo(new[]
            {
                "being deleted, not all of the copy is gone yet: the ScaledObject was modified; after 10m it is left",
            }));
        });
    }

    [Test]
    public async Task Deleted_while_the_removal_is_never_possible_the_event_says_what_serves_and_what_stays_paused()
    {
        var (cluster, host) = await LongDelayAsync();
        cluster.OneWorkload!.RemovalAnswer = () => new WriteResult.Refused("ScaledObject shop/web: you may not");

        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, TimeSpan.FromHours(1));

        Assert.That(cluster.Events.Single(one => one.Reason == "CopyLeft").Message, Is.EqualTo("the Rollout is deleted, and checkout "
            + "serves all traffic again, but not all that Canary made is gone: ScaledObject shop/web: you may not; ScaledObject web stays "
            + "paused"));
    }

    [Test]
    public Task Killed_at_any_write_the_next_process_ends_with_the_workloads_paused_and_the_copys_in_place([Values] bool isAfterwards) =>
        OneWorkloadRelease.KillAtEachWriteAsync(
            () => Cluster(), one => one is { Workload.Replicas: 0, CopyAutoscaler.IsScaleDownHeld: false },
            TimeSpan.FromMinutes(30), isAfterwards, (cluster, where) =>
            {
                Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v2"), where);
                Assert.That(cluster.OneWorkload!.CopyAutoscaler, Is.EqualTo(new AutoscalerLevels(1, false)), where);
                Assert.That(cluster.OneWorkload.Keda!.Pause, Is.EqualTo(AutoscalerPause.Paused), where);
                Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(4), where);
                Assert.That(cluster.Unsafe, Is.Empty, where);
            });

    private static async Task<(FakeCluster Cluster, FakeHost Host)> HealthyAsync(params Step[] steps)
    {
        var cluster = Cluster(steps: steps);
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.OneWorkload!.CopyAutoscaler is { IsScaleDownHeld: false }, TimeSpan.FromMinutes(2));
        return (cluster, host);
    }

    // Longer than anything is tried.
    private static async Task<(FakeCluster Cluster, FakeHost Host)> LongDelayAsync()
    {
        var cluster = Cluster();
        var spec = cluster.Rollout.Spec!;
        cluster.Edit(spec with { Workload = spec.Workload! with { ScaleDownDelay = TimeSpan.FromMinutes(20) } });
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.OneWorkload!.CopyAutoscaler is { IsScaleDownHeld: false }, TimeSpan.FromHours(1));
        return (cluster, host);
    }

    private static FakeCluster Cluster(FakeKeda? keda = null, params Step[] steps) =>
        OneWorkloadRelease.Cluster(new FakeOneWorkload(4) { Autoscaler = (1, 12), Keda = keda ?? new FakeKeda(0) }, steps);

    private static void Clear(FakeCluster cluster)
    {
        cluster.Writes.Clear();
        cluster.OneWorkload!.Keda!.Writes.Clear();
    }

    private static string[] Sides(FakeCluster cluster) =>
        [.. cluster.Writes.Where(write => write.Kind == "sides").Select(write => write.What)];
}
