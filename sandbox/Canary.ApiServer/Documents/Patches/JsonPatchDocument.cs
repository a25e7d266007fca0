using System;
using System.Globalization;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Patches;

/// <summary>JSON Patch as the API server applies it, which is not RFC 6902 to the letter.</summary>
/// <remarks>
/// <c>replace</c> of a missing member adds it, <c>copy</c> of a missing member copies null, <c>add</c> without a value adds null,
/// negative indices count from the end, a pointer loses what stands before its first slash, <c>test</c> compares the text of numbers.
/// </remarks>
internal static class JsonPatchDocument
{
    /// <summary>A new document; the target is left as it is.</summary>
    /// <exception cref="PatchRejectedException">An operation is malformed, cannot be applied, or is a <c>test</c> that fails.</exception>
    public static JsonNode? Apply(JsonNode? target, JsonArray patch)
    {
        var root = target?.DeepClone();
        foreach (var operation in patch)
        {
            if (operation is not JsonObject members)
                throw new PatchRejectedException(
                    PatchRejection.Malformed,
                    $"error decoding patch: json: cannot unmarshal {GoFormat.JsonType(operation)} into Go value of type "
                        + "handlers.jsonPatchOp");
            Apply(root, members);
        }

        return root;
    }

    private static void Apply(JsonNode? root, JsonObject operation)
    {
        var path = operation.Member("path").Text() ?? throw Inapplicable();
        var value = operation.Member("value");
        switch (operation.Member("op").Text())
        {
            case "add":
                Add(Find(root, path), value?.DeepClone());
                break;
            case "remove":
                Remove(Find(root, path));
                break;
            case "replace":
                Set(Find(root, path), value?.DeepClone());
                break;
            case "move":
                var from = Find(root, operation.Member("from").Text() ?? throw Inapplicable());
                var moved = Get(from)?.DeepClone();
                Remove(from);
                Add(Find(root, path), moved);
                break;
            case "copy":
                var copied = Get(Find(root, operation.Member("from").Text() ?? throw Inapplicable()))?.DeepClone();
                Add(Find(root, path), copied);
                break;
            case "test":
                if (!JsonTexts.SameText(Get(Find(root, path)), value))
                    throw new PatchRejectedException(PatchRejection.TestFailed, PatchRejectedException.Inapplicable);
                break;
            default:
                throw Inapplicable();
        }
    }

    private static (JsonNode Parent, string Key) Find(JsonNode? root, string path)
    {
        var parts = path.Split('/');
        if (parts.Length < 2)
            throw Inapplicable();
        var node = root;
        for (var i = 1; i < parts.Length - 1; i++)
            node = node is JsonObject or JsonArray ? Get((node, Decode(parts[i]))) : throw Inapplicable();
        return node is JsonObject or JsonArray ? (node, Decode(parts[^1])) : throw Inapplicable();
    }

    private static JsonNode? Get((JsonNode Parent, string Key) at) => at.Parent switch
    {
        JsonArray items => items[Index(at.Key, items.Count, items.Count - 1)],
        _ => at.Parent.Member(at.Key),
    };

    private static void Add((JsonNode Parent, string Key) at, JsonNode? value)
    {
        if (at.Parent is not JsonArray items)
            ((JsonObject)at.Parent)[at.Key] = value;
        else if (at.Key == "-")
            items.Add(value);
        else
            items.Insert(Index(at.Key, items.Count + 1, items.Count), value);
    }

    private static void Set((JsonNode Parent, string Key) at, JsonNode? value)
    {
        if (at.Parent is JsonArray items)
            items[Index(at.Key, items.Count, items.Count - 1)] = value;
        else
            ((JsonObject)at.Parent)[at.Key] = value;
    }

    private static void Remove((JsonNode Parent, string Key) at)
    {
        if (at.Parent is JsonArray items)
            items.RemoveAt(Index(at.Key, items.Count, items.Count - 1));
        else if (!((JsonObject)at.Parent).Remove(at.Key))
            throw Inapplicable();
    }

    private static int Index(string key, int length, int last)
    {
        if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            throw Inapplicable();
        if (index < 0)
            index += length;
        return index >= 0 && index <= last ? index : throw Inapplicable();
    }

    private static string Decode(string part) =>
        part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static PatchRejectedException Inapplicable() => new(PatchRejection.Inapplicable, PatchRejectedException.Inapplicable);
}
