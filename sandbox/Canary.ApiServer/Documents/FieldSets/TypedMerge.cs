using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>Lays an applied configuration over the live object.</summary>
internal static class TypedMerge
{
    /// <summary>A new document; neither argument is changed.</summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, SchemaNode? schema)
    {
        if (TypedTree.IsLeaf(applied, schema))
            return applied?.DeepClone();
        if (applied is JsonObject members)
        {
            if (live is not JsonObject current)
                return members.DeepClone();
            var merged = (JsonObject)current.DeepClone();
            foreach (var (name, value) in members)
                merged[name] = current.TryGetPropertyValue(name, out var before) ? Merge(before, value, schema?.Member(name))
                    : value?.DeepClone();
            return merged;
        }

        return Lists(live as JsonArray ?? [], (JsonArray)applied!, schema!);
    }

    /// <summary>
    /// The order of the applied list holds for its elements, and elements that only the live list has keep their place among the shared
    /// ones.
    /// </summary>
    private static JsonArray Lists(JsonArray live, JsonArray applied, SchemaNode schema)
    {
        var left = TypedTree.Elements(live, schema);
        var right = TypedTree.Elements(applied, schema);
        var observedLeft = left.ToDictionary(element => element.Step, element => element.Item);
        var observedRight = right.Select(element => element.Step).ToHashSet();
        var shared = new Queue<PathElement>(right.Select(element => element.Step).Where(observedLeft.ContainsKey));
        var merged = new HashSet<PathElement>();
        var result = new JsonArray();
        int l = 0, r = 0;
        while (l < left.Count || r < right.Count)
        {
            if (l < left.Count && r < right.Count)
            {
                var step = left[l].Step;
                if (step == right[r].Step)
                {
                    Take(r++);
                    l++;
                    continue;
                }

                if (observedRight.Contains(step) && shared.TryPeek(out var next) && next != step)
                {
                    l++;
                    continue;
                }
            }

            if (l < left.Count)
            {
                var step = left[l].Step;
                if (!observedRight.Contains(step))
                {
                    result.Add(left[l++].Item?.DeepClone());
                    continue;
                }

                if (merged.Contains(step))
                    l++;
            }

            if (r < right.Count)
                Take(r++);
        }

        return result;

        void Take(int index)
        {
            var (step, item) = right[index];
            merged.Add(step);
            result.Add(observedLeft.TryGetValue(step, out var before) ? Merge(before, item, schema.Items) : item?.DeepClone());
            if (shared.TryPeek(out var next) && next == step)
                shared.Dequeue();
        }
    }
}
