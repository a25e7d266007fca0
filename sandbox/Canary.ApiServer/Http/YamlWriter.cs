using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Http;

/// <summary>Writes a JSON document as YAML in the API server's style: keys sorted, lists not indented, text quoted only where it must
/// be.</summary>
internal static class YamlWriter
{
    public static string Write(JsonNode? root)
    {
        var text = new StringBuilder();
        Write(text, root, 0, isInline: false);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent, bool isInline)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } obj:
                var isFirst = isInline;
                foreach (var (key, value) in obj.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    text.Append(isFirst ? "" : new string(' ', indent)).Append(Plain(key)).Append(':');
                    isFirst = false;
                    Value(text, value, value is JsonArray ? indent : indent + 2);
                }

                break;
            case JsonArray { Count: > 0 } array:
                var isFirstItem = isInline;
                foreach (var item in array)
                {
                    text.Append(isFirstItem ? "" : new string(' ', indent)).Append('-');
                    isFirstItem = false;
                    if (item is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
                    {
                        text.Append(' ');
                        Write(text, item, indent + 2, isInline: true);
                    }
                    else
                    {
                        Value(text, item, indent + 2);
                    }
                }

                break;
            default:
                text.Append(Scalar(node)).Append('\n');
                break;
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            Write(text, value, indent, isInline: false);
            return;
        }

        text.Append(' ').Append(Scalar(value)).Append('\n');
    }

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when node.GetValueKind() == JsonValueKind.String => Plain(node.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    // A text that any reader would take for something else, or for the beginning of something else, is quoted.
    private static string Plain(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ' ' or ',' or '(' or ')')
        && text[^1] != ' ' && !IsWord(text)
            ? text
            : text is "." or "-"
                ? text == "." ? "." : "'-'"
                : JsonSerializer.Serialize(text, ReplyJson.Options);

    private static bool IsWord(string text) =>
        text.ToLower(CultureInfo.InvariantCulture) is "true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n";
}
