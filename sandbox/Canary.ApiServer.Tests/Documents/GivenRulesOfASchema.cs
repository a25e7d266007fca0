using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>CEL rules in a definition: what is refused when it is made, and what they say of objects.</summary>
public sealed class GivenRulesOfASchema
{
    private const string Properties = """
        "n":{"type":"integer"},"s":{"type":"string","maxLength":20},"free":{"type":"string"},"mode":{"type":"string","enum":["a","b"]},
        "list":{"type":"array","maxItems":10,"items":{"type":"object","properties":{"name":{"type":"string","maxLength":10},"v":{"type":"integer"}}}},
        "map":{"type":"array","maxItems":10,"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":10},"v":{"type":"integer"}}ITEMRULES}},
        "labels":{"type":"object","maxProperties":5,"additionalProperties":{"type":"string","maxLength":5VALUERULES}},
        "wait":{"type":"string","format":"duration"},"at":{"type":"string","format":"date-time"},"port":{"x-kubernetes-int-or-string":true},"a-b":{"type":"integer"},"namespace":{"type":"string","maxLength":9}
        """;

    [TestCase("""{"rule":"self.n > 0"}""")]
    [TestCase("""{"rule":"self.a__dash__b > 0 && self.__namespace__ != 'x'"}""")]
    [TestCase("""{"rule":"self.wait > duration('1s') && self.at < timestamp('2030-01-01T00:00:00Z')"}""")]
    [TestCase("""{"rule":"type(self.port) == int ? self.port > 0 : self.port.matches('^[0-9]+%$')"}""")]
    [TestCase("""{"rule":"self.list.all(x, self.list.exists_one(y, x.name == y.name))"}""")]
    [TestCase("""{"rule":"self.n >= oldSelf.n","optionalOldSelf":false}""")]
    [TestCase("""{"rule":"!oldSelf.hasValue() || oldSelf.value().n <= self.n","optionalOldSelf":true}""")]
    [TestCase("""{"rule":"self.n > 0","messageExpression":"'n is ' + string(self.n)","reason":"FieldValueForbidden","fieldPath":".n"}""")]
    [TestCase("""{"rule":"self.n > 0","fieldPath":".labels['x/y']"}""")]
    public void WhenARuleIsGood_ThenTheDefinitionIsAccepted(string rule) => Assert.That(Refusal(rule), Is.Empty);

    [TestCase("""{"rule":"self.nope > 0"}""", "undefined field 'nope'")]
    [TestCase("""{"rule":"self.n > 'a'"}""", "found no matching overload for '_>_' applied to '(int, string)'")]
    [TestCase("""{"rule":"self.n"}""", "cel expression must evaluate to a bool")]
    [TestCase("""{"rule":"self.n >"}""", "compilation failed: ERROR: <input>:1:9: Syntax error")]
    [TestCase("""{"rule":" "}""", "rule is not specified")]
    [TestCase("""{"rule":"nosuch(self.n)"}""", "undeclared reference to 'nosuch'")]
    [TestCase("""{"rule":"self.s.matches('[')"}""", "invalid matches argument")]
    [TestCase("""{"rule":"self.n > 0","messageExpression":"self.n"}""", "messageExpression must evaluate to a string")]
    [TestCase("""{"rule":"self.n > 0","message":" "}""", "message must be non-empty")]
    [TestCase("""{"rule":"self.n > 0","message":"a\nb"}""", "must not contain line breaks")]
    [TestCase("""{"rule":"self.n >\n0"}""", "message must be specified if rule contains line breaks")]
    [TestCase("""{"rule":"self.n > 0","reason":"Because"}""", "Unsupported value: \"Because\"")]
    [TestCase("""{"rule":"self.n > 0","fieldPath":".nope"}""", "does not refer to a valid field")]
    [TestCase("""{"rule":"self.n > 0","fieldPath":"n"}""", "fieldPath must be a valid path")]
    [TestCase("""{"rule":"self.n > 0","optionalOldSelf":true}""", "may not be set if oldSelf is not used")]
    [TestCase("""{"rule":"self.free.contains(self.free)"}""", "estimated rule cost exceeds budget by factor of more than 100x")]
    public void WhenARuleCannotBeRight_ThenTheDefinitionIsRefused(string rule, string expected) =>
        Assert.That(Refusal(rule), Does.Contain(expected));

    [Test]
    public void WhenAnElementWithoutAPastIsCompared_ThenTheDefinitionIsRefused()
    {
        var schema = Schema("[]")
            .Replace("\"items\":{\"type\":\"object\",\"properties\"",
                "\"items\":{\"type\":\"object\",\"x-kubernetes-validations\":[{\"rule\":\"self.v == oldSelf.v\"}],\"properties\"",
                System.StringComparison.Ordinal);

        Assert.That(string.Join(';', DefinitionTrial.Errors(DefinitionTrial.Of(JsonNode.Parse(schema)!)).Select(error => error.Text)),
            Does.Contain("oldSelf cannot be used on the uncorrelatable portion of the schema within"));
    }

