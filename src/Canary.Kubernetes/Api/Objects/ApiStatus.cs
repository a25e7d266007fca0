using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Units;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>Why a request was not carried out, as the server or, with code 0, the way to it said.</summary>
/// <param name="Code">HTTP status; 0 when there was no complete answer.</param>
/// <param name="Reason">One word such as <c>Conflict</c>; empty when none was given.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Details">The <c>details</c> of the Status object.</param>
public sealed record ApiStatus(int Code, string Reason, string Message, JsonObject? Details)
{
    /// <summary>Longest message that is kept: the API server names every error of an object in one.</summary>
    private const int LongestMessage = 1_500;

    private const int LongestReason = 100;

    /// <summary>Reads a Status object.</summary>
    public static ApiStatus Of(JsonObject status, int code) => new(
        Number(status["code"]) ?? code,
        ServerText.FirstLine(Text(status["reason"]), LongestReason),
        ServerText.OneLine(Text(status["message"]), LongestMessage),
        status["details"] as JsonObject);

    /// <summary>The causes in the details: field path, reason and message of each.</summary>
    public IReadOnlyList<StatusCause> Causes => Details?["causes"] is not JsonArray causes
        ? []
        : [.. causes.OfType<JsonObject>().Select(cause => new StatusCause(
            Text(cause["field"]) ?? "", Text(cause["reason"]) ?? "", Text(cause["message"]) ?? ""))];

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static int? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out int number) && number > 0 ? number : null;
}

/// <summary>One of the causes of a refusal.</summary>
public sealed record StatusCause(string Field, string Reason, string Message);
