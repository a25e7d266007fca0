using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Analysis.Secrets;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Engine.Tests.Measuring;

public sealed class GivenRolloutsThatAskTheSame
{
    private readonly ConcurrentDictionary<string, FinishedMeasurement> _finished = new();

    private static MetricSpec Red(string service, RedSignal signal, string preset = "istio-service",
        ProviderSpec.Prometheus? connection = null) => new(
        signal.ToString(), TimeSpan.FromSeconds(30), null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0, 0, 4,
        new ProviderSpec.Red(preset, signal, 0.99, TimeSpan.FromMinutes(1), [new("ns", "shop"), new("svc", service), new("route", "r")],
            connection ?? A.Query with { Query = "" })
        { Max = 1 });

    private static RunSnapshot Run(string uid, params MetricSpec[] metrics)
    {
        var spec = new RunSpec([.. metrics]);
        return new(new RunKey("9d21aa", 1, null), uid, uid, "1", A.Morning, spec, AnalysisMachine.Start(spec, RunStatus.New, A.Morning));
    }

    /// <summary>Sends what is due for these runs, and waits until each metric has its answer.</summary>
    private async Task<Answering> MeasureAsync(Func<MetricQuery, MetricAnswer> answer, params RunSnapshot[] runs)
    {
        var source = new Answering(answer);
        var inbox = new MeasurementInbox();
        var measurer = new Measurer([source], inbox, new ManualTime(A.Morning), NullLogger<Measurer>.Instance);
        foreach (var run in runs) measurer.Watch(new RolloutName("shop", run.Uid), run);
        measurer.Tick(A.Morning);
        await Task.Run(async () =>
        {
            while (runs.Any(run => inbox.Peek(run.Uid).Count < run.Spec.Metrics.Count)) await Task.Yield();
        }).WaitAsync(TimeSpan.FromSeconds(30));
        _finished.Clear();
        foreach (var run in runs)
            foreach (var one in inbox.Peek(run.Uid)) _finished[$"{run.Uid}/{one.Metric}"] = one;
        return source;
    }

    // A server that knows each service: its error ratio is the number in its name, in thousandths, and it had ten times as many requests.
    private static MetricAnswer Serve(MetricQuery query)
    {
        var names = Regex.Matches(query.Query, @"svc-(\d+)").Select(match => match.Groups[1].Value).Distinct();
        var isVolume = query.Query.Contains("increase(", StringComparison.Ordinal);
        var isMany = query.Query.Contains("by (destination_service)", StringComparison.Ordinal);
        return new MetricAnswer.Vector(
            [.. names.Select(name => new Sample(isMany ? [new("destination_service", $"svc-{name}.shop.svc.cluster.local")] : [], isVolume
                ? double.Parse(name) * 10 : double.Parse(name) / 1000))], []);
    }

    [Test]
    public async Task WhenManyAskAtOnce_ThenOneQueryInAHundredServesThemAndEachGetsItsOwn()
    {
        var source = await MeasureAsync(Serve,
            [.. Enumerable.Range(1, 250).Select(number => Run($"r{number}", Red($"svc-{number}", RedSignal.Errors)))]);

        Assert.That(source.Asked, Has.Count.EqualTo(6), "250 services: three queries for the errors and three for the requests");
        for (var number = 1; number <= 250; number++)
        {
            var finished = _finished[$"r{number}/Errors"];
            Assert.That(finished.Answer, Is.EqualTo(new MetricAnswer.Vector([new Sample([], number / 1000.0)], [])));
            Assert.That(SampleCount.Count(finished.Samples), Is.EqualTo(number * 10));
        }
    }

    [Test]
    public async Task WhenOneServiceIsAskedForByTwo_ThenItIsAskedForOnceAndAsAPersonWould()
    {
        var source = await MeasureAsync(Serve, Run("a", Red("svc-7", RedSignal.Requests)), Run("b", Red("svc-7", RedSignal.Requests)));

        Assert.That(source.Asked.Single().Query,
            Is.EqualTo(
                "sum(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"svc-7.shop.svc.cluster.local\"}[60s]))"));
        Assert.That(_finished["a/Requests"].Answer, Is.EqualTo(_finished["b/Requests"].Answer));
    }

