using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

public sealed class GivenAPodTemplate
{
    private const string Template = """
        metadata: { labels: { app: checkout, side: canary, team: payments } }
        spec:
          containers:
          - { name: app, image: "checkout:2.0.0", ports: [{ containerPort: 8080 }], env: [{ name: RATE, value: "0.5" }] }
          volumes: [{ name: scratch, emptyDir: {} }]
          terminationGracePeriodSeconds: 30
        """;

    private static readonly RevisionScheme Version1 =
        new(1, [new SideLabel("app", "checkout", "checkout"), new SideLabel("side", "stable", "canary")]);

    private static readonly RevisionScheme Newest = Version1 with { Version = RevisionScheme.OfTwoWorkloads };

    private static readonly RevisionScheme OfOneWorkload = Version1 with { Version = RevisionScheme.OfOneWorkload };

    [Test]
    public void WhenItIsHashed_ThenTheRevisionIsTheOneOfEveryEarlierVersion()
    {
        // Golden: a change of this value starts a rollout of every workload at the next upgrade.
        Assert.That(TemplateHash.Compute(Yaml.Object(Template), Version1, Side.NamedCanary), Is.EqualTo("8dd5f51521"));
    }

    [TestCase("metadata: { creationTimestamp: null, annotations: {}, labels: { side: stable, team: payments, app: checkout } }",
        TestName = "null, empty and selecting labels")]
    [TestCase("metadata: { labels: { team: payments } }", TestName = "without the selecting labels")]
    public void WhenWhatMeansNothingDiffers_ThenTheRevisionIsTheSame(string metadata)
    {
        var other = Yaml.Object(Template);
        other["metadata"] = Yaml.Object(metadata)["metadata"]!.DeepClone();
        other["spec"]!["securityContext"] = new JsonObject();
        other["spec"]!["terminationGracePeriodSeconds"] = JsonNode.Parse("30.0");
        other["spec"]!["containers"]![0]!["resources"] = new JsonObject { ["limits"] = null };

        Assert.That(TemplateHash.Compute(Reversed(other), Newest, Side.NamedCanary),
            Is.EqualTo(TemplateHash.Compute(Yaml.Object(Template), Newest, Side.NamedCanary)));
    }

    [TestCase("{ spec: { containers: [{ name: app, image: \"checkout:2.0.1\" }] } }")]
    [TestCase("{ metadata: { labels: { team: billing } } }")]
    [TestCase("{ metadata: { annotations: { kubectl.kubernetes.io/restartedAt: now } } }")]
    [TestCase("{ spec: { volumes: [{ name: scratch }] } }")]
    [TestCase("{ spec: { terminationGracePeriodSeconds: 31 } }")]
    public void WhenTheUserChangesSomething_ThenItIsAnotherRevision(string change)
    {
        var other = Yaml.Object(Template);
        foreach (var (part, fields) in Yaml.Object(change))
        {
            foreach (var (key, value) in (JsonObject)fields!) other[part]![key] = value?.DeepClone();
        }

        Assert.That(TemplateHash.Compute(other, Newest, Side.NamedCanary),
            Is.Not.EqualTo(TemplateHash.Compute(Yaml.Object(Template), Newest, Side.NamedCanary)));
    }

    [Test]
    public void WhenItIsHashedByTheNewestVersion_ThenTheRevisionIsTheOneOfEveryEarlierRelease()
    {
        // Golden: a change of this value starts a rollout of every workload at the next upgrade.
        Assert.That(TemplateHash.Compute(Yaml.Object(Template), Newest, Side.NamedCanary), Is.EqualTo("5196de5e5b"));
    }

    [Test]
    public void WhenItIsOfOneWorkload_ThenARestartChangesNothing_AndTheRevisionIsTheOneOfEveryEarlierRelease()
    {
        var restarted = Yaml.Object(Template);
        restarted["metadata"]!["annotations"] = new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = "2026-12-01T06:00:00Z" };

