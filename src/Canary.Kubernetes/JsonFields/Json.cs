using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.JsonFields;

/// <summary>Looks into documents of others, which may hold anything: what is not of the type asked for is not there.</summary>
internal static class Json
{
    public static JsonObject? Object(JsonNode? node, params string[] path)
    {
        foreach (var key in path) node = (node as JsonObject)?[key];
        return node as JsonObject;
    }

    public static JsonArray? Array(JsonNode? node, params string[] path)
    {
        foreach (var key in path) node = (node as JsonObject)?[key];
        return node as JsonArray;
    }

    /// <summary>The objects of a list.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? node, params string[] path) => Array(node, path)?.OfType<JsonObject>() ?? [];

    public static string? Text(JsonNode? node, params string[] path)
    {
        foreach (var key in path) node = (node as JsonObject)?[key];
        return node is JsonValue value && value.GetValueKind() is JsonValueKind.String && value.TryGetValue<string>(out var text) ? text
            : null;
    }

    public static bool? Flag(JsonNode? node, params string[] path)
    {
        foreach (var key in path) node = (node as JsonObject)?[key];
        return node?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
    }

    /// <summary>A whole number; <c>20.0</c> is one too.</summary>
    public static long? Whole(JsonNode? node, params string[] path)
    {
        foreach (var key in path) node = (node as JsonObject)?[key];
        if (node?.GetValueKind() is not JsonValueKind.Number) return null;
        return decimal.TryParse(node.ToJsonString(), System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue
                ? (long)number
                : null;
    }

    public static string Name(JsonObject document) => Text(document, "metadata", "name") ?? "";

    public static string Namespace(JsonObject document) => Text(document, "metadata", "namespace") ?? "";

    /// <summary>A string map such as labels; empty where there is none.</summary>
    public static IReadOnlyDictionary<string, string> Map(JsonNode? node, params string[] path)
    {
        var map = new Dictionary<string, string>(System.StringComparer.Ordinal);
        foreach (var (key, value) in Object(node, path) ?? [])
        {
            if (Text(value) is { } text) map[key] = text;
        }

        return map;
    }
}
