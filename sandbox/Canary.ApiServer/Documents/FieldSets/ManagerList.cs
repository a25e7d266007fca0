using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>All managers of an object: what <c>metadata.managedFields</c> says.</summary>
internal sealed class ManagerList
{
    private const int MostUpdaters = 10;
    private const string AncientChanges = "ancient-changes";

    /// <summary>Fields that the server keeps itself and nobody owns.</summary>
    private static readonly FieldSet Unowned = FieldSet.Read((JsonObject)JsonNode.Parse(
        """
        {"f:apiVersion":{},"f:kind":{},"f:metadata":{".":{},"f:name":{},"f:namespace":{},"f:creationTimestamp":{},"f:selfLink":{},"f:uid":{},
        "f:clusterName":{},"f:generation":{},"f:managedFields":{},"f:resourceVersion":{}}}
        """)!);

    private readonly Dictionary<(string, string, string, string), ManagerEntry> _entries = [];

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>All fields that anybody owns.</summary>
    public FieldSet Everything => _entries.Values.Aggregate(new FieldSet(), (union, entry) => union.Union(entry.Fields));

    /// <summary>Reads the managers of an object; an object without any has an empty list.</summary>
    public static ManagerList Read(JsonNode? obj)
    {
        var list = new ManagerList();
        foreach (var entry in (obj.At("metadata", "managedFields") as JsonArray ?? []).OfType<JsonObject>())
            if (ManagerEntry.Read(entry) is { Operation: ManagerEntry.Apply or ManagerEntry.Update } read)
                list._entries[read.Identity] = read;
        return list;
    }

    /// <summary>True for <c>[{}]</c>, with which a client clears all managers.</summary>
    public static bool IsReset(JsonNode? obj) =>
        obj.At("metadata", "managedFields") is JsonArray { Count: 1 } list && list[0] is JsonObject { Count: 0 };

    public ManagerEntry? Find(ManagerEntry like) => _entries.GetValueOrDefault(like.Identity);

    public void Set(ManagerEntry entry) => _entries[entry.Identity] = entry;

    /// <summary>Takes fields from everybody but one.</summary>
    public void Take(FieldSet written, FieldSet removed, ManagerEntry? except)
    {
        foreach (var entry in _entries.Values.Where(entry => except is null || entry.Identity != except.Identity).ToList())
            _entries[entry.Identity] = entry with { Fields = entry.Fields.Difference(written).Difference(removed) };
    }

    /// <summary>Others that own one of the fields.</summary>
    public IReadOnlyList<(ManagerEntry Owner, FieldSet Fields)> Owners(FieldSet written, ManagerEntry except) =>
    [
        .. _entries.Values.Where(entry => entry.Identity != except.Identity)
            .Select(entry => (entry, entry.Fields.Intersection(written))).Where(owner => !owner.Item2.IsEmpty)
            .OrderBy(owner => owner.entry.Shown, StringComparer.Ordinal),
    ];

    public static FieldSet Owned(FieldSet fields) => fields.Difference(Unowned);

    /// <summary>Writes the list into the object, in the order of the real server; an empty list leaves no member.</summary>
    public void Write(JsonObject obj)
    {
        foreach (var entry in _entries.Values.ToList())
            if (Owned(entry.Fields) is { IsEmpty: false } owned)
                _entries[entry.Identity] = entry with { Fields = owned };
            else
                _entries.Remove(entry.Identity);
        Cap();
        if (obj.Member("metadata") is not JsonObject metadata)
            return;
        metadata.Remove("managedFields");
        if (_entries.Count > 0)
            metadata["managedFields"] = new JsonArray([.. Sorted(_entries.Values).Select(entry => entry.ToJson())]);
    }

    private static IEnumerable<ManagerEntry> Sorted(IEnumerable<ManagerEntry> entries) => entries
        .OrderBy(entry => entry.Operation, StringComparer.Ordinal)
        .ThenBy(entry => entry.Time?.ToUnixTimeSeconds() ?? 0)
        .ThenBy(entry => entry.Manager, StringComparer.Ordinal)
        .ThenBy(entry => entry.ApiVersion, StringComparer.Ordinal)
        .ThenBy(entry => entry.Subresource, StringComparer.Ordinal);

    /// <summary>More updaters than fit are merged, the oldest first.</summary>
    private void Cap()
    {
        var updaters = Sorted(_entries.Values.Where(entry => !entry.IsApply)).ToList();
        var first = new Dictionary<string, ManagerEntry>(StringComparer.Ordinal);
        var count = updaters.Count;
        foreach (var entry in updaters)
        {
            if (count <= MostUpdaters)
                return;
            if (!first.TryGetValue(entry.ApiVersion, out var oldest))
            {
                first[entry.ApiVersion] = entry;
                continue;
            }

            var bucket =
                new ManagerEntry(AncientChanges, ManagerEntry.Update, entry.ApiVersion, "", entry.Time, oldest.Fields.Union(entry.Fields));
            _entries.Remove(oldest.Identity);
            _entries.Remove(entry.Identity);
            _entries[bucket.Identity] = first[entry.ApiVersion] = bucket;
            count--;
        }
    }
}
