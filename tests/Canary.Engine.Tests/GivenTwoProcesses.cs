using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>The first one falls asleep in the middle of a pass; the second one takes over; the first one wakes up and does not
/// know.</summary>
public sealed class GivenTwoProcesses
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [TestCase("run")]
    [TestCase("status")]
    [TestCase("route")]
    public async Task WhenTheOneThatSleptWakesUp_ThenItChangesNoRoute(string fallsAsleepBefore)
    {
        var cluster = A.Cluster();
        await FakeHost.Of(cluster).RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        var (asleep, alarm) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = FakeHost.Of(cluster);
        await first.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5)
            && cluster.Rollout.Status.CurrentStepIndex == 1, Limit);
        first.Source.Value = 0.001;
        first.Connection.BeforeWrite = async kind =>
        {
            if (kind != fallsAsleepBefore) return;
            asleep.TrySetResult();
            await alarm.Task;
        };
        var slept = first.RunAsync(() => false, Limit);
        await asleep.Task.WaitAsync(TimeSpan.FromSeconds(20));

        cluster.Lease = ("two", 2);
        var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
        second.Source.Value = 0.2;
        await second.TakeOverAsync();
        await second.RunUntilIdleAsync(Phase.RolledBack, Limit);
        var routes = cluster.Writes.Where(write => write.Kind == "route").ToList();
        alarm.SetResult();
        await slept.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.That(cluster.Writes.Where(write => write.Kind == "route"), Is.EqualTo(routes));
        Assert.That(routes.Last().What, Is.EqualTo("0"));
        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That(first.Connection.Term, Is.Null, "it knows now that it does not lead");
        Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.RolledBack));
    }

    [Test]
    public async Task WhenTheOneThatSleptBeforeThePromotionWakesUpAfterAnAbort_ThenStableKeepsItsTemplate()
    {
        var cluster = A.Cluster();
        await FakeHost.Of(cluster).RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        var (asleep, alarm) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = FakeHost.Of(cluster);
        first.Source.Value = 0.001;
        first.Connection.BeforeWrite = async kind =>
        {
            if (kind != "template") return;
            asleep.TrySetResult();
            await alarm.Task;
        };
        var slept = first.RunAsync(() => false, Limit);
        await asleep.Task.WaitAsync(TimeSpan.FromSeconds(20));

        cluster.Lease = ("two", 2);
        var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
        await second.TakeOverAsync();
        cluster.Ask(RequestAction.Abort, "a1");
        await second.RunUntilIdleAsync(Phase.RolledBack, Limit);
        alarm.SetResult();
        await slept.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.That(cluster.Stable.Revision, Is.EqualTo("v1"), "what was rolled back is not promoted behind everybody's back");
        Assert.That(cluster.Count("template"), Is.Zero);
        Assert.That(first.Connection.Term, Is.Null, "it knows now that it does not lead");
    }

    [Test]
    public async Task WhenTheSecondTakesOver_ThenItClaimsTheRoutesBeforeItsFirstPass()
    {
        var cluster = A.Cluster();
        var first = FakeHost.Of(cluster);
        await first.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        await first.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);

        cluster.Lease = ("two", 2);
        await FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2)).TakeOverAsync();

        Assert.That(cluster.Routes[0].Claim?.Term, Is.EqualTo(2));
        Assert.That(cluster.Writes.Last().Kind, Is.EqualTo("claim"));
    }

    [Test]
    public async Task WhenTheRolloutIsIdle_ThenItsRoutesAreLeftAlone()
    {
        var cluster = A.Cluster();
        await FakeHost.Of(cluster).RunUntilIdleAsync(Phase.Healthy, Limit);
        var before = cluster.Writes.Count;

        cluster.Lease = ("two", 2);
        await FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2)).TakeOverAsync();

        Assert.That(cluster.Writes, Has.Count.EqualTo(before));
    }
}
