using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
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

    private static readonly HashSet<string> _selecting = ["app", "side"];

    [Test]
    public void WhenItIsHashed_ThenTheRevisionIsTheOneOfEveryEarlierVersion()
    {
        // Golden: a change of this value starts a rollout of every workload at the next upgrade.
        Assert.That(TemplateHash.Of(Yaml.Object(Template), _selecting), Is.EqualTo("8dd5f51521"));
    }

    [TestCase("metadata: { creationTimestamp: null, annotations: {}, labels: { side: stable, team: payments, app: checkout } }", TestName = "null, empty and selecting labels")]
    [TestCase("metadata: { labels: { team: payments } }", TestName = "without the selecting labels")]
    public void WhenWhatMeansNothingDiffers_ThenTheRevisionIsTheSame(string metadata)
    {
        var other = Yaml.Object(Template);
        other["metadata"] = Yaml.Object(metadata)["metadata"]!.DeepClone();
        other["spec"]!["securityContext"] = new JsonObject();
        other["spec"]!["terminationGracePeriodSeconds"] = JsonNode.Parse("30.0");
        other["spec"]!["containers"]![0]!["resources"] = new JsonObject { ["limits"] = null };

        Assert.That(TemplateHash.Of(Reversed(other), _selecting), Is.EqualTo(TemplateHash.Of(Yaml.Object(Template), _selecting)));
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

        Assert.That(TemplateHash.Of(other, _selecting), Is.Not.EqualTo(TemplateHash.Of(Yaml.Object(Template), _selecting)));
    }

    private static JsonObject Reversed(JsonObject map) =>
        new(map.Reverse().Select(entry => KeyValuePair.Create(entry.Key, entry.Value is JsonObject inner ? Reversed(inner) : entry.Value?.DeepClone())));
}
