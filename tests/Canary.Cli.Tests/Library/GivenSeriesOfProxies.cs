using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using Canary.Providers.Metrics;
using NUnit.Framework;

namespace Canary.Cli.Tests.Library;

/// <summary>Every preset, asked of a real Prometheus that holds series as the proxy writes them.</summary>
public sealed class GivenSeriesOfProxies
{
    private static readonly Argument[] _subject =
    [
        new("ns", "shop"), new("svc", "checkout-canary"), new("workload", "checkout-canary"), new("subset_ver", "v2"), new("port", "80"),
        new("apex", "checkout"), new("ingress", "shop"), new("route", "checkout"),
        new("gateway", "gateway"), new("upstream", "checkout-canary-80"), new("upstream_ns", "gloo-system"), new("rule", "0"),
        new("backend_index", "1"), new("cluster", "checkout-canary"), new("revision", "checkout-00002"),
        new("pod_ip_re", "10[.]1[.].+"),
    ];

    private static IEnumerable<string> Presets() => ProxySeries.All.Select(series => series.Preset);

    private static Argument[] Subject(string preset) => preset.Split('/') switch
    {
        [_, var labels] => [.. _subject, new(RedPreset.LabelsPlaceholder, labels)],
        ["apisix-route"] => [.. _subject.Where(one => one.Name != "route"), new("route", "shop_checkout_canary")],
        _ => _subject,
    };

    private static async Task<MetricAnswer> AskAsync(PastPrometheus past, string query)
    {
        using var client = new PrometheusClient(past.Address, isOnly: true, TimeProvider.System);
        return await client.AskAsync(new MetricQuery(MetricQueries.Prometheus, "", null, query, null, Recording.Start.AddSeconds(540),
            TimeSpan.FromSeconds(10), null, [], false, null), CancellationToken.None);
    }

    private static async Task<double> ValueAsync(PastPrometheus past, string query) =>
        await AskAsync(past, query) is MetricAnswer.Vector { Samples: [var only] } ? only.Value
        : throw new AssertionException($"no single number: {query}");

    [Test]
    public void WhenTheyAreListed_ThenEveryPresetHasSome() =>
        Assert.That(RedPreset.All.Select(preset => preset.Key), Is.EquivalentTo(Presets().Select(key => key.Split('/')[0]).Distinct()));

    [TestCaseSource(nameof(Presets))]
    public async Task WhenThePresetAsks_ThenItCountsTheCanaryAndNobodyElse(string key)
    {
        var series = ProxySeries.All.Single(one => one.Preset == key);
        var preset = RedPreset.Find(key.Split('/')[0])!;
        await using var past = await PastPrometheus.StartAsync(series.Text(Recording.Start));
        var window = TimeSpan.FromMinutes(2);

        Assert.That(await ValueAsync(past, preset.Query(RedSignal.Requests, Subject(key), 0, window)), Is.EqualTo(10).Within(1e-6));
        Assert.That(await ValueAsync(past, preset.Query(RedSignal.Errors, Subject(key), 0, window)), Is.EqualTo(0.05).Within(1e-6));
        Assert.That(await ValueAsync(past, preset.Query(RedSignal.Duration, Subject(key), 0.5, window)), Is.EqualTo(100 * 5 / 9.9)
            .Within(1e-6), "milliseconds");
        Assert.That(await ValueAsync(past, preset.Volume(Subject(key), window)), Is.EqualTo(1200).Within(1e-3));
    }

    [TestCase("istio-workload", "istio-inbound", "use preset istio-inbound")]
    [TestCase("app-http", "app-http/kubernetes", "set subject.labels to kubernetes")]
    [TestCase("appmesh", "appmesh/operator", "set subject.labels to operator")]
    public async Task WhenTheSeriesHaveOtherLabels_ThenThereIsNoDataAndTheProbeSaysWhy(string key, string written, string finding)
    {
        var preset = RedPreset.Find(key)!;
        await using var past = await PastPrometheus.StartAsync(ProxySeries.All.Single(one => one.Preset == written).Text(Recording.Start)
            .Replace("reporter=\"source\"", "reporter=\"none\"", StringComparison.Ordinal));

        Assert.That(await AskAsync(past, preset.Query(RedSignal.Errors, _subject, 0, TimeSpan.FromMinutes(2))),
            Is.EqualTo(new MetricAnswer.Vector([], [])));
        Assert.That(await ValueAsync(past, preset.Probe(_subject, RedSide.Canary)!), Is.GreaterThan(0));
        Assert.That(preset.ProbeFinding(_subject, RedSide.Canary), Does.Contain(finding));
    }
}