        // Golden, as the others.
        Assert.That(new[] { Yaml.Object(Template), restarted }.Select(one => TemplateHash.Compute(one, OfOneWorkload, Side.NamedCanary)),
            Is.All.EqualTo("b1090d43e6"));
    }

    [TestCase("affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: host, labelSelector: { "
        + "matchLabels: { app: checkout, side: SIDE } } }] } }")]
    [TestCase("affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: "
        + "host, labelSelector: { matchExpressions: [{ key: side, operator: In, values: [SIDE, x] }] } } }] } }")]
    [TestCase("affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: host, labelSelector: { "
        + "matchExpressions: [{ key: side, operator: NotIn, values: [SIDE] }] } }] } }")]
    [TestCase("topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: { "
        + "matchLabels: { side: SIDE } }, matchLabelKeys: [side, pod-template-hash] }]")]
    public void WhenTheSidesSelectTheirOwnPods_ThenTheirRevisionsAreTheSame(string selector)
    {
        JsonObject For(string side) =>
            Yaml.Object(
                $"{{ metadata: {{ labels: {{ app: checkout, side: {side} }} }}, spec: "
                    + $"{{ {selector.Replace("SIDE", side, System.StringComparison.Ordinal)} }} }}");

        var (stable, canary) =
            (TemplateHash.Compute(For("stable"), Newest, Side.NamedStable), TemplateHash.Compute(For("canary"), Newest, Side.NamedCanary));
        var promoted = TemplateHash.Transfer(For("canary"), For("stable"), Newest);

        Assert.That(stable, Is.EqualTo(canary));
        Assert.That(promoted.ToJsonString(), Is.EqualTo(For("stable").ToJsonString()).Or.Not.Contain("canary"),
            "no selector of canary is written into stable");
        Assert.That(TemplateHash.Compute(For("canary"), Newest, Side.NamedStable), Is.Not.EqualTo(stable),
            "one that selects the other side is another one");
    }

    [Test]
    public void WhenAnyTemplateIsPromoted_ThenStableHasItsRevisionAndKeepsItsOwnLabels()
    {
        var chance = new System.Random(20261130);
        for (var round = 0; round < 2_000; round++)
        {
            var (source, target) = (Any(chance), Any(chance));
            var scheme = new RevisionScheme(chance.Next(1, 3),
                [new SideLabel("app", Pick(chance), Pick(chance)), new SideLabel("side", "stable", "canary"),
                    new SideLabel("track", chance.Next(2) == 0 ? null : Pick(chance), Pick(chance))]);
            var (from, to) = chance.Next(2) == 0 ? (Side.NamedStable, Side.NamedCanary) : (Side.NamedCanary, Side.NamedStable);

            var promoted = TemplateHash.Transfer(source, target, scheme);

            Assert.That(TemplateHash.Compute(promoted, scheme, to), Is.EqualTo(TemplateHash.Compute(source, scheme, from)),
                $"round {round}: {source.ToJsonString()} into {target.ToJsonString()}");
            foreach (var label in scheme.SideLabels)
                Assert.That(Json.Text(promoted, "metadata", "labels", label.Name),
                    Is.EqualTo(Json.Text(target, "metadata", "labels", label.Name)), $"round {round}");
        }
    }

    private static string Pick(System.Random chance) => new[] { "checkout", "stable", "canary", "v1" }[chance.Next(4)];

    private static JsonObject Any(System.Random chance)
    {
        JsonObject Selector()
        {
            var selector = new JsonObject();
            if (chance.Next(2) == 0)
                selector["matchLabels"] =
                    new JsonObject { [chance.Next(2) == 0 ? "side" : "track"] = Pick(chance), ["app"] = Pick(chance) };
            if (chance.Next(2) == 0)
                selector["matchExpressions"] = new JsonArray(
                    new JsonObject { ["key"] = "side", ["operator"] = "In", ["values"] = new JsonArray(Pick(chance), Pick(chance)) });
            return selector;
        }

        var template = new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = Pick(chance) }) }
        };
        foreach (var label in new[] { "app", "side", "track", "team" }.Where(_ => chance.Next(4) > 0))
        {
            template["metadata"]!["labels"] ??= new JsonObject();
            template["metadata"]!["labels"]![label] = Pick(chance);
        }

        if (chance.Next(2) == 0)
            template["spec"]!["topologySpreadConstraints"] =
                new JsonArray(new JsonObject { ["topologyKey"] = "zone", ["labelSelector"] = Selector() });
        if (chance.Next(2) == 0)
            template["spec"]!["affinity"] =
                new JsonObject
                {
                    ["podAntiAffinity"] = new JsonObject
                    {
                        ["requiredDuringSchedulingIgnoredDuringExecution"] =
                    new JsonArray(new JsonObject { ["labelSelector"] = Selector() })
                    }
                };
        return template;
    }

    private static JsonObject Reversed(JsonObject map) =>
        new(map.Reverse()
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Value is JsonObject inner ? Reversed(inner) : entry.Value?.DeepClone())));
}
