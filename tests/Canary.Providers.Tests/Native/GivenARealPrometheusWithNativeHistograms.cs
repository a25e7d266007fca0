using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Planning;
using Canary.Providers.Metrics;
using Canary.Providers.Tests.Metrics;
using NUnit.Framework;

namespace Canary.Providers.Tests.Native;

/// <summary>The same requests as classic buckets and as native histograms, in a Prometheus that has both. Custom buckets are newer than the
/// one that Debian 12 has: their answers are in <see cref="GivenAnswersWithNativeHistograms"/>.</summary>
public sealed class GivenARealPrometheusWithNativeHistograms
{
    private static readonly double[] Bounds = [4, 16, 64, 256, 1024];

    private RealPrometheus _prometheus = null!;
    private PrometheusClient _client = null!;
    private DateTimeOffset _now;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _prometheus = await RealPrometheus.StartAsync("", "--enable-feature=native-histograms", "--web.enable-remote-write-receiver");
        _client = new PrometheusClient(_prometheus.Address, isOnly: true, TimeProvider.System);
        _now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var random = new Random(7);
        var series = new List<ProtobufMessage>();
        foreach (var (side, pods, slowness) in new[] { ("canary", 2, 1.6), ("stable", 3, 1.0) })
        {
            for (var pod = 1; pod <= pods; pod++)
            {
                WrittenDurations[] forms = [.. new[] { "classic", "native", "both" }
                    .Select(form => new WrittenDurations($"{form}-{side}", $"{side}-{pod}"))];
                for (var at = -300; at <= -30; at += 15)
                {
                    double[] durations = [.. Enumerable.Range(0, random.Next(5, 60))
                        .Select(_ => slowness * Math.Exp(random.NextDouble() * 7))];
                    foreach (var form in forms) form.Serve(_now.AddSeconds(at), durations);
                }

                series.AddRange([.. forms[0].Classic(Bounds), forms[1].Native(pod), .. forms[2].Classic(Bounds), forms[2].Native(3)]);
            }
        }

