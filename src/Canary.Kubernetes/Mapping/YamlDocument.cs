using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Canary.Kubernetes.Mapping;

/// <summary>One document of a YAML file as JSON, with the line of each field.</summary>
/// <param name="Root">The document; null where it is empty.</param>
/// <param name="Line">Line of its first character, from 1.</param>
/// <param name="Lines">Line of each field by its path (<c>spec.steps[2].setWeight</c>).</param>
public sealed record YamlDocument(JsonNode? Root, int Line, IReadOnlyDictionary<string, int> Lines)
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>The documents of a text.</summary>
    /// <exception cref="YamlDotNet.Core.YamlException">The text is no YAML, or a field stands there twice; its Start has the
    /// line.</exception>
    public static IReadOnlyList<YamlDocument> Parse(string text)
    {
        var stream = Api.Configuration.YamlBounds.Load(text.TrimStart(ByteOrderMark));
        var documents = new List<YamlDocument>();
        foreach (var document in stream.Documents)
        {
            var lines = new Dictionary<string, int>(StringComparer.Ordinal);
            var root = ToJson(document.RootNode, "", lines);
            documents.Add(new YamlDocument(root, (int)document.RootNode.Start.Line, lines));
        }

        return documents;
    }

    /// <summary>Line of a field, or of the nearest one above it that is written.</summary>
    public int LineOf(string path)
    {
        while (path.Length > 0)
        {
            if (Lines.TryGetValue(path, out var line)) return line;
            var cut = path.LastIndexOfAny(['.', '[']);
            path = cut < 0 ? "" : path[..cut];
        }

        return Line;
    }

    private static JsonNode? ToJson(YamlNode node, string path, Dictionary<string, int> lines)
    {
        lines.TryAdd(path, (int)node.Start.Line);
        switch (node)
        {
            case YamlMappingNode map:
                return ToObject(map, path, lines);
            case YamlSequenceNode sequence:
                var list = new JsonArray();
                foreach (var item in sequence.Children) list.Add(ToJson(item, $"{path}[{list.Count}]", lines));
                return list;
            default:
                return YamlScalars.ToJson((YamlScalarNode)node);
        }
    }

    private static JsonObject ToObject(YamlMappingNode map, string path, Dictionary<string, int> lines)
    {
        var json = new JsonObject();
        foreach (var (keyNode, valueNode) in map.Children)
        {
            if (IsMerge(keyNode)) continue;
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            var field = path.Length == 0 ? key : $"{path}.{key}";
            lines[field] = (int)keyNode.Start.Line;
            json[key] = ToJson(valueNode, field, lines);
        }

        foreach (var (keyNode, valueNode) in map.Children.Where(child => IsMerge(child.Key))) Merge(json, keyNode, valueNode, path, lines);
        return json;
    }

    // In quotes it is a key like any other.
    private static bool IsMerge(YamlNode key) => key is YamlScalarNode { Value: "<<", Style: ScalarStyle.Plain or ScalarStyle.Any };

    /// <summary>Fields of <c>&lt;&lt;</c>: a mapping, or a list of them. What is written beside it goes first, and then the earlier one of
    /// the list.</summary>
    private static void Merge(JsonObject json, YamlNode key, YamlNode value, string path, Dictionary<string, int> lines)
    {
        foreach (var one in value is YamlSequenceNode list ? list.Children : [value])
        {
            if (one is not YamlMappingNode merged)
                throw new YamlException(key.Start, key.End, "<< takes the fields of a mapping, or of a list of mappings, and nothing else");
            // Of two places of a field, the line is that of the one that counts.
            var places = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var (name, field) in ToObject(merged, path, places).ToArray())
            {
                if (json.ContainsKey(name)) continue;
                json[name] = field?.DeepClone();
                var at = path.Length == 0 ? name : $"{path}.{name}";
                foreach (var (place, line) in places.Where(place => place.Key == at
                    || (place.Key.StartsWith(at, StringComparison.Ordinal) && place.Key[at.Length] is '.' or '['))) lines.TryAdd(place,
                    line);
            }
        }
    }
}
