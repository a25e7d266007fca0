using System;
using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenQueriesToLint
{
    private static readonly LintSource Source = new("a.yaml", """
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: a }
        spec:
          args: [{ name: svc }, { name: window }, { name: prefix }, { name: given, value: "7" }]
          metrics:
          - name: own
            provider: { prometheus: { query: 'rate({{args.prefix}}_total{s="{{args.svc}}"}[{{ args.window }}]) > {{args.given}}', samplesQuery: 'count(up)' } }
          - name: red
            interval: 30s
            provider: { red: { preset: nginx, signal: errors, window: 40s, max: 0.01 } }
        """);

    [Test]
    public void WhenArgumentsHaveNoValue_ThenEachGetsAStandInThatFits() => Assert.That(
        LintQueries.Collect([Source], DateTimeOffset.UnixEpoch).Select(one => one.Query.Query)
        .Take(2), Is.EqualTo(new[] { "rate(x_total{s=\"1\"}[1m]) > 7", "count(up)" }));

    [Test]
    public void WhenAPresetIsUsed_ThenItsQueriesAreThereAndAFindingHasItsPlace()
    {
        var red = LintQueries.Collect([Source], DateTimeOffset.UnixEpoch)[2];

        Assert.That(red.Query.Query, Does.Contain("nginx_ingress_controller_requests"));
        Assert.That(red.Finding("no")
            .ToString(), Does.StartWith("a.yaml:").And.Contain("AnalysisTemplate default/a: spec.metrics[1].provider: no"));
    }

    [Test]
    public void WhenAWindowHoldsTooFewScrapes_ThenItIsFound()
    {
        Assert.That(LintQueries.Scrapes([Source], TimeSpan.FromSeconds(10)), Is.Empty);
        Assert.That(LintQueries.Scrapes([Source], TimeSpan.FromSeconds(15))
            .Select(one => one.Path), Is.EqualTo(new[] { "spec.metrics[1].provider" }));
    }
}
