using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using Canary.Core.Analysis.Templates;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Native;

public sealed class GivenAChoiceOfHistograms
{
    [Test]
    public void WhenNothingIsWritten_ThenNativeOnesAreAskedForAfterClassicOnes()
    {
        var query = Query("app-http", RedSignal.Duration, HistogramKind.Auto);

        Assert.That(query.Query, Does.StartWith("1000 * histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{"));
        Assert.That(query.Native!.Query, Does.StartWith("1000 * histogram_quantile(0.99, sum(rate(http_request_duration_seconds{"));
        Assert.That((query.TakesHistograms, query.Native.TakesHistograms, query.Native.Native),
            Is.EqualTo((false, false, (MetricQuery?)null)));
        Assert.That((query.Native.Probe, query.Native.At), Is.EqualTo((query.Probe, query.At)));
    }

    [Test]
    public void WhenOneIsWritten_ThenOnlyThatIsAskedFor()
    {
        var classic = Query("app-http", RedSignal.Errors, HistogramKind.Classic);
        var native = Query("app-http", RedSignal.Errors, HistogramKind.Native);

        Assert.That((classic.Native, native.Native), Is.EqualTo(((MetricQuery?)null, (MetricQuery?)null)));
        Assert.That(classic.Query, Does.Contain("http_request_duration_seconds_count{").And.Not.Contains("histogram_count"));
        Assert.That(native.Query, Does.StartWith("(histogram_count(sum(rate(http_request_duration_seconds{")
            .And.Contains("or vector(0)) / (histogram_count(sum(").And.Not.Contains("_count{"));
    }

    [Test]
    public void WhenRequestsHaveACounterOfTheirOwn_ThenItIsAskedForWhateverTheHistogramIs()
    {
        foreach (var kind in Enum.GetValues<HistogramKind>())
        {
            var query = Query("istio-workload", RedSignal.Requests, kind);

            Assert.That((query.Query, query.Native),
                Is.EqualTo((Query("istio-workload", RedSignal.Requests, default).Query, (MetricQuery?)null)));
            Assert.That(query.Query, Does.Contain("istio_requests_total"));
        }
    }

    [Test]
    public void WhenManyAreAskedForTogether_ThenTheirLabelsAreKept()
    {
        RedQuery[] questions = [.. new[] { "a", "b" }.Select(name => RedPreset.Find("istio-workload")!
            .Question(RedSignal.Duration, Subject(name), 0.5, TimeSpan.FromMinutes(1), RedSide.Canary) with { IsNative = true })];

        Assert.That(RedQuery.Together(questions), Is.EqualTo(
            "histogram_quantile(0.5, sum by (destination_workload_namespace, destination_workload) "
            + "(rate(istio_request_duration_milliseconds{reporter=~\"source|waypoint\",destination_workload_namespace=\"shop\","
            + "destination_workload=~\"a|b\"}[60s])))"));
        Assert.That(RedQuery.Groups([.. Enumerable.Range(0, 9).Select(number => questions[0] with
        {
            IsRaw = true, Identity = [new("destination_workload", $"{number}")],
        })]).Select(group => group.Count), Is.EqualTo(new[] { 4, 4, 1 }));
    }

    [Test]
    public void WhenATemplateWritesIt_ThenTheMetricHasItOrAnErrorSaysWhatIsAllowed()
    {
        Assert.That(Resolve(null), Is.EqualTo((HistogramKind.Auto, "")));
        Assert.That(Resolve("native"), Is.EqualTo((HistogramKind.Native, "")));
        Assert.That(Resolve("classic"), Is.EqualTo((HistogramKind.Classic, "")));
        Assert.That(Resolve("sparse").Problem, Does.Contain("provider.red.histogram").And.Contains("\"sparse\"")
            .And.Contains("auto, classic, native"));
    }

    private static (HistogramKind Kind, string Problem) Resolve(string? histogram)
    {
        var red = new RedTemplate("istio-workload", "duration", null, null, [.. Subject("checkout")], PrometheusTemplate.Default)
        {
            Max = "100",
            Histogram = histogram,
        };
        var metric = new MetricTemplate("slow", "30s", "10", null, null, null, null, null, null, null, null, red);
        var resolution = TemplateResolver.Resolve(new TemplateRequest(
            [new AnalysisTemplateSpec("AnalysisTemplate shop/slow", [], [metric])], [], [], [], false));
        return resolution is TemplateResolution.Resolved resolved
            ? (((ProviderSpec.Red)resolved.Run.Metrics[0].Provider).Histogram, "")
            : (default, string.Join('\n', ((TemplateResolution.Invalid)resolution).Problems));
    }

    private static MetricQuery Query(string preset, RedSignal signal, HistogramKind kind) => MetricQueries.For(
        A.Metric with { Provider = A.Red with { Preset = preset, Signal = signal, Subject = [.. Subject("checkout")], Histogram = kind } },
        "shop", A.At(60), out _)!;

    private static Argument[] Subject(string workload) => [new("ns", "shop"), new("workload", workload)];
}