    [Test]
    public async Task WhenTheCommonQueryFails_ThenEachIsAskedByItselfAndOneBadNameHurtsNobodyElse()
    {
        var source = await MeasureAsync(
            query => query.Query.Contains("by (destination_service)", StringComparison.Ordinal)
            || query.Query.Contains("svc-13", StringComparison.Ordinal) ? new MetricAnswer.Faulted("422") : Serve(query),
            [.. Enumerable.Range(10, 10).Select(number => Run($"r{number}", Red($"svc-{number}", RedSignal.Requests)))]);

        Assert.That(source.Asked, Has.Count.EqualTo(11));
        Assert.That(_finished.Where(one => one.Value.Answer is MetricAnswer.Faulted)
            .Select(one => one.Key), Is.EqualTo(new[] { "r13/Requests" }));
    }

    [Test]
    public async Task WhenTheServerOrTheCredentialsDiffer_ThenNothingIsShared()
    {
        var bearer = A.Query with { Query = "", Authentication = new MetricAuthentication.Bearer(new SecretValue.FromSecret("a", "b")) };
        var source = await MeasureAsync(
            Serve,
            Run("a", Red("svc-1", RedSignal.Requests)),
            Run("b", Red("svc-2", RedSignal.Requests, connection: A.Query with { Query = "", Address = "http://other:9090" })),
            Run("c", Red("svc-3", RedSignal.Requests, connection: bearer)),
            Run("d", Red("svc-4", RedSignal.Duration)));

        Assert.That(source.Asked, Has.Count.EqualTo(5), "and the number of requests of the last one");
    }

    [Test]
    public async Task WhenTheSamplesCannotBeHad_ThenTheMeasurementCountsAllTheSame()
    {
        await MeasureAsync(query => query.Query.Contains("increase(", StringComparison.Ordinal) ? new MetricAnswer.Faulted("too slow")
            : Serve(query), Run("a", Red("svc-5", RedSignal.Errors)));

        Assert.That((_finished["a/Errors"].Answer, _finished["a/Errors"].Samples),
            Is.EqualTo((new MetricAnswer.Vector([new Sample([], 0.005)], []), new MetricAnswer.Faulted("too slow"))));
    }

    [Test]
    public async Task WhenThereIsNoSeries_ThenLabelsThatScrapingRenamedAreFoundAndSaid()
    {
        var runs = new[] { Run("a", Red("svc-1", RedSignal.Requests, "traefik")), Run("b", Red("svc-2", RedSignal.Requests, "traefik")) };
        var source = await MeasureAsync(
            query => query.Query.StartsWith("count(", StringComparison.Ordinal)
            && query.Query.Contains("exported_service=\"shop-svc-1-80@", StringComparison.Ordinal)
                ? new MetricAnswer.Vector([new Sample([], 3)], [])
                : new MetricAnswer.Vector([], []),
            runs);

        Assert.That(((MetricAnswer.Vector)_finished["a/Requests"].Answer).Warnings.Single(),
            Does.Contain("exported_service").And.Contain("subject.labels"));
        Assert.That(((MetricAnswer.Vector)_finished["b/Requests"].Answer).Warnings, Is.Empty,
            "that one has no traffic, as far as anybody knows");
        Assert.That(source.Asked, Has.Count.EqualTo(5), "one for both, then each by itself, and once each to find out why");
        var asked = runs[0].Spec.Metrics[0];
        Assert.That(JudgementText.Describe(asked, MetricJudge.Judge(asked, _finished["a/Requests"].Answer)),
            Does.StartWith("no data: the query gives no series").And.Contain("exported_service"));
    }

    private sealed class Answering(Func<MetricQuery, MetricAnswer> answer) : IMetricSource
    {
        public ConcurrentQueue<MetricQuery> Asked { get; } = new();

        public string Provider => MetricQueries.Prometheus;

        public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
        {
            await Task.Yield();
            Asked.Enqueue(query);
            return answer(query);
        }
    }
}
