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

/// <summary>Built-in kinds that a real API server accepted, completed or refused.</summary>
public sealed class GivenARecordedBuiltIn
{
    /// <summary>What only a server with its storage can know, such as addresses that are taken; and one body that the recording
    /// shortens.</summary>
    private static readonly string[] NeedsTheServer =
        ["Service: clusterIP asked for is taken", "generateName", "ConfigMap: larger than", "create in a terminating namespace"];

    /// <summary>Members that the server itself fills in.</summary>
    private static readonly string[] Allocated = ["clusterIP", "clusterIPs", "finalizers"];

    [TestCase("10-core-resources.jsonl", 25)]
    [TestCase("02-crud.jsonl", 6)]
    [TestCase("03-optimistic-concurrency.jsonl", 1)]
    public void WhenItIsWritten_ThenItIsCompletedOrRefusedLikeThere(string file, int least)
    {
        var known = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var compared = 0;

        Assert.Multiple(() =>
        {
            foreach (var line in Recording.Lines(file))
            {
                var key = line.Method == "POST" ? $"{line.Path}/{line.Body.At("metadata", "name").Text()}" : line.Path;
                if (Written(line, known.GetValueOrDefault(key)) is { } obj && SchemaOf(obj, line) is { } schema)
                {
                    Compare(line, obj, line.Method == "POST" ? null : known.GetValueOrDefault(key), schema);
                    compared++;
                }

                if (line.Status is 200 or 201 && line.Method != "DELETE" && line.Body is JsonObject body
                    && body.Member("kind").Text() is not (null or "Status") && body.Member("metadata") is not null)
                    known[key] = body;
            }
        });

        Assert.That(compared, Is.GreaterThan(least));
    }

    private static JsonObject? Written(RecordedLine line, JsonObject? old)
    {
        if (line.Status is not (200 or 201 or 422) || line.Query("fieldValidation") is not null
            || NeedsTheServer.Any(step => line.Step.StartsWith(step, StringComparison.Ordinal))
            || line.Path.EndsWith("/status", StringComparison.Ordinal) || line.Path.EndsWith("/scale", StringComparison.Ordinal))
            return null;
        return (line.Method, line.ContentType, line.RequestBody, old) switch
        {
            ("POST", _, JsonObject body, _) => InNamespace(body, line),
            ("PUT", _, JsonObject body, { } stored) => Kept(body, stored),
            ("PATCH", "application/merge-patch+json", JsonObject patch, { } stored) => (JsonObject)MergePatchDocument.Apply(stored, patch)!,
            ("PATCH", "application/strategic-merge-patch+json", JsonObject patch, { } stored) when SchemaOf(stored, line) is { } schema =>
                StrategicMergePatchDocument.Apply(stored, patch, schema),
            _ => null,
        };
    }

    /// <summary>The path says the namespace.</summary>
    private static JsonObject InNamespace(JsonObject body, RecordedLine line)
    {
        var parts = line.Path.Split('/');
        if (Array.IndexOf(parts, "namespaces") is var at and >= 0 && at + 1 < parts.Length && body["metadata"] is JsonObject metadata)
            metadata["namespace"] = parts[at + 1];
        return body;
    }

    /// <summary>The address of a Service stays without being sent again.</summary>
    private static JsonObject Kept(JsonObject body, JsonObject stored)
    {
        foreach (var name in (string[])["clusterIP", "clusterIPs"])
            if (stored.At("spec", name) is { } address && body["spec"] is JsonObject spec && !spec.ContainsKey(name))
                spec[name] = address.DeepClone();
        return body;
    }

    private static ObjectSchema? SchemaOf(JsonObject obj, RecordedLine line)
    {
        var parts = (obj.Member("apiVersion").Text() ?? "").Split('/');
        var schema = ObjectSchema.BuiltIn(parts.Length == 2 ? parts[0] : "", parts[^1], obj.Member("kind").Text() ?? "");
        return schema?.DecodingError(obj) is null && !line.Path.Contains("reviews", StringComparison.Ordinal) ? schema : null;
    }

    private static void Compare(RecordedLine line, JsonObject obj, JsonObject? old, ObjectSchema schema)
    {
        schema.Prune(obj);
        schema.Default(obj);
        var errors = schema.Validate(obj, old, null);
        var wanted = line.Causes.Where(cause => !cause.StartsWith("metadata.uid", StringComparison.Ordinal)
            && !cause.StartsWith("metadata.resourceVersion", StringComparison.Ordinal)).ToList();
        if (line.Status == 422 && wanted.Count == 0)
            return;
        Assert.That(RecordedLine.Of(errors), Is.EqualTo(wanted), line.Step);
        if (line.Status == 422)
            return;
        foreach (var part in (string[])["spec", "data", "type", "addressType", "endpoints", "ports", "source", "involvedObject",
            "regarding", "eventTime", "reportingComponent"])
            Assert.That(Shown(obj[part]), Is.EqualTo(Shown(line.Body.Member(part))), $"{line.Step}: {part}");
    }

    private static string Shown(JsonNode? node)
    {
        var copy = node?.DeepClone();
        foreach (var name in Allocated)
            (copy as JsonObject)?.Remove(name);
        return JsonTexts.Compact(JsonTexts.Sorted(copy));
    }
}