        await WrittenDurations.WriteAsync(_prometheus.Address, series);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _client?.Dispose();
        if (_prometheus is not null) await _prometheus.DisposeAsync();
    }

    [TestCase("native", HistogramKind.Auto)]
    [TestCase("native", HistogramKind.Native)]
    [TestCase("both", HistogramKind.Auto)]
    [TestCase("both", HistogramKind.Classic)]
    [TestCase("both", HistogramKind.Native)]
    public async Task WhenTheSameRequestsAreWritten_ThenTheyCountAsTheClassicBucketsDo(string form, HistogramKind kind)
    {
        var classic = await CompareAsync("classic", HistogramKind.Classic);
        var counted = await CompareAsync(form, kind);

        Assert.That(classic.Evidence!.Requests, Is.GreaterThan(100));
        Assert.That(classic.Evidence.Events, Has.All.GreaterThan(0));
        var (one, other) = (counted.Evidence!, classic.Evidence);
        Assert.That((one.Requests, one.Events, one.StableRequests, one.StableEvents),
            Is.EqualTo((other.Requests, other.Events, other.StableRequests, other.StableEvents)));
        Assert.That(counted.Warnings, Is.Empty);
    }

    [Test]
    public async Task WhenOnlyClassicHistogramsAreAskedFor_ThenNativeOnesAreNoData() =>
        Assert.That((await CompareAsync("native", HistogramKind.Classic)).Evidence!.Requests, Is.Zero);

    [Test]
    public async Task WhenAQuantileIsAskedFor_ThenItIsThatOfTheNativeHistogram()
    {
        var (native, classic) = (await QuantileAsync("native", HistogramKind.Auto), await QuantileAsync("classic", HistogramKind.Auto));

        // Buckets that are a factor of four wide tell the median to that, and finer ones better.
        Assert.That(native, Is.InRange(20, 60));
        Assert.That(classic, Is.InRange(16, 64));
        Assert.That(await QuantileAsync("native", HistogramKind.Native), Is.EqualTo(native));
        Assert.That(await QuantileAsync("both", HistogramKind.Auto), Is.EqualTo(await QuantileAsync("both", HistogramKind.Classic)));
        Assert.That(await QuantileAsync("native", HistogramKind.Classic), Is.NaN);
    }

    [Test]
    public async Task WhenABaselineIsAskedFor_ThenItIsThatOfTheClassicBuckets()
    {
        var (native, classic) = (await BaselineAsync("native"), await BaselineAsync("classic"));

        Assert.That(native.Bound, Is.EqualTo(classic.Bound));
        Assert.That(native.Requests, Is.EqualTo(classic.Requests).Within(1e-6));
        Assert.That(native.Events, Is.EqualTo(classic.Events).Within(1e-6));
    }

    [Test]
    public async Task WhenAQueryOfOnesOwnAnswersNativeHistograms_ThenItIsAFaultThatSaysWhatToDo()
    {
        const string query = "istio_request_duration_milliseconds{destination_workload=\"native-stable\"}";
        var at = _now.AddSeconds(-30);

        var answers = new[]
        {
            await Asked.AskAsync(Asked.Query(_prometheus.Address, query) with { At = at }),
            await Asked.AskAsync(Asked.Query(_prometheus.Address, $"{query}[1m]") with { At = at }),
            await Asked.AskAsync(Asked.Query(_prometheus.Address, query) with
            {
                At = at,
                Range = new QueryRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15)),
            }),
        };

        Assert.That(answers.Select(answer => (answer as MetricAnswer.Faulted)?.Reason),
            Has.All.Contains("native histograms").And.All.Contains("histogram_quantile"));
    }

    [Test]
    public async Task WhenRequestsAreCountedInNativeHistograms_ThenEveryQueryOfThePresetsIsOneThatPrometheusKnows()
    {
        foreach (var preset in Core.Analysis.Red.RedPreset.All.Where(preset => preset.MayBeNative(RedSignal.Duration)))
        {
            Argument[] subject = [.. preset.Placeholders.Select(name => new Argument(name, "a\"b"))];
            RedSignal?[] signals = [RedSignal.Duration, .. preset.MayBeNative(null) ? [RedSignal.Requests, RedSignal.Errors, null]
                : Array.Empty<RedSignal?>()];
            foreach (var signal in signals)
            {
                var question = preset.Question(signal, subject, 0.5, TimeSpan.FromMinutes(1), RedSide.Canary);
                var text = preset.TextOf(question with { IsNative = true }, subject, RedSide.Canary);
                Assert.That(await Asked.AskAsync(Asked.Query(_prometheus.Address, text)), Is.TypeOf<MetricAnswer.Vector>(), text);
            }
        }
    }

    private async Task<MetricJudgement> CompareAsync(string form, HistogramKind kind)
    {
        var metric = Metric(form, kind);
        var (start, due) = (_now.AddSeconds(-180), _now);
        var measurement = new FinishedMeasurement("slow", due, due, await AskAsync(MetricQueries.For(metric, "", due, out _, start)!))
        {
            Baseline = await AskAsync(MetricQueries.BaselineOf(metric, "", due, start)!),
        };
        return ComparisonJudge.Judge(metric, new MetricStatus("slow", RunPhase.Running, "", 0, 0, 0, 0, 0, null, []), measurement, start);
    }

    private async Task<double> QuantileAsync(string form, HistogramKind kind)
    {
        var metric = Metric(form, kind) with { Comparison = null };
        var answer = await AskAsync(MetricQueries.For(metric, "", _now.AddSeconds(-30), out _)!);
        return ((MetricAnswer.Vector)answer).Samples.Select(sample => sample.Value).DefaultIfEmpty(double.NaN).Single();
    }

    private async Task<Baseline> BaselineAsync(string form)
    {
        var metric = Metric(form, HistogramKind.Auto);
        var answer = await AskAsync(BaselineQueries.Events(metric, TimeSpan.FromMinutes(4), _now.AddSeconds(-30)));
        return Baseline.OfDurations(metric, 10, (MetricAnswer.Vector)answer)!;
    }

    private Task<MetricAnswer> AskAsync(MetricQuery query) => _client.AskAsync(query, CancellationToken.None);

    private static MetricSpec Metric(string form, HistogramKind kind) => new("slow", TimeSpan.FromSeconds(30), null, TimeSpan.Zero,
        TimeSpan.FromSeconds(60), null, null, 0, int.MaxValue, 4,
        new ProviderSpec.Red("istio-workload", RedSignal.Duration, 0.5, TimeSpan.FromMinutes(2), Subject($"{form}-canary"),
            new ProviderSpec.Prometheus(null, "", null, TimeSpan.FromSeconds(30), null, [], false, null))
        { Histogram = kind })
    {
        Comparison = new Comparison(ComparisonKind.Sequential, [.. Subject($"{form}-stable")]) { Bounds = [.. Bounds] },
    };

    private static Core.Units.EquatableArray<Argument> Subject(string workload) => [new("ns", "shop"), new("workload", workload)];
}
