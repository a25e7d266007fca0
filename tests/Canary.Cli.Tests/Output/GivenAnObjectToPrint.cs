using System.Text.Json.Nodes;
using Canary.Cli.Output;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

public sealed class GivenAnObjectToPrint
{
    private static readonly JsonObject Document = JsonNode.Parse("""
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout",
         "metadata":{"name":"checkout","managedFields":[{"manager":"x"}],"annotations":{"note":"two\nlines"}},
         "spec":{"paused":false,"revision":"2.1.0","weight":25,"share":0.5,"yes":"yes","none":null,"list":[],"words":["a","<b>"]}}
        """)!.AsObject();

    [Test]
    public void WhenItIsYaml_ThenStringsThatLookLikeSomethingElseAreQuoted() =>
        Assert.That(PrintedDocuments.ToYaml(Document), Is.EqualTo("""
            apiVersion: canary.delivery/v1alpha1
            kind: Rollout
            metadata:
              name: checkout
              annotations:
                note: |-
                  two
                  lines
            spec:
              paused: false
              revision: "2.1.0"
              weight: 25
              share: 0.5
              "yes": "yes"
              none: null
              list: []
              words:
              - a
              - <b>

            """));

    [Test]
    public void WhenItIsJson_ThenItIsTheSameObjectWithoutManagedFields()
    {
        var expected = Document.DeepClone().AsObject();
        expected["metadata"]!.AsObject().Remove("managedFields");

        var text = PrintedDocuments.ToJson(Document);

        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(text), expected), text);
        Assert.That(text, Does.Contain("<b>"));
    }

    [Test]
    public void WhenThereAreTwo_ThenTheyAreAList()
    {
        var list = PrintedDocuments.ListOf([Document, Document]);

        Assert.That((string?)list["kind"], Is.EqualTo("List"));
        Assert.That(PrintedDocuments.ToJson(list), Does.Not.Contain("managedFields"));
    }
}
