using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Objects;

/// <summary>Reads and writes the members that every Kubernetes object has, without a typed model of it.</summary>
internal static class ObjectMembers
{
    public static JsonObject Metadata(this JsonObject obj)
    {
        if (obj["metadata"] is JsonObject metadata)
            return metadata;

        metadata = [];
        obj["metadata"] = metadata;
        return metadata;
    }

    public static string? Text(this JsonObject obj, string member) =>
        obj[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static long? Whole(this JsonObject obj, string member) =>
        obj[member] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static bool IsTrue(this JsonObject obj, string member) =>
        obj[member] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static JsonObject? Child(this JsonObject obj, params ReadOnlySpan<string> path)
    {
        JsonObject? current = obj;
        foreach (var member in path)
            current = current?[member] as JsonObject;
        return current;
    }

    public static IEnumerable<JsonObject> Children(this JsonObject obj, string member) =>
        (obj[member] as JsonArray)?.OfType<JsonObject>() ?? [];

    public static IEnumerable<string> Texts(this JsonObject obj, string member) =>
        (obj[member] as JsonArray)?.OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String)
        .Select(v => v.GetValue<string>()) ?? [];

    public static string Name(this JsonObject obj) => obj.Child("metadata")?.Text("name") ?? "";

    public static string Namespace(this JsonObject obj) => obj.Child("metadata")?.Text("namespace") ?? "";

    public static string Uid(this JsonObject obj) => obj.Child("metadata")?.Text("uid") ?? "";

    public static string ResourceVersion(this JsonObject obj) => obj.Child("metadata")?.Text("resourceVersion") ?? "";

    public static long Generation(this JsonObject obj) => obj.Child("metadata")?.Whole("generation") ?? 0;

    public static bool IsTerminating(this JsonObject obj) => obj.Child("metadata")?.Text("deletionTimestamp") is not null;

    public static IReadOnlyList<string> Finalizers(this JsonObject obj) => obj.Child("metadata")?.Texts("finalizers").ToList() ?? [];

    public static IReadOnlyList<JsonObject> OwnerReferences(this JsonObject obj) =>
        obj.Child("metadata")?.Children("ownerReferences").ToList() ?? [];

    public static JsonObject Copy(this JsonObject obj) => (JsonObject)obj.DeepClone();

    /// <summary>Copies a member of another object, or removes it where the other has none.</summary>
    public static void TakeFrom(this JsonObject obj, JsonObject? source, string member)
    {
        if (source is not null && source.TryGetPropertyValue(member, out var value))
            obj[member] = value?.DeepClone();
        else
            obj.Remove(member);
    }

    public static JsonArray ToJsonArray(this IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode?)JsonValue.Create(t))]);

    /// <summary>Seconds and no fraction, as metav1.Time is written.</summary>
    public static string ToTimestamp(this DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
