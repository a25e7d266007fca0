using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.FieldSets;
using Canary.ApiServer.Documents.Patches;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>Server-side apply and the updates between, as a real API server recorded them in managedFields.</summary>
public sealed partial class GivenARecordedApply
{
    [Test]
    public void WhenItIsRepeated_ThenOwnersConflictsAndObjectsAreTheSame()
    {
        var rollout = Recording.Rollout();
        var known = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var compared = 0;

        Assert.Multiple(() =>
        {
            foreach (var line in Recording.Lines("05-server-side-apply.jsonl"))
            {
                var (key, subresource) = KeyOf(line);
                if (subresource == "scale" && line.Status == 200)
                    known[key] = Scaled(line, known[key], SchemaFor(line, rollout)!);
                else if (line.Step == "the object afterwards")
                    Assert.That(Shown(known[key].At("metadata", "managedFields")),
                        Is.EqualTo(Shown(Timed(line).At("metadata", "managedFields"))), line.Step);
                else if (SchemaFor(line, rollout) is { } schema && line.RequestBody is JsonNode && IsCompared(line))
                {
                    Compare(line, known.GetValueOrDefault(key), subresource, schema);
                    compared++;
                }

                if (line.Status is 200 or 201 && Timed(line) is { } answer && answer.Member("metadata") is not null
                    && subresource != "scale")
                    known[key] = answer;
            }
        });

        Assert.That(compared, Is.GreaterThan(45));
    }

    /// <summary>The deployment controller wrote the object before it, which was not recorded.</summary>
    private const string Raced = "Deployment: second manager leaves it out again";

    /// <summary>Writes that this code decides on; names, versions and the query are judged where the request is known.</summary>
    private static bool IsCompared(RecordedLine line) =>
        line.Step != Raced && line.Method is "PATCH" or "POST" && KeyOf(line).Subresource != "scale"
        && line.RequestBody is JsonObject or JsonArray
        && (line.Status is 200 or 201 or 500 || (line.Status == 409 && line.Causes.Count > 0));

    private static ObjectSchema? SchemaFor(RecordedLine line, ObjectSchema rollout) => line.Path switch
    {
        var path when path.Contains("/rollouts", StringComparison.Ordinal) => rollout,
        var path when path.Contains("/deployments", StringComparison.Ordinal) => ObjectSchema.BuiltIn("apps", "v1", "Deployment"),
        var path when path.Contains("/configmaps", StringComparison.Ordinal) => ObjectSchema.BuiltIn("", "v1", "ConfigMap"),
        _ => null,
    };

    private static (string Key, string? Subresource) KeyOf(RecordedLine line)
    {
        foreach (var subresource in (string[])["status", "scale"])
            if (line.Path.EndsWith("/" + subresource, StringComparison.Ordinal))
                return (line.Path[..^(subresource.Length + 1)], subresource);
        return (line.Method == "POST" ? $"{line.Path}/{line.RequestBody.At("metadata", "name").Text()}" : line.Path, null);
    }

    private static void Compare(RecordedLine line, JsonObject? live, string? subresource, ObjectSchema schema)
    {
        var answer = Timed(line)!;
        var now = Managers(answer).Select(entry => entry.Member("time").Text()).OfType<string>().Append("1970-01-01T00:00:00Z")
            .Max(StringComparer.Ordinal)!;
        var time = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);
        try
        {
            var after = line.ContentType == "application/apply-patch+yaml" ? Applied(line, live, subresource, schema, time)
                : Updated(line, live, subresource, schema, time);
            if (after is null)
                return;
            Assert.That(Shown(after["metadata"].Member("managedFields")), Is.EqualTo(Shown(answer.At("metadata", "managedFields"))),
                line.Step);
            foreach (var part in (string[])[subresource == "status" ? "status" : schema.Root.Properties.ContainsKey("spec") ? "spec"
                : "data"])
                Assert.That(Shown(after[part]), Is.EqualTo(Shown(answer.Member(part))), line.Step);
            Assert.That(Shown(after["metadata"].Member("annotations")), Is.EqualTo(Shown(answer.At("metadata", "annotations"))), line.Step);
        }
        catch (PatchRejectedException e)
        {
            Assert.That((e.StatusCode, e.Message), Is.EqualTo((line.Status, answer.Member("message").Text())), line.Step);
        }
    }

    private static JsonObject? Applied(RecordedLine line, JsonObject? live, string? subresource, ObjectSchema schema, DateTimeOffset now)
    {
        var result = FieldManagement.Apply(live, (JsonObject)line.RequestBody!, line.Query("fieldManager")!, line.Query("force") == "true",
            subresource, schema, now);
        if (result is ApplyResult.Merged merged)
        {
            Assert.That(line.Status, Is.EqualTo(live is null ? 201 : 200), line.Step);
            schema.Default(merged.Object);
            return merged.Object;
        }

        var conflict = (ApplyResult.Conflicting)result;
        Assert.That(conflict.Message, Is.EqualTo(line.Body.Member("message").Text()), line.Step);
        Assert.That(conflict.Causes.Select(JsonTexts.Compact),
            Is.EquivalentTo(((JsonArray)line.Body.At("details", "causes")!).Select(JsonTexts.Compact)), line.Step);
        return null;
    }

    private static JsonObject Updated(RecordedLine line, JsonObject? live, string? subresource, ObjectSchema schema, DateTimeOffset now)
    {
        var after = line.ContentType switch
        {
            "application/json-patch+json" => (JsonObject)JsonPatchDocument.Apply(live, (JsonArray)line.RequestBody!)!,
            "application/merge-patch+json" => (JsonObject)MergePatchDocument.Apply(live, line.RequestBody)!,
            _ => (JsonObject)line.RequestBody!,
        };
        schema.Default(after);
        FieldManagement.RecordUpdate(line.Method == "POST" ? null
            : live, after, line.Query("fieldManager") ?? "rec", subresource, schema, now);
        return after;
    }

    private static JsonObject Scaled(RecordedLine line, JsonObject live, ObjectSchema schema)
    {
        var after = (JsonObject)live.DeepClone();
        after["spec"]!["replicas"] = line.Body.At("spec", "replicas")!.DeepClone();
        FieldManagement.RecordUpdate(live, after, line.Query("fieldManager")!, "scale", schema, DateTimeOffset.UnixEpoch);
        return after;
    }

    private static IEnumerable<JsonNode?> Managers(JsonObject obj) => obj.At("metadata", "managedFields") as JsonArray ?? [];

    /// <summary>The answer with real times for the placeholders, the greater the later.</summary>
    private static JsonObject? Timed(RecordedLine line) => line.Body is not JsonObject body
        ? null
        : (JsonObject)JsonNode.Parse(Placeholder().Replace(
            body.ToJsonString(JsonTexts.Options),
            match => DateTimeOffset.UnixEpoch.AddMinutes(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)))!;

    private static string Shown(JsonNode? node) => JsonTexts.Compact(JsonTexts.Sorted(node));

    [GeneratedRegex("<time-([0-9]+)>")]
    private static partial Regex Placeholder();
}
