using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Tests.Traffic;

/// <summary>Where two documents differ, as JSON pointers.</summary>
internal static class JsonDifference
{
    public static IEnumerable<string> Between(JsonNode? left, JsonNode? right, string path = "") => (left, right) switch
    {
        (JsonObject a, JsonObject b) =>
            a.Select(entry => entry.Key).Union(b.Select(entry => entry.Key))
            .SelectMany(key => Between(a[key], b[key], $"{path}/{key.Replace("/", "~1", StringComparison.Ordinal)}")),
        (JsonArray a, JsonArray b) when a.Count == b.Count =>
            Enumerable.Range(0, a.Count).SelectMany(index => Between(a[index], b[index], $"{path}/{index}")),
        _ => JsonNode.DeepEquals(left, right) ? [] : [path],
    };
}
