using System;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Engine.Tests.World;

/// <summary>A takeover of one workload and a release of v2, and processes that die on the way.</summary>
internal static class OneWorkloadRelease
{
    private const int MostWrites = 200;

    /// <summary>A cluster before the takeover.</summary>
    public static FakeCluster Cluster(FakeOneWorkload one, params Step[] steps) => new(new ManualTime(A.Morning), A.Rollout with
    {
        Steps = steps.Length == 0 ? A.Rollout.Steps : steps.ToEquatableArray(),
        Workload = new CopiedWorkload(new WorkloadReference("Deployment", "checkout"), null),
        Traffic = A.Traffic with
        {
            NamedStable = new SideSpec("checkout-stable", null, new WorkloadReference("Deployment", "checkout-stable")),
            NamedCanary = new SideSpec("checkout-canary", null, new WorkloadReference("Deployment", "checkout")),
        },
    })
    {
        Metrics = A.Errors,
        OneWorkload = one,
    };

    /// <summary>Kills the first process at each write in turn and lets a second one go on to the end, where <paramref name="check"/>
    /// looks.</summary>
    /// <param name="begin">Makes a cluster.</param>
    /// <param name="isOver">The sides are as they shall be after the release.</param>
    /// <param name="limit">The release is over by then.</param>
    /// <param name="isAfterwards">The write arrives before the process dies.</param>
    /// <param name="check">Looks at the cluster; the text says where the first process died.</param>
    public static async Task KillAtEachWriteAsync(Func<FakeCluster> begin, Func<FakeOneWorkload, bool> isOver, TimeSpan limit,
        bool isAfterwards, Action<FakeCluster, string> check)
    {
        for (var at = 1; at < MostWrites; at++)
        {
            var cluster = begin();
            var first = FakeHost.Of(cluster, new FakeConnection(cluster, "one", 1) { DiesAt = at, DiesAfterwards = isAfterwards });
            if (!await DieAsync(cluster, first, isOver, limit)) return;
            cluster.Lease = ("two", 2);
            var second = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
            await second.TakeOverAsync();
            await LiveAsync(cluster, second, isOver, limit);
            Assert.Multiple(() => check(cluster, $"killed at write {at}"));
        }

        Assert.Fail($"the rollout never ended before write {MostWrites}");
    }

    private static async Task<bool> DieAsync(FakeCluster cluster, FakeHost host, Func<FakeOneWorkload, bool> isOver, TimeSpan limit)
    {
        try
        {
            await LiveAsync(cluster, host, isOver, limit);
            return false;
        }
        catch (Killed)
        {
            return true;
        }
    }

    private static async Task LiveAsync(FakeCluster cluster, FakeHost host, Func<FakeOneWorkload, bool> isOver, TimeSpan limit)
    {
        await host.RunAsync(() => cluster.OneWorkload!.Workload is { Replicas: 0 } or { Revision: "v2" }, TimeSpan.FromMinutes(5));
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status is { StableRevision: "v2", IsRunning: false } && isOver(cluster.OneWorkload!),
            limit);
    }
}
