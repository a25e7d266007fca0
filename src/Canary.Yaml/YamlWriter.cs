using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Canary.Yaml;

/// <summary>Writes JSON as YAML in the style of <c>kubectl</c>: blocks, an indent of two, and lists as deep as their field.</summary>
/// <remarks>A string that a reader of YAML 1.1 or 1.2 would take for something else (a number, a boolean, a date) stands in
/// quotes.</remarks>
public static partial class YamlWriter
{
    private const string End = "\n...\n";

    private static readonly EmitterSettings Settings =
        new(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024);

    /// <summary>The document, ending in a newline. Fields keep their order.</summary>
    public static string Write(JsonNode? node) => Write(node, members => members);

    /// <summary>The document, ending in a newline. Fields are sorted by name, as an API server sorts them.</summary>
    public static string WriteSorted(JsonNode? node) =>
        Write(node, members => members.OrderBy(member => member.Key, StringComparer.Ordinal));

    private static string Write(JsonNode? node, Func<JsonObject, IEnumerable<KeyValuePair<string, JsonNode?>>> order)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        foreach (var one in Events(node, order)) emitter.Emit(one);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        var written = text.ToString();
        // After a scalar alone the emitter ends the document by a line of its own.
        return written.EndsWith(End, StringComparison.Ordinal) ? written[..^(End.Length - 1)] : written;
    }

    private static IEnumerable<ParsingEvent> Events(JsonNode? node, Func<JsonObject, IEnumerable<KeyValuePair<string, JsonNode?>>> order)
    {
        switch (node)
        {
            case JsonObject map:
                var mapStyle = map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block;
                yield return new MappingStart(AnchorName.Empty, TagName.Empty, true, mapStyle);
                foreach (var (key, value) in order(map))
                {
                    yield return Text(key, isKey: true);
                    foreach (var one in Events(value, order)) yield return one;
                }

                yield return new MappingEnd();
                break;
            case JsonArray list:
                var listStyle = list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block;
                yield return new SequenceStart(AnchorName.Empty, TagName.Empty, true, listStyle);
                foreach (var one in list.SelectMany(item => Events(item, order))) yield return one;
                yield return new SequenceEnd();
                break;
            default:
                yield return node?.GetValueKind() is JsonValueKind.String ? Text(node.GetValue<string>(), isKey: false) : Plain(node);
                break;
        }
    }

    private static Scalar Plain(JsonNode? node) =>
        new(AnchorName.Empty, TagName.Empty, node?.ToJsonString() ?? "null", ScalarStyle.Plain, true, isQuotedImplicit: false);

    private static Scalar Text(string text, bool isKey) =>
        new(AnchorName.Empty, TagName.Empty, text, StyleOf(text, isKey), isPlainImplicit: true, isQuotedImplicit: true);

    private static ScalarStyle StyleOf(string text, bool isKey) =>
        !isKey && Lines().IsMatch(text) ? ScalarStyle.Literal
        : NeedsEscapes().IsMatch(text) || IsAnotherType().IsMatch(text) ? ScalarStyle.DoubleQuoted
        : ScalarStyle.Any;

    // Two lines or more that a block shows as they are: the first begins with no space, none ends in one, and the last is not empty.
    [GeneratedRegex(@"^(?!\s)(?:[^\p{Cc}\p{Cf}\u2028\u2029]*(?<! )\n)+(?<!\n\n)(?:[^\p{Cc}\p{Cf}\u2028\u2029]*(?<![ \n]))?\z")]
    private static partial Regex Lines();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\u2028\u2029]")]
    private static partial Regex NeedsEscapes();

    [GeneratedRegex(@"^(|y|n|yes|no|on|off|true|false|null|~|[-+]?\.(inf|nan)|[-+.]*[0-9].*|=|<<)\z", RegexOptions.IgnoreCase)]
    private static partial Regex IsAnotherType();
}
