using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests.Requests;

/// <summary>Restart, undo and scale of a service of one Deployment, and processes that die on the way.</summary>
internal sealed class GivenRequestsAboutOneWorkload
{
    private const int MostWrites = 100;

    [Test]
    public async Task WhenSheUndoes_ThenTheVersionBeforeIsReleasedStepByStep()
    {
        var (cluster, host) = await PromotedAsync();

        cluster.Ask(RequestAction.Undo, "1");
        await host.RunAsync(() => IsBack(cluster), TimeSpan.FromMinutes(20));

        Assert.Multiple(() =>
        {
            Assert.That(cluster.Writes.Count(write => write is { Kind: "restore", What: "v1" }), Is.EqualTo(1));
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(cluster.OneWorkload!.Copy!.Revision, Is.EqualTo("v1"));
            Assert.That(cluster.Rollout.Status.History[0], Has.Property("Revision").EqualTo("v1").And.Property("Outcome")
                .EqualTo(RolloutOutcome.Promoted).And.Property("StableRevision").EqualTo("v2"));
            Assert.That(cluster.Unsafe, Is.Empty);
        });
    }

    [Test]
    public async Task WhenAProcessDiesAtAnyWrite_ThenTheOldTemplateIsWrittenOnceAllTheSame([Values] bool isAfterwards)
    {
        for (var at = 1; at < MostWrites; at++)
        {
            var (cluster, _) = await PromotedAsync();
            cluster.Ask(RequestAction.Undo, "1");
            if (!await DiesAsync(cluster, at, isAfterwards, () => IsBack(cluster))) return;
            Assert.Multiple(() =>
            {
                Assert.That(cluster.Writes.Count(write => write.Kind == "restore"), Is.EqualTo(1), $"killed at write {at}");
                Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v1"), $"killed at write {at}");
                Assert.That(cluster.Unsafe, Is.Empty, $"killed at write {at}");
            });
        }

        Assert.Fail("the rollout never ended");
    }

