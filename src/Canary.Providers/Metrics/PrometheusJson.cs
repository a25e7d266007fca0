using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Providers.Metrics;

/// <summary>Reads the JSON of Prometheus's HTTP API.</summary>
internal static class PrometheusJson
{
    /// <summary>Warnings of one answer that are kept: they stand in the status of a run.</summary>
    private const int MostTexts = 10;

    public static PrometheusReply Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return new PrometheusReply.Strange("the answer is empty");
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (JsonException wrong)
        {
            return new PrometheusReply.Strange(Looks(body) ?? $"the answer is no JSON, or ends in its middle ({body.Length} bytes; line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1})");
        }
        catch (FormatException wrong)
        {
            return new PrometheusReply.Strange(wrong.Message);
        }
    }

    private static string? Looks(ReadOnlyMemory<byte> body)
    {
        var start = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 2_000)]).TrimStart();
        if (!start.StartsWith('<')) return null;
        var title = start.IndexOf("<title>", StringComparison.OrdinalIgnoreCase) is >= 0 and var from && start.IndexOf("</title>", from, StringComparison.OrdinalIgnoreCase) is >= 0 and var to
            ? $" titled \"{ServerText.FirstLine(start[(from + "<title>".Length)..to], 100)}\""
            : "";
        return $"a page{title} came back instead of JSON: the address is that of something else, or a login stands before it";
    }

    private static PrometheusReply Read(JsonElement root)
    {
        var status = Property(root, "status").GetStringOrNull();
        if (status == "error") return new PrometheusReply.Refusal(Optional(root, "errorType"), Optional(root, "error"));
        if (status != "success") throw new FormatException("the answer has no \"status\" that is success or error");
        var data = Property(root, "data");
        EquatableArray<string> warnings = [.. Texts(root, "warnings"), .. Texts(root, "infos")];
        var result = Property(data, "result");
        return new PrometheusReply.Success(Property(data, "resultType").GetStringOrNull() switch
        {
            "vector" => new MetricAnswer.Vector([.. Array(result).Select(series => new Sample(Labels(series), Point(Plain(series, "value")).Value))], warnings),
            "scalar" => new MetricAnswer.Scalar(Point(result).Value, warnings),
            "matrix" => new MetricAnswer.Matrix([.. Array(result).Select(series => new Series(Labels(series), [.. Array(Plain(series, "values")).Select(Point)]))], warnings),
            "string" => new MetricAnswer.Text(Array(result).LastOrDefault().GetStringOrNull() ?? throw new FormatException("the string of the answer is missing")),
            var other => throw new FormatException($"the answer is of type \"{ServerText.FirstLine(other, 60)}\"; vector, scalar, matrix and string are known"),
        });
    }

    // A native histogram has no single number.
    private static JsonElement Plain(JsonElement series, string name) =>
        series.ValueKind == JsonValueKind.Object && series.TryGetProperty(name is "value" ? "histogram" : "histograms", out _) && !series.TryGetProperty(name, out _)
            ? throw new FormatException("the answer holds native histograms; take a number from them, with histogram_quantile or histogram_avg")
            : Property(series, name);

    private static EquatableArray<Label> Labels(JsonElement series) =>
        [.. Property(series, "metric").EnumerateObjectOrNone().Select(label => new Label(label.Name, label.Value.GetStringOrNull() ?? ""))];

    private static Point Point(JsonElement pair)
    {
        var members = Array(pair).ToArray();
        if (members is not [{ ValueKind: JsonValueKind.Number } at, var value] || Number(value.GetStringOrNull()) is not { } number)
            throw new FormatException($"\"{ServerText.FirstLine(pair.GetRawText(), 100)}\" is no pair of time and value");
        return new Point(DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(at.GetDouble(), 0, 253_402_300_799)), number);
    }

    private static double? Number(string? text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) ? found : throw new FormatException($"the answer has no \"{name}\"");

    private static string Optional(JsonElement element, string name) => element.TryGetProperty(name, out var found) ? found.GetStringOrNull() ?? "" : "";

    private static IEnumerable<JsonElement> Array(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new FormatException($"a list was expected in the answer, and {element.ValueKind} was found");

    private static IEnumerable<string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Array ? found.EnumerateArray().Select(text => ServerText.FirstLine(text.GetStringOrNull())).Take(MostTexts) : [];

    private static string? GetStringOrNull(this JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    private static IEnumerable<JsonProperty> EnumerateObjectOrNone(this JsonElement element) => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];
}
