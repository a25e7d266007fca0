using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

public sealed class GivenAnalysisAtTheEdges
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    [Test]
    public async Task WhenThePodsBecomeReady_ThenTheClockOfTheFirstAnalysisStartsThen()
    {
        var (cluster, host) = await ShippedAsync(A.ClusterWithEdges());
        var shipped = cluster.Time.GetUtcNow();

        await host.RunAsync(() => cluster.Weights.Count > 0, Limit);

        var pre = cluster.Runs.Values.Single(run => run.Key.Edge is AnalysisPlacement.Pre);
        Assert.That(pre.Status.StartedAt, Is.GreaterThanOrEqualTo(shipped.AddSeconds(3)));
        Assert.That(cluster.Writes.First(write => write.Kind == "route").At, Is.GreaterThanOrEqualTo(pre.Status.EndedAt!.Value));
    }

    [Test]
    public async Task WhenEverythingIsGood_ThenTheLastAnalysisMeasuresAtAHundredOnTheOldStable()
    {
        var (cluster, host) = await ShippedAsync(A.ClusterWithEdges());
        await host.RunAsync(() => cluster.Rollout.Status.Promotion is PromotionStage.Verifying, Limit);
        var full = cluster.Writes.Last(write => write.Kind == "route").At;

        await host.RunAsync(() => cluster.Rollout.Status.Promotion is PromotionStage.UpdatingStable, Limit);

        var post = cluster.Runs.Values.Single(run => run.Key.Edge is AnalysisPlacement.Post);
        Assert.That((post.Status.Phase, post.Status.StartedAt >= full, post.Status.Metrics[0].Successful),
            Is.EqualTo((RunPhase.Successful, true, 4)));
        Assert.That(cluster.Writes.First(write => write.Kind == "template").At, Is.GreaterThanOrEqualTo(post.Status.EndedAt!.Value));
        Assert.That(cluster.Runs.Values.Single(run => run.Key is { Step: null, Edge: null }).Status.StartedAt, Is.LessThan(full));
    }

    [Test]
    public async Task WhenTheBackgroundBeginsAtALaterStep_ThenItsInitialDelayCountsFromThere()
    {
        var cluster = A.Cluster(A.Rollout with { Analysis = new BackgroundAnalysis(A.Analysis, 2) });
        cluster.MetricsOf = key => key.Step is null
            ? new RunSpec([A.Errors.Metrics[0] with { InitialDelay = TimeSpan.FromSeconds(10), Count = null }]) : A.Errors;
        var (_, host) = await ShippedAsync(cluster);
        await host.RunAsync(() => cluster.Rollout.Status.CurrentStepIndex == 2, Limit);
        var began = cluster.Time.GetUtcNow();

        await host.RunAsync(() => Background()?.Status.Metrics.Any(metric => metric.Measurements.Count > 0) == true, Limit);

        Assert.That(Background()!.Status.Metrics[0].Measurements[0].At, Is.GreaterThanOrEqualTo(began.AddSeconds(10)));
        Assert.That(cluster.Rollout.Status.FirstTrafficAt, Is.LessThan(began.AddSeconds(-10)));

        Engine.Ports.RunSnapshot? Background() => cluster.Runs.Values.SingleOrDefault(run => run.Key is { Step: null, Edge: null });
    }

    [TestCase(ErrorAction.Abort)]
    [TestCase(ErrorAction.Pause)]
    public async Task WhenNothingIsAnsweredForLongerThanTheBudget_ThenThePolicyDecides(ErrorAction action)
    {
        var (cluster, host) = await ShippedAsync(A.Cluster(A.Rollout with
        {
            Analysis =
            new BackgroundAnalysis(A.Analysis with { Policy = VerdictPolicy.Default with { OnError = action } }, 0)
        }));
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        host.Source.Value = null;
        var silent = cluster.Time.GetUtcNow();

        await host.RunAsync(() => cluster.Rollout.Status.Abort is not null
            || cluster.Rollout.Status.Hold?.Reason is HoldReason.ErrorBudget, Limit);

        Assert.That(cluster.Time.GetUtcNow() - silent, Is.InRange(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(7)));
        Assert.That((cluster.Rollout.Status.Abort is not null, cluster.Rollout.Status.Hold is not null),
            Is.EqualTo((action == ErrorAction.Abort, action == ErrorAction.Pause)));

        host.Source.Value = 0.001;
        var later = cluster.Time.GetUtcNow().AddMinutes(5);
        await host.RunAsync(() => cluster.Time.GetUtcNow() > later, Limit);

        Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(action == ErrorAction.Abort ? Phase.RolledBack : Phase.Paused));
        cluster.Ask(action == ErrorAction.Abort ? RequestAction.Retry : RequestAction.Resume, "1");
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));
    }

    [TestCase(ErrorAction.Abort)]
    [TestCase(ErrorAction.Pause)]
    public async Task WhenTheOutageIsShort_ThenItDecidesNothing(ErrorAction action)
    {
        var (cluster, host) = await ShippedAsync(A.Cluster(A.Rollout with
        {
            Analysis =
            new BackgroundAnalysis(A.Analysis with { Policy = VerdictPolicy.Default with { OnError = action } }, 0)
        }));
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        host.Source.Value = null;
        var until = cluster.Time.GetUtcNow().AddMinutes(4);
        await host.RunAsync(() => cluster.Time.GetUtcNow() > until, Limit);
        Assert.That(cluster.Rollout.Status.Hold!.Reason, Is.EqualTo(HoldReason.AnalysisError));

        host.Source.Value = 0.001;
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> ShippedAsync(FakeCluster cluster)
    {
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Writes.Clear();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.IsRunning, Limit);
        return (cluster, host);
    }
}
