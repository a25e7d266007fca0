using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>One line of a recording as it is replayed.</summary>
internal sealed record Recorded(
    string File, int Number, string Step, string Method, string Path, IReadOnlyDictionary<string, string> Query, string? Accept,
    string? ContentType, string? Authorization,
    JsonNode? Body, int Status, string? AnswerType, IReadOnlyList<string> Warnings, JsonNode? Answer, JsonObject? Stream)
{
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Id => $"{File}:{Number}";

    /// <summary>A note or timeline of the recorder is no request.</summary>
    public bool IsRequest => Method != "-" && Path.StartsWith('/') && !Step.StartsWith("timeline", StringComparison.Ordinal);

    public bool IsWatch => Stream is not null && Answer is JsonArray;

    public static IReadOnlyList<Recorded> Read(string path)
    {
        var file = System.IO.Path.GetFileNameWithoutExtension(path);
        return [.. System.IO.File.ReadLines(path).Select((text, number) => Of(file, number, (JsonObject)JsonNode.Parse(text)!))];
    }

    /// <summary>The text as the recorder sent it, with a space after each colon and comma.</summary>
    public static string Spaced(JsonNode? node) => node switch
    {
        JsonObject obj => "{" + string.Join(", ", obj.Select(m => $"{JsonSerializer.Serialize(m.Key, Plain)}: {Spaced(m.Value)}")) + "}",
        JsonArray array => "[" + string.Join(", ", array.Select(Spaced)) + "]",
        _ => node?.ToJsonString(Plain) ?? "null",
    };

    private static Recorded Of(string file, int number, JsonObject line)
    {
        var request = (JsonObject)line["request"]!;
        var response = (JsonObject)line["response"]!;
        var headers = request["headers"] as JsonObject ?? [];
        var answer = response["headers"] as JsonObject ?? [];
        return new Recorded(
            file,
            number,
            line["step"]!.GetValue<string>(),
            request["method"]!.GetValue<string>(),
            request["path"]!.GetValue<string>(),
            (request["query"] as JsonObject ?? []).ToDictionary(q => q.Key, q => q.Value is JsonValue v ? v.ToString()
                : q.Value?.ToJsonString() ?? ""),
            headers["accept"]?.GetValue<string>(),
            headers["content-type"]?.GetValue<string>(),
            headers["authorization"]?.GetValue<string>(),
            request["body"]?.DeepClone(),
            response["status"]!.GetValue<int>(),
            answer["content-type"]?.GetValue<string>(),
            [.. (answer["warning"] as JsonArray ?? []).Select(w => w!.GetValue<string>())],
            response["body"]?.DeepClone(),
            (response["stream"] ?? line["stream"])?.DeepClone() as JsonObject);
    }
}
