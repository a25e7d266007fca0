using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Stores;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Storing;

public sealed class GivenARolloutBeforeItIsBegun
{
    private const string Templates = """
        kind: AnalysisTemplate
        metadata: { name: errors, namespace: shop }
        spec: { metrics: [{ name: errors, provider: { red: { preset: istio-service, signal: errors } }, compare: { share: 0.7 } }] }
        ---
        kind: AnalysisTemplate
        metadata: { name: both, namespace: shop }
        spec:
          templates: [{ templateName: errors }]
          args: [{ name: count, value: "5" }]
          metrics:
          - { name: latency, interval: 30s, count: "{{args.count}}", provider: { red: { preset: istio-service, signal: duration } }, compare: {} }
          - { name: seen, provider: { prometheus: { query: up } } }
        ---
        kind: AnalysisTemplate
        metadata: { name: errors, namespace: elsewhere }
        spec: { metrics: [] }
        ---
        kind: DestinationRule
        metadata: { name: checkout, namespace: shop }
        spec: { host: checkout, subsets: [{ name: old, labels: { version: v1 } }, { name: new, labels: { version: v2 } }] }
        """;

    [Test]
    public void WhenItComparesInSeveralPlaces_ThenAlphaIsSplitOverAllOfThem()
    {
        var (analyses, problems) = Read(Rollout(
            "stable: { service: s, workload: { kind: Deployment, name: a } }, canary: { service: c, workload: { kind: Deployment, name: b "
                + "} }",
            "steps: [{ setWeight: 5 }, { analysis: { templates: [{ templateName: latencies }] } }, { pause: {} }], analysis: { alpha: "
                + "0.1, templates: [{ templateName: errors }] }"),
            """
            kind: ClusterAnalysisTemplate
            metadata: { name: latencies }
            spec: { metrics: [{ name: latency, interval: 30s, count: 5, provider: { red: { preset: istio-service, signal: duration } }, compare: {} }] }
            """);

        // The template of the step is one of the namespace, which has none of that name.
        Assert.That((analyses, problems.Single().ToString()),
            Is.EqualTo(((RolloutAnalyses?)null,
                "spec.strategy.canary.steps[1].analysis.templates[0].templateName: AnalysisTemplate shop/latencies is not there; there "
                    + "are both, errors")));
    }

