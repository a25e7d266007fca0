using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Units;

namespace Canary.Kubernetes.Mapping;

/// <summary>Writes fields; what is null is left out.</summary>
internal static class FieldWriter
{
    private const int LongestText = 32_768;

    public static JsonObject Put(this JsonObject map, string key, JsonNode? value)
    {
        if (value is not null) map[key] = value;
        return map;
    }

    /// <summary>The text, unless it is empty.</summary>
    public static JsonObject PutText(this JsonObject map, string key, string? value) => string.IsNullOrEmpty(value) ? map : map.Put(key, Clip(value));

    /// <summary>No longer than the schemas allow: a status that is refused for a long message would keep an abort from being saved.</summary>
    public static string Clip(string text) => text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";

    public static JsonObject PutTime(this JsonObject map, string key, DateTimeOffset? value) => value is { } time ? map.Put(key, Time(time)) : map;

    public static JsonObject PutDuration(this JsonObject map, string key, TimeSpan? value) => value is { } length ? map.Put(key, GoDuration.Format(length)) : map;

    public static JsonObject PutWeight(this JsonObject map, string key, Weight? value) => value is { } weight ? map.Put(key, weight.Percent) : map;

    /// <summary>True; false is left out.</summary>
    public static JsonObject PutFlag(this JsonObject map, string key, bool value) => value ? map.Put(key, true) : map;

    /// <summary>The list, unless it is empty.</summary>
    public static JsonObject PutList<T>(this JsonObject map, string key, IReadOnlyCollection<T> items, Func<T, JsonNode> write) =>
        items.Count == 0 ? map : map.Put(key, new JsonArray([.. items.Select(write)]));

    /// <summary>RFC 3339 in UTC, with as much of the second as there is.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
