using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenAnAnalysisRun
{
    private static readonly DateTimeOffset _time = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(7_654_321);
    private static readonly RunKey _key = new("9d21aa0f3c", 2, null);

    private static readonly ProviderSpec.Prometheus _connection = new(
        "https://prometheus:9090/prefix",
        "sum(rate(x[1m]))",
        new QueryRange(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(15)),
        TimeSpan.FromSeconds(7),
        new MetricAuthentication.Basic(new SecretValue.Plain("user"), new SecretValue.FromSecret("prom", "password")),
        [new MetricHeader("X-Scope-OrgID", new SecretValue.Plain("shop")), new MetricHeader("X-Key", new SecretValue.FromSecret("prom", "key"))],
        true,
        new SecretValue.FromSecret("prom", "ca.crt"));

    private static readonly RunSpec _spec = new(
    [
        new MetricSpec("p", TimeSpan.FromSeconds(10), 5, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), "result[0] < 1", "result[0] > 2", -1, 2, 3, _connection),
        new MetricSpec(
            "r", null, null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0, 0, 4,
            new ProviderSpec.Red("istio-workload", RedSignal.Duration, 0.995, TimeSpan.FromSeconds(30), [new Argument("ns", "shop"), new Argument("workload", "w")],
                _connection with { Query = "", Range = null, Authentication = new MetricAuthentication.Bearer(new SecretValue.FromSecret("prom", "token")) })),
    ]);

    private static readonly RunStatus _status = new(
        RunPhase.Failed,
        "p: 3 failures, limit 2",
        _time,
        _time.AddMinutes(1),
        [new MetricStatus("p", RunPhase.Failed, "bad", 1, 3, 2, 4, 1, _time, [new Measurement(_time, _time.AddSeconds(1), RunPhase.Error, "", "503"), new Measurement(_time, _time, RunPhase.Failed, "[0.041]", "")])]);

    [Test]
    public void WhenItIsWrittenAndRead_ThenItIsEqual()
    {
        var read = RunMapping.Read(Parsed(Document()))!;

        Assert.That(read.Spec, Is.EqualTo(_spec));
        Assert.That(read.Status, Is.EqualTo(_status));
        Assert.That(read.Key, Is.EqualTo(_key));
    }

    [Test]
    public void WhenItIsWritten_ThenTheSchemaTakesIt()
    {
        var problems = new List<string>();

        SchemaCheck.Check(CanaryResources.AnalysisRun.ToSchema(), Document(), "", (path, message) => problems.Add($"{path}: {message}"));

        Assert.That(problems, Is.Empty);
    }

    [Test]
    public void WhenItBelongsToNoRollout_ThenItIsNotOurs()
    {
        var document = Document();
        ((JsonObject)document["spec"]!).Remove("rollout");

        Assert.That(RunMapping.Read(document), Is.Null);
    }

    [Test]
    public void WhenATemplateHasEveryField_ThenTheSchemaTakesItAndEachIsRead()
    {
        var document = Yaml.Object("""
            apiVersion: canary.delivery/v1alpha1
            kind: ClusterAnalysisTemplate
            metadata: { name: all }
            spec:
              args: [{ name: a }, { name: b, value: "1" }]
              metrics:
              - name: p
                interval: 30
                count: "{{args.a}}"
                initialDelay: 1m
                window: 2m
                successCondition: result[0] < 1
                failureCondition: result[0] > 2
                failureLimit: -1
                inconclusiveLimit: 2
                consecutiveErrorLimit: "3"
                provider:
                  prometheus:
                    address: http://prometheus
                    query: up
                    rangeQuery: { length: 5m, step: 15s }
                    timeout: 10s
                    authentication: { bearer: { secretKeyRef: { name: s, key: k } } }
                    headers: [{ key: X, value: y }]
                    insecure: true
                    certificateAuthority: { value: pem }
              - name: r
                provider: { red: { preset: istio-service, signal: duration, quantile: 0.95, window: 1m, subject: { svc: "{{args.b}}" } } }
            """);
        var problems = new List<string>();

        SchemaCheck.Check(CanaryResources.ClusterAnalysisTemplate.ToSchema(), document, "", (path, message) => problems.Add($"{path}: {message}"));
        var (template, errors) = TemplateMapping.Read(document);

        Assert.That(problems, Is.Empty);
        Assert.That(errors, Is.Empty);
        Assert.That(template, Is.EqualTo(new AnalysisTemplateSpec(
            "ClusterAnalysisTemplate all",
            [new Argument("a", null), new Argument("b", "1")],
            [
                new MetricTemplate(
                    "p", "30", "{{args.a}}", "1m", "2m", "result[0] < 1", "result[0] > 2", "-1", "2", "3",
                    new PrometheusTemplate(
                        "http://prometheus", "up", new RangeTemplate("5m", "15s"), "10s", new MetricAuthentication.Bearer(new SecretValue.FromSecret("s", "k")),
                        [new MetricHeader("X", new SecretValue.Plain("y"))], true, new SecretValue.Plain("pem")),
                    null),
                new MetricTemplate(
                    "r", null, null, null, null, null, null, null, null, null, null,
                    new RedTemplate("istio-service", "duration", "0.95", "1m", [new Argument("svc", "{{args.b}}")], PrometheusTemplate.Default)),
            ])));
    }

    [Test]
    public void WhenATemplateIsWrong_ThenEveryFieldIsSaid()
    {
        var (_, errors) = TemplateMapping.Read(Yaml.Object("""
            kind: AnalysisTemplate
            metadata: { name: t, namespace: shop }
            spec:
              metrics:
              - { name: "", provider: {} }
              - { name: b, interval: [], provider: { prometheus: { headers: [{ key: X }], authentication: { bearer: {}, basic: {} } }, red: {} } }
              - { name: c, provider: { prometheus: { certificateAuthority: { value: a, secretKeyRef: {} } } } }
            """));

        Assert.That(errors.Select(error => error.Path), Is.EquivalentTo(new[]
        {
            "spec.metrics[0].provider",
            "spec.metrics[0].name",
            "spec.metrics[1].provider",
            "spec.metrics[1].interval",
            "spec.metrics[2].provider.prometheus.query",
            "spec.metrics[2].provider.prometheus.certificateAuthority",
        }));
    }

    private static JsonObject Document() => new()
    {
        ["apiVersion"] = CustomResource.ApiVersion,
        ["kind"] = "AnalysisRun",
        ["metadata"] = new JsonObject { ["name"] = "checkout-9d21aa0f3c-2-bg", ["namespace"] = "shop", ["uid"] = "u", ["resourceVersion"] = "7", ["creationTimestamp"] = "2026-01-31T12:00:00Z" },
        ["spec"] = RunMapping.WriteSpec(_spec, "checkout", _key),
        ["status"] = RunStatusMapping.Write(_status),
    };

    private static JsonObject Parsed(JsonObject document) => (JsonObject)JsonNode.Parse(document.ToJsonString())!;
}