    [Test]
    public void WhenTemplatesIncludeOthers_ThenEveryMetricHasItsShare()
    {
        var (analyses, problems) = Read(Rollout(
            "stable: { service: s, workload: { kind: Deployment, name: a } }, canary: { service: c, workload: { kind: Deployment, name: b "
                + "} }",
            "steps: [{ setWeight: 5 }, { pause: {} }], analysis: { alpha: 0.1, templates: [{ templateName: both }], args: [{ name: count, "
                + "value: \"9\" }] }"));

        Assert.That(problems, Is.Empty);
        var run = analyses!.Runs.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((run.IsBackground, analyses.IsDefault, analyses.Title), Is.EqualTo((true, false, "shop/checkout")));
            Assert.That(run.Run.Metrics.Select(metric => (metric.Name, System.Math.Round(metric.Comparison?.Alpha ?? 0, 9), metric.Count)),
                Is.EquivalentTo([("errors", 0.07, (int?)null), ("latency", 0.03, (int?)null), ("seen", 0, null)]));
            Assert.That(run.Run.Metrics.Single(metric => metric.Name == "errors").Comparison!.StableSubject,
                Does.Contain(new Argument("svc", "s")));
            Assert.That(((ProviderSpec.Red)run.Run.Metrics.Single(metric => metric.Name == "errors").Provider).Subject,
                Does.Contain(new Argument("svc", "c")));
        }
    }

    // The sides, and the preset that tells them apart.
    [TestCase("stable: { service: s, workload: { kind: Deployment, name: a } }, canary: { service: c, workload: { kind: Deployment, name: "
        + "b } }", "istio-service", "svc", "s", "c")]
    [TestCase("stable: { service: checkout, subset: old, workload: { kind: Deployment, name: a } }, canary: { service: checkout, subset: "
        + "new, workload: { kind: Deployment, name: b } }", "istio-version", "subset_ver", "v1", "v2")]
    public void WhenItComparesNothing_ThenThePresetThatFitsItsSidesIsPlanned(string sides, string preset, string placeholder, string stable,
        string canary)
    {
        var (analyses, problems) = Read(Rollout(sides, "steps: [{ setWeight: 5 }, { pause: {} }], analysis: { alpha: 0.05 }"));

        Assert.That(problems, Is.Empty);
        var metric = analyses!.Runs.Single(run => run.IsBackground).Run.Metrics.Single();
        var red = (ProviderSpec.Red)metric.Provider;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((analyses.IsDefault, red.Preset, red.Signal, metric.Comparison!.Alpha),
                Is.EqualTo((true, preset, RedSignal.Errors, 0.05)));
            Assert.That(metric.Comparison.StableSubject, Does.Contain(new Argument(placeholder, stable)));
            Assert.That(red.Subject, Does.Contain(new Argument(placeholder, canary)));
            Assert.That(analyses.Spec.Analysis!.StartingStep, Is.Zero);
        }
    }

    [Test]
    public void WhenOneIsUnderWay_ThenTheNextOneIsPlannedFromWhatIsWritten()
    {
        var rollout =
            Rollout(
                "stable: { service: s, workload: { kind: Deployment, name: a } }, canary: { service: c, workload: { kind: Deployment, "
                    + "name: b } }", "steps: [{ setWeight: 5 }, { pause: {} }], analysis: { templates: [{ templateName: errors }] }");
        rollout["status"] = new JsonObject
        {
            ["startedAt"] = "2026-03-01T10:00:00Z",
            ["stableSide"] = "canary",
            ["accepted"] = rollout["spec"]!.DeepClone()
        };
        rollout["spec"]!["strategy"]!["canary"]!["steps"]![0]!["setWeight"] = 20;

        var (analyses, problems) = Read(rollout);

        Assert.That(problems, Is.Empty);
        Assert.That(analyses!.Spec.Steps[0], Is.EqualTo(new Step.SetWeight(Weight.FromPercent(20))));
        Assert.That(((ProviderSpec.Red)analyses.Runs.Single().Run.Metrics.Single().Provider).Subject,
            Does.Contain(new Argument("svc", "s")), "the sides have changed their roles");
    }

    [Test]
    public void WhenTheSpecIsWrong_ThenEverythingThatIsWrongIsSaid() =>
        Assert.That(Read(Rollout("stable: { service: s }, canary: { service: s }", "steps: [{ setWeight: 500 }]")).Problems, Is.Not.Empty);

    [Test]
    public void WhenATemplateIsWrongWhoseNameBeginsWithThatOfAnother_ThenItsOwnFieldLeadsToIt()
    {
        var (_, problems) = Read(Rollout(
            "stable: { service: s, workload: { kind: Deployment, name: a } }, "
                + "canary: { service: c, workload: { kind: Deployment, name: b } }",
            "steps: [{ setWeight: 5 }, { pause: {} }], analysis: { templates: [{ templateName: slow }, { templateName: slow-reads }] }"),
            """
            kind: AnalysisTemplate
            metadata: { name: slow, namespace: shop }
            spec: { args: [{ name: limit, value: "1" }], metrics: [{ name: slow, count: 1, provider: { prometheus: { query: up } } }] }
            ---
            kind: AnalysisTemplate
            metadata: { name: slow-reads, namespace: shop }
            spec:
              args: [{ name: limit, value: "2" }]
              metrics: [{ name: reads, interval: soon, provider: { prometheus: { query: up } } }]
            """);

        Assert.That(problems.Select(problem => (problem.Path, problem.Message.Split(':')[0])), Is.EquivalentTo(new[]
        {
            ("spec.strategy.canary.analysis.templates[1].templateName", "spec.metrics[0].interval"),
            ("spec.strategy.canary.analysis.templates[1].templateName", "spec.args[0].value"),
        }));
    }

    private static JsonObject Rollout(string sides, string strategy) => YamlDocument.Parse($$"""
        kind: Rollout
        metadata: { name: checkout, namespace: shop }
        spec: { traffic: { {{sides}}, istio: { virtualServices: [{ name: checkout }] } }, strategy: { canary: { {{strategy}} } } }
        """).Single().Root!.AsObject();

    private static (RolloutAnalyses? Analyses, EquatableArray<Canary.Core.Validation.SpecError> Problems) Read(JsonObject rollout,
        string more = "")
    {
        IEnumerable<JsonObject> Documents(string text) => YamlDocument.Parse(text).Select(document => document.Root).OfType<JsonObject>();
        return RolloutAnalyses.Read(rollout, [.. Documents(Templates), .. Documents(more)]);
    }
}
