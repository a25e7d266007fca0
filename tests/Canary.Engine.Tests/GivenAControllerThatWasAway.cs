using System;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Passes;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>Nobody looks for a while: the process is down, asleep, or cannot reach the API server. The version that waits meanwhile is not
/// to blame.</summary>
public sealed class GivenAControllerThatWasAway
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    [Test]
    public async Task WhenPodsWaitWhileItIsDown_ThenOnlyTheTimeItWatchedCounts()
    {
        var cluster = await WaitingAsync();
        await RunForAsync(cluster, TimeSpan.FromMinutes(2));
        cluster.Time.Advance(TimeSpan.FromHours(1));

        await RunForAsync(cluster, TimeSpan.FromMinutes(7));

        Assert.That(cluster.Rollout.Status.Abort, Is.Null, "two minutes and seven were watched");

        await RunForAsync(cluster, TimeSpan.FromMinutes(3));

        Assert.That(cluster.Rollout.Status.Abort?.Reason, Is.EqualTo(AbortReason.DeadlineExceeded));
    }

    [Test]
    public async Task WhenTheSameProcessSleeps_ThenTheTimeItSleptDoesNotCount()
    {
        var cluster = await WaitingAsync();
        var host = FakeHost.Of(cluster);
        await RunForAsync(cluster, TimeSpan.FromMinutes(2), host);
        cluster.Time.Advance(TimeSpan.FromHours(1));

        await RunForAsync(cluster, TimeSpan.FromMinutes(7), host);

        Assert.That(cluster.Rollout.Status.Abort, Is.Null);
    }

    [Test]
    public async Task WhenTheStatusCannotBeSavedForAnHour_ThenThatHourDoesNotCount()
    {
        var cluster = await WaitingAsync();
        var host = FakeHost.Of(cluster);
        await RunForAsync(cluster, TimeSpan.FromMinutes(2), host);
        cluster.StatusRefusal = "the server is currently unable to handle the request";
        await RunForAsync(cluster, TimeSpan.FromHours(1), host);
        cluster.StatusRefusal = null;

        await RunForAsync(cluster, TimeSpan.FromMinutes(6), host);

        Assert.That(cluster.Rollout.Status.Abort, Is.Null);
    }

    [Test]
    public async Task WhenItLosesTheLeaseForAnHour_ThenThatHourDoesNotCount()
    {
        var cluster = await WaitingAsync();
        var host = FakeHost.Of(cluster);
        await RunForAsync(cluster, TimeSpan.FromMinutes(2), host);
        host.Connection.BelievesItLeads = false;
        Assert.That(await host.PassAsync(), Is.InstanceOf<PassResult.NotLeading>());
        cluster.Time.Advance(TimeSpan.FromHours(1));
        host.Connection.BelievesItLeads = true;

        await RunForAsync(cluster, TimeSpan.FromMinutes(7), host);

        Assert.That(cluster.Rollout.Status.Abort, Is.Null);
    }

    [Test]
    public async Task WhenItRestartsEveryFortySeconds_ThenTheDeadlineStillComes()
    {
        var cluster = await WaitingAsync();

        for (var i = 0; i < 18 && cluster.Rollout.Status.Abort is null; i++) await RunForAsync(cluster, TimeSpan.FromSeconds(40));

        Assert.That(cluster.Rollout.Status.Abort?.Reason, Is.EqualTo(AbortReason.DeadlineExceeded),
            "a controller that crashes again and again must not keep a rollout waiting for ever");
    }

    [Test]
    public async Task WhenAWaitIsWatched_ThenItIsNotedAboutOnceAMinuteAndNoMore()
    {
        var cluster = await WaitingAsync();
        var before = cluster.Count("status");

        await RunForAsync(cluster, TimeSpan.FromMinutes(9));

        Assert.That(cluster.Count("status") - before, Is.LessThanOrEqualTo(10));
    }

    [Test]
    public async Task WhenAPauseEndsWhileItIsDown_ThenItWatchesForThatLongBeforeItRaises()
    {
        var cluster = A.Cluster();
        await FakeHost.Of(cluster).RunUntilIdleAsync(Phase.Healthy, Deadline);
        cluster.Ship("v2");
        await FakeHost.Of(cluster).RunAsync(() => cluster.Rollout.Status.Hold?.Reason == HoldReason.PauseStep, Deadline);
        cluster.Time.Advance(TimeSpan.FromHours(1));

        await RunForAsync(cluster, TimeSpan.FromSeconds(19));

        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5" }), "the pause is twenty seconds: so long somebody looks");

        await FakeHost.Of(cluster).RunAsync(() => cluster.Weights.Count > 1, Deadline);

        Assert.That(cluster.Rollout.Status.Weights.Desired, Is.EqualTo(Weight.FromPercent(25)));
    }

    private static async Task<FakeCluster> WaitingAsync()
    {
        var cluster = A.Cluster();
        await FakeHost.Of(cluster).RunUntilIdleAsync(Phase.Healthy, Deadline);
        cluster.Ship("v2");
        cluster.Canary.IsBroken = true;
        await FakeHost.Of(cluster).RunAsync(() => cluster.Rollout.Status.WaitingSince is not null, Deadline);
        return cluster;
    }

    private static async Task RunForAsync(FakeCluster cluster, TimeSpan length, FakeHost? host = null)
    {
        var end = cluster.Time.GetUtcNow() + length;
        await (host ?? FakeHost.Of(cluster)).RunAsync(() => cluster.Time.GetUtcNow() >= end, length + Deadline);
    }
}
