using System;
using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Credentials;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Bytes to documents and back; whatever is not what an API server should say becomes a readable
/// <see cref="ApiException"/>.</summary>
internal static class AnswerReader
{
    private const int LongestQuote = 200;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToBytes(JsonNode document)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Writing)) document.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The document of an answer.</summary>
    /// <exception cref="ApiException">The answer is a refusal, or not a document.</exception>
    public static JsonNode Document(ApiAnswer answer, string request)
    {
        if (!answer.IsSuccess) throw Refusal(answer, request);
        try
        {
            if (JsonText.ReadObject(answer.Body.Span) is { } document) return document;
        }
        catch (JsonException problem)
        {
            throw Unreadable(answer, request, problem);
        }

        throw Unreadable(answer, request, null);
    }

    /// <summary>The object of an answer.</summary>
    /// <exception cref="ApiException">The answer is a refusal, or not an object.</exception>
    public static JsonObject Object(ApiAnswer answer, string request) =>
        Document(answer, request) as JsonObject ?? throw Unreadable(answer, request, null);

    public static ApiException Refusal(ApiAnswer answer, string request) =>
        new(StatusOf(answer), request, answer.RetryAfter, null);

    private static ApiStatus StatusOf(ApiAnswer answer)
    {
        try
        {
            // Before anything is cut off from it: a half of a token would not be found.
            var text = AuthorizationSecrets.Redaction(answer.Request).Apply(Encoding.UTF8.GetString(answer.Body.Span));
            if (JsonText.ReadObject(Encoding.UTF8.GetBytes(text)) is JsonObject document && document["kind"] is JsonValue kind
                && kind.TryGetValue(out string? name) && name == "Status")
            {
                var status = ApiStatus.Of(document, answer.Code);
                return status.Message.Length > 0 ? status
                    : status with { Message = $"{answer.Code} {Phrase(answer.Code)} {status.Reason}".TrimEnd() };
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // Not a Status: described below from what is there.
        }

        return new ApiStatus(answer.Code, "", $"{answer.Code} {Phrase(answer.Code)}{answer.Via}: {Quote(answer)}", null);
    }

    private static ApiException Unreadable(ApiAnswer answer, string request, JsonException? problem)
    {
        var place = problem is null ? "" : $" (broken at line {problem.LineNumber + 1}, byte {problem.BytePositionInLine})";
        var message = $"{answer.Code}{answer.Via} with a body that is not a JSON document{place}: {Quote(answer)}";
        return new ApiException(new ApiStatus(0, "Unreadable", message, null), request, null, problem);
    }

    private static string Quote(ApiAnswer answer)
    {
        if (answer.Body.Length == 0) return "the body is empty";

        var text = AuthorizationSecrets.Redaction(answer.Request)
            .Apply(Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, 4 * LongestQuote)]));
        return $"{(answer.ContentType is { } type ? ServerText.FirstLine(type, LongestQuote / 2) : "no content type")}, "
            + $"{(!answer.IsSuccess && answer.Body.Length > AnswerBody.LongestRefusal ? "more than " : "")}"
            + $"{Math.Min(answer.Body.Length, answer.IsSuccess ? int.MaxValue : AnswerBody.LongestRefusal)} bytes: "
            + $"{ServerText.OneLine(text, LongestQuote)}";
    }

    private static string Phrase(int code) => code switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        409 => "Conflict",
        410 => "Gone",
        413 => "Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    };
}
