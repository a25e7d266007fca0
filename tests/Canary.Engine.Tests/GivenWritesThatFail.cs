using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Passes;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

public sealed class GivenWritesThatFail
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    [Test]
    public async Task WhenAToolResetsStableDuringThePromotion_ThenItIsWrittenAgainMoreAndMoreSeldomAndSaid()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, TimeSpan.FromMinutes(10));
        host.Source.Value = 0.001;
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Count("template") > 0, TimeSpan.FromMinutes(30));
        var end = cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(2);

        await host.RunAsync(() =>
        {
            if (cluster.Stable.Revision == "v2") cluster.Stable.Ship("v1", cluster.Time.GetUtcNow(), TimeSpan.FromSeconds(1));
            return cluster.Time.GetUtcNow() > end;
        }, TimeSpan.FromMinutes(10));
        var (writes, message) = (cluster.Count("template"), cluster.Rollout.Status.Message);
        await host.RunUntilIdleAsync(Phase.Healthy, TimeSpan.FromMinutes(10));

        Assert.That(writes, Is.InRange(4, 10));
        Assert.That(message, Does.Contain("another client changed stable's template back"));
        Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));
    }

    [Test]
    public async Task WhenAnAnalysisRunCannotBeMade_ThenTheConditionSaysWhyOnceAndItHeals()
    {
        const string taken = "the AnalysisRuns checkout-a and checkout-b exist already and are not of this Rollout; delete one of them";
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, TimeSpan.FromMinutes(10));
        host.Source.Value = 0.001;
        cluster.RunRefusal = taken;
        cluster.Ship("v2");

        await host.RunAsync(() => Healthy()?.Reason == "AnalysisRunNotMade", TimeSpan.FromMinutes(10));
        var said = Healthy()!;
        var end = cluster.Time.GetUtcNow() + TimeSpan.FromSeconds(30);
        await host.RunAsync(() => cluster.Time.GetUtcNow() > end, TimeSpan.FromMinutes(10));
        cluster.RunRefusal = null;
        await host.RunUntilIdleAsync(Phase.Healthy, TimeSpan.FromMinutes(30));

        Assert.That((said.IsTrue, said.Message), Is.EqualTo(((bool?)false, $"spec.strategy.canary.analysis: {taken}")));
        Assert.That(cluster.Events.FindAll(told => told.Reason == "AnalysisRunNotMade"), Has.Count.EqualTo(1));
        Assert.That(cluster.Stable.Revision, Is.EqualTo("v2"));

        Condition? Healthy() => cluster.Rollout.Status.Conditions.SingleOrDefault(one => one.Type == ConditionType.AnalysisHealthy);
    }

    [Test]
    public async Task WhenSomebodyWritesInBetween_ThenThePassIsForgottenAndTheNextOneGoesOn()
    {
        var (cluster, host) = await AtFivePercentAsync();
        var touched = 0;
        host.Connection.BeforeWrite = kind =>
        {
            if (kind == "status" && touched++ < 3) cluster.Touch();
            return Task.CompletedTask;
        };

        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That(touched, Is.GreaterThan(3));
        Assert.That(cluster.Weights, Is.EqualTo(new[] { "5", "25", "50", "100", "0" }));
    }

    [Test]
    public async Task WhenTheStatusOfAnAbortIsRefused_ThenTheWeightGoesToZeroAllTheSame()
    {
        var (cluster, host) = await AtFivePercentAsync();
        cluster.Ask(RequestAction.Abort, "a1");
        cluster.StatusRefusal = "admission webhook denied it";

        var result = await host.PassAsync();

        Assert.That(result, Is.TypeOf<PassResult.Failed>());
        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That(cluster.Rollout.Status.Abort, Is.Null);
    }

    [Test]
    public async Task WhenTheStatusOfAStepIsRefused_ThenNoWeightIsRaised()
    {
        var (cluster, host) = await AtFivePercentAsync();
        cluster.StatusRefusal = "admission webhook denied it";

        for (var pass = 0; pass < 60; pass++)
        {
            await host.PassAsync();
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.FromPercent(5)));
    }

    [Test]
    public async Task WhenARaiseIsRefused_ThenItIsTriedEverLessOftenAndSaidInTheStatus()
    {
        var (cluster, host) = await AtFivePercentAsync();
        cluster.RouteRefusal = "VirtualService shop/checkout: admission webhook denied the request";
        var tries = 0;
        host.Connection.BeforeWrite = kind =>
        {
            if (kind == "route") tries++;
            return Task.CompletedTask;
        };

        await host.RunAsync(() => cluster.Rollout.Status.Weights.Desired == Weight.FromPercent(25), Limit);
        var since = cluster.Time.GetUtcNow();
        await host.RunAsync(() => cluster.Time.GetUtcNow() - since > TimeSpan.FromMinutes(5), Limit);

        Assert.That(tries, Is.InRange(8, 16));
        Assert.That(
            cluster.Rollout.Status.Conditions.Any(condition => condition.Message.Contains("webhook denied", StringComparison.Ordinal)));
        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.FromPercent(5)));
    }

    [Test]
    public async Task WhenARaiseIsRefusedPastTheDeadline_ThenItIsTakenBack()
    {
        var (cluster, host) = await AtFivePercentAsync();
        cluster.RouteRefusal = "VirtualService shop/checkout: admission webhook denied the request";

        await host.RunAsync(() => cluster.Rollout.Status.Phase == Phase.RollingBack, Limit);
        cluster.RouteRefusal = null;
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That(cluster.Rollout.Status.History[0].Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
    }

    [Test]
    public async Task WhenAnAbortIsRefused_ThenItIsTriedForEver()
    {
        var (cluster, host) = await AtFivePercentAsync();
        cluster.RouteRefusal = "the API server says no";
        cluster.Ask(RequestAction.Abort, "a1");
        var since = cluster.Time.GetUtcNow();

        await host.RunAsync(() => cluster.Time.GetUtcNow() - since > TimeSpan.FromMinutes(17), Limit);
        Assert.That(cluster.Rollout.Status.Phase, Is.EqualTo(Phase.RollingBack));
        Assert.That(cluster.Events.Count(told => told.Message.Contains("the API server says no", StringComparison.Ordinal)),
            Is.InRange(1, 5));
        cluster.RouteRefusal = null;
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenWhatWasRefusedIsNotWantedAnyMore_ThenTheNextRolloutIsNotToldOfIt()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.RouteRefusal = "admission webhook denied the request";
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.Message.Contains("was refused", StringComparison.Ordinal), Limit);
        cluster.Ask(RequestAction.Abort, "a1");
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        cluster.RouteRefusal = null;
        cluster.Events.Clear();
        cluster.EventNames.Clear();

        cluster.Ship("v3");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(25), Limit);

        Assert.That(cluster.Events.Select(told => told.Reason), Has.None.EqualTo("RouteRefused"));
    }

    [Test]
    public async Task WhenTheWeightIsTakenAwayBeforeTheFirstMeasurement_ThenTheAnalysisOfTheStepDoesNotStartWithoutIt()
    {
        var (cluster, host) = await AtFivePercentAsync();
        var inline = new RunKey(cluster.Rollout.Status.CanaryRevision!, cluster.Rollout.Status.Attempt, 3);
        await host.RunAsync(() => cluster.Runs.Values.Any(run => run.Key == inline), Limit);
        cluster.RouteRefusal = "the API server says no";
        cluster.Routes[0].Second = Weight.FromPercent(3);
        var since = cluster.Time.GetUtcNow();

        await host.RunAsync(() => cluster.Time.GetUtcNow() - since > TimeSpan.FromMinutes(1), Limit);

        var run = cluster.Runs.Values.Single(one => one.Key == inline);
        Assert.That(cluster.Rollout.Status.StepStartedAt, Is.Null);
        Assert.That((run.Status.StartedAt, run.Status.Phase), Is.EqualTo(((DateTimeOffset?)null, Canary.Core.Analysis.RunPhase.Pending)));
    }

    [Test]
    public async Task WhenTheCanaryNeverBecomesReady_ThenNoTrafficIsSentToIt()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Canary.IsBroken = true;
        cluster.Ship("v2");

        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Weights.Where(weight => weight != "0"), Is.Empty);
        Assert.That(cluster.Rollout.Status.Abort?.Reason, Is.EqualTo(AbortReason.DeadlineExceeded));
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> AtFivePercentAsync()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Writes.Clear();
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        return (cluster, host);
    }
}
