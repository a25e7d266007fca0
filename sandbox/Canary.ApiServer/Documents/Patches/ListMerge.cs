using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Patches;

/// <summary>Merges one list into another, by key or by value.</summary>
internal static class ListMerge
{
    /// <param name="target">The list as it is; it is used up.</param>
    /// <param name="patch">What is merged; it is used up.</param>
    /// <param name="schema">Schema of the list.</param>
    /// <param name="order">Elements in the order that is wanted; null leaves new elements at the end.</param>
    public static JsonArray Merge(JsonArray target, JsonArray patch, SchemaNode schema, JsonArray? order)
    {
        if (patch.Any(item => item is JsonObject element && element.Count == 1
            && element.Member(StrategicMergePatchDocument.Directive).Text() == "replace"))
            return Replaced(patch);
        var before = target.Select(item => item?.DeepClone()).ToList();
        var merged = Taken(target);
        var added = schema.PatchKey is { } key ? ByKey(merged, Taken(patch), key, schema) : ByValue(merged, Taken(patch));
        var result = new JsonArray();
        foreach (var item in order is null ? merged : Ordered(merged, added, before, order, schema.PatchKey))
            result.Add(item);
        return result;
    }

    /// <summary>Removes scalars from a list.</summary>
    public static void Delete(JsonObject target, string name, JsonArray values)
    {
        if (target.Member(name) is not JsonArray current)
            return;
        foreach (var item in current.Where(item => values.Any(value => JsonNode.DeepEquals(value, item))).ToList())
            current.Remove(item);
    }

    private static List<JsonNode?> ByKey(List<JsonNode?> merged, List<JsonNode?> patch, string key, SchemaNode schema)
    {
        var touched = new List<JsonNode?>();
        foreach (var item in patch)
        {
            if (item is not JsonObject element)
                throw new PatchRejectedException(PatchRejection.Internal, "expected a map in a list that is merged by key");
            if (element.Member(key) is not { } identity)
                throw new PatchRejectedException(PatchRejection.Internal,
                    $"map: {GoFormat.Plain(element)} does not contain declared merge key: {key}");
            var at = merged.FindIndex(current => JsonNode.DeepEquals(current.Member(key), identity));
            if (element.Member(StrategicMergePatchDocument.Directive).Text() == "delete")
            {
                if (at >= 0)
                    merged.RemoveAt(at);
                continue;
            }

            if (at < 0)
                merged.Add(StrategicMergePatchDocument.WithoutDirectives(element));
            else
                merged[at] = StrategicMergePatchDocument.Merge((JsonObject)merged[at]!, element, schema.Items);
            touched.Add(merged[at < 0 ? ^1 : at]);
        }

        return touched;
    }

    private static List<JsonNode?> ByValue(List<JsonNode?> merged, List<JsonNode?> patch)
    {
        var touched = new List<JsonNode?>();
        foreach (var item in patch)
        {
            var at = merged.FindIndex(current => JsonNode.DeepEquals(current, item));
            if (at < 0)
                merged.Add(item);
            touched.Add(merged[at < 0 ? ^1 : at]);
        }

        return touched;
    }

    /// <summary>Elements that the order names stand in that order; those that it does not know keep their place among the ones known
    /// before.</summary>
    private static List<JsonNode?> Ordered(List<JsonNode?> merged, List<JsonNode?> touched, List<JsonNode?> before, JsonArray order,
        string? key)
    {
        var named = merged.Where(item => Position(order, item, key) >= 0 || touched.Contains(item)).OrderBy(item => Rank(order, item, key))
            .ToList();
        var others = merged.Where(item => !named.Contains(item)).OrderBy(item => Rank(before, item, key)).ToList();
        var result = new List<JsonNode?>();
        int other = 0, next = 0;
        while (other < others.Count || next < named.Count)
        {
            if (other == others.Count || (next < named.Count && !StandsBefore(others[other], named[next], before, key)))
                result.Add(named[next++]);
            else
                result.Add(others[other++]);
        }

        return result;
    }

    private static bool StandsBefore(JsonNode? left, JsonNode? right, List<JsonNode?> before, string? key)
    {
        var first = Position(before, left, key);
        var second = Position(before, right, key);
        return first >= 0 && second >= 0 && first < second;
    }

    private static int Rank(IList<JsonNode?> list, JsonNode? item, string? key) =>
        Position(list, item, key) is var at and >= 0 ? at : int.MaxValue;

    private static int Position(IList<JsonNode?> list, JsonNode? item, string? key)
    {
        for (var i = 0; i < list.Count; i++)
            if (key is null ? JsonNode.DeepEquals(list[i], item) : JsonNode.DeepEquals(list[i].Member(key), item.Member(key)))
                return i;
        return -1;
    }

    private static JsonArray Replaced(JsonArray patch)
    {
        var kept = new JsonArray();
        foreach (var item in Taken(patch))
            if (item is not JsonObject element)
                kept.Add(item);
            else if (element.Member(StrategicMergePatchDocument.Directive) is null)
                kept.Add(StrategicMergePatchDocument.WithoutDirectives(element));
        return kept;
    }

    private static List<JsonNode?> Taken(JsonArray items)
    {
        var taken = items.ToList();
        items.Clear();
        return taken;
    }
}
