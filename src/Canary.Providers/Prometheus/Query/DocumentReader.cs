using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Providers.Prometheus.Query;

/// <summary>Reads the answers that are no results of a query, as a whole.</summary>
internal static class DocumentReader
{
    /// <summary>The response.</summary>
    /// <exception cref="IOException">The content ends before its end.</exception>
    public static async Task<PrometheusResponse> ReadAsync(
        Stream body,
        ResponseHead head,
        Func<JsonElement, PrometheusResult> data,
        int maxBytes,
        AnswerBudget budget,
        CancellationToken cancel)
    {
        var (bytes, instead) = await BoundedBody.ReadAsync(body, maxBytes, budget, cancel);
        if (instead is not null) return instead;
        if (bytes.Length == 0) return head.Unexpected("the answer is empty");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return (root.ValueKind == JsonValueKind.Object ? Text(root, "status") : "") switch
            {
                "error" => new PrometheusResponse.Error(head.Status, Text(root, "errorType"), Text(root, "error")),
                "success" when root.TryGetProperty("data", out var found) =>
                    head.Success(new PrometheusResponse.Success(data(found), Warnings(root))),
                "success" => head.Unexpected("the answer has no \"data\""),
                _ => head.Unexpected("the answer has no \"status\" that is success or error"),
            };
        }
        catch (JsonException wrong)
        {
            return head.Unexpected(QueryResultReader.NoJson(bytes.Span, bytes.Length, wrong));
        }
        catch (FormatException wrong)
        {
            return head.Unexpected(wrong.Message);
        }
        catch (InvalidOperationException)
        {
            return head.Unexpected(QueryResultReader.NoUnicode);
        }
    }

    public static PrometheusResult Alerts(JsonElement data) => new PrometheusResult.Alerts(
    [
        .. Array(Member(data, "alerts")).Select(alert => new PrometheusAlert(
            Labels(alert, "labels"), Labels(alert, "annotations"), Text(alert, "state"), ActiveAt(alert), Value(alert))),
    ]);

    public static PrometheusResult Labels(JsonElement data) => new PrometheusResult.Labels([.. Array(data).Select(LabelsOf)]);

    public static PrometheusResult Metadata(JsonElement data) => new PrometheusResult.Metadata(
    [
        .. Object(data).EnumerateObject().SelectMany(metric => Array(metric.Value).Select(said =>
            new MetricMetadata(metric.Name, Text(said, "type"), Text(said, "help"), Text(said, "unit")))),
    ]);

    private static EquatableArray<Label> Labels(JsonElement alert, string name) =>
        Object(alert).TryGetProperty(name, out var labels) ? LabelsOf(labels) : [];

    private static EquatableArray<Label> LabelsOf(JsonElement labels) =>
    [
        .. Object(labels).EnumerateObject()
            .Select(label => new Label(label.Name, label.Value.ValueKind == JsonValueKind.String ? label.Value.GetString()! : "")),
    ];

    private static DateTimeOffset? ActiveAt(JsonElement alert) =>
        DateTimeOffset.TryParse(
            Text(alert, "activeAt"),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at)
            ? at
            : null;

    private static double Value(JsonElement alert) =>
        PrometheusValues.Number(Text(alert, "value")) ?? throw new FormatException("an alert of the answer has no value that is a number");

    private static EquatableArray<string> Warnings(JsonElement root) =>
    [
        .. new[] { "warnings", "infos" }
            .SelectMany(
                name => root.TryGetProperty(name, out var texts) && texts.ValueKind == JsonValueKind.Array ? texts.EnumerateArray() : [])
            .Take(QueryResultReader.MostWarnings)
            .Select(text => ServerText.FirstLine(PrometheusValues.Text(text) ?? "")),
    ];

    private static JsonElement Member(JsonElement value, string name) =>
        Object(value).TryGetProperty(name, out var member) ? member : throw new FormatException($"the answer has no \"{name}\"");

    private static JsonElement.ArrayEnumerator Array(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw new FormatException($"a list was expected in the answer, and {value.ValueKind} was found");

    private static JsonElement Object(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
            ? value
            : throw new FormatException($"an object was expected in the answer, and {value.ValueKind} was found");

    private static string Text(JsonElement value, string name) =>
        Object(value).TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