    [Test]
    public async Task WhenAToolWritesTheUndoneVersionAgain_ThenItWaitsForAPersonAndNobodyWritesAgainst()
    {
        var (cluster, host) = await PromotedAsync();
        cluster.Ask(RequestAction.Undo, "1");
        await host.RunAsync(() => IsBack(cluster), TimeSpan.FromMinutes(20));
        cluster.Writes.Clear();

        cluster.Ship("v2");
        var end = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(30);
        await host.RunAsync(() => cluster.Time.GetUtcNow() > end, TimeSpan.FromHours(1));

        Assert.Multiple(() =>
        {
            Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.Paused));
            Assert.That(cluster.Rollout.Status.Message, Does.Contain("v2 was undone by ann").And.Contain("resume releases it"));
            Assert.That(cluster.Weights, Is.All.EqualTo("0"));
            Assert.That(cluster.Writes.Select(write => write.Kind), Has.None.EqualTo("restore"));
        });

        cluster.Ask(RequestAction.Resume, "2");
        await host.RunAsync(() => cluster.Rollout.Status.StableRevision == "v2", TimeSpan.FromMinutes(20));
    }

    [Test]
    public async Task WhenSomebodyPushesBeforeTheOldTemplateIsWritten_ThenThePushIsReleased()
    {
        var (cluster, _) = await PromotedAsync();
        var connection = new FakeConnection(cluster, "one", 1);
        connection.BeforeWrite = kind =>
        {
            if (kind == "restore") cluster.Ship("v3");
            return Task.CompletedTask;
        };
        var host = FakeHost.Of(cluster, connection);

        cluster.Ask(RequestAction.Undo, "1");
        await host.RunAsync(() => cluster.Rollout.Status is { StableRevision: "v3", IsRunning: false }, TimeSpan.FromMinutes(20));

        Assert.That((cluster.Rollout.Status.RollbackTo, cluster.Writes.Any(write => write.Kind == "restore")),
            Is.EqualTo(((PendingRollback?)null, false)));
    }

    [Test]
    public async Task WhenARestartIsAskedFor_ThenTheWorkloadIsRestartedOnceAndTheCopyAfterIt_WhoeverDies([Values] bool isAfterwards)
    {
        for (var at = 1; at < MostWrites; at++)
        {
            var (cluster, _) = await PromotedAsync();
            cluster.Ask(RequestAction.Restart, "1");
            var isOver = await DiesAsync(cluster, at, isAfterwards, () => cluster.OneWorkload!.RestartedAt.Copy is not null
                && cluster.Rollout.Status.RestartAt is null);
            Assert.Multiple(() =>
            {
                Assert.That(cluster.Writes.Where(write => write.Kind == "sides").Select(write => write.What),
                    Is.EqualTo(new[] { "restart workload", "restart copy" }), $"killed at write {at}");
                Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.Healthy), "a restart is no release");
            });
            if (!isOver) return;
        }

        Assert.Fail("the restart never ended");
    }

    [Test]
    public async Task WhenItIsScaledToZero_ThenAPushWaitsUntilItIsScaledUp()
    {
        var (cluster, host) = await PromotedAsync();

        cluster.Ask(Scale("1", 0));
        await host.RunAsync(() => cluster.OneWorkload!.Copy!.Replicas == 0, TimeSpan.FromMinutes(5));
        cluster.Ship("v3");
        var end = cluster.Time.GetUtcNow() + TimeSpan.FromHours(8);
        await host.RunAsync(() => cluster.Time.GetUtcNow() > end, TimeSpan.FromHours(9));

        Assert.Multiple(() =>
        {
            Assert.That((cluster.Rollout.Status.Phase, cluster.Rollout.Status.IsRunning), Is.EqualTo((Phase.Healthy, false)));
            Assert.That(cluster.Rollout.Status.Message,
                Is.EqualTo("scaled to zero by ann; canary scale gives it pods again (it had 4); revision v3 is released when it is scaled up"));
            Assert.That((cluster.OneWorkload!.Copy!.Replicas, cluster.OneWorkload.Workload.Replicas), Is.EqualTo((0, 0)));
        });

        cluster.Unsafe.Clear();
        cluster.Ask(Scale("2", 6));
        await host.RunAsync(() => cluster.Rollout.Status is { StableRevision: "v3", IsRunning: false }, TimeSpan.FromMinutes(20));

        Assert.That((cluster.OneWorkload!.Copy!.Replicas, cluster.Rollout.Status.Scale), Is.EqualTo((6, (RequestedScale?)null)));
    }

    [Test]
    public async Task WhenSomebodyScalesTheWorkloadUp_ThenZeroIsOver()
    {
        var (cluster, host) = await PromotedAsync();
        cluster.Ask(Scale("1", 0));
        await host.RunAsync(() => cluster.OneWorkload!.Copy!.Replicas == 0, TimeSpan.FromMinutes(5));

        cluster.OneWorkload!.Scale(3, cluster.Time.GetUtcNow());
        await host.RunAsync(() => cluster.OneWorkload.Workload.Replicas == 0, TimeSpan.FromMinutes(5));

        Assert.That((cluster.OneWorkload.Copy!.Replicas, cluster.Rollout.Status.Scale), Is.EqualTo((3, (RequestedScale?)null)));
    }

    [Test]
    public async Task WhenSomebodyScalesBothToZeroWithoutAsking_ThenNothingIsReleasedEither()
    {
        var (cluster, host) = await PromotedAsync();
        cluster.OneWorkload!.Copy!.Scale(0, cluster.Time.GetUtcNow(), TimeSpan.Zero);

        cluster.Ship("v3");
        await host.PassAsync();
        await host.PassAsync();

        Assert.That((cluster.Rollout.Status.IsRunning, cluster.Rollout.Status.Message), Is.EqualTo((false,
            "Deployment checkout-stable was scaled to zero; scale it up, or use canary scale (it had 4); revision v3 is released when it is "
                + "scaled up")));
    }

    [Test]
    public async Task WhenAPushComesWithTheRequest_ThenTheRequestIsRefusedAndSaysWhy()
    {
        var (cluster, host) = await PromotedAsync();

        cluster.Ask(Scale("1", 10));
        cluster.Ship("v3");
        await host.PassAsync();

        Assert.That(cluster.Rollout.Status.LastRequest!.Message,
            Does.Contain("v3 is about to be released").And.Contains("ask when it ended"));
        Assert.That(cluster.Rollout.Status.Scale, Is.Null);
    }

    [Test]
    public async Task WhenTheProcessDiesBeforeTheRequestIsCarriedOut_AndAPushComes_ThenItIsCarriedOutAfterTheRelease()
    {
        var (cluster, host) = await PromotedAsync();
        cluster.Ask(Scale("1", 10));
        host.Connection.Hangs = kind => kind == "sides";
        using var end = new System.Threading.CancellationTokenSource();
        var pass = host.Reconciler.ReconcileAsync(FakeCluster.Name, end.Token);
        await end.CancelAsync();
        Assert.That(async () => await pass, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(cluster.Rollout.Status.Scale!.Replicas, Is.EqualTo(10), "the status is written first");

        cluster.Lease = ("two", 2);
        var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
        await second.TakeOverAsync();
        cluster.Ship("v3");
        await second.RunAsync(() => cluster.Rollout.Status is { StableRevision: "v3", Scale: null, IsRunning: false },
            TimeSpan.FromMinutes(30));

        Assert.That(cluster.OneWorkload!.Copy!.Replicas, Is.EqualTo(10));
        Assert.That(cluster.Unsafe, Is.Empty);
    }

    private static RolloutRequest Scale(string id, int replicas) =>
        new(id, RequestAction.Scale, null, null, "ann", "", null) { Replicas = replicas };

    private static bool IsBack(FakeCluster cluster) =>
        cluster.Rollout.Status is { StableRevision: "v1", IsRunning: false } && cluster.OneWorkload!.Workload.Replicas == 0;

    /// <summary>Runs until the process dies at that write, and a second one to the end. False: it ended before.</summary>
    private static async Task<bool> DiesAsync(FakeCluster cluster, int at, bool isAfterwards, Func<bool> until)
    {
        var connection = new FakeConnection(cluster, "one", 1) { DiesAt = at, DiesAfterwards = isAfterwards };
        try
        {
            await FakeHost.Of(cluster, connection).RunAsync(until, TimeSpan.FromMinutes(20));
            return false;
        }
        catch (Killed)
        {
            cluster.Lease = ("two", 2);
            var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
            await second.TakeOverAsync();
            await second.RunAsync(until, TimeSpan.FromMinutes(20));
            return true;
        }
    }

    /// <summary>v2 is promoted over v1, and nothing is released.</summary>
    private static async Task<(FakeCluster Cluster, FakeHost Host)> PromotedAsync()
    {
        var cluster = OneWorkloadRelease.Cluster(new FakeOneWorkload(4));
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.Rollout.Status.WorkloadScaleDowns == 1, TimeSpan.FromMinutes(2));
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status is { StableRevision: "v2", WorkloadScaleDowns: 1 }, TimeSpan.FromMinutes(20));
        cluster.Writes.Clear();
        return (cluster, host);
    }
}
