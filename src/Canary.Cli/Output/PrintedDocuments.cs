using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Yaml;

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

    public static string ToYaml(JsonObject document) => YamlWriter.Write(Cleaned(document));

    // managedFields are for machines: kubectl hides them too.
    public static JsonObject Cleaned(JsonObject document)
    {
        var copy = document.DeepClone().AsObject();
        foreach (var item in copy["items"] as JsonArray ?? [copy.DeepClone()]) (item?["metadata"] as JsonObject)?.Remove("managedFields");
        (copy["metadata"] as JsonObject)?.Remove("managedFields");
        return copy;
    }
}
