using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Core.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenRedPresets
{
    private static readonly Argument[] _subject = [new("ns", "shop"), new("svc", "checkout-canary"), new("workload", "checkout"), new("subset_ver", "v2")];

    private static string Query(string preset, RedSignal signal, double quantile = 0.99) => RedPreset.Find(preset)!.Query(signal, _subject, quantile, TimeSpan.FromMinutes(2));

    [Test]
    public void WhenErrorsAreAsked_ThenNoFailureIsZeroAndNoTrafficIsNoData() => Assert.That(Query("istio-service", RedSignal.Errors), Is.EqualTo(
        "(sum(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"checkout-canary.shop.svc.cluster.local\",response_code=~\"5..|0\"}[120s])) or vector(0))"
        + " / (sum(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"checkout-canary.shop.svc.cluster.local\"}[120s])) > 0)"));

    [Test]
    public void WhenAValueHoldsAQuote_ThenItCannotLeaveItsLabel()
    {
        var query = RedPreset.Find("istio-service")!.Query(RedSignal.Requests, [new("ns", "a\"} or vector(0) #"), new("svc", "b\\\n")], 0.5, TimeSpan.FromMilliseconds(1500));

        Assert.That(query, Is.EqualTo("sum(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"b\\\\\\n.a\\\"} or vector(0) #.svc.cluster.local\"}[1500ms]))"));
    }

    [Test]
    public void WhenAPlaceholderHasNoValue_ThenItIsMissing() =>
        Assert.That(RedPreset.Find("istio-version")!.Missing([new("ns", "shop"), new("svc", "")]), Is.EqualTo(new[] { "svc", "subset_ver" }));

    /// <summary>The facts that the presets are made from, where they are beside the repository.</summary>
    [Test]
    public void WhenTheyAreComparedWithTheFacts_ThenTheyAskTheSame()
    {
        var facts = Facts();

        foreach (var preset in RedPreset.All)
        {
            Assert.That(Seconds(Query(preset.Key, RedSignal.Requests)), Is.EqualTo(Fact(facts, preset.Key, "rate")));
            Assert.That(Seconds(Query(preset.Key, RedSignal.Errors)), Is.EqualTo(Fact(facts, preset.Key, "error_ratio")));
            Assert.That(Seconds(Query(preset.Key, RedSignal.Duration)), Is.EqualTo(Fact(facts, preset.Key, "p99")));
            Assert.That(Seconds(Query(preset.Key, RedSignal.Duration, 0.95)), Is.EqualTo(Fact(facts, preset.Key, "p95")));
            Assert.That(Seconds(preset.Volume(_subject, TimeSpan.FromMinutes(2))), Is.EqualTo(Fact(facts, preset.Key, "volume")));
        }
    }

    private static string Seconds(string query) => query.Replace("[120s]", "[2m]", StringComparison.Ordinal);

    private static string Facts()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Canary.sln"))) root = root.Parent;
        var file = Path.Combine(Environment.GetEnvironmentVariable("CANARY_SHARED") ?? Path.Combine(root!.FullName, "..", "shared"), "reference", "promql-presets.yaml");
        if (!File.Exists(file)) Assert.Ignore("the folder shared/reference is not beside the repository (CANARY_SHARED names another place)");
        return File.ReadAllText(file);
    }

    private static string Fact(string facts, string preset, string key)
    {
        var section = Regex.Match(facts, $@"^  {preset}:.*?(?=^  \S)", RegexOptions.Multiline | RegexOptions.Singleline).Value;
        var query = Regex.Match(section, $"^    {key}: +'(.*)'$", RegexOptions.Multiline).Groups[1].Value;
        return _subject.Aggregate(query, (so, value) => so.Replace($"{{{{{value.Name}}}}}", value.Value, StringComparison.Ordinal)).Replace("{{w}}", "2m", StringComparison.Ordinal);
    }

    [TestCase("sum(rate(a[5m])) / sum(rate(b[1h30m]))", 5400)]
    [TestCase("max_over_time(rate(a[30s])[10m:1m])", 600)]
    [TestCase("increase(a[90])", 90)]
    [TestCase("rate(a{path=\"[1d]\"}[1m]) # [2d]", 60)]
    [TestCase("rate(a{path='\\'[1d]'}[ 500ms ])", 0.5)]
    [TestCase("up offset 1d", 0)]
    public void WhenAQueryHasRanges_ThenTheLongestIsItsWindow(string query, double seconds) => Assert.That(PromQlRanges.Longest(query), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [Test]
    public void WhenAMetricIsAsked_ThenTheNamespaceCountsOnlyForItsSecrets()
    {
        var plain = MetricQueries.For(A.Metric, "shop", A.Start, out _);
        var secret = MetricQueries.For(A.Metric with { Provider = A.Prometheus with { Authentication = new MetricAuthentication.Bearer(new SecretValue.FromSecret("prometheus", "token")) } }, "shop", A.Start, out _);
        var unknown = MetricQueries.For(A.Metric with { Provider = A.Red with { Preset = "istio-future" } }, "shop", A.Start, out var problem);

        Assert.That((plain!.Namespace, secret!.Namespace), Is.EqualTo(("", "shop")));
        Assert.That(unknown, Is.Null);
        Assert.That(problem, Does.Contain("istio-future").And.Contains("istio-service"));
    }
}
