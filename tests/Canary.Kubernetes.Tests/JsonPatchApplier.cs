using System;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Tests;

/// <summary>RFC 6902 to the letter, for the operations that the product sends.</summary>
internal static class JsonPatchApplier
{
    /// <exception cref="InvalidOperationException">A test fails, or a path leads nowhere.</exception>
    public static JsonObject Apply(JsonObject document, JsonArray patch)
    {
        var result = (JsonObject)document.DeepClone();
        foreach (var operation in patch)
        {
            var path = operation!["path"]!.GetValue<string>();
            var (parent, key) = Resolve(result, path);
            switch (operation["op"]!.GetValue<string>())
            {
                case "test":
                    if (!Has(parent, key) || !JsonNode.DeepEquals(Member(parent, key), operation["value"]))
                        throw new InvalidOperationException($"test of {path} failed");
                    break;
                case "add" when parent is JsonObject map:
                    map[key] = operation["value"]?.DeepClone();
                    break;
                case "add" when parent is JsonArray list:
                    list.Insert(key == "-" ? list.Count : int.Parse(key, CultureInfo.InvariantCulture), operation["value"]?.DeepClone());
                    break;
                case "remove" when parent is JsonObject map && map.ContainsKey(key):
                    map.Remove(key);
                    break;
                case "remove" when parent is JsonArray list:
                    list.RemoveAt(int.Parse(key, CultureInfo.InvariantCulture));
                    break;
                case "replace" when parent is JsonObject map && map.ContainsKey(key):
                    map[key] = operation["value"]?.DeepClone();
                    break;
                default:
                    throw new InvalidOperationException($"cannot {operation["op"]} {path}");
            }
        }

        return result;
    }

    /// <summary>What a JSON pointer leads to; null: nowhere.</summary>
    public static JsonNode? At(JsonNode root, string path)
    {
        var (parent, key) = Resolve(root, path);
        return Member(parent, key);
    }

    private static (JsonNode Parent, string Key) Resolve(JsonNode root, string path)
    {
        var parts = path.Split('/')[1..];
        var node = root;
        foreach (var part in parts[..^1])
            node = Member(node, Unescape(part)) ?? throw new InvalidOperationException($"{path} leads nowhere");
        return (node, Unescape(parts[^1]));
    }

    private static bool Has(JsonNode parent, string key) =>
        parent is JsonObject map ? map.ContainsKey(key) : int.Parse(key, CultureInfo.InvariantCulture) < ((JsonArray)parent).Count;

    private static JsonNode? Member(JsonNode parent, string key) => parent switch
    {
        JsonObject map => map[key],
        JsonArray list when int.Parse(key, CultureInfo.InvariantCulture) < list.Count => list[int.Parse(key, CultureInfo.InvariantCulture)],
        _ => null,
    };

    private static string Unescape(string part) =>
        part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
