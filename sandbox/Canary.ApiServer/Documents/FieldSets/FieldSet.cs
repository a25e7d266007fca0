using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>A set of paths into a document, as a tree. A path may be in the set without those above or below it.</summary>
internal sealed class FieldSet
{
    private readonly SortedSet<PathElement> members = [];
    private readonly SortedDictionary<PathElement, FieldSet> children = [];

    public bool IsEmpty => members.Count == 0 && children.Values.All(child => child.IsEmpty);

    public IReadOnlySet<PathElement> Members => members;

    /// <summary>Puts a set below an element.</summary>
    public void Attach(PathElement element, FieldSet below)
    {
        if (!below.IsEmpty)
            children[element] = below;
    }

    /// <summary>Reads <c>fieldsV1</c>.</summary>
    public static FieldSet Read(JsonObject fields)
    {
        var set = new FieldSet();
        foreach (var (name, below) in fields)
        {
            if (name == ".")
                continue;
            var element = PathElement.Read(name);
            if (below is not JsonObject { Count: > 0 } inner)
                set.members.Add(element);
            else
            {
                if (inner.ContainsKey("."))
                    set.members.Add(element);
                if (inner.Any(member => member.Key != "."))
                    set.children[element] = Read(inner);
            }
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var fields = new JsonObject();
        foreach (var element in members.Concat(children.Keys).Distinct().Order())
        {
            var below = children.TryGetValue(element, out var child) && !child.IsEmpty ? child.ToJson() : null;
            if (below is null && !members.Contains(element))
                continue;
            if (below is not null && members.Contains(element))
                below.Insert(0, ".", new JsonObject());
            fields[element.Text] = below ?? [];
        }

        return fields;
    }

    public void Insert(PathElement element) => members.Add(element);

    /// <summary>The part of the set below an element; null where it is empty.</summary>
    public FieldSet? Under(PathElement element) => children.TryGetValue(element, out var child) && !child.IsEmpty ? child : null;

    public FieldSet Union(FieldSet other)
    {
        var union = new FieldSet();
        union.members.UnionWith(members);
        union.members.UnionWith(other.members);
        foreach (var element in children.Keys.Concat(other.children.Keys).Distinct())
            union.children[element] = (children.GetValueOrDefault(element), other.children.GetValueOrDefault(element)) switch
            {
                ({ } left, { } right) => left.Union(right),
                var (left, right) => left ?? right!,
            };
        return union;
    }

    /// <summary>Paths of this set that are not in the other. A path above or below one of the other's stays.</summary>
    public FieldSet Difference(FieldSet other)
    {
        var rest = new FieldSet();
        rest.members.UnionWith(members.Where(element => !other.members.Contains(element)));
        foreach (var (element, child) in children)
            if ((other.children.TryGetValue(element, out var taken) ? child.Difference(taken) : child) is { IsEmpty: false } left)
                rest.children[element] = left;
        return rest;
    }

    public FieldSet Intersection(FieldSet other)
    {
        var shared = new FieldSet();
        shared.members.UnionWith(members.Where(other.members.Contains));
        foreach (var (element, child) in children)
            if (other.children.TryGetValue(element, out var others) && child.Intersection(others) is { IsEmpty: false } both)
                shared.children[element] = both;
        return shared;
    }

    /// <summary>The set without what is below (or at) a top level member.</summary>
    public FieldSet Without(string topLevel)
    {
        var element = PathElement.Field(topLevel);
        var rest = Difference(new FieldSet());
        rest.members.Remove(element);
        rest.children.Remove(element);
        return rest;
    }

    /// <summary>The set with every declared field that has something below it.</summary>
    public FieldSet WithNamedFields(SchemaNode? schema)
    {
        var full = new FieldSet();
        full.members.UnionWith(members);
        foreach (var (element, child) in children)
        {
            if (element.IsField && schema is not null && schema.Properties.ContainsKey(element.Name))
                full.members.Add(element);
            full.children[element] = child.WithNamedFields(Step(schema, element));
        }

        return full;
    }

    /// <summary>All paths as messages show them: those of a level first, then what is below them.</summary>
    public IEnumerable<string> Paths(string prefix = "") =>
        members.Select(element => prefix + element.Shown).Concat(children.SelectMany(child => child.Value.Paths(prefix + child.Key.Shown)));

    private static SchemaNode? Step(SchemaNode? schema, PathElement element) => element.IsField ? schema?.Member(element.Name) : schema?.Items;
}
