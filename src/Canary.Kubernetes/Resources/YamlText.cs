using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Canary.Kubernetes.Resources;

/// <summary>Writes JSON as block style YAML.</summary>
/// <remarks>Text that another reader could take for something else (numbers, booleans, dates, operators of YAML) is written as a JSON
/// string, which is YAML too.</remarks>
public static partial class YamlText
{
    /// <summary>The document, ending in a newline.</summary>
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        WriteNode(text, node, 0, isInline: true);
        return text.ToString();
    }

    private static void WriteNode(StringBuilder text, JsonNode? node, int indent, bool isInline)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                var isFirst = isInline;
                foreach (var (key, value) in map)
                {
                    if (!isFirst) text.Append(' ', indent);
                    isFirst = false;
                    text.Append(Scalar(key)).Append(':');
                    WriteValue(text, value, value is JsonArray ? indent : indent + 2);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    text.Append(' ', indent).Append("- ");
                    WriteNode(text, item, indent + 2, isInline: true);
                }

                break;
            default:
                text.Append(Leaf(node)).Append('\n');
                break;
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            WriteNode(text, value, indent, isInline: false);
        }
        else
        {
            text.Append(' ').Append(Leaf(value)).Append('\n');
        }
    }

    private static string Leaf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when node.GetValueKind() is JsonValueKind.String => Scalar(node.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Scalar(string value) =>
        Plain().IsMatch(value) && !Ambiguous().IsMatch(value) && !value.Contains(": ", System.StringComparison.Ordinal)
        && !value.Contains(" #", System.StringComparison.Ordinal)
            ? value
            : "\"" + string.Concat(value.Select(Escape)) + "\"";

    private static string Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\n' => "\\n",
        '\t' => "\\t",
        < ' ' or '\u007f' or '\u0085' or '\u2028' or '\u2029' or '\ufeff' =>
            "\\u" + ((int)character).ToString("x4", CultureInfo.InvariantCulture),
        _ => character.ToString(),
    };

    [GeneratedRegex(@"^[A-Za-z_./$(][^\x00-\x1f\x7f\u0085\u2028\u2029\ufeff\ud800-\udfff]*(?<![\s:])\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(y|n|yes|no|on|off|true|false|null|~|\.inf|\.nan|\.?[0-9].*|=|<<)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Ambiguous();
}