    [TestCase("""{"rule":"self.n > 0"}""", """{"n":0}""", "spec: Invalid value: \"object\": failed rule: self.n > 0")]
    [TestCase("""{"rule":"self.n > 0","message":"n must be positive","fieldPath":".n"}""", """{"n":0}""",
        "spec.n: Invalid value: \"object\": n must be positive")]
    [TestCase("""{"rule":"self.n > 0","message":"m","messageExpression":"'n is ' + string(self.n)"}""", """{"n":-1}""",
        "spec: Invalid value: \"object\": n is -1")]
    [TestCase("""{"rule":"self.n > 0","message":"m","messageExpression":"self.labels['x']"}""", """{"n":-1}""",
        "spec: Invalid value: \"object\": m")]
    [TestCase("""{"rule":"self.n > 0","reason":"FieldValueRequired","message":"m"}""", """{"n":-1}""", "spec: Required value: m")]
    [TestCase("""{"rule":"self.n > 0","reason":"FieldValueDuplicate","message":"m"}""", """{"n":-1}""",
        "spec: Duplicate value: \"object\": m")]
    [TestCase("""{"rule":"self.s == 'x'","message":"m"}""", """{"n":1}""",
        "spec: Invalid value: \"object\": no such key: s evaluating rule: m")]
    [TestCase("""{"rule":"self.n > oldSelf.n"}""", """{"n":1}""", "")]
    [TestCase("""{"rule":"oldSelf.hasValue()","optionalOldSelf":true,"message":"m"}""", """{"n":1}""",
        "spec: Invalid value: \"object\": m")]
    [TestCase("""{"rule":"self.map.all(x, x.v > 0)"}""", """{"map":[{"name":"a","v":1}]}""", "")]
    public void WhenAnObjectIsCreated_ThenARuleSaysWhatItShall(string rule, string spec, string expected) =>
        Assert.That(Told(rule, spec, null), Is.EqualTo(expected));

    [TestCase("""{"rule":"self.n >= oldSelf.n","message":"n may only grow"}""", """{"n":1}""", """{"n":2}""",
        "spec: Invalid value: \"object\": n may only grow")]
    [TestCase("""{"rule":"self.n >= oldSelf.n"}""", """{"n":3}""", """{"n":2}""", "")]
    [TestCase("""{"rule":"self.n > 5"}""", """{"n":1,"s":"same"}""", """{"n":1,"s":"same"}""", "")]
    [TestCase("""{"rule":"self.n > 5"}""", """{"n":1,"s":"other"}""", """{"n":1,"s":"same"}""",
        "spec: Invalid value: \"object\": failed rule: self.n > 5")]
    [TestCase("""{"rule":"self.n != oldSelf.n","message":"must change"}""", """{"n":1}""", """{"n":1}""",
        "spec: Invalid value: \"object\": must change")]
    [TestCase("""{"rule":"self.map == oldSelf.map"}""", """{"map":[{"name":"b"},{"name":"a"}]}""",
        """{"map":[{"name":"a"},{"name":"b"}]}""", "")]
    public void WhenAnObjectIsChanged_ThenARuleMayCompareItWithWhatItWas(string rule, string spec, string old, string expected) =>
        Assert.That(Told(rule, spec, old), Is.EqualTo(expected));

    [Test]
    public void WhenAnElementOfAMapListChanges_ThenItIsComparedWithTheOneOfItsKey()
    {
        const string Rules = ""","x-kubernetes-validations":[{"rule":"self.v == oldSelf.v","message":"v is immutable"}]""";
        var schema = ObjectSchema.FromCustomResource((JsonObject)JsonNode.Parse(Schema("[]", Rules))!);

        var errors = schema.Validate(Object("""{"map":[{"name":"new","v":9},{"name":"b","v":3},{"name":"a","v":1}]}"""),
            Object("""{"map":[{"name":"a","v":1},{"name":"b","v":2}]}"""), null);

        Assert.That(errors.Select(error => error.Text), Is.EqualTo(["spec.map[1]: Invalid value: \"object\": v is immutable"]));
    }

    [Test]
    public void WhenAValueOfAMapBreaksARule_ThenItsKeyIsNamed()
    {
        const string Rules = ""","x-kubernetes-validations":[{"rule":"self != 'no'"}]""";
        var schema = ObjectSchema.FromCustomResource((JsonObject)JsonNode.Parse(Schema("[]", "", Rules))!);

        var errors = schema.Validate(Object("""{"labels":{"x":"no","y":"yes"}}"""), null, null);

        Assert.That(errors.Select(error => error.Text),
            Is.EqualTo(["spec.labels[x]: Invalid value: \"string\": failed rule: self != 'no'"]));
    }

    private static string Refusal(string rule) =>
        string.Join(';', DefinitionTrial.Errors(DefinitionTrial.Of(JsonNode.Parse(Schema($"[{rule}]"))!)).Select(error => error.Text));

    private static string Told(string rule, string spec, string? old)
    {
        var schema = ObjectSchema.FromCustomResource((JsonObject)JsonNode.Parse(Schema($"[{rule}]"))!);
        return string.Join(';', schema.Validate(Object(spec), old is null ? null : Object(old), null).Select(error => error.Text));
    }

    private static JsonObject Object(string spec) =>
        new() { ["metadata"] = new JsonObject { ["name"] = "x" }, ["spec"] = JsonNode.Parse(spec) };

    private static string Schema(string rules, string itemRules = "", string valueRules = "") =>
        "{\"type\":\"object\",\"properties\":{\"spec\":{\"type\":\"object\",\"x-kubernetes-validations\":" + rules + ",\"properties\":{"
        + Properties.Replace("ITEMRULES", itemRules, System.StringComparison.Ordinal)
        .Replace("VALUERULES", valueRules, System.StringComparison.Ordinal) + "}}}}";
}
