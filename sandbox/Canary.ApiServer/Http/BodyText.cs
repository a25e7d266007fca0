using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Http;

/// <summary>
/// Turns the text of a body into a tree that is complete at once (a lazily built one would not be safe to share between threads)
/// and words syntax errors the way Go's decoder does, because clients show them as they are.
/// </summary>
internal static class BodyText
{
    public static ParsedBody ParseJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Parse(utf8.ToArray());
        }
        catch (InvalidOperationException)
        {
            return Parse(Encoding.UTF8.GetBytes(Whole(Encoding.UTF8.GetString(utf8))));
        }
    }

    private static ParsedBody Parse(byte[] utf8)
    {
        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 256 });
        var duplicates = new List<string>();
        return new ParsedBody(Build(document.RootElement, "", duplicates), duplicates);
    }

    /// <summary>The text with U+FFFD in the place of each escaped half of a surrogate pair, as Go's decoder reads it. Bytes that are no
    /// UTF-8 were replaced before.</summary>
    private static string Whole(string json)
    {
        var text = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] != '\\')
            {
                text.Append(json[at]);
                continue;
            }

            var (first, second) = (Escaped(json, at), Escaped(json, at + 6));
            var isPair = first is { } high && char.IsHighSurrogate(high) && second is { } low && char.IsLowSurrogate(low);
            var length = isPair ? 12 : first is not null ? 6 : Math.Min(2, json.Length - at);
            text.Append(!isPair && first is { } half && char.IsSurrogate(half) ? "\\ufffd" : json.AsSpan(at, length));
            at += length - 1;
        }

        return text.ToString();
    }

    private static char? Escaped(string json, int at) =>
        at + 6 <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;

    /// <summary>Go's words for what is wrong with a JSON text.</summary>
    public static string SyntaxError(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            var position = (int)reader.BytesConsumed;
            while (position < utf8.Length && char.IsWhiteSpace((char)utf8[position]))
                position++;
            var found = position < utf8.Length ? (char)utf8[position] : ' ';
            return $"invalid character '{found}' looking for beginning of value";
        }

        return "unexpected end of JSON input";
    }

    /// <summary>The beginning of a body as it is quoted in messages: text when it looks like an object, otherwise hexadecimal.</summary>
    public static string Excerpt(ReadOnlySpan<byte> utf8)
    {
        const int Longest = 30;
        if (utf8.IsEmpty)
            return "<empty>";

        var shown = utf8.Length > Longest ? utf8[..Longest] : utf8;
        var text = utf8[0] == (byte)'{' ? Encoding.UTF8.GetString(shown) : Convert.ToHexStringLower(shown);
        return utf8.Length > Longest ? text + " ..." : text;
    }

    private static JsonNode? Build(JsonElement element, string path, List<string> duplicates)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var obj = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    var memberPath = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    if (obj.ContainsKey(member.Name))
                        duplicates.Add(memberPath);
                    obj[member.Name] = Build(member.Value, memberPath, duplicates);
                }

                return obj;
            case JsonValueKind.Array:
                var array = new JsonArray();
                var index = 0;
                foreach (var item in element.EnumerateArray())
                    array.Add(Build(item, $"{path}[{index++}]", duplicates));
                return array;
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.True:
                return JsonValue.Create(true);
            case JsonValueKind.False:
                return JsonValue.Create(false);
            case JsonValueKind.Number:
                if (!element.TryGetDouble(out var finite) || !double.IsFinite(finite))
                    throw ApiRefusal.BadRequest($"json: cannot unmarshal number {element.GetRawText()} into Go value of type float64");
                // Written numbers keep their text (4.0 is not 4) unless they are plain whole numbers.
                return element.TryGetInt64(out var whole) && element.GetRawText() is var raw && raw.AsSpan().IndexOfAny(".eE") < 0
                    ? JsonValue.Create(whole)
                    : JsonValue.Create(element.Clone());
            case JsonValueKind.Null:
            case JsonValueKind.Undefined:
            default:
                return null;
        }
    }
}
