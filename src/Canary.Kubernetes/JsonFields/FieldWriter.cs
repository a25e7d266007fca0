using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Core.Units;

namespace Canary.Kubernetes.JsonFields;

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
    public static JsonObject PutText(this JsonObject map, string key, string? value) =>
        string.IsNullOrEmpty(value) ? map : map.Put(key, Clip(value));

    /// <summary>No longer than the schemas allow: a status that is refused for a long message would keep an abort from being
    /// saved.</summary>
    public static string Clip(string text) => Clip(text, LongestText);

    /// <summary>The beginning of a text, as characters: no half of a surrogate pair is left, nor comes in.</summary>
    public static string Clip(string text, int longest)
    {
        var beginning = text.Length <= longest ? text : text[..(longest - 1)] + "…";
        return Characters(beginning);
    }

    /// <summary>Puts a number; nothing where it is none, or infinite, which JSON has no word for.</summary>
    public static JsonObject PutNumber(this JsonObject map, string key, double? value) =>
        value is { } number && double.IsFinite(number) ? map.Put(key, number) : map;

    private static string Characters(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])) at++;
            // .NET's own replacement of what cannot be encoded.
            else return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return text;
    }

    public static JsonObject PutTime(this JsonObject map, string key, DateTimeOffset? value) =>
        value is { } time ? map.Put(key, Time(time)) : map;

    public static JsonObject PutDuration(this JsonObject map, string key, TimeSpan? value) =>
        value is { } length ? map.Put(key, GoDuration.Format(length)) : map;

    public static JsonObject PutWeight(this JsonObject map, string key, Weight? value) =>
        value is { } weight ? map.Put(key, weight.Percent) : map;

    /// <summary>True; false is left out.</summary>
    public static JsonObject PutFlag(this JsonObject map, string key, bool value) => value ? map.Put(key, true) : map;

    /// <summary>The list, unless it is empty.</summary>
    public static JsonObject PutList<T>(this JsonObject map, string key, IReadOnlyCollection<T> items, Func<T, JsonNode> write) =>
        items.Count == 0 ? map : map.Put(key, new JsonArray([.. items.Select(write)]));

    /// <summary>RFC 3339 in UTC, with as much of the second as there is.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
