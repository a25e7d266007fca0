using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Kubernetes.JsonFields;

/// <summary>Reads the fields of an object and keeps what is wrong with each, by its path.</summary>
internal sealed class FieldReader(JsonNode? node, string path, List<SpecError> errors)
{
    // Lengths of ten years are added to a time and taken from it, and what comes of that is a date still.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Path => path;

    /// <summary>Whether the object is there.</summary>
    public bool IsPresent => node is JsonObject;

    private JsonObject? Map => node as JsonObject;

    public IReadOnlyCollection<string> Keys => [.. Map?.Select(entry => entry.Key) ?? []];

    public bool Has(string key) => Map?[key] is not null;

    public void Fail(string key, string message) => errors.Add(new SpecError(key.Length == 0 ? path : PathOf(key), message));

    public FieldReader Child(string key)
    {
        Expect(key, JsonValueKind.Object, "an object");
        return new FieldReader(Map?[key] as JsonObject, PathOf(key), errors);
    }

    /// <summary>The objects of a list; none where it is absent.</summary>
    public IReadOnlyList<FieldReader> Items(string key)
    {
        if (!Expect(key, JsonValueKind.Array, "a list")) return [];
        var items = new List<FieldReader>();
        foreach (var item in (JsonArray)Map![key]!)
        {
            var at = $"{PathOf(key)}[{items.Count}]";
            if (item is not JsonObject) errors.Add(new SpecError(at, $"{Found(item)}; an object is needed"));
            items.Add(new FieldReader(item as JsonObject, at, errors));
        }

        return items;
    }

    /// <summary>The strings of a list.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        if (!Expect(key, JsonValueKind.Array, "a list")) return [];
        var list = (JsonArray)Map![key]!;
        for (var index = 0; index < list.Count; index++)
        {
            if (Json.Text(list[index]) is null)
                errors.Add(new SpecError($"{PathOf(key)}[{index}]", $"{Found(list[index])}; a string is needed"));
        }

        return [.. list.Select(item => Json.Text(item)).OfType<string>()];
    }

    public string? Text(string key) => Expect(key, JsonValueKind.String, "a string") ? Json.Text(Map![key]) : null;

    /// <summary>A string that must be there. Of an object that is not there itself nothing is said: that was said already.</summary>
    public string RequiredText(string key, string need)
    {
        if (!IsPresent) return "";
        if (!Has(key)) Fail(key, $"it is missing; {need}");
        else if (Text(key) is { Length: > 0 } text) return text;
        else if (Json.Text(Map![key]) is not null) Fail(key, $"it is empty; {need}");
        return "";
    }

    /// <summary>A string, or a number as its text: a field that may be written either way.</summary>
    public string? TextOrNumber(string key)
    {
        var value = Map?[key];
        if (value is null) return null;
        if (value.GetValueKind() is JsonValueKind.Number) return value.ToJsonString();
        if (Json.Text(value) is { } text) return text;
        Fail(key, $"{Found(value)}; a string or a number is needed");
        return null;
    }

    public bool Flag(string key, bool otherwise)
    {
        var value = Map?[key];
        if (value is null) return otherwise;
        if (Json.Flag(value) is { } flag) return flag;
        Fail(key, $"{Found(value)}; true or false is needed");
        return otherwise;
    }

    public TimeSpan? Duration(string key)
    {
        if (TextOrNumber(key) is not { } text) return null;
        if (GoDuration.TryParse(text, out var value, out var problem)) return value;
        Fail(key, problem);
        return null;
    }

    public long? Whole(string key)
    {
        var value = Map?[key];
        if (value is null) return null;
        if (Json.Whole(value) is { } whole) return whole;
        Fail(key, $"{Found(value)}; a whole number is needed");
        return null;
    }

    /// <summary>A text that is no longer than its field may be; null where it is.</summary>
    public string? Short(string key, int longest)
    {
        if (Text(key) is not { } text || text.Length <= longest) return Text(key);
        Fail(key, $"it has {text.Length} characters; at most {longest} are allowed");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public int? Int(string key, int least = int.MinValue, int most = int.MaxValue)
    {
        if (Whole(key) is not { } whole) return null;
        if (whole >= least && whole <= most) return (int)whole;
        Fail(key, $"it is {whole}; {least} to {most} is allowed");
        return null;
    }

    public double? Number(string key)
    {
        var value = Map?[key];
        if (value is null) return null;
        if (value.GetValueKind() is JsonValueKind.Number
            && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)) return number;
        Fail(key, $"{Found(value)}; a number is needed");
        return null;
    }

    /// <summary>The numbers of a list.</summary>
    public IReadOnlyList<double> Numbers(string key)
    {
        if (!Expect(key, JsonValueKind.Array, "a list")) return [];
        var numbers = new List<double>();
        foreach (var item in (JsonArray)Map![key]!)
        {
            if (item?.GetValueKind() is JsonValueKind.Number
                && double.TryParse(item.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)) numbers.Add(number);
            else Fail(key, $"{Found(item)}; a number is needed");
        }

        return numbers;
    }

    public Weight? Percent(string key)
    {
        var value = Map?[key];
        if (value is null) return null;
        if (value.GetValueKind() is JsonValueKind.Number
            && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
            && percent is >= 0 and <= 100 && percent * 100 == decimal.Truncate(percent * 100)) return Weight.FromPercent(percent);
        Fail(key, $"{Found(value)}; a number of percent from 0 to 100 is needed");
        return null;
    }

    public DateTimeOffset? Time(string key)
    {
        if (Text(key) is not { } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time) && time >= Earliest && time <= Latest) return time;
        Fail(key, $"it is '{text}'; a time such as 2026-01-31T12:00:00Z is needed");
        return null;
    }

    /// <summary>A name of an enum, whatever the case of its first letter.</summary>
    public T? Name<T>(string key)
        where T : struct, Enum
    {
        if (Text(key) is not { } text) return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        Fail(key, $"it is '{text}'; allowed are {string.Join(", ", Enum.GetNames<T>().Select(Camel))}");
        return null;
    }

    /// <summary>The name with a small first letter.</summary>
    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Found(JsonNode? value) =>
        $"it is {(value is null ? "null" : value is JsonObject ? "an object" : value is JsonArray ? "a list" : value.ToJsonString())}";

    private string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private bool Expect(string key, JsonValueKind kind, string need)
    {
        var value = Map?[key];
        if (value is null) return false;
        if (value.GetValueKind() == kind) return true;
        Fail(key, $"{Found(value)}; {need} is needed");
        return false;
    }
}
