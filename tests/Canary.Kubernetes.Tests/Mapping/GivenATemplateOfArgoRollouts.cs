using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenATemplateOfArgoRollouts
{
    private const string Text = """
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: success-rate, namespace: shop }
        spec:
          compatibility: argo
          metrics:
          - name: rate
            interval: 1m
            failureLimit: 3
            successCondition: "len(result) > 0 && all(result, # >= 0.95)"
            provider:
              prometheus:
                address: http://prometheus:9090
                query: sum(rate(ok[5m])) / sum(rate(all[5m]))
                rangeQuery: { start: 'now() - duration("10m")', end: now(), step: 30s }
          - name: since
            compatibility: canary
            successCondition: max(result) < 5
            provider: { prometheus: { query: up, rangeQuery: { start: 1786701600, end: 'now() - duration("1m")', step: 5m } } }
        """;

    [Test]
    public void WhenItIsRead_ThenTheSchemaTakesItAndItsMetricsKeepTheVerdicts()
    {
        var problems = new List<string>();
        SchemaCheck.Check(CanaryResources.AnalysisTemplate.ToSchema(), Yaml.Object(Text), "",
            (path, message) => problems.Add($"{path}: {message}"));

        var metrics = Resolved().Metrics;

        Assert.That(problems, Is.Empty);
        Assert.That(metrics.Select(metric => metric.Compatibility), Is.EqualTo(new[] { Compatibility.Argo, Compatibility.Canary }));
        Assert.That(Range(metrics[0]), Is.EqualTo(new QueryRange(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30))));
        Assert.That(Range(metrics[1]),
            Is.EqualTo(new QueryRange(TimeSpan.Zero, TimeSpan.FromMinutes(5)) { Start = "1786701600", End = "now() - duration(\"1m\")" }));
    }

    [Test]
    public void WhenItsRunIsWrittenAndReadAgain_ThenItIsTheSame()
    {
        var run = Resolved();
        var written = RunMapping.WriteMetrics(new JsonObject(), run);

        var read = RunMapping.ReadSpec(new FieldReader(JsonNode.Parse(written.ToJsonString()), "spec", []));

        Assert.That(read, Is.EqualTo(run));
        Assert.That((string?)written["metrics"]![0]!["compatibility"], Is.EqualTo("argo"));
        Assert.That(written["metrics"]![1]!["compatibility"], Is.Null);
    }

    [Test]
    public void WhenARunIsMadeByHand_ThenItMayNameItToo()
    {
        var problems = new List<string>();
        var document = Yaml.Object("""
            apiVersion: canary.delivery/v1alpha1
            kind: AnalysisRun
            metadata: { name: by-hand, namespace: shop }
            spec:
              compatibility: argo
              metrics:
              - { name: up, successCondition: result == 1, provider: { prometheus: { query: scalar(up) } } }
            """);
        SchemaCheck.Check(CanaryResources.AnalysisRun.ToSchema(), document, "", (path, message) => problems.Add($"{path}: {message}"));

        Assert.That(problems, Is.Empty);
        Assert.That(TemplateMapping.ReadSpec("AnalysisRun shop/by-hand", new FieldReader(document["spec"], "spec", [])).Compatibility,
            Is.EqualTo("argo"));
    }

    [Test]
    public void WhenItNamesSomethingElse_ThenTheSchemaRefusesIt()
    {
        var problems = new List<string>();
        var document = Yaml.Object(Text.Replace("compatibility: argo", "compatibility: flagger", StringComparison.Ordinal));

        SchemaCheck.Check(CanaryResources.AnalysisTemplate.ToSchema(), document, "", (path, message) => problems.Add($"{path}: {message}"));

        Assert.That(problems, Has.One.Contains("spec.compatibility").And.One.Contains("argo"));
    }

    private static QueryRange? Range(MetricSpec metric) => ((ProviderSpec.Prometheus)metric.Provider).Range;

    private static RunSpec Resolved()
    {
        var resolution =
            TemplateResolver.Resolve(new TemplateRequest([TemplateMapping.Read(Yaml.Object(Text)).Template], [], [], [], MustEnd: false));
        Assert.That(resolution, Is.TypeOf<TemplateResolution.Resolved>(), resolution.ToString());
        return ((TemplateResolution.Resolved)resolution).Run;
    }
}
