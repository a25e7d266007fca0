using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>Dies at every write of a whole rollout, once before it is carried out and once after; a new process goes on.</summary>
public sealed class GivenAProcessThatIsKilled
{
    private const int Enough = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Test]
    public async Task WhenItReleasesAGoodVersion_ThenTheEndIsTheSameWhereverItDies([Values] bool diesAfterwards)
    {
        var deaths = await EverywhereAsync(diesAfterwards, _ => { }, Phase.Healthy, cluster =>
        {
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));
            Assert.That(cluster.Rollout.Status.History.Select(entry => entry.Outcome), Is.EqualTo(new[] { RolloutOutcome.Promoted }));
            Assert.That(cluster.Count("template"), Is.EqualTo(1));
        });

        Assert.That(deaths, Is.GreaterThan(20));
    }

    [Test]
    public async Task WhenItTakesABadVersionBack_ThenTheEndIsTheSameWhereverItDies([Values] bool diesAfterwards)
    {
        var deaths = await EverywhereAsync(diesAfterwards, source => source.Value = 0.2, Phase.RolledBack, cluster =>
        {
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "0" }));
            Assert.That(cluster.Stable.Revision, Is.EqualTo("v1"));
            Assert.That(cluster.Rollout.Status.History.Select(entry => entry.Outcome), Is.EqualTo(new[] { RolloutOutcome.RolledBack }));
            Assert.That(cluster.Rollout.Status.Abort?.Message, Does.Contain("0.2"));
        });

        Assert.That(deaths, Is.GreaterThan(8));
    }

    [Test]
    public async Task WhenItAnalysesBeforeAndAfterTheSteps_ThenTheEndIsTheSameWhereverItDies([Values] bool diesAfterwards)
    {
        var deaths = await EverywhereAsync(diesAfterwards, _ => { }, Phase.Healthy, cluster =>
        {
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));
            Assert.That(cluster.Runs.Keys,
                Is.EquivalentTo(new[] { "checkout-v2-1-pre", "checkout-v2-1-bg", "checkout-v2-1-step3", "checkout-v2-1-post" }));
            Assert.That(cluster.Runs.Values.Where(run => run.Key.Edge is not null)
                .Select(run => run.Status.Metrics[0].Successful), Is.All.EqualTo(4), "measured to their end, each tick once");
        }, A.ClusterWithEdges);

        Assert.That(deaths, Is.GreaterThan(30));
    }

    [Test]
    public async Task WhenTheAnalysisBeforeTheStepsFails_ThenNoTrafficIsSentWhereverItDies([Values] bool diesAfterwards)
    {
        var deaths = await EverywhereAsync(diesAfterwards, source => source.ValueOf = query => query == "pre" ? 0.2
            : 0.001, Phase.RolledBack, cluster =>
        {
            Assert.That(cluster.Weights, Is.Empty);
            Assert.That(cluster.Runs.Keys, Is.EqualTo(new[] { "checkout-v2-1-pre" }));
            Assert.That(cluster.Rollout.Status.Abort?.Message, Does.EndWith("(analysis before the first step)"));
        }, A.ClusterWithEdges);

        Assert.That(deaths, Is.GreaterThan(4));
    }

    [Test]
    public async Task WhenTheAnalysisAfterTheStepsFails_ThenStableIsNeverWrittenWhereverItDies([Values] bool diesAfterwards)
    {
        var deaths = await EverywhereAsync(diesAfterwards, source => source.ValueOf = query => query == "post" ? 0.2
            : 0.001, Phase.RolledBack, cluster =>
        {
            Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
            Assert.That((cluster.Stable.Revision, cluster.Count("template")), Is.EqualTo(("v1", 0)));
            Assert.That(cluster.Rollout.Status.Abort?.Message, Does.EndWith("(analysis after the last step)"));
        }, A.ClusterWithEdges);

        Assert.That(deaths, Is.GreaterThan(25));
    }

    [Test]
    public async Task WhenItSetsHeaderAndMirrorRoutes_ThenNoneIsLostOrLeftBehindWhereverItDies([Values] bool diesAfterwards)
    {
        var deaths = await EverywhereAsync(diesAfterwards, _ => { }, Phase.Healthy, cluster =>
        {
            Assert.That(cluster.Weights, Is.EqualTo(A.ShiftsOfRoutes));
            Assert.That(cluster.Routes.Select(route => route.Managed), Is.All.EqualTo(ManagedRoutes.None));
            Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));
        }, () => A.Cluster(A.WithRoutes));

        Assert.That(deaths, Is.GreaterThan(20));
    }

    [Test]
    public async Task WhenABadVersionGetsRequestsByTheirHeadersAlone_ThenTheyAreTakenOffWhereverItDies([Values] bool diesAfterwards)
    {
        var deaths = await EverywhereAsync(diesAfterwards, source => source.Value = 0.2, Phase.RolledBack, cluster =>
        {
            Assert.That(cluster.Weights, Is.EqualTo(new[] { A.ShiftsOfRoutes[0], "0" }));
            Assert.That(cluster.Routes.Select(route => route.Managed), Is.All.EqualTo(ManagedRoutes.None));
        }, () => A.Cluster(A.WithRoutes));

        Assert.That(deaths, Is.GreaterThan(5));
    }

    private static async Task<int> EverywhereAsync(bool diesAfterwards, Action<FakeSource> world, Phase end, Action<FakeCluster> check,
        Func<FakeCluster>? begin = null)
    {
        for (var write = 1; write < Enough; write++)
        {
            var cluster = begin?.Invoke() ?? A.Cluster();
            await FakeHost.Of(cluster).RunUntilIdleAsync(Phase.Healthy, Limit);
            cluster.Writes.Clear();
            cluster.Ship("v2");
            var doomed = FakeHost.Of(cluster, new FakeConnection(cluster, "one", 1) { DiesAt = write, DiesAfterwards = diesAfterwards });
            world(doomed.Source);
            var isOver = await LiveAsync(doomed, cluster, end);

            if (!isOver)
            {
                cluster.Lease = ("two", 2);
                var heir = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
                world(heir.Source);
                await heir.TakeOverAsync();
                await heir.RunAsync(() => IsOver(cluster, end), Limit);
            }

            // What is left is done: nothing waits for something that the dead process knew.
            await FakeHost.Of(cluster, new FakeConnection(cluster, cluster.Lease.Holder, cluster.Lease.Term)).PassAsync();
            Assert.Multiple(() =>
            {
                check(cluster);
                Assert.That(cluster.Unsafe, Is.Empty);
                Assert.That(cluster.Runs.Values.Where(run => run.Status.EndedAt is null), Is.Empty, "a run was left open");
                Assert.That(cluster.Writes.Where(one => one.Kind == "newRun").GroupBy(one => one.What)
                    .All(one => one.Count() == 1), "a run was made twice");
                Assert.That(Steps(cluster), Is.Ordered, "a step was taken twice");
            });
            if (isOver) return write - 1;
        }

        throw new AssertionException($"still writing after {Enough} writes");
    }

    private static async Task<bool> LiveAsync(FakeHost doomed, FakeCluster cluster, Phase end)
    {
        try
        {
            await doomed.RunAsync(() => doomed.Connection.IsDead || IsOver(cluster, end), Limit);
        }
        catch (Killed)
        {
            return false;
        }

        return !doomed.Connection.IsDead;
    }

    private static bool IsOver(FakeCluster cluster, Phase end) =>
        cluster.Rollout.Status.Phase == end
        && !cluster.Rollout.Status.IsRunning
        && cluster.Rollout.Status.History.Count == 1
        && cluster.Runs.Values.All(run => run.Status.EndedAt is not null);

    private static int[] Steps(FakeCluster cluster) =>
        [.. cluster.Writes.Where(write => write.Kind == "status" && !write.What.StartsWith("Healthy", StringComparison.Ordinal))
            .Select(write => int.Parse(write.What.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture))];
}
