using System;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.Texts;

/// <summary>Comparing and printing JSON the way the API server does.</summary>
internal static class JsonTexts
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Compact text without escaping more than JSON asks for.</summary>
    public static string Compact(JsonNode? node) => node is null ? "null" : node.ToJsonString(Options);

    /// <summary>Equality by text for scalars: 4 and 4.0 differ, and a letter and its escape, which is what a JSON patch <c>test</c>
    /// sees.</summary>
    /// <param name="left">What is stored.</param>
    /// <param name="right">What was sent.</param>
    public static bool SameText(JsonNode? left, JsonNode? right)
    {
        switch (left, right)
        {
            case (null, null):
                return true;
            case (JsonObject a, JsonObject b):
                if (a.Count != b.Count)
                    return false;
                foreach (var (key, value) in a)
                    if (!b.TryGetPropertyValue(key, out var other) || !SameText(value, other))
                        return false;
                return true;
            case (JsonArray a, JsonArray b):
                if (a.Count != b.Count)
                    return false;
                for (var i = 0; i < a.Count; i++)
                    if (!SameText(a[i], b[i]))
                        return false;
                return true;
            case (JsonValue a, JsonValue b):
                if (a.GetValueKind() == JsonValueKind.String && b.GetValueKind() == JsonValueKind.String)
                    return string.Equals(GoText(a.GetValue<string>()), SentText(b), StringComparison.Ordinal);
                return string.Equals(a.ToJsonString(), b.ToJsonString(), StringComparison.Ordinal);
            default:
                return false;
        }
    }

    // What Go's encoder writes; the version of Kubernetes 1.30 and later has short forms of \b and \f.
    private static string GoText(string text)
    {
        var encoded = new StringBuilder("\"", text.Length + 2);
        foreach (var letter in text)
        {
            encoded.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        }

        return encoded.Append('"').ToString();
    }

    private static string SentText(JsonValue sent) =>
        sent.TryGetValue<JsonElement>(out var element) ? element.GetRawText() : GoText(sent.GetValue<string>());

    /// <summary>The member, or null where the node is no object or has none.</summary>
    public static JsonNode? Member(this JsonNode? node, string name) =>
        node is JsonObject o && o.TryGetPropertyValue(name, out var value) ? value : null;

    public static string? Text(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool IsTrue(this JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>A whole number; null for anything else, also for 2.0.</summary>
    public static long? Whole(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(
            value.ToJsonString(), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture,
            out var whole)
            ? whole
            : null;

    /// <summary>An independent object with members in order of their names, as custom resources are stored.</summary>
    public static JsonNode? Sorted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var names = new string[members.Count];
                var next = 0;
                foreach (var (name, _) in members)
                    names[next++] = name;
                Array.Sort(names, StringComparer.Ordinal);
                var sorted = new JsonObject();
                foreach (var name in names)
                    sorted[name] = Sorted(members[name]);
                return sorted;
            case JsonArray items:
                var copy = new JsonArray();
                foreach (var item in items)
                    copy.Add(Sorted(item));
                return copy;
            default:
                return node?.DeepClone();
        }
    }
}
