using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;

namespace Canary.Providers.Prometheus.Query;

/// <summary>Labels, times and values of one answer.</summary>
internal sealed class PrometheusValues
{
    // A text that is longer is seldom that of two series.
    private const int LongestShared = 200;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The labels of a series.</summary>
    /// <exception cref="FormatException">There are none.</exception>
    public EquatableArray<Label> Labels(JsonElement series)
    {
        if (!series.TryGetProperty("metric", out var metric)) throw new FormatException("the answer has no \"metric\"");
        if (metric.ValueKind != JsonValueKind.Object) return [];
        try
        {
            return [.. metric.EnumerateObject().Select(label => new Label(Shared(label.Name), Shared(Text(label.Value) ?? "")))];
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("the answer holds a label whose name is not valid Unicode");
        }
    }

    /// <summary>The pairs of time and value of a series.</summary>
    /// <exception cref="FormatException">One cannot be read.</exception>
    public static EquatableArray<Point> Points(JsonElement pairs, SecretRedaction secrets)
    {
        if (pairs.ValueKind != JsonValueKind.Array)
            throw new FormatException($"a list was expected in the answer, and {pairs.ValueKind} was found");
        var points = new Point[pairs.GetArrayLength()];
        var at = 0;
        foreach (var pair in pairs.EnumerateArray()) points[at++] = Point(pair, secrets);
        return [.. points];
    }

    /// <summary>A pair of time and value.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static Point Point(JsonElement pair, SecretRedaction secrets) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && Point(pair[0], pair[1]) is { } point
            ? point
            : throw new FormatException($"\"{ServerText.FirstLine(secrets.Apply(pair.GetRawText()), 100)}\" is no pair of time and value");

    /// <summary>The time and the value; null: they are none.</summary>
    public static Point? Point(JsonElement at, JsonElement value) =>
        at.ValueKind == JsonValueKind.Number && at.TryGetDouble(out var seconds) && Number(Text(value)) is { } number
            ? new Point(DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(seconds, 0, 253_402_300_799)), number)
            : null;

    /// <summary>The text; null: it is none, or no valid Unicode.</summary>
    public static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text that the reader stands at; null: it is no valid Unicode.</summary>
    public static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A number as Prometheus writes it; null: it is none.</summary>
    public static double? Number(string? text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    private string Shared(string text)
    {
        if (text.Length > LongestShared) return text;
        return _texts.TryGetValue(text, out var known) ? known : _texts[text] = text;
    }
}
