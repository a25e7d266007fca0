using System;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Canary.Core.Units;

/// <summary>
/// JSON from outside: annotations, webhooks, answers of servers. <c>JsonNode.Parse</c> accepts a member that is given twice and a text that
/// is half a surrogate pair, and throws when either is first looked at. Here both are found when the text is parsed.
/// </summary>
public static class JsonText
{
    /// <summary>Deepest nesting of a Kubernetes object that is kept; what lies deeper is left out.</summary>
    public const int DeepestObject = 400;

    /// <summary>Deepest nesting of what people and webhooks send.</summary>
    public const int DeepestText = 64;

    // The decoder of the API server stops at ten thousand, so no object is deeper.
    private const int DeepestOnServer = 10_100;

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = DeepestText };
    private static readonly JsonDocumentOptions _object = new() { AllowDuplicateProperties = false, MaxDepth = DeepestObject };
    private static readonly JsonReaderOptions _reading = new() { MaxDepth = DeepestOnServer };
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Parses a text that may hold anything.</summary>
    /// <param name="text">The text.</param>
    /// <param name="node">The document; null for the JSON <c>null</c>, and where the text is no JSON.</param>
    /// <param name="problem">Why it cannot be read; null: it can.</param>
    public static bool TryParse(string text, out JsonNode? node, [NotNullWhen(false)] out string? problem)
    {
        node = null;
        try
        {
            return TryParse(StrictUtf8.GetBytes(text), out node, out problem);
        }
        catch (EncoderFallbackException)
        {
            problem = "it holds half of a surrogate pair, which is no character";
            return false;
        }
    }

    /// <summary>Parses bytes that may hold anything.</summary>
    /// <param name="utf8">The bytes, which should be UTF-8.</param>
    /// <param name="node">The document; null for the JSON <c>null</c>, and where the bytes are no JSON.</param>
    /// <param name="problem">Why it cannot be read; null: it can.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out JsonNode? node, [NotNullWhen(false)] out string? problem)
    {
        node = null;
        try
        {
            problem = Unreadable(utf8);
            if (problem is null) node = JsonNode.Parse(utf8, null, _strict);
        }
        catch (JsonException wrong)
        {
            problem =
                $"line {(wrong.LineNumber ?? 0) + 1}, byte {(wrong.BytePositionInLine ?? 0) + 1}: "
                    + $"{wrong.Message.Split(". ")[0].Split(" Path:")[0].TrimEnd('.')}";
        }

        return problem is null;
    }

    /// <summary>Reads a Kubernetes object as the API server's own decoder does: of a member that is given twice the last one counts, and
    /// what is no character becomes U+FFFD. One bad object must not make a whole list unreadable, so what is nested deeper than
    /// <see cref="DeepestObject"/> is null.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonNode? ReadObject(ReadOnlySpan<byte> utf8)
    {
        try
        {
            if (Unreadable(utf8) is null) return JsonNode.Parse(utf8, null, _object);
        }
        catch (JsonException)
        {
            // A member given twice is told below from what is no JSON at all.
        }

        byte[]? valid = Utf8.IsValid(utf8) ? null : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        var reader = new Utf8JsonReader(valid ?? utf8, _reading);
        reader.Read();
        var node = Read(ref reader);
        if (reader.Read()) throw new JsonException("there is more than one document");
        return node;
    }

    /// <summary>Why a name or a text of the document could not be read; null: all of them can.</summary>
    private static string? Unreadable(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8)) return "it is not UTF-8";
        if (utf8.IndexOf("\\ud"u8) < 0 && utf8.IndexOf("\\uD"u8) < 0) return null;
        var reader = new Utf8JsonReader(utf8, _reading);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && Text(ref reader, isStrict: true) is null)
                return "it holds half of a surrogate pair, which is no character";
        }

        return null;
    }

    private static JsonNode? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= DeepestObject:
                reader.Skip();
                return null;
            case JsonTokenType.StartObject:
                var map = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = Text(ref reader, isStrict: false)!;
                    reader.Read();
                    map[name] = Read(ref reader);
                }

                return map;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Add(Read(ref reader));
                return list;
            case JsonTokenType.String:
                return Text(ref reader, isStrict: false);
            case JsonTokenType.Null:
                return null;
            default:
                return JsonNode.Parse(reader.ValueSpan);
        }
    }

    private static string? Text(ref Utf8JsonReader reader, bool isStrict)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return isStrict ? null : Repaired(reader.ValueSpan);
        }
    }

    // Escapes of single code units: pairs make a character, halves make U+FFFD.
    private static string Repaired(ReadOnlySpan<byte> escaped)
    {
        var raw = Encoding.UTF8.GetString(escaped);
        var text = new StringBuilder(raw.Length);
        for (var at = 0; at < raw.Length; at++)
        {
            if (raw[at] != '\\')
            {
                text.Append(raw[at]);
                continue;
            }

            at++;
            if (raw[at] == 'u') text.Append((char)Convert.ToInt32(raw.Substring(at + 1, 4), 16));
            else text.Append(raw[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other });
            if (raw[at] == 'u') at += 4;
        }

        // .NET's own replacement of what cannot be encoded is U+FFFD.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
