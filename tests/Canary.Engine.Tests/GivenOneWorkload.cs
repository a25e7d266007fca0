using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A service of one Deployment: Canary makes the copy, and no request is ever without pods.</summary>
internal sealed class GivenOneWorkload
{
    [Test]
    public async Task The_copy_is_made_and_is_ready_before_the_traffic_moves_and_the_pods_go_last()
    {
        var cluster = Cluster();

        await FakeHost.Of(cluster).RunAsync(() => cluster.OneWorkload!.Workload.Replicas == 0, TimeSpan.FromMinutes(2));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "services", "copy", "serve Copy", "clients", "workload 0" }));
            Assert.That(cluster.OneWorkload!.Copy!.Replicas, Is.EqualTo(4));
            Assert.That(At(cluster, "serve Copy") - At(cluster, "copy"), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(3)));
            Assert.That(At(cluster, "workload 0") - At(cluster, "clients"), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(30)));
            Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.Healthy));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task A_release_brings_the_canarys_pods_before_its_weight_and_takes_them_away_after_the_promotion()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Writes.Clear();

        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v2" && cluster.OneWorkload!.Workload.Replicas == 0,
            TimeSpan.FromMinutes(20));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "workload 1", "workload 2", "workload 4", "workload 0" }));
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(cluster.OneWorkload!.Copy!.Revision, Is.EqualTo("v2"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task A_step_brings_more_pods_than_the_weight_needs_before_the_weight_rises()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Edit(cluster.Rollout.Spec! with
        {
            Steps = [new Step.SetCanaryScale(new CanaryScale.Replicas(3)), new Step.SetWeight(Weight.FromPercent(5)),
                new Step.SetCanaryScale(new CanaryScale.MatchTrafficWeight()), new Step.SetWeight(Weight.FromPercent(25))],
            Analysis = null,
        });
        cluster.Writes.Clear();

        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v2", TimeSpan.FromMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "workload 1", "workload 3", "workload 4" }).Or
                .EqualTo(new[] { "workload 3", "workload 4" }));
            Assert.That(At(cluster, "workload 3"), Is.LessThan(cluster.Writes.First(write => write.Kind == "route").At));
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "100", "0" }));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task A_canary_that_a_step_made_larger_than_the_service_is_promoted_to_as_many_pods_as_the_service_had()
    {
        var cluster = OneWorkloadRelease.Cluster(
            new FakeOneWorkload(1), new Step.SetCanaryScale(new CanaryScale.Replicas(4)), new Step.SetWeight(Weight.FromPercent(50)));
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.Rollout.Status.WorkloadScaleDowns == 1, TimeSpan.FromMinutes(2));

        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v2" && cluster.OneWorkload!.Workload.Replicas == 0,
            TimeSpan.FromMinutes(5));

        Assert.That(cluster.OneWorkload!.Copy!.Replicas, Is.EqualTo(1));
        Assert.That(cluster.Unsafe, Is.Empty);
    }

    [Test]
    public async Task What_is_decided_anew_does_not_wait_for_what_was_refused_before()
    {
        var (cluster, host) = await HealthyAsync();
        var asked = new List<(int? Replicas, DateTimeOffset At)>();
        host.Connection.SidesRefusal = levels =>
        {
            asked.Add((levels.WorkloadReplicas, cluster.Time.GetUtcNow()));
            return levels.WorkloadReplicas == 1 ? "exceeded quota" : null;
        };
        cluster.Ship("v2");
        var tried = cluster.Time.GetUtcNow() + TimeSpan.FromSeconds(40);
        await host.RunAsync(() => cluster.Time.GetUtcNow() > tried, TimeSpan.FromMinutes(5));
        Assert.That(asked, Has.Count.InRange(4, 8), "slower each time");

        cluster.Edit(cluster.Rollout.Spec! with { Steps = [new Step.SetWeight(Weight.FromPercent(50))] });
        var changed = cluster.Time.GetUtcNow();
        await host.RunAsync(() => cluster.OneWorkload!.Workload.Replicas == 2, TimeSpan.FromMinutes(5));

        Assert.That(asked.First(one => one.Replicas == 2).At - changed, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task Whoever_scales_the_workload_means_the_service()
    {
        var (cluster, host) = await HealthyAsync();

        cluster.OneWorkload!.Scale(7, cluster.Time.GetUtcNow());
        await host.RunAsync(() => cluster.OneWorkload.Workload.Replicas == 0, TimeSpan.FromMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(7));
            Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.Healthy), "a change of replicas is no release");
            Assert.That(cluster.Rollout.Status.History, Is.Empty);
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task A_tool_that_scales_it_up_again_and_again_finds_it_left_for_longer_each_time()
    {
        var (cluster, host) = await HealthyAsync();
        var waits = new System.Collections.Generic.List<double>();
        for (var time = 0; time < 4; time++)
        {
            var at = cluster.Time.GetUtcNow();
            cluster.OneWorkload!.Scale(4, at);
            await host.RunAsync(() => cluster.OneWorkload.Workload.Replicas == 0, TimeSpan.FromMinutes(30));
            waits.Add(Math.Round((cluster.Time.GetUtcNow() - at).TotalMinutes));
            await host.PassAsync();
        }

        Assert.That(waits, Is.EqualTo(new double[] { 1, 2, 4, 8 }));
    }

    [Test]
    public async Task A_tool_that_changes_the_clients_service_back_each_time_is_answered_more_slowly_and_named()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Writes.Clear();
        var end = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(3);

        await host.RunAsync(() =>
        {
            cluster.OneWorkload!.SelectsBoth = false;
            return cluster.Time.GetUtcNow() > end;
        }, TimeSpan.FromMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster).Length, Is.InRange(8, 20), "in three minutes, and not once a second");
            Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.Healthy));
            Assert.That(cluster.Events.Select(one => one.Message), Has.Some.Contains("another client changes the sides back"));
        });
    }

    [Test]
    public async Task Whoever_scales_the_workload_in_a_release_changes_nothing_of_the_copy_meanwhile()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), TimeSpan.FromMinutes(5));

        cluster.OneWorkload!.Scale(2, cluster.Time.GetUtcNow());
        await host.PassAsync();
        await host.PassAsync();

        Assert.That(cluster.OneWorkload.Copy!.Replicas, Is.EqualTo(4), "it has 95 percent of the traffic");
    }

    [Test]
    public async Task A_tool_that_writes_the_number_it_always_wrote_does_not_shrink_a_service_that_has_grown()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.OneWorkload!.Copy!.Scale(20, cluster.Time.GetUtcNow(), TimeSpan.Zero);
        await host.PassAsync();

        cluster.OneWorkload.Scale(4, cluster.Time.GetUtcNow());
        await host.PassAsync();
        await host.PassAsync();

        Assert.That(cluster.OneWorkload.Copy.Replicas, Is.EqualTo(20));
    }

    [Test]
    public async Task A_wish_is_taken_once_and_then_the_copy_can_be_scaled_again()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.OneWorkload!.Scale(6, cluster.Time.GetUtcNow());
        await host.RunAsync(() => cluster.OneWorkload.Written == 6, TimeSpan.FromMinutes(1));

        cluster.OneWorkload.Copy!.Scale(20, cluster.Time.GetUtcNow(), TimeSpan.Zero);
        await host.PassAsync();
        await host.PassAsync();

        Assert.That(cluster.OneWorkload.Copy.Replicas, Is.EqualTo(20));
    }

    [Test]
    public async Task A_copy_of_an_earlier_life_does_not_take_the_traffic_of_a_workload_that_serves()
    {
        var cluster = Cluster();
        var one = cluster.OneWorkload!;
        (one.Copy, one.Serving, one.HasServices) = (new FakeScale(1, "v0"), StableServing.Copy, true);

        await FakeHost.Of(cluster).RunAsync(() => cluster.Rollout.Status.Phase == Phase.Healthy, TimeSpan.FromMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster).TakeWhile(side => side != "serve Copy"), Does.Contain("serve Workload").And.Contain("follow"));
            Assert.That((one.Copy!.Revision, one.Copy.Replicas), Is.EqualTo(("v1", 4)));
            Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v1"));
        });
    }

    [Test]
    public async Task A_copy_of_an_earlier_life_with_fewer_pods_gets_as_many_before_the_workload_loses_its_own()
    {
        var cluster = Cluster();
        var one = cluster.OneWorkload!;
        (one.Copy, one.Serving, one.HasServices) = (new FakeScale(1, "v1"), StableServing.Copy, true);

        await FakeHost.Of(cluster).RunAsync(() => one.Workload.Replicas == 0, TimeSpan.FromMinutes(5));

        Assert.That((one.Copy!.Replicas, cluster.Rollout.Status.Phase), Is.EqualTo((4, Phase.Healthy)));
    }

    [Test]
    public async Task A_workload_that_grows_while_it_is_copied_is_followed_before_the_traffic_moves()
    {
        var cluster = Cluster();
        var one = cluster.OneWorkload!;
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => one.Copy is not null, TimeSpan.FromMinutes(2));
        one.Scale(10, cluster.Time.GetUtcNow());

        await host.RunAsync(() => one.Serving == StableServing.Copy, TimeSpan.FromMinutes(2));

        Assert.That(one.Copy!.Ready(cluster.Time.GetUtcNow()), Is.EqualTo(10));
    }

    [Test]
    public async Task A_workload_whose_pods_do_not_run_its_template_is_not_copied()
    {
        var cluster = Cluster();
        cluster.OneWorkload!.Workload.IsBroken = true;
        var end = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(3);

        await FakeHost.Of(cluster).RunAsync(() => cluster.Time.GetUtcNow() > end, TimeSpan.FromMinutes(5));

        Assert.That(Sides(cluster), Is.EqualTo(new[] { "services" }));
        Assert.That(cluster.Rollout.Status.Message, Does.Contain("waiting until Deployment checkout is rolled out, and not paused"));
    }

    [Test]
    public async Task A_copy_that_somebody_deletes_is_made_again()
    {
        var (cluster, host) = await HealthyAsync();

        cluster.OneWorkload!.Copy = null;
        await host.RunAsync(() => cluster.OneWorkload.Copy is not null, TimeSpan.FromMinutes(1));

        Assert.That((cluster.OneWorkload.Copy!.Revision, cluster.OneWorkload.Copy.Replicas), Is.EqualTo(("v1", 4)));
    }

    [Test]
    public async Task A_rollback_keeps_the_canarys_pods_for_the_delay_and_then_takes_them_away()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(25), TimeSpan.FromMinutes(5));
        cluster.Writes.Clear();

        cluster.Ask(RequestAction.Abort, "1");
        await host.RunAsync(() => cluster.OneWorkload!.Workload.Replicas == 0, TimeSpan.FromMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.RolledBack));
            Assert.That(At(cluster, "workload 0") - cluster.Writes.First(write => write.Kind == "route").At,
                Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(30)));
            Assert.That(cluster.OneWorkload!.Copy!.Revision, Is.EqualTo("v1"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [TestCase(false, TestName = "Deleted_while_nothing_is_released_the_workload_serves_before_the_copy_goes")]
    [TestCase(true, TestName = "Deleted_in_the_middle_of_a_rollout_the_workload_serves_before_the_copy_goes")]
    public async Task Deleted_the_workload_serves_before_the_copy_goes(bool isRunning)
    {
        var (cluster, host) = await HealthyAsync();
        if (isRunning)
        {
            cluster.Ship("v2");
            await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(25), TimeSpan.FromMinutes(5));
        }

        cluster.Writes.Clear();
        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, TimeSpan.FromMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(Sides(cluster), Is.EqualTo(new[] { "workload 4", "serve Workload", "no copy" }));
            Assert.That(At(cluster, "no copy") - At(cluster, "serve Workload"), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(30)));
            Assert.That(cluster.Events.Select(one => one.Reason), Does.Contain("WorkloadServes"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task Deleted_while_the_workload_cannot_run_the_copy_is_left_serving()
    {
        var (cluster, host) = await HealthyAsync();
        cluster.OneWorkload!.Workload.IsBroken = true;

        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, TimeSpan.FromMinutes(30));

        Assert.Multiple(() =>
        {
            Assert.That(cluster.OneWorkload.Copy, Is.Not.Null);
            Assert.That(cluster.OneWorkload.Serving, Is.EqualTo(StableServing.Copy));
            Assert.That(cluster.Events.Select(one => one.Reason), Does.Contain("CopyLeft"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    /// <summary>Killed at any write, before or after it arrives: the next process goes on, and no request is without pods.</summary>
    [Test]
    public Task Killed_at_any_write_the_next_process_ends_in_the_same_place([Values] bool isAfterwards) =>
        OneWorkloadRelease.KillAtEachWriteAsync(
            () => Cluster(), one => one.Workload.Replicas == 0, TimeSpan.FromMinutes(20), isAfterwards, (cluster, where) =>
            {
                Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v2"), where);
                Assert.That(cluster.OneWorkload!.Copy!.Revision, Is.EqualTo("v2"), where);
                Assert.That(cluster.OneWorkload.Copy.Replicas, Is.EqualTo(4), where);
                Assert.That(cluster.Unsafe, Is.Empty, where);
            });

    [Test]
    public async Task A_spec_that_is_broken_during_the_takeover_leaves_the_way_back()
    {
        var cluster = Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.OneWorkload!.Copy is not null, TimeSpan.FromMinutes(2));
        cluster.Break();
        await host.RunAsync(() => cluster.OneWorkload!.Serving == StableServing.Copy, TimeSpan.FromMinutes(2));
        var isAdopted = cluster.Rollout.Status.StableRevision is not null;

        cluster.Delete();
        await host.RunAsync(() => cluster.IsGone, TimeSpan.FromMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(isAdopted, Is.False, "a broken spec is not adopted");
            Assert.That(Sides(cluster).TakeLast(2), Is.EqualTo(new[] { "serve Workload", "no copy" }));
            Assert.That(cluster.Events.Select(one => one.Reason), Does.Contain("WorkloadServes"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    private static FakeCluster Cluster() => OneWorkloadRelease.Cluster(new FakeOneWorkload(4));

    private static async Task<(FakeCluster Cluster, FakeHost Host)> HealthyAsync()
    {
        var cluster = Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.Rollout.Status.WorkloadScaleDowns == 1, TimeSpan.FromMinutes(2));
        return (cluster, host);
    }

    private static string[] Sides(FakeCluster cluster) =>
        [.. cluster.Writes.Where(write => write.Kind == "sides").Select(write => write.What)];

    private static DateTimeOffset At(FakeCluster cluster, string what) =>
        cluster.Writes.First(write => write.Kind == "sides" && write.What == what).At;
}
