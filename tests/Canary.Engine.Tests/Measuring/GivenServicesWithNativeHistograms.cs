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

public sealed class GivenServicesWithNativeHistograms
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<MetricQuery> _asked = new();
    private MeasurementInbox _inbox = null!;
    private readonly HashSet<string> _native = [];
    private Measurer _measurer = null!;
    private MetricAnswer.Faulted? _refusal;

    [SetUp]
    public void Begin()
    {
        _asked.Clear();
        _native.Clear();
        _refusal = null;
        _inbox = new MeasurementInbox();
        _measurer = new Measurer([new Answering(this)], _inbox, new ManualTime(A.Morning), NullLogger<Measurer>.Instance);
    }

    [Test]
    public async Task WhenAllHaveClassicBuckets_ThenNobodyIsAskedForNativeOnes()
    {
        await MeasureAsync(60, [.. Enumerable.Range(1, 8).Select(number => Compared($"r{number}"))]);

        Assert.That(_asked.Select(query => query.TakesHistograms), Is.EqualTo(new[] { false }));
    }

    [Test]
    public async Task WhenSomeHaveNativeOnesAlone_ThenTheyAreAskedForTogetherOnce()
    {
        _native.UnionWith(["r2-canary", "r3-canary", "r3-stable"]);

        var finished = await MeasureAsync(60, [.. Enumerable.Range(1, 8).Select(number => Compared($"r{number}"))]);

        Assert.That(_asked.Select(query => query.Query.Contains("_bucket", StringComparison.Ordinal)), Is.EqualTo(new[] { true, false }));
        Assert.That(_asked.Last().TakesHistograms);
        Assert.That(finished.Values.Select(one => ((MetricAnswer.Matrix)one.Answer).Series.Count), Has.All.EqualTo(1));
        Assert.That(finished.Values.Select(one => ((MetricAnswer.Matrix)one.Baseline!).Series.Count), Has.All.EqualTo(1));
        Assert.That(((MetricAnswer.Matrix)finished["r2"].Answer).Series[0].Histograms, Has.Count.EqualTo(1));
        Assert.That(((MetricAnswer.Matrix)finished["r2"].Baseline!).Series[0].Points, Has.Count.EqualTo(1), "its stable side is classic");
    }

    [Test]
    public async Task WhenTheServerDoesNotKnowNativeOnes_ThenItIsNoDataAndIsNotAskedAgain()
    {
        _refusal = new MetricAnswer.Faulted("unknown function histogram_count") { IsRefusal = true, IsParseError = true };
        _native.Add("r1-canary");

        var first = await MeasureAsync(60, Limited("r1"));
        var before = _asked.Count;
        var second = await MeasureAsync(90, Limited("r1"));

        Assert.That(first["r1"].Answer, Is.EqualTo(new MetricAnswer.Vector([], [])));
        Assert.That(_asked.Take(before).Count(query => query.Query.Contains("histogram_count", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(second["r1"].Answer, Is.EqualTo(new MetricAnswer.Vector([], [])));
        Assert.That(_asked.Skip(before).Select(query => query.Query), Has.None.Contains("histogram_count"));
    }

    [Test]
    public async Task WhenNativeOnesAreRefusedForAnotherReason_ThenItIsTheAnswerAndTheyAreAskedForAgain()
    {
        _refusal = new MetricAnswer.Faulted("403 Forbidden") { IsRefusal = true };
        _native.Add("r1-canary");

        var first = await MeasureAsync(60, Limited("r1"));
        var refusal = _refusal;
        _refusal = null;
        var second = await MeasureAsync(90, Limited("r1"));

        Assert.That(first["r1"].Answer, Is.EqualTo(refusal));
        Assert.That(second["r1"].Answer, Is.EqualTo(new MetricAnswer.Vector([new Sample([], 7)], [])));
    }

    [Test]
    public async Task WhenTheServerKnowsThem_ThenRequestsAreCountedInThem()
    {
        _native.Add("r1-canary");

        Assert.That((await MeasureAsync(60, Limited("r1")))["r1"].Answer, Is.EqualTo(new MetricAnswer.Vector([new Sample([], 7)], [])));
    }

    private MetricAnswer Answer(MetricQuery query)
    {
        var isNative = !Regex.IsMatch(query.Query, "_bucket|seconds_count");
        if (query.Query.Contains("histogram_count", StringComparison.Ordinal) && _refusal is not null) return _refusal;
        var found = Regex.Matches(query.Query, @"r\d+-(canary|stable)").Select(match => match.Value).Distinct()
            .Where(name => _native.Contains(name) == isNative).ToArray();
        if (!query.Query.EndsWith(']')) return new MetricAnswer.Vector([.. found.Select(_ => new Sample([], 7))], []);
        return new MetricAnswer.Matrix(
        [
            .. found.Select(name => new Series(
                [new("destination_service", $"{name}.shop.svc.cluster.local")], isNative ? [] : [new(query.At, 1)])
            {
                Histograms = isNative ? [new HistogramPoint(query.At, new NativeHistogram(1, []))] : [],
            }),
        ], []);
    }

    private static MetricSpec Compared(string name) => new("slow", Look, null, TimeSpan.Zero, 2 * Look, null, null, 0, int.MaxValue, 4,
        new ProviderSpec.Red("istio-service", RedSignal.Duration, 0.99, TimeSpan.FromMinutes(1),
            [new("ns", "shop"), new("svc", $"{name}-canary")], A.Query with { Query = "" }))
    {
        Comparison = new Comparison(ComparisonKind.Sequential, [new("ns", "shop"), new("svc", $"{name}-stable")]),
    };

    private static MetricSpec Limited(string name) => new("rate", Look, null, TimeSpan.Zero, Look, null, null, 0, int.MaxValue, 4,
        new ProviderSpec.Red("app-http", RedSignal.Requests, 0.99, TimeSpan.FromMinutes(1),
            [new("ns", "shop"), new("workload", $"{name}-canary")], A.Query with { Query = "" })
        { Min = 1 });

    private async Task<IReadOnlyDictionary<string, FinishedMeasurement>> MeasureAsync(double seconds, params MetricSpec[] metrics)
    {
        var at = A.Morning.AddSeconds(seconds);
        var names = new List<string>();
        foreach (var metric in metrics)
        {
            var red = (ProviderSpec.Red)metric.Provider;
            names.Add(red.Subject[1].Value!.Split('-')[0]);
            var spec = new RunSpec([metric]);
            var start = at.AddSeconds(-60);
            _measurer.Forget(names[^1]);
            _measurer.Watch(new RolloutName("shop", names[^1]),
                new(new RunKey("9d21aa", 1, null), names[^1], names[^1], "1", start, spec,
                    AnalysisMachine.Start(spec, RunStatus.New, start)));
        }

        _measurer.Tick(at);
        await Task.Run(async () =>
        {
            while (names.Any(name => _inbox.Peek(name).Count < 1)) await Task.Yield();
        }).WaitAsync(TimeSpan.FromSeconds(30));
        return names.ToDictionary(name => name, name => _inbox.Peek(name).Last());
    }

    private sealed class Answering(GivenServicesWithNativeHistograms world) : IMetricSource
    {
        public string Provider => MetricQueries.Prometheus;

        public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
        {
            await Task.Yield();
            world._asked.Enqueue(query);
            return world.Answer(query);
        }
    }
}
