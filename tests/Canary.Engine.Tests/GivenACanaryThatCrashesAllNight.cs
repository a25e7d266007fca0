using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>Ready, crash, ready, for eight hours: the rollout does not go up and down until the morning.</summary>
public sealed class GivenACanaryThatCrashesAllNight
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(9);

    [TestCase(false)]
    [TestCase(true)]
    public async Task WhenNobodyIsThere_ThenItIsRolledBackAfterTheThirdLoss(bool isRestarted)
    {
        var cluster =
            A.Cluster(A.Rollout with { Steps = [new Step.SetWeight(Weight.FromPercent(50)), new Step.Pause(null)], Analysis = null });
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Long);
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.Hold?.Reason == HoldReason.PauseStep, Long);

        for (var minutes = 0; minutes < 8 * 60; minutes += 12)
        {
            cluster.Canary.IsBroken = true;
            await RunForAsync(2);
            cluster.Canary.IsBroken = false;
            await RunForAsync(10);
        }

        Assert.That((cluster.Rollout.Status.Phase, cluster.Rollout.Status.Abort?.Reason),
            Is.EqualTo((Phase.RolledBack, (AbortReason?)AbortReason.CanaryUnready)));
        Assert.That(cluster.Rollout.Status.Message, Does.Contain("the canary lost all its ready pods 3 times"));
        Assert.That(cluster.Weights.Count(weight => weight == "50"), Is.EqualTo(3),
            "after each of two losses the traffic came back, after the third it did not");

        async Task RunForAsync(int minutes)
        {
            var end = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(minutes);
            await (isRestarted ? FakeHost.Of(cluster) : host).RunAsync(() => cluster.Time.GetUtcNow() >= end, Long);
        }
    }
}
