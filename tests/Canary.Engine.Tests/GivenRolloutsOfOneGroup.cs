using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Groups;
using Canary.Engine.Passes;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>Passes that run at the same time must not both take the last place of a group.</summary>
internal sealed class GivenRolloutsOfOneGroup
{
    private GroupTurns _turns = null!;

    [SetUp]
    public void Begin() => _turns = new GroupTurns();

    [Test]
    public async Task WhenTwoMayBegin_ThenTheSecondLooksAfterTheFirstHasSavedItsStatus()
    {
        var first = await EnterAsync(Rollout("cart", "shop"));
        var second = EnterAsync(Rollout("checkout", "shop"));

        Assert.That(second.IsCompleted, Is.False);
        first!.Dispose();
        Assert.That(await second, Is.Not.Null);
    }

    [Test]
    public async Task WhenTheyAreOfOtherGroupsOrNone_ThenNobodyWaits()
    {
        await EnterAsync(Rollout("cart", "shop"));

        Assert.That(EnterAsync(Rollout("checkout", "other")).IsCompletedSuccessfully, Is.True);
        Assert.That(EnterAsync(Rollout("checkout", null)).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task WhenARevisionIsBeingReleased_ThenItNeverWaits_SoAnAbortDoesNot()
    {
        await EnterAsync(Rollout("cart", "shop"));

        var running = Rollout("checkout", "shop") with { Status = RolloutStatus.New with { StartedAt = A.Morning } };

        Assert.That(EnterAsync(running).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task WhenAWaitIsCutShort_ThenTheNextOneGetsItsTurn()
    {
        var first = await EnterAsync(Rollout("cart", "shop"));
        using var stop = new CancellationTokenSource();
        var cut = _turns.EnterAsync(Rollout("checkout", "shop"), stop.Token);

        await stop.CancelAsync();
        Assert.That(async () => await cut, Throws.InstanceOf<OperationCanceledException>());
        first!.Dispose();

        Assert.That(EnterAsync(Rollout("mail", "shop")).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task WhenTheGroupHasNoPlace_ThenTheRolloutWaitsAndBeginsWhenItHas()
    {
        var cluster = new FakeCluster(new Canary.Testing.ManualTime(A.Morning), A.Rollout with
        {
            Group = new ReleaseGroup("shop", false, 1),
        });
        var host = FakeHost.Of(cluster);
        await host.RunAsync(() => cluster.Rollout.Status.Phase == Phase.Healthy, TimeSpan.FromMinutes(1));
        cluster.Peers = Peers(RolloutStatus.New with { StartedAt = A.Morning });
        cluster.Ship("v2");
        var end = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        await host.RunAsync(() => cluster.Time.GetUtcNow() > end, TimeSpan.FromMinutes(10));

        Assert.That((cluster.Rollout.Status.IsRunning, cluster.Rollout.Status.Waiting!.Revision), Is.EqualTo((false, "v2")));
        Assert.That(cluster.Writes.FindAll(write => write.Kind == "status" && write.What.Contains("waits for a place")),
            Has.Count.EqualTo(1), "who waits writes nothing");

        cluster.Peers = Peers(RolloutStatus.New);
        await host.RunAsync(() => cluster.Rollout.Status.IsRunning, TimeSpan.FromMinutes(1));
    }

    private static PeerReading Peers(RolloutStatus status) => new([new PeerRollout("shop/cart", false, true, status.ForPeers)], []);

    private Task<IDisposable?> EnterAsync(RolloutSnapshot rollout) => _turns.EnterAsync(rollout, CancellationToken.None);

    private static RolloutSnapshot Rollout(string name, string? group) => new(new RolloutName("shop", name), name, "1", 1,
        A.Rollout with { Group = group is null ? null : new ReleaseGroup(group, false, 1) }, [], RolloutStatus.New, null);
}
