using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>One request and its answer.</summary>
internal sealed class RecordedLine(JsonObject line)
{
    public string Step => line.Member("step").Text() ?? "";

    public bool IsRequest => line.At("request", "method").Text() is { } method && method != "-" && Path.StartsWith('/');

    public string Method => line.At("request", "method").Text() ?? "";

    public string Path => line.At("request", "path").Text() ?? "";

    public string ContentType => (line.At("request", "headers", "content-type").Text() ?? "").Split(';')[0];

    public JsonNode? RequestBody => line.At("request", "body")?.DeepClone();

    public JsonNode? Body => line.At("response", "body")?.DeepClone();

    public int Status => (int)(line.At("response", "status").Whole() ?? 0);

    public string? Query(string name) => line.At("request", "query", name).Text();

    /// <summary>Texts of the warnings, without their code.</summary>
    public IReadOnlyList<string> Warnings =>
    [
        .. (line.At("response", "headers", "warning") as JsonArray ?? []).Select(warning =>
            warning.Text()!["299 - \"".Length..^1].Replace("\\\"", "\"", StringComparison.Ordinal)),
    ];

    /// <summary>Causes of a refusal, each as "field (reason): message", sorted: the order means nothing.</summary>
    public IReadOnlyList<string> Causes =>
        Sorted((line.At("response", "body", "details", "causes") as JsonArray ?? [])
            .Select(cause => Shown(cause.Member("field").Text(), cause.Member("reason").Text(), cause.Member("message").Text())));

    public static IReadOnlyList<string> Of(IEnumerable<FieldError> errors) =>
        Sorted(errors.Select(error => Shown(error.Field, error.Reason, error.Message)));

    private static string Shown(string? field, string? reason, string? message) => $"{field} ({reason}): {message}";

    private static List<string> Sorted(IEnumerable<string> causes) => [.. causes.Order(StringComparer.Ordinal)];
}
