using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>Which fields of a document were added, changed and removed. The order of a set or a map does not count.</summary>
internal sealed record FieldSetComparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    public bool IsSame => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;

    /// <summary>Added and changed fields.</summary>
    public FieldSet Written => Added.Union(Modified);

    public static FieldSetComparison Of(JsonNode? before, JsonNode? after, SchemaNode? schema)
    {
        var comparison = new FieldSetComparison(new FieldSet(), new FieldSet(), new FieldSet());
        Compare(before, after, schema, comparison);
        return comparison;
    }

    /// <summary>The comparison without what is below some top level members.</summary>
    public FieldSetComparison Without(IEnumerable<string> topLevel) => topLevel.Aggregate(
        this, (rest, name) => new FieldSetComparison(rest.Added.Without(name), rest.Modified.Without(name), rest.Removed.Without(name)));

    private static void Compare(JsonNode? before, JsonNode? after, SchemaNode? schema, FieldSetComparison into)
    {
        if ((before ?? after) is JsonObject)
        {
            var old = before as JsonObject ?? [];
            var now = after as JsonObject ?? [];
            foreach (var name in old.Select(member => member.Key).Union(now.Select(member => member.Key)).ToList())
                Child(PathElement.Field(name), old.ContainsKey(name), old.Member(name), now.ContainsKey(name), now.Member(name),
                    schema?.Member(name), into);
            return;
        }

        var were = TypedTree.Elements(before as JsonArray, schema);
        var are = TypedTree.Elements(after as JsonArray, schema).ToDictionary(element => element.Step, element => element.Item);
        foreach (var (step, item) in were)
            Child(step, true, item, are.Remove(step, out var present), present, schema?.Items, into);
        foreach (var (step, item) in are)
            Child(step, false, null, true, item, schema?.Items, into);
    }

    private static void Child(PathElement step, bool was, JsonNode? before, bool remains, JsonNode? after, SchemaNode? schema,
        FieldSetComparison into)
    {
        if (!was)
            into.Added.Insert(step);
        else if (!remains)
            into.Removed.Insert(step);
        else if (IsOne(before, after, schema))
        {
            if (!JsonNode.DeepEquals(before, after))
                into.Modified.Insert(step);
            return;
        }

        if (TypedTree.IsLeaf(was ? before : after, schema) || IsBare(before) && IsBare(after))
            return;
        var below = new FieldSetComparison(new FieldSet(), new FieldSet(), new FieldSet());
        Compare(was ? before : null, remains ? after : null, schema, below);
        into.Added.Attach(step, below.Added);
        into.Modified.Attach(step, below.Modified);
        into.Removed.Attach(step, below.Removed);
    }

    /// <summary>True where both sides are compared as one value.</summary>
    private static bool IsOne(JsonNode? before, JsonNode? after, SchemaNode? schema) =>
        TypedTree.IsLeaf(before, schema) || TypedTree.IsLeaf(after, schema) || before is JsonObject != after is JsonObject
        || (IsBare(before) && IsBare(after));

    private static bool IsBare(JsonNode? node) => node is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };
}
