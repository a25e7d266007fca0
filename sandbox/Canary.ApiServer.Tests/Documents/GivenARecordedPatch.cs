using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Patches;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>Patches that a real API server applied or refused, each on the object as the answer before left it.</summary>
public sealed class GivenARecordedPatch
{
    private static readonly string[] Types =
        ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"];

    /// <summary>The object was created anew before it, which was not recorded.</summary>
    private const string Unrelated = "merge patch: set a member, the rest stays";

    [Test]
    public void WhenItIsApplied_ThenTheObjectIsTheSame()
    {
        var rollout = Recording.Rollout();
        var known = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var compared = 0;

        Assert.Multiple(() =>
        {
            foreach (var line in Recording.Lines("04-patch.jsonl"))
            {
                var key = KeyOf(line);
                if (line.Method == "PATCH" && known.TryGetValue(key, out var before) && SchemaFor(line, rollout) is { } schema
                    && IsPatch(line))
                {
                    Compare(line, before, schema);
                    compared++;
                }

                if (line.Status is 200 or 201 && line.Body is JsonObject { } body && body.Member("metadata") is not null
                    && body.Member("kind").Text() != "Status")
                    known[key] = body;
            }
        });

        Assert.That(compared, Is.GreaterThan(60));
    }

    /// <summary>Refusals of the name, the kind and the version are made where the request is known.</summary>
    private static bool IsPatch(RecordedLine line) =>
        Types.Contains(line.ContentType) && line.Step != Unrelated && line.RequestBody is not JsonValue
        && (line.Status is 200 or 500
            || (line.Status == 422
                && line.Causes.All(cause => !cause.StartsWith("kind", StringComparison.Ordinal)
                    && !cause.StartsWith("apiVersion", StringComparison.Ordinal))));

    private static ObjectSchema? SchemaFor(RecordedLine line, ObjectSchema rollout) => line.Path switch
    {
        var path when path.Contains("/rollouts", StringComparison.Ordinal) => rollout,
        var path when path.Contains("/deployments", StringComparison.Ordinal) => ObjectSchema.BuiltIn("apps", "v1", "Deployment"),
        var path when path.Contains("/services", StringComparison.Ordinal) => ObjectSchema.BuiltIn("", "v1", "Service"),
        _ => null,
    };

    private static string KeyOf(RecordedLine line)
    {
        var path = line.Path.EndsWith("/status", StringComparison.Ordinal) ? line.Path[..^"/status".Length] : line.Path;
        return line.Method == "POST" ? $"{path}/{line.Body.At("metadata", "name").Text()}" : path;
    }

    private static void Compare(RecordedLine line, JsonObject before, ObjectSchema schema)
    {
        var isStatus = line.Path.EndsWith("/status", StringComparison.Ordinal);
        JsonObject after;
        try
        {
            after = Patched(line, before, schema);
        }
        catch (PatchRejectedException e)
        {
            Assert.That((e.StatusCode, e.Message), Is.EqualTo((line.Status, line.Body.Member("message").Text())), line.Step);
            return;
        }

        schema.Prune(after);
        if (!isStatus && schema.IsCustom)
            Replace(after, before, "status");
        if (isStatus)
            Replace(after, before, "spec");
        schema.Default(after);
        var errors = schema.Validate(after, before, isStatus ? "status" : null);
        Assert.That(RecordedLine.Of(errors), Is.EqualTo(line.Causes), line.Step);
        Assert.That(line.Status, Is.EqualTo(errors.Count == 0 ? 200 : 422), line.Step);
        if (line.Status != 200)
            return;
        foreach (var part in (string[])[isStatus ? "status" : "spec"])
            Assert.That(Shown(after[part]), Is.EqualTo(Shown(line.Body.Member(part))), line.Step);
        if (!isStatus)
            Assert.That(Shown(after["metadata"].Member("labels")), Is.EqualTo(Shown(line.Body.At("metadata", "labels"))), line.Step);
    }

    private static JsonObject Patched(RecordedLine line, JsonObject before, ObjectSchema schema) => line.ContentType switch
    {
        "application/json-patch+json" => (JsonObject)JsonPatchDocument.Apply(before, (JsonArray)line.RequestBody!)!,
        "application/merge-patch+json" => (JsonObject)MergePatchDocument.Apply(before, line.RequestBody)!,
        _ => StrategicMergePatchDocument.Apply(before, (JsonObject)line.RequestBody!, schema),
    };

    private static void Replace(JsonObject after, JsonObject before, string member)
    {
        after.Remove(member);
        if (before.Member(member) is { } kept)
            after[member] = kept.DeepClone();
    }

    private static string Shown(JsonNode? node) => JsonTexts.Compact(JsonTexts.Sorted(node));
}
