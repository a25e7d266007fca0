using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>Everything goes wrong by lot: races that are lost, routes and statuses that are refused, processes that die, with two routes to
/// write. Then the world is kind again.</summary>
public sealed class GivenAnUnkindCluster
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    [Test]
    public async Task WhenTheVersionIsGood_ThenItIsPromotedAllTheSame([Range(1, 40)] int seed)
    {
        var cluster = await LiveAsync(seed, seed % 2 == 0, _ => 0.001, Phase.Healthy);

        Assert.Multiple(() =>
        {
            Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));
            Assert.That(cluster.Rollout.Status.History.Select(entry => entry.Outcome), Is.EqualTo(new[] { RolloutOutcome.Promoted }));
            Assert.That(cluster.Count("template"), Is.EqualTo(1));
            Assert.That(cluster.Unsafe, Is.Empty);
            Assert.That(cluster.Routes.Select(route => route.Second), Has.All.EqualTo(Weight.Zero));
            Assert.That(Shifts(cluster, 0), Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(Shifts(cluster, 1), Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
        });
    }

    [Test]
    public async Task WhenTheVersionIsBad_ThenItIsTakenBackAllTheSame([Range(1, 40)] int seed)
    {
        var cluster = await LiveAsync(seed, seed % 2 == 0, _ => 0.2, Phase.RolledBack);

        Assert.Multiple(() =>
        {
            Assert.That(cluster.Stable.Revision, Is.EqualTo("v1"));
            Assert.That(cluster.Rollout.Status.History.Select(entry => entry.Outcome), Is.EqualTo(new[] { RolloutOutcome.RolledBack }));
            Assert.That(cluster.Count("template"), Is.Zero);
            Assert.That(cluster.Unsafe, Is.Empty);
            Assert.That(cluster.Routes.Select(route => route.Second), Has.All.EqualTo(Weight.Zero));
        });
    }

    [Test]
    public async Task WhenOnlyTheLastAnalysisFails_ThenBothRoutesGoBackFromAHundredAndStableIsNeverWritten([Range(1, 40)] int seed)
    {
        var cluster = await LiveAsync(seed, true, query => query == "post" ? 0.2 : 0.001, Phase.RolledBack);

        Assert.Multiple(() =>
        {
            Assert.That((cluster.Stable.Revision, cluster.Count("template")), Is.EqualTo(("v1", 0)));
            Assert.That(cluster.Rollout.Status.History.Single().Reason, Does.EndWith("(analysis after the last step)"));
            Assert.That(cluster.Unsafe, Is.Empty);
            Assert.That(Shifts(cluster, 0), Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(Shifts(cluster, 1), Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
        });
    }

    private static async Task<FakeCluster> LiveAsync(int seed, bool hasEdges, Func<string, double?> valueOf, Phase end)
    {
        var random = new Random(seed);
        var cluster = hasEdges ? A.ClusterWithEdges() : A.Cluster();
        cluster.Edit(cluster.Rollout.Spec! with { ProgressDeadline = TimeSpan.FromHours(1) });
        cluster.Routes.Add(new FakeRoute("VirtualService shop/checkout route fallback"));
        await FakeHost.Of(cluster).RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Writes.Clear();
        cluster.Ship("v2");
        for (var life = 1; life <= 12; life++)
        {
            cluster.Lease = ($"process {life}", life + 1);
            var host = FakeHost.Of(cluster,
                new FakeConnection(cluster, cluster.Lease.Holder, cluster.Lease.Term)
                {
                    DiesAt = life < 12 ? random.Next(1, 25)
                    : 0,
                    DiesAfterwards = random.Next(2) == 0
                });
            host.Source.ValueOf = valueOf;
            host.Connection.BeforeWrite = _ => life < 12 ? Misfortune(cluster, random) : Kindness(cluster);
            try
            {
                await host.TakeOverAsync();
                await host.RunAsync(() => host.Connection.IsDead || IsOver(cluster, end), Limit);
                if (!host.Connection.IsDead) return cluster;
            }
            catch (Killed)
            {
                // The next process goes on.
            }
        }

        return cluster;
    }

    private static Task Misfortune(FakeCluster cluster, Random random)
    {
        if (random.Next(5) == 0) cluster.Touch();
        cluster.RouteRefusal = random.Next(5) == 0 ? "admission webhook denied the request" : null;
        cluster.StatusRefusal = random.Next(8) == 0 ? "admission webhook denied the request" : null;
        return Task.CompletedTask;
    }

    private static Task Kindness(FakeCluster cluster)
    {
        cluster.RouteRefusal = null;
        cluster.StatusRefusal = null;
        return Task.CompletedTask;
    }

    private static bool IsOver(FakeCluster cluster, Phase end) =>
        cluster.Rollout.Status.Phase == end && !cluster.Rollout.Status.IsRunning && cluster.Rollout.Status.History.Count == 1;

    private static string[] Shifts(FakeCluster cluster, int route) => [.. cluster.Routes[route].Shifts];
}
