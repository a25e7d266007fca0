using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Objects;

/// <summary>Reads members of a Kubernetes object that may not be there: a missing or ill-typed member is null, never an
/// exception.</summary>
internal static class ObjectReading
{
    /// <summary>Walks members by name; null as soon as one is missing.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node is JsonObject members && members.TryGetPropertyValue(name, out var next) ? next : null;
        }

        return node;
    }

    public static JsonObject? ObjectAt(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static IEnumerable<JsonObject> ItemsAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray items ? items.OfType<JsonObject>() : [];

    public static string? TextAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool? FlagAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static int? NumberAt(this JsonNode? node, params ReadOnlySpan<string> path) => (int?)node.DecimalAt(path);

    public static double? DecimalAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A map of texts, as labels and annotations are; anything else in it is left out.</summary>
    public static IReadOnlyDictionary<string, string> TextsAt(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        var texts = new Dictionary<string, string>();
        foreach (var (name, value) in node.ObjectAt(path) ?? [])
        {
            if (value is JsonValue scalar && scalar.TryGetValue<string>(out var text)) texts[name] = text;
        }

        return texts;
    }

    public static IReadOnlyDictionary<string, string> Labels(this JsonObject item) => item.TextsAt("metadata", "labels");

    /// <summary>True when every pair of the selector is among the labels. An empty selector selects nothing here, as that of a Service
    /// does.</summary>
    public static bool IsSelectedBy(this IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> selector) =>
        selector.Count > 0 && selector.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>The owner that is marked as controller, if any.</summary>
    public static JsonObject? Controller(this JsonObject item) =>
        item.ItemsAt("metadata", "ownerReferences").FirstOrDefault(owner => owner.FlagAt("controller") == true);
}
