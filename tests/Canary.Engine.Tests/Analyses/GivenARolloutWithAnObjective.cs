using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests.Analyses;

/// <summary>A rollout whose canary is held against an objective of 99 % in the background and again when it has all the traffic: it serves
/// 20 requests a second. Stable has no series.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GivenARolloutWithAnObjective
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private static readonly MetricSpec Metric = new(
        "errors", TimeSpan.FromSeconds(10), null, TimeSpan.Zero, TimeSpan.FromSeconds(15), null, null, 0, int.MaxValue, 4,
        new ProviderSpec.Red("istio-service", RedSignal.Errors, 0.99, TimeSpan.FromMinutes(1),
            [new("ns", "shop"), new("svc", "checkout-canary")], A.Query with { Query = "" }))
    {
        Comparison = new Comparison(ComparisonKind.Sequential, [])
        {
            Objective = new(0.99, 2),
            Require = Requirement.NoHarm,
            Lag = TimeSpan.FromSeconds(5),
        },
    };

    private readonly List<string> _asked = [];

    private DateTimeOffset _worseFrom = DateTimeOffset.MaxValue;

    [Test]
    public async Task WhenTheObjectiveIsKept_ThenItIsPromotedAndTheLastAnalysisKnowsWhatWasSeenBefore()
    {
        var (cluster, host) = await ShippedAsync();

        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        var post = cluster.Runs.Values.Single(run => run.Key.Edge is AnalysisPlacement.Post).Status;
        Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));
        Assert.That(post.Phase, Is.EqualTo(RunPhase.Successful));
        Assert.That(post.Metrics[0].Evidence!.Windows, Is.GreaterThan(post.Metrics[0].Successful + post.Metrics[0].Inconclusive),
            "it went on from what the background had seen");
        Assert.That(_asked, Has.None.Contains("checkout-stable"));
    }

    [Test]
    public async Task WhenItIsMissedOnlyAtAHundred_ThenItIsRolledBack()
    {
        var (cluster, host) = await ShippedAsync(A.Rollout with { Analysis = null });
        await host.RunAsync(() => cluster.Rollout.Status.Promotion is PromotionStage.Verifying, Limit);
        _worseFrom = cluster.Time.GetUtcNow();

        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Stable.Revision, Is.EqualTo("v1"));
        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That(cluster.Rollout.Status.Message, Does.Contain(" odds that the canary misses the objective of 99 %; ")
            .And.EndWith("(analysis after the last step)"));
    }

    [Test]
    public async Task WhenTheProcessDiesAgainAndAgain_ThenEveryWindowIsCountedOnce()
    {
        var (cluster, host) = await ShippedAsync();
        for (var death = 0; death < 8 && cluster.Rollout.Status.IsRunning; death++)
        {
            var before = Counted(cluster);
            await host.RunAsync(() => Counted(cluster) > before || !cluster.Rollout.Status.IsRunning, Limit);
            host = Host(cluster);
        }

        await host.RunAsync(() => !cluster.Rollout.Status.IsRunning, Limit);

        var run = cluster.Runs.Values.Single(one => one.Key is { Step: null, Edge: null }).Status;
        Assert.That(run.Metrics[0].Evidence!.Requests,
            Is.EqualTo(20 * (run.Metrics[0].Evidence!.CountedTo! - run.StartedAt!).Value.TotalSeconds).Within(1));
    }

    private async Task<(FakeCluster Cluster, FakeHost Host)> ShippedAsync(RolloutSpec? spec = null)
    {
        var cluster = A.Cluster((spec ?? A.Rollout) with { PostAnalysis = A.Analysis });
        cluster.MetricsOf = key => new RunSpec(
            [key.Step is null && key.Edge is null ? Metric : Metric with { Count = key.Edge is null ? 3 : 12 }]);
        var host = Host(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.IsRunning, Limit);
        return (cluster, host);
    }

    private FakeHost Host(FakeCluster cluster)
    {
        var host = FakeHost.Of(cluster);
        host.Source.CountersOf = query =>
        {
            _asked.Add(query.Query);
            return new MetricAnswer.Matrix([Counter(query, "200", 19.9, 17), Counter(query, "503", 0.1, 3)], []);
        };
        return host;
    }

    private static DateTimeOffset Counted(FakeCluster cluster) =>
        cluster.Runs.Values.Select(run => run.Status.Metrics.FirstOrDefault()?.Evidence?.CountedTo).Max() ?? DateTimeOffset.MinValue;

    // One sample a second, since the morning: what a scrape would have seen.
    private Series Counter(MetricQuery query, string code, double rate, double worse)
    {
        var window = int.Parse(Regex.Match(query.Query, @"\[(\d+)s\]$").Groups[1].Value);
        return new(
            [new("destination_service", "checkout-canary.shop.svc.cluster.local"), new("pod", "c"), new("response_code", code)],
            [.. Enumerable.Range(0, window).Select(second => query.At.AddSeconds(second + 1 - window))
                .Select(at => new Point(at, Math.Floor(((100_000 + (at - A.Morning).TotalSeconds) * rate)
                    + (Math.Max(0, (at - _worseFrom).TotalSeconds) * (worse - rate)))))]);
    }
}
