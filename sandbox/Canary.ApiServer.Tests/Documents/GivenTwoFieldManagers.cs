using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.FieldSets;
using Canary.ApiServer.Documents.Patches;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

public sealed class GivenTwoFieldManagers
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly ObjectSchema Schema = ObjectSchema.BuiltIn("", "v1", "Service")!;

    [Test]
    public void WhenBothSayTheSame_ThenTheyShareTheFieldAndItStaysUntilTheLastLetsGo()
    {
        var service = Applied(null, "a", """{"selector":{"app":"x"},"type":"ClusterIP"}""");
        service = Applied(service, "b", """{"type":"ClusterIP"}""");
        service = Applied(service, "a", """{"selector":{"app":"x"}}""");

        var shared = service.At("spec", "type").Text();
        service = Applied(service, "b", "null");

        Assert.Multiple(() =>
        {
            Assert.That(shared, Is.EqualTo("ClusterIP"));
            Assert.That(service.At("spec", "type"), Is.Null);
            Assert.That(Managers(service), Is.EqualTo("a Apply"));
        });
    }

    [Test]
    public void WhenOneChangesWhatTheOtherOwns_ThenItConflictsUnlessItIsForced()
    {
        var service = Applied(null, "a", """{"ports":[{"port":80,"protocol":"TCP","name":"http"}]}""");
        var other = Config("""{"ports":[{"port":80,"name":"web"}]}""");

        var refused = (ApplyResult.Conflicting)FieldManagement.Apply(service, other, "b", false, null, Schema, Now);
        var forced = (ApplyResult.Merged)FieldManagement.Apply(service, other, "b", true, null, Schema, Now);

        Assert.Multiple(() =>
        {
            Assert.That(refused.Message,
                Is.EqualTo("Apply failed with 1 conflict: conflict with \"a\": .spec.ports[port=80,protocol=\"TCP\"].name"));
            Assert.That(forced.Object.At("spec", "ports")![0].Member("name").Text(), Is.EqualTo("web"));
            Assert.That(Fields(forced.Object, "a"), Does.Not.Contain("f:name"));
        });
    }

    [Test]
    public void WhenOneUpdatesWhatTheOtherApplied_ThenItOwnsTheField()
    {
        var before = Applied(null, "a", """{"type":"ClusterIP"}""");
        var after = (JsonObject)before.DeepClone();
        after["spec"]!["type"] = "NodePort";

        FieldManagement.RecordUpdate(before, after, "b", null, Schema, Now);

        Assert.Multiple(() =>
        {
            Assert.That(Managers(after), Is.EqualTo("b Update"));
            Assert.That(Fields(after, "b"), Is.EqualTo("""{"f:spec":{"f:type":{}}}"""));
        });
    }

    [Test]
    public void WhenManyUpdate_ThenTheOldestAreMerged()
    {
        var service = Config("{}");
        FieldManagement.RecordUpdate(null, service, "first", null, Schema, Now);
        for (var i = 0; i < 15; i++)
        {
            var after = (JsonObject)service.DeepClone();
            after["spec"]![$"{(i % 2 == 0 ? "externalName" : "loadBalancerIP")}"] = $"v{i}";
            after["metadata"]!["annotations"] ??= new JsonObject();
            after["metadata"]!["annotations"]![$"k{i}"] = "v";
            FieldManagement.RecordUpdate(service, after, $"m{i}", null, Schema, Now.AddMinutes(i));
            service = after;
        }

        Assert.Multiple(() =>
        {
            Assert.That(((JsonArray)service.At("metadata", "managedFields")!).Count, Is.EqualTo(10));
            Assert.That(Fields(service, "ancient-changes"), Does.Contain("f:k0"));
            Assert.That(Fields(service, "m14"), Does.Contain("f:k14"));
        });
    }

    [TestCase("""{"nope":1}""", ".spec.nope: field not declared in schema")]
    [TestCase("""{"ports":[{"port":80},{"port":80,"protocol":"TCP"}]}""",
        ".spec.ports: duplicate entries for key [port=80,protocol=\"TCP\"]")]
    [TestCase("""{"ports":[{"name":"x"}]}""",
        ".spec.ports: element 0: associative list with keys has an element that omits key field \"port\" (and doesn't have default value)")]
    [TestCase("""{"healthCheckNodePort":"x"}""", ".spec.healthCheckNodePort: expected numeric (int or float), got string")]
    public void WhenAConfigurationDoesNotFitTheSchema_ThenItFailsWithoutPruning(string spec, string reason)
    {
        var rejected =
            Assert.Throws<PatchRejectedException>(() => FieldManagement.Apply(null, Config(spec), "a", false, null, Schema, Now));

        Assert.That((rejected!.StatusCode, rejected.Message),
            Is.EqualTo((500, $"failed to create typed patch object (/s; v1, Kind=Service): {reason}")));
    }

    private static JsonObject Config(string spec)
    {
        var config = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Service", ["metadata"] = new JsonObject { ["name"] = "s" } };
        if (JsonNode.Parse(spec) is { } said)
            config["spec"] = said;
        return config;
    }

    private static JsonObject Applied(JsonObject? live, string manager, string spec) =>
        ((ApplyResult.Merged)FieldManagement.Apply(live, Config(spec), manager, false, null, Schema, Now)).Object;

    private static string Managers(JsonObject obj) => string.Join(',', ((JsonArray)obj.At("metadata", "managedFields")!)
        .Select(entry => $"{entry.Member("manager").Text()} {entry.Member("operation").Text()}"));

    private static string Fields(JsonObject obj, string manager) =>
        ((JsonArray)obj.At("metadata", "managedFields")!).Single(entry => entry.Member("manager").Text() == manager)
        .Member("fieldsV1")!.ToJsonString();
}
