using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Canary.Cli.Output;

/// <summary>Objects as JSON and YAML text.</summary>
internal static class PrintedDocuments
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Several objects as a v1 List, one as itself.</summary>
    public static JsonObject ListOf(IReadOnlyList<JsonObject> items) =>
        items.Count == 1
            ? items[0]
            : new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "List",
                ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())])
            };

    public static string ToJson(JsonObject document)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Indented)) Cleaned(document).WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    public static string ToYaml(JsonObject document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(Node(Cleaned(document)))).Save(text, assignAnchors: false);
        return text.ToString().Replace("...\n", "", System.StringComparison.Ordinal);
    }

    // managedFields are for machines: kubectl hides them too.
    public static JsonObject Cleaned(JsonObject document)
    {
        var copy = document.DeepClone().AsObject();
        foreach (var item in copy["items"] as JsonArray ?? [copy.DeepClone()]) (item?["metadata"] as JsonObject)?.Remove("managedFields");
        (copy["metadata"] as JsonObject)?.Remove("managedFields");
        return copy;
    }

    private static YamlNode Node(JsonNode? node) => node switch
    {
        JsonObject map =>
            new YamlMappingNode(map.Select(member => KeyValuePair.Create<YamlNode, YamlNode>(Text(member.Key), Node(member.Value)))),
        JsonArray list => new YamlSequenceNode(list.Select(Node)),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        null => new YamlScalarNode("null") { Style = ScalarStyle.Plain },
        _ => new YamlScalarNode(node.ToJsonString()) { Style = ScalarStyle.Plain },
    };

    // A string that YAML would read as something else is quoted.
    private static YamlScalarNode Text(string text) => new(text)
    {
        Style = text.Contains('\n') ? ScalarStyle.Literal : IsAmbiguous(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any,
    };

    private static bool IsAmbiguous(string text) =>
        text.Length == 0
        || text is "null" or "~" or "true" or "false" or "yes" or "no" or "on" or "off" or "Null" or "True" or "False" or "Yes" or "No"
        or "y" or "n"
        || char.IsDigit(text[0])
        || (text[0] is '-' or '+' or '.' && text.Length > 1 && (char.IsDigit(text[1]) || text[1] == '.'));
}
