using Canary.Kubernetes.JsonFields;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenAFieldPath
{
    private const string Document = """
        metadata: { name: checkout, labels: { team: pay, "app.kubernetes.io/name": shop } }
        spec: { paused: true, steps: [{ setWeight: 5 }, { setWeight: 25 }] }
        """;

    [TestCase("metadata.name", "checkout")]
    [TestCase("metadata.labels.team", "pay")]
    [TestCase("metadata.labels['app.kubernetes.io/name']", "shop")]
    [TestCase("metadata.labels[\"team\"]", "pay")]
    [TestCase("spec.steps[1].setWeight", "25")]
    [TestCase("spec.paused", "true")]
    public void WhenTheFieldIsThere_ThenItsTextIsRead(string path, string expected) =>
        Assert.That(FieldPath.Read(Yaml.Object(Document), path, out _), Is.EqualTo(expected));

    [TestCase("metadata.labels['tier']", "has no field metadata.labels['tier']")]
    [TestCase("spec.steps[2].setWeight", "has no field")]
    [TestCase("spec.steps", "is a list")]
    [TestCase("metadata", "is an object")]
    [TestCase("", "is no path")]
    [TestCase(".metadata", "is no path")]
    [TestCase("metadata..name", "is no path")]
    [TestCase("metadata[", "is no path")]
    public void WhenItIsNot_ThenItSaysWhy(string path, string expected)
    {
        Assert.That(FieldPath.Read(Yaml.Object(Document), path, out var problem), Is.Null);
        Assert.That(problem, Does.Contain(expected));
    }
}
