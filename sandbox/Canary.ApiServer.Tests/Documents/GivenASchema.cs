using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

public sealed class GivenASchema
{
    private const string Text =
        """
        {"type":"object","required":["spec"],"properties":{"spec":{"type":"object","required":["host"],"properties":{
          "host":{"type":"string","minLength":1,"maxLength":8,"pattern":"^[a-z]+$"},
          "weight":{"type":"integer","minimum":0,"maximum":100,"default":10},
          "size":{"x-kubernetes-int-or-string":true},
          "mode":{"type":"string","enum":["a","b"],"default":"a"},
          "note":{"type":"string","nullable":true},
          "labels":{"type":"object","additionalProperties":{"type":"string"},"minProperties":1},
          "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
          "rules":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"port":{"type":"integer","minimum":1}}}},
          "tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}}
        }}}}
        """;

    private static readonly ObjectSchema Schema = ObjectSchema.FromCustomResource((JsonObject)JsonNode.Parse(Text)!);

    [TestCase("""{"host":"x"}""", "")]
    [TestCase("""{}""", "spec.host")]
    [TestCase("""{"host":""}""", "spec.host")]
    [TestCase("""{"host":"toolonghost"}""", "spec.host")]
    [TestCase("""{"host":"X"}""", "spec.host")]
    [TestCase("""{"host":"x","weight":101}""", "spec.weight")]
    [TestCase("""{"host":"x","weight":1.5}""", "spec.weight")]
    [TestCase("""{"host":"x","size":"big"}""", "")]
    [TestCase("""{"host":"x","size":false}""", "spec.size")]
    [TestCase("""{"host":"x","mode":"c"}""", "spec.mode")]
    [TestCase("""{"host":"x","labels":{}}""", "spec.labels")]
    [TestCase("""{"host":"x","labels":{"a":5}}""", "spec.labels.a")]
    [TestCase("""{"host":"x","rules":[{"name":"a"},{"name":"a"}]}""", "spec.rules[1]")]
    [TestCase("""{"host":"x","rules":[{"port":0}]}""", "spec.rules[0].name,spec.rules[0].port")]
    [TestCase("""{"host":"x","tags":["a","a"]}""", "spec.tags[1]")]
    [TestCase("""{"host":"x","tags":[null]}""", "spec.tags[0]")]
    public void WhenAnObjectIsValidated_ThenEveryBrokenRuleNamesItsField(string spec, string fields)
    {
        var errors = Schema.Validate(Object(spec), null, null);

        Assert.That(string.Join(',', errors.Select(error => error.Field).Order(StringComparer.Ordinal)), Is.EqualTo(fields));
    }

    [Test]
    public void WhenAStoredValueBreaksANewRule_ThenItMayStayAndMayNotChange()
    {
        var stored = Object("""{"host":"X","rules":[{"name":"a","port":0},{"name":"b","port":1}]}""");
        var touched = Object("""{"host":"X","weight":5,"rules":[{"name":"b","port":2},{"name":"a","port":0}]}""");
        var changed = Object("""{"host":"Y","rules":[{"name":"a","port":-1}]}""");

        Assert.Multiple(() =>
        {
            Assert.That(Schema.Validate(touched, stored, null), Is.Empty);
            Assert.That(Schema.Validate(changed, stored, null)
                .Select(error => error.Field), Is.EquivalentTo(["spec.host", "spec.rules[0].port"]));
        });
    }

    [TestCase("""{"host":"x"}""", """{"host":"x","weight":10,"mode":"a"}""")]
    [TestCase("""{"host":"x","weight":null,"mode":"b"}""", """{"host":"x","weight":10,"mode":"b"}""")]
    [TestCase("""{"host":"x","note":null,"size":null,"labels":{"a":null}}""",
        """{"host":"x","note":null,"labels":{},"weight":10,"mode":"a"}""")]
    public void WhenDefaultsAreFilledIn_ThenForbiddenNullsGo(string spec, string result)
    {
        var obj = Object(spec);

        Schema.Default(obj);

        Assert.That(JsonNode.DeepEquals(obj["spec"], JsonNode.Parse(result)), Is.True, obj["spec"]!.ToJsonString());
    }

    [Test]
    public void WhenMembersAreUnknown_ThenTheyAreNamedAndPruned()
    {
        var obj = Object("""{"host":"x","nope":1,"free":{"any":{"thing":null}},"rules":[{"name":"a","nope":{}}]}""");
        obj["metadata"]!["odd"] = 1;
        obj["extra"] = true;

        var unknown = Schema.UnknownFields(obj);
        Schema.Prune(obj);

        Assert.Multiple(() =>
        {
            Assert.That(unknown, Is.EqualTo(["metadata.odd", "extra", "spec.nope", "spec.rules[0].nope"]));
            Assert.That(obj.ToJsonString(),
                Is.EqualTo("""{"metadata":{"name":"x"},"spec":{"host":"x","free":{"any":{"thing":null}},"rules":[{"name":"a"}]}}"""));
            Assert.That(Schema.UnknownFields(obj), Is.Empty);
        });
    }

    [TestCase("""{"type":"object","properties":{"spec":{"type":"object","properties":{"x":{}}}}}""",
        "spec.validation.openAPIV3Schema.properties[spec].properties[x].type")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"array"}}}""", "spec.validation.openAPIV3Schema.properties[a].items")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"integer","default":"x"}}}""",
        "spec.validation.openAPIV3Schema.properties[a].default")]
    [TestCase("""{"type":"string"}""", "spec.validation.openAPIV3Schema.type")]
    [TestCase(Text, "")]
    public void WhenADefinitionIsChecked_ThenItsSchemaMustBeStructural(string schema, string field)
    {
        var definition = DefinitionTrial.Of(JsonNode.Parse(schema)!);

        var errors = DefinitionTrial.Errors(definition);

        Assert.That(string.Join(',', errors.Select(error => error.Field)), Is.EqualTo(field));
    }

    private static JsonObject Object(string spec) =>
        new() { ["metadata"] = new JsonObject { ["name"] = "x" }, ["spec"] = JsonNode.Parse(spec) };
}
