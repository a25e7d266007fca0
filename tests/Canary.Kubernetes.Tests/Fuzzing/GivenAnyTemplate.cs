using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Fuzzing;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Schemas;
using Canary.Kubernetes.Stores;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Fuzzing;

/// <summary>Whatever stands in a template: errors that name their fields, or a run that can be written, read back as it was, and asked
/// for.</summary>
public sealed class GivenAnyTemplate
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly JsonObject[] Templates =
    [
        .. Directory.EnumerateFiles(RepositoryFolder.PathTo("analysis-templates"), "*.yaml")
        .Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)).Order()
            .Select(file => InShop(Yaml.Object(File.ReadAllText(file)))),
        Yaml.Object("""
            kind: AnalysisTemplate
            metadata: { name: own, namespace: shop }
            spec:
              args: [{ name: limit, value: "0.01" }, { name: service, valueFrom: { fieldRef: { fieldPath: spec.traffic.canary.service } } }, { name: token, valueFrom: { secretKeyRef: { name: prom, key: token } } }]
              dryRun: [{ metricName: slow.* }]
              measurementRetention: [{ metricName: errors, limit: 20 }]
              metrics:
              - name: errors
                interval: 30s
                count: 5
                initialDelay: 10s
                failureLimit: 1
                consecutiveErrorLimit: 2
                successCondition: 'result[0] < {{args.limit}}'
                failureCondition: result[0] > 0.5
                provider:
                  prometheus:
                    address: https://prometheus:9090
                    query: 'sum(rate(x{service="{{args.service}}"}[1m]))'
                    samplesQuery: sum(x)
                    timeout: 10s
                    headers: [{ key: X-Scope-OrgID, value: "{{args.token}}" }]
                    authentication: { oauth2: { tokenUrl: "https://sso/token", clientId: a, clientSecret: "{{args.token}}", scopes: [a] } }
                    rangeQuery: { start: 'now() - duration("5m")', end: now(), step: 1m }
              - name: slow-requests
                interval: 1m
                provider: { red: { preset: istio-workload, signal: duration, quantile: "0.99", window: 2m, max: "400" } }
              - name: against
                interval: 30s
                provider: { red: { preset: istio-service, signal: errors } }
                compare: { judge: sequential, tolerate: "1.5", share: 0.5, lag: 10s, minSamples: 50 }
            """),
    ];

    private static readonly RolloutSnapshot Rollout = RolloutMapping.Read(Yaml.Object(SampleObjects.Rollout));

    [Test]
    public void WhenItIsMutated_ThenItIsRefusedByFieldsOrMeasured() => FuzzRun.Each(3_000, seed =>
    {
        var mutator = new Mutator(seed);
        var valid = mutator.Pick(Templates);
        var text = mutator.Number(8) switch
        {
            0 => mutator.Bytes(valid.ToJsonString()),
            < 3 => Encoding.UTF8.GetBytes(mutator.Next(valid)),
            // Of the right types: what is refused for those is refused at the door.
            _ =>
                Encoding.UTF8.GetBytes(new JsonObject
                {
                    ["kind"] = "AnalysisTemplate",
                    ["metadata"] = valid["metadata"]!.DeepClone(),
                    ["spec"] = mutator.Typed(valid["spec"]!)
                }.ToJsonString()),
        };
        if (Read(text) is not { } document) return "no JSON";
        if (Json.Name(document) != Json.Name(valid) || Json.Text(document, "kind") != "AnalysisTemplate") return "another object";

        var (template, errors) = TemplateMapping.Read(document);
        Said(errors);
        if (errors.Count == 0) Said(TemplateResolver.Check(template, [.. TemplateReading.BuiltIn.Select(name => new Argument(name, "x"))]));
        Said(HandMadeRun.Resolve([document], [new Argument("limit", "0.01"), new Argument("service", "x")], "shop").Problems);
        Said(StandaloneRun.Check(document));

        ObjectLookup Known(ResourceKind kind) => ObjectLookup.Of(kind, [document]);
        var reading = new TemplateReading(Known(KnownKinds.Rollouts), Known(KnownKinds.AnalysisTemplates),
            Known(KnownKinds.ClusterAnalysisTemplates), Known);
        // What it needs is given.
        Argument[] given = [.. template.Arguments.Where(argument => argument.Name == "service"
            || (argument.Value, argument.From) is (null, null)).DistinctBy(argument => argument.Name)
            .Select(argument => new Argument(argument.Name, "x"))];
        var reference = new AnalysisReference([new TemplateReference(Json.Name(document), false)], [.. given]);
        var rollout =
            Rollout with { Name = new RolloutName(Json.Namespace(document) is { Length: > 0 } space ? space : "shop", "checkout") };
        var (run, problems) = reading.Resolve(rollout, reference, "spec.strategy.canary.analysis", mustEnd: seed % 4 == 0);
        Said(problems);
        Assert.That(run is null, Is.EqualTo(problems.Count > 0));
        if (run is null) return "refused";
        // What no server keeps as a template may be what no server keeps as a run.
        var isKept = Broken(CanaryResources.AnalysisTemplate.Spec, document["spec"]).Count == 0;
        Measured(run, isKept);
        return isKept ? "measured" : "measured, of a template that the schema refuses";
    }).HasAtLeast(5, "measured").HasAtLeast(20, "refused");

    private static JsonObject InShop(JsonObject template)
    {
        template["metadata"]!["namespace"] = "shop";
        return template;
    }

    private static JsonObject? Read(byte[] utf8)
    {
        try
        {
            return JsonText.ReadObject(utf8) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Said(EquatableArray<SpecError> errors)
    {
        foreach (var error in errors)
            Assert.That((error.Path.Length > 0, error.Message.Length > 0), Is.EqualTo((true, true)), error.ToString());
    }

    private static List<string> Broken(Schema schema, JsonNode? node)
    {
        var problems = new List<string>();
        SchemaCheck.Check(schema, node, "", (path, message) => problems.Add($"{path}: {message}"));
        return problems;
    }

    private static void Measured(RunSpec run, bool isKept)
    {
        var key = new RunKey("9d21aa", 1, null);
        var written = RunMapping.WriteSpec(run, "checkout", key);
        if (isKept) Assert.That(Broken(CanaryResources.AnalysisRun.Spec, written), Is.Empty);
        var document = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "run", ["namespace"] = "shop" },
            ["spec"] = JsonNode.Parse(written.ToJsonString())
        };
        if (isKept) Assert.That(RunMapping.Read(document)?.Spec, Is.EqualTo(run), $"what is read of {written.ToJsonString()}");
        var status = AnalysisMachine.Start(run, RunStatus.New, Now);
        foreach (var metric in run.Metrics)
        {
            var at = AnalysisGrid.NextDueAt(run, status, Now) ?? Now;
            Assert.That(MetricQueries.For(metric, "shop", at, out var problem) is not null || problem.Length > 0);
            MetricQueries.SamplesOf(metric, "shop", at);
            MetricQueries.BaselineOf(metric, "shop", at, Now);
        }

        var answer = new MetricAnswer.Vector([new Sample([], 0.5)], []);
        status = AnalysisMachine.Advance(run, status,
            [.. run.Metrics.Select(metric => new FinishedMeasurement(metric.Name, Now, Now, answer) { Baseline = answer })], Now);
        if (isKept) Assert.That(Broken(CanaryResources.AnalysisRun.Status!, RunStatusMapping.Write(status, run)), Is.Empty);
    }
}
