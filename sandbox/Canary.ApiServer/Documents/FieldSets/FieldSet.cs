using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>A set of paths into a document, as a tree. A path may be in the set without those above or below it.</summary>
internal sealed class FieldSet
{
    private readonly SortedSet<PathElement> _members = [];
    private readonly SortedDictionary<PathElement, FieldSet> _children = [];

    public bool IsEmpty => _members.Count == 0 && _children.Values.All(child => child.IsEmpty);

    public IReadOnlySet<PathElement> Members => _members;

    /// <summary>Puts a set below an element.</summary>
    public void Attach(PathElement element, FieldSet below)
    {
        if (!below.IsEmpty)
            _children[element] = below;
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
                set._members.Add(element);
            else
            {
                if (inner.ContainsKey("."))
                    set._members.Add(element);
                if (inner.Any(member => member.Key != "."))
                    set._children[element] = Read(inner);
            }
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var fields = new JsonObject();
        foreach (var element in _members.Concat(_children.Keys).Distinct().Order())
        {
            var below = _children.TryGetValue(element, out var child) && !child.IsEmpty ? child.ToJson() : null;
            if (below is null && !_members.Contains(element))
                continue;
            if (below is not null && _members.Contains(element))
                below.Insert(0, ".", new JsonObject());
            fields[element.Text] = below ?? [];
        }

        return fields;
    }

    public void Insert(PathElement element) => _members.Add(element);

    /// <summary>The part of the set below an element; null where it is empty.</summary>
    public FieldSet? Under(PathElement element) => _children.TryGetValue(element, out var child) && !child.IsEmpty ? child : null;

    public FieldSet Union(FieldSet other)
    {
        var union = new FieldSet();
        union._members.UnionWith(_members);
        union._members.UnionWith(other._members);
        foreach (var element in _children.Keys.Concat(other._children.Keys).Distinct())
            union._children[element] = (_children.GetValueOrDefault(element), other._children.GetValueOrDefault(element)) switch
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
        rest._members.UnionWith(_members.Where(element => !other._members.Contains(element)));
        foreach (var (element, child) in _children)
            if ((other._children.TryGetValue(element, out var taken) ? child.Difference(taken) : child) is { IsEmpty: false } left)
                rest._children[element] = left;
        return rest;
    }

    public FieldSet Intersection(FieldSet other)
    {
        var shared = new FieldSet();
        shared._members.UnionWith(_members.Where(other._members.Contains));
        foreach (var (element, child) in _children)
            if (other._children.TryGetValue(element, out var others) && child.Intersection(others) is { IsEmpty: false } both)
                shared._children[element] = both;
        return shared;
    }

    /// <summary>The set without what is below (or at) a top level member.</summary>
    public FieldSet Without(string topLevel)
    {
        var element = PathElement.Field(topLevel);
        var rest = Difference(new FieldSet());
        rest._members.Remove(element);
        rest._children.Remove(element);
        return rest;
    }

    /// <summary>The set with every declared field that has something below it.</summary>
    public FieldSet WithNamedFields(SchemaNode? schema)
    {
        var full = new FieldSet();
        full._members.UnionWith(_members);
        foreach (var (element, child) in _children)
        {
            if (element.IsField && schema is not null && schema.Properties.ContainsKey(element.Name))
                full._members.Add(element);
            full._children[element] = child.WithNamedFields(Step(schema, element));
        }

        return full;
    }

    /// <summary>All paths as messages show them: those of a level first, then what is below them.</summary>
    public IEnumerable<string> Paths(string prefix = "") =>
        _members.Select(element => prefix + element.Shown)
        .Concat(_children.SelectMany(child => child.Value.Paths(prefix + child.Key.Shown)));

    private static SchemaNode? Step(SchemaNode? schema, PathElement element) =>
        element.IsField ? schema?.Member(element.Name) : schema?.Items;
}
