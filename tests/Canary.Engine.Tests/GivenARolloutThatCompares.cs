using System;
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

namespace Canary.Engine.Tests;

/// <summary>A rollout whose analyses compare the canary with stable. Each side has a pod whose counters grow by the second: the canary
/// serves 20 requests, stable 80, one in a hundred of stable's fails.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GivenARolloutThatCompares
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private static readonly MetricSpec Metric = new(
        "errors", TimeSpan.FromSeconds(10), null, TimeSpan.Zero, TimeSpan.FromSeconds(15), null, null, 0, int.MaxValue, 4,
        new ProviderSpec.Red("istio-service", RedSignal.Errors, 0.99, TimeSpan.FromMinutes(1),
            [new("ns", "shop"), new("svc", "checkout-canary")], A.Query with { Query = "" }))
    {
        Comparison = new Comparison(ComparisonKind.Sequential,
            [new("ns", "shop"), new("svc", "checkout-stable")])
        { Lag = TimeSpan.FromSeconds(5), Against = "v1" },
    };

    private double _canaryErrors = 0.2;

    [Test]
    public async Task WhenTheCanaryIsEqual_ThenItIsPromotedAndEachStepKnowsWhatTheOnesBeforeItSaw()
    {
        var cluster = Cluster();
        var host = await ShippedAsync(cluster);

        await host.RunUntilIdleAsync(Phase.Healthy, Limit);

        var background = cluster.Runs.Values.Single(run => run.Key is { Step: null, Edge: null }).Status.Metrics[0];
        var step = cluster.Runs.Values.Single(run => run.Key.Step is not null).Status.Metrics[0];
        Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v2"));
        Assert.That(step.Evidence!.Windows, Is.GreaterThan(step.Successful + step.Inconclusive),
            "it went on from what the background had seen");
        Assert.That(background.Evidence!.Requests,
            Is.EqualTo(20 * (background.Evidence.CountedTo! - cluster.Runs.Values.Min(run => run.Status.StartedAt))!.Value.TotalSeconds)
            .Within(20), "every second once");
    }

    [Test]
    public async Task WhenTheProcessDiesAgainAndAgain_ThenEveryWindowIsCountedOnce()
    {
        var cluster = Cluster();
        var host = await ShippedAsync(cluster);
        for (var death = 0; death < 12; death++)
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

    [Test]
    public async Task WhenWritesAreRefusedRacesAreLostAndProcessesDie_ThenNoSecondIsCountedTwice([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        var cluster = Cluster();
        await ShippedAsync(cluster);
        for (var life = 2; life <= 15 && cluster.Rollout.Status.IsRunning; life++)
        {
            cluster.Lease = ($"process {life}", life);
            var host = Host(cluster,
                new FakeConnection(cluster, cluster.Lease.Holder, cluster.Lease.Term)
                {
                    DiesAt = life < 15 ? random.Next(1, 20)
                    : 0,
                    DiesAfterwards = random.Next(2) == 0
                });
            host.Connection.BeforeWrite = _ =>
            {
                if (life < 15 && random.Next(5) == 0) cluster.Touch();
                cluster.StatusRefusal = life < 15 && random.Next(8) == 0 ? "admission webhook denied the request" : null;
                return Task.CompletedTask;
            };
            try
            {
                await host.TakeOverAsync();
                await host.RunAsync(() => host.Connection.IsDead || !cluster.Rollout.Status.IsRunning, Limit);
            }
            catch (Killed)
            {
                cluster.Time.Advance(TimeSpan.FromSeconds(random.Next(60)));
            }
        }

        var began = cluster.Runs.Values.Min(run => run.Status.StartedAt)!.Value;
        var background = cluster.Runs.Values.Single(run => run.Key is { Step: null, Edge: null }).Status;
        Assert.That(cluster.Rollout.Status.StableRevision, Is.EqualTo("v2"));
        Assert.That(Evidence(background).Requests,
            Is.EqualTo(20 * (Evidence(background).CountedTo! - background.StartedAt!).Value.TotalSeconds).Within(1));
        foreach (var run in cluster.Runs.Values.Select(run => run.Status))
            Assert.That(Evidence(run).Requests, Is.LessThanOrEqualTo((20 * (Evidence(run).CountedTo! - began).Value.TotalSeconds) + 1));
    }

    [Test]
    public async Task WhenNobodyRunsForAnHour_ThenItIsReadAfterwardsAndCountedOnce()
    {
        var cluster = Cluster();
        var host = await ShippedAsync(cluster);
        await host.RunAsync(() => Counted(cluster) > DateTimeOffset.MinValue, Limit);
        cluster.Time.Advance(TimeSpan.FromHours(1));
        host = Host(cluster);
        var before = Counted(cluster);
        await host.RunAsync(() => Counted(cluster) > before, Limit);

        var run = cluster.Runs.Values.Single(one => one.Key is { Step: null, Edge: null }).Status;
        Assert.That((run.Metrics[0].Evidence!.CountedTo! - run.StartedAt!).Value, Is.GreaterThan(TimeSpan.FromMinutes(59)));
        Assert.That(run.Metrics[0].Evidence!.Requests,
            Is.EqualTo(20 * (run.Metrics[0].Evidence!.CountedTo! - run.StartedAt!).Value.TotalSeconds).Within(1));
    }

    [Test]
    public async Task WhenTheCanaryIsWorse_ThenItIsTakenBackInWordsAPersonUnderstands()
    {
        _canaryErrors = 4;
        var cluster = Cluster();

        await (await ShippedAsync(cluster)).RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Rollout.Status.Message,
            Does.Match(
                @"^rolled back at weight \d+: .*:1 odds that errors are worse; 20 % against 1 % on stable; \d+ errors in [\d,]+ requests; "
                + @"errors are (at least )?[\d.]+( to [\d.]+)? times stable's \([\d.]+ %\)( \(analysis of step 4\))?$"));
        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenItIsTriedAgain_ThenItIsJudgedByWhatIsSeenFromThenOn()
    {
        // It was rolled back, and a person retries: the same evidence must not roll it back before anything new was seen.
        _canaryErrors = 4;
        var cluster = Cluster();
        var host = await ShippedAsync(cluster);
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        _canaryErrors = 0.2;
        cluster.Ask(RequestAction.Retry, "again");
        await host.RunAsync(() => cluster.Runs.Values.Any(run => run.Key is { Step: null, Attempt: 2 }
            && run.Status.Metrics.Any(metric => metric.Measurements.Count > 0)), Limit);

        var second = cluster.Runs.Values.Single(run => run.Key is { Step: null, Attempt: 2 }).Status;
        Assert.That(second.Metrics[0].Evidence!.Windows, Is.EqualTo(1));
        Assert.That(second.Metrics[0].Phase, Is.Not.EqualTo(RunPhase.Failed));
    }

    [Test]
    public async Task WhenTheRequestsDoNotFollowTheWeight_ThenItIsReportedOnceThoughTheProcessDies()
    {
        // A fifth of the requests at weight 5.
        var cluster = Cluster(A.Rollout with { Steps = [new Step.SetWeight(Weight.FromPercent(5)), new Step.Pause(null)] });
        var host = await ShippedAsync(cluster);
        for (var death = 0; death < 5; death++)
        {
            var before = Counted(cluster);
            await host.RunAsync(() => Counted(cluster) > before, Limit);
            host = Host(cluster);
        }

        await host.RunAsync(() => IsOff(cluster), Limit);
        var counted = Counted(cluster);
        await host.RunAsync(() => Counted(cluster) > counted!.Value.AddMinutes(10), Limit);

        var found = cluster.Rollout.Status.Conditions.Single(one => one.Type == ConditionType.TrafficMismatch).Message;
        Assert.That(found, Does.StartWith("canary gets 20 % of the requests at weight 5 ("));
        Assert.That(cluster.Events.Where(told => told.Reason == "TrafficMismatch").Select(told => told.Message),
            Is.EqualTo(new[] { found }));
        Assert.That(cluster.Rollout.Status.Abort, Is.Null);
        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.FromPercent(5)));
        Assert.That(cluster.Runs.Values.Single(run => run.Status.EndedAt is null).Status.Metrics[0].Measurements[^1].Message,
            Does.EndWith(found));
    }

    [Test]
    public async Task WhenTheRequestsFollowTheWeight_ThenNothingIsSaid()
    {
        var cluster = Cluster(A.Rollout with { Steps = [new Step.SetWeight(Weight.FromPercent(20)), new Step.Pause(null)] });
        var host = await ShippedAsync(cluster);

        await host.RunAsync(() => Counted(cluster) > A.Morning.AddMinutes(40), Limit);

        var share = cluster.Runs.Values.Single(run => run.Status.EndedAt is null).Status.Metrics[0].Evidence!.Traffic;
        Assert.That((IsOff(cluster), share.Weight, share.Logs.Count), Is.EqualTo((false, (Weight?)Weight.FromPercent(20), 10)));
    }

    private static bool IsOff(FakeCluster cluster) =>
        cluster.Rollout.Status.Conditions.Any(one => one is { Type: ConditionType.TrafficMismatch, IsTrue: true });

    private static FakeCluster Cluster(RolloutSpec? spec = null)
    {
        var cluster = A.Cluster(spec);
        cluster.MetricsOf = key => new RunSpec([key.Step is null ? Metric : Metric with { Count = 3 }]);
        return cluster;
    }

    private static DateTimeOffset? Counted(FakeCluster cluster) =>
        cluster.Runs.Values.Where(run => run.Key is { Step: null, Edge: null })
        .Select(run => run.Status.Metrics.FirstOrDefault()?.Evidence?.CountedTo).Max() ?? DateTimeOffset.MinValue;

    private static Evidence Evidence(RunStatus run) => run.Metrics[0].Evidence!;

    private FakeHost Host(FakeCluster cluster, FakeConnection? connection = null)
    {
        var host = FakeHost.Of(cluster, connection);
        host.Source.CountersOf = query => query.Query.Contains("checkout-canary",
            StringComparison.Ordinal) == query.Query.Contains("checkout-stable", StringComparison.Ordinal)
            ? new MetricAnswer.Matrix([.. Side(query, "canary", 20, _canaryErrors), .. Side(query, "stable", 80, 0.8)], [])
            : new MetricAnswer.Matrix([.. query.Query.Contains("canary", StringComparison.Ordinal)
                ? Side(query, "canary", 20, _canaryErrors) : Side(query, "stable", 80, 0.8)], []);
        return host;
    }

    private async Task<FakeHost> ShippedAsync(FakeCluster cluster)
    {
        var host = Host(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Rollout.Status.IsRunning, Limit);
        return host;
    }

    // One sample a second, since the morning: what a scrape would have seen.
    private static Series[] Side(MetricQuery query, string side, double requests, double errors)
    {
        var window = int.Parse(Regex.Match(query.Query, @"\[(\d+)s\]$").Groups[1].Value);
        Series Counter(string code, double rate) => new(
            [new("destination_service", $"checkout-{side}.shop.svc.cluster.local"), new("pod", side), new("response_code", code)],
            [.. Enumerable.Range(0, window).Select(second => query.At.AddSeconds(second + 1 - window))
                .Select(at => new Point(at, Math.Floor((100_000 + (at - A.Morning).TotalSeconds) * rate)))]);
        return [Counter("200", requests - errors), Counter("503", errors)];
    }
}
