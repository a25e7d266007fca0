using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Engine.Tests.Measuring;

public sealed class GivenRolloutsThatCompare
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<MetricQuery> _asked = new();

    [Test]
    public async Task WhenManyCompare_ThenOneQueryBringsBothSidesOfFiftyRollouts()
    {
        var runs = Enumerable.Range(1, 120).Select(number => Run($"r{number}", $"svc-{number}")).ToArray();

        var finished = await MeasureAsync(Serve, A.Morning.AddSeconds(60), runs);

        // 240 sides, at most 100 a query.
        Assert.That(_asked, Has.Count.EqualTo(3));
        Assert.That(_asked.All(query => query.At == A.Morning.AddSeconds(30)), "all of them at one time, the end of the window");
        foreach (var run in runs)
        {
            var measurement = finished[run.Uid];
            Assert.That(Services(measurement.Answer), Is.EqualTo(new[] { $"svc-{run.Uid[1..]}-canary.shop.svc.cluster.local" }));
            Assert.That(Services(measurement.Baseline!), Is.EqualTo(new[] { $"svc-{run.Uid[1..]}-stable.shop.svc.cluster.local" }));
        }
    }

    [Test]
    public async Task WhenOneSideIsRefused_ThenOnlyItsRolloutIsHurt()
    {
        var finished = await MeasureAsync(
            query => query.Query.Contains('|', StringComparison.Ordinal) && query.Query.Contains("=~\"svc", StringComparison.Ordinal)
            || query.Query.Contains("svc-2-stable", StringComparison.Ordinal) ? new MetricAnswer.Faulted("422") : Serve(query),
            A.Morning.AddSeconds(60),
            Run("r1", "svc-1"),
            Run("r2", "svc-2"));

        Assert.That(finished["r1"].Answer, Is.TypeOf<MetricAnswer.Matrix>());
        Assert.That(finished["r1"].Baseline, Is.TypeOf<MetricAnswer.Matrix>());
        Assert.That(finished["r2"].Baseline, Is.EqualTo(new MetricAnswer.Faulted("422")));
    }

    [Test]
    public async Task WhenAProcessStartsAgain_ThenItReadsOnFromTheLastWindowThatWasCounted()
    {
        var run = Run("r1", "svc-1");
        var counted = run with
        {
            Status = run.Status with
            {
                Metrics = [run.Status.Metrics[0] with { LastDueAt = A.Morning.AddSeconds(120),
                Evidence = Evidence.None with { CountedTo = A.Morning.AddSeconds(90) } }]
            },
        };

        await MeasureAsync(Serve, A.Morning.AddSeconds(600), counted);

        // 480 s have not been counted, and three minutes are read before them: the sample that the last window ended with is among them.
        Assert.That(_asked.Select(query => query.At), Is.All.EqualTo(A.Morning.AddSeconds(570)));
        Assert.That(_asked.Select(query => Regex.Match(query.Query, @"\[(\w+)\]$").Groups[1].Value), Is.All.EqualTo("660s"));
    }

    [Test]
    public async Task WhenQueriesHaveFailedForLong_ThenOnlyTheLastQuarterOfAnHourIsReadBack()
    {
        // What is too much to be answered must not become more with every tick that fails.
        var run = Run("r1", "svc-1");
        var failing = run with
        {
            Status = run.Status with
            {
                Metrics = [run.Status.Metrics[0] with { LastDueAt = A.Morning.AddSeconds(7170), ConsecutiveErrors = 5,
                    ErrorsSince = A.Morning.AddSeconds(7050), Evidence = Evidence.None with { CountedTo = A.Morning.AddSeconds(90) } }],
            },
        };

        await MeasureAsync(Serve, A.Morning.AddSeconds(7200), failing);

        Assert.That(_asked.Select(query => Regex.Match(query.Query, @"\[(\w+)\]$").Groups[1].Value), Is.All.EqualTo("1080s"));
    }

    private static string[] Services(MetricAnswer answer) =>
        [.. ((MetricAnswer.Matrix)answer).Series.Select(series =>
            series.Labels.Single(label => label.Name == "destination_service").Value)];

    private static MetricAnswer Serve(MetricQuery query) => new MetricAnswer.Matrix(
        [.. Regex.Matches(query.Query, @"svc-(\d+)-(canary|stable)").Select(match => match.Value).Distinct().Select(name =>
            new Series([new("destination_service", $"{name}.shop.svc.cluster.local"), new("response_code", "200")], [new(query.At, 1)]))],
        []);

    private static RunSnapshot Run(string uid, string service)
    {
        var metric = new MetricSpec(
            "errors", Look, null, TimeSpan.Zero, 2 * Look, null, null, 0, int.MaxValue, 4,
            new ProviderSpec.Red("istio-service", RedSignal.Errors, 0.99, TimeSpan.FromMinutes(1),
                [new("ns", "shop"), new("svc", $"{service}-canary")], A.Query with { Query = "" }))
        {
            Comparison = new Comparison(ComparisonKind.Sequential, [new("ns", "shop"), new("svc", $"{service}-stable")]),
        };
        var spec = new RunSpec([metric]);
        return new(new RunKey("9d21aa", 1, null), uid, uid, "1", A.Morning, spec, AnalysisMachine.Start(spec, RunStatus.New, A.Morning));
    }

    private async Task<IReadOnlyDictionary<string, FinishedMeasurement>> MeasureAsync(Func<MetricQuery, MetricAnswer> answer,
        DateTimeOffset at, params RunSnapshot[] runs)
    {
        _asked.Clear();
        var inbox = new MeasurementInbox();
        var measurer = new Measurer([new Answering(_asked, answer)], inbox, new ManualTime(at), NullLogger<Measurer>.Instance);
        foreach (var run in runs) measurer.Watch(new RolloutName("shop", run.Uid), run);
        measurer.Tick(at);
        await Task.Run(async () =>
        {
            while (runs.Any(run => inbox.Peek(run.Uid).Count < 1)) await Task.Yield();
        }).WaitAsync(TimeSpan.FromSeconds(30));
        return runs.ToDictionary(run => run.Uid, run => inbox.Peek(run.Uid).Single());
    }

    private sealed class Answering(ConcurrentQueue<MetricQuery> asked, Func<MetricQuery, MetricAnswer> answer) : IMetricSource
    {
        public string Provider => MetricQueries.Prometheus;

        public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
        {
            await Task.Yield();
            asked.Enqueue(query);
            return answer(query);
        }
    }
}
