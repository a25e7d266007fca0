using System;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>Operations of a JSON Patch (RFC 6902).</summary>
internal static class JsonPatchText
{
    public static JsonObject Test(string path, JsonNode? value) =>
        new() { ["op"] = "test", ["path"] = path, ["value"] = value?.DeepClone() };

    public static JsonObject Add(string path, JsonNode? value) => new() { ["op"] = "add", ["path"] = path, ["value"] = value?.DeepClone() };

    public static JsonObject Remove(string path) => new() { ["op"] = "remove", ["path"] = path };

    /// <summary>A key as a part of a JSON pointer.</summary>
    public static string Escape(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
