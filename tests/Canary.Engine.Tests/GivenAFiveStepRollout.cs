using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

public sealed class GivenAFiveStepRollout
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Test]
    public async Task WhenTheVersionIsGood_ThenItIsPromotedThroughEveryStep()
    {
        var (cluster, host) = await ShippedAsync();

        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
        Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));
        Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v2"));
        Assert.That(cluster.Rollout.Status.History[0].Outcome, Is.EqualTo(RolloutOutcome.Promoted));
        Assert.That(cluster.Unsafe, Is.Empty);
    }

    [Test]
    public async Task WhenTheVersionIsGood_ThenNoMoreThanTheBudgetIsWritten()
    {
        var (cluster, host) = await ShippedAsync();

        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        // Five steps and the promotion, which is one; each tick of each run is one write more.
        var ticks = cluster.Runs.Values.Sum(run =>
            run.Status.Metrics.Sum(metric => metric.Successful + metric.Failed + metric.Inconclusive + metric.Errors));
        TestContext.Out.WriteLine(string.Join("\n", cluster.Writes.Select(write => $"{write.At:mm:ss} {write.Kind} {write.What}")));
        TestContext.Out.WriteLine(
            $"{cluster.Writes.Count} writes, {ticks} measurements: {string.Join(", ", cluster.Writes.CountBy(write => write.Kind))}");
        Assert.That(cluster.Writes, Has.Count.LessThanOrEqualTo((6 * 6) + ticks));
    }

    [Test]
    public async Task WhenNothingHappensAfterIt_ThenNothingIsWritten()
    {
        var (cluster, host) = await ShippedAsync();
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        await host.RunAsync(() => host.Passes > 200, Limit);
        var before = cluster.Writes.Count;

        for (var pass = 0; pass < 100; pass++)
        {
            await host.PassAsync();
            cluster.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.That(cluster.Writes, Has.Count.EqualTo(before));
    }

    [Test]
    public async Task WhenItMeasures_ThenNoMeasurementAloneWritesTheRollout()
    {
        var (cluster, host) = await ShippedAsync();
        await host.RunAsync(() => cluster.Rollout.Status.CurrentStepIndex == 3 && cluster.Count("run") > 4, Limit);
        var statuses = cluster.Count("status");
        var runs = cluster.Count("run");

        await host.RunAsync(() => cluster.Count("run") > runs, Limit);

        Assert.That(cluster.Rollout.Status.CurrentStepIndex, Is.EqualTo(3));
        Assert.That(cluster.Count("status"), Is.EqualTo(statuses));
    }

    [Test]
    public async Task WhenTheErrorRateRises_ThenItIsTakenBackAtTheNextEvaluation()
    {
        var (cluster, host) = await ShippedAsync();
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(25), Limit);
        host.Source.Value = 0.2;
        var broke = cluster.Time.GetUtcNow();

        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "0" }));
        Assert.That(cluster.Writes.Last(write => write.Kind == "route").At - broke, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(6)));
        Assert.That(cluster.Rollout.Status.Message, Does.Contain("0.2"));
        Assert.That(cluster.Unsafe, Is.Empty);
    }

    [Test]
    public async Task WhenAQueryHangs_ThenAnAbortTakesEffectAllTheSame()
    {
        var (cluster, host) = await ShippedAsync();
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        host.Source.Value = null;
        cluster.Time.Advance(TimeSpan.FromSeconds(6));
        cluster.Ask(RequestAction.Abort, "a1");
        var asked = cluster.Time.GetUtcNow();

        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "0" }));
        Assert.That(cluster.Writes.Last(write => write.Kind == "route").At, Is.EqualTo(asked));
    }

    [Test]
    public async Task WhenNoQueryIsAnswered_ThenItHoldsAndGoesOnWithTheNextGoodAnswer()
    {
        var (cluster, host) = await ShippedAsync();
        cluster.Metrics = new RunSpec([A.Errors.Metrics[0] with { ConsecutiveErrorLimit = 0 }]);
        host.Source.Value = null;

        await host.RunAsync(() => cluster.Rollout.Status.Hold?.Reason == HoldReason.AnalysisError, Limit);
        var since = cluster.Time.GetUtcNow();
        await host.RunAsync(() => cluster.Time.GetUtcNow() - since > TimeSpan.FromMinutes(5), Limit);
        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5" }));
        Assert.That(cluster.Rollout.Status.Message, Does.Contain("no usable answer"));
        Assert.That(cluster.Events.Count(told => told.Reason == "AnalysisHeld"), Is.EqualTo(1));
        host.Source.Value = 0.001;
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
    }

    [Test]
    public async Task WhenNoQueryIsAnsweredAndTheTemplateIsCorrected_ThenTheAnalysisBeginsAnewFromItAndTheRolloutGoesOn()
    {
        var (cluster, host) = await ShippedAsync();
        cluster.Metrics = new RunSpec([A.Errors.Metrics[0] with { Name = "wrong", ConsecutiveErrorLimit = 0 }]);
        host.Source.Value = null;
        await host.RunAsync(() => cluster.Rollout.Status.Hold?.Reason == HoldReason.AnalysisError, Limit);
        Assert.That(cluster.Rollout.Status.Hold!.Message, Does.Contain("the next good measurement or a corrected template lifts this"));

        (cluster.Metrics, cluster.IsTemplateCorrected) = (new RunSpec([A.Errors.Metrics[0] with { Name = "right" }]), true);
        await host.RunAsync(() => cluster.Runs.Values.Any(run => run.Spec.Metrics[0].Name == "right"), Limit);
        cluster.IsTemplateCorrected = false;
        host.Source.Value = 0.001;
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That(cluster.Runs.Values.Where(run => run.Key.Step is null)
            .Select(run => run.Spec.Metrics[0].Name), Is.EqualTo(new[] { "right" }));
        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
    }

    [Test]
    public async Task WhenTheTemplateChangesWhileItIsMeasured_ThenTheAnalysisKeepsWhatItBeganWith()
    {
        var (cluster, host) = await ShippedAsync();
        await host.RunAsync(() => cluster.Runs.Count > 0, Limit);
        var before = cluster.Runs.Values.First().Spec;

        (cluster.Metrics, cluster.IsTemplateCorrected) = (new RunSpec([A.Errors.Metrics[0] with { Name = "other" }]), true);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That(cluster.Runs.Values.First().Spec, Is.EqualTo(before));
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> ShippedAsync()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Writes.Clear();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.IsRunning, Limit);
        return (cluster, host);
    }
}
