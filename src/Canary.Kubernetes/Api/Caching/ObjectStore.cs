using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Api.Wire;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>Objects by name and by index; every change of it is told as <see cref="CacheChange"/>s, in order.</summary>
internal sealed class ObjectStore(ResourceCacheOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectName, JsonObject> _objects = [];
    private readonly Dictionary<(string Index, string Key), HashSet<ObjectName>> _keys = [];

    public int Count
    {
        get
        {
            lock (_gate) return _objects.Count;
        }
    }

    public JsonObject? Get(ObjectName name)
    {
        lock (_gate) return _objects.GetValueOrDefault(name);
    }

    public IReadOnlyList<JsonObject> List(string? ns)
    {
        lock (_gate) return [.. _objects.Where(entry => ns is null || entry.Key.Namespace == ns).Select(entry => entry.Value)];
    }

    /// <exception cref="ArgumentException">There is no such index.</exception>
    public IReadOnlyList<JsonObject> Find(string index, string key)
    {
        if (options.Indexes?.ContainsKey(index) is not true) throw new ArgumentException($"there is no index {index}", nameof(index));
        lock (_gate) return _keys.TryGetValue((index, key), out var names) ? [.. names.Select(name => _objects[name])] : [];
    }

    /// <summary>Makes the store what a whole list says: what is not in it is gone, also where its deletion was never seen.</summary>
    /// <param name="all">The list.</param>
    /// <param name="isReset">Whether the server went back in time, so that older states of objects count as well.</param>
    public IReadOnlyList<CacheChange> Replace(IReadOnlyList<JsonObject> all, bool isReset)
    {
        var changes = new List<CacheChange>();
        lock (_gate)
        {
            var gone = new HashSet<ObjectName>(_objects.Keys);
            foreach (var document in all) gone.Remove(ObjectName.Of(document));
            foreach (var name in gone) Remove(name, _objects[name], changes);
            foreach (var document in all) Put(document, isReset, changes);
        }

        return changes;
    }

    /// <summary>The object is there in this state.</summary>
    public IReadOnlyList<CacheChange> Put(JsonObject document)
    {
        var changes = new List<CacheChange>();
        lock (_gate) Put(document, isReset: false, changes);
        return changes;
    }

    /// <summary>The object is gone.</summary>
    public IReadOnlyList<CacheChange> Remove(JsonObject document)
    {
        var changes = new List<CacheChange>();
        lock (_gate)
        {
            var name = ObjectName.Of(document);
            if (_objects.TryGetValue(name, out var known) && Documents.Uid(known) == Documents.Uid(document))
                Remove(name, Kept(document), changes);
        }

        return changes;
    }

    /// <summary>Takes over the answer to a write of our own, where it is newer. A later event with the same version is no change
    /// then.</summary>
    public void Note(JsonObject written)
    {
        lock (_gate)
        {
            var name = ObjectName.Of(written);
            if (_objects.TryGetValue(name, out var known) && Documents.Uid(known) == Documents.Uid(written) && IsNewer(written, known))
                Set(name, Kept(written));
        }
    }

    private void Put(JsonObject document, bool isReset, List<CacheChange> changes)
    {
        var name = ObjectName.Of(document);
        if (!_objects.TryGetValue(name, out var known))
        {
            Add(name, Kept(document), changes);
        }
        else if (Documents.Uid(known) != Documents.Uid(document))
        {
            // Deleted and made again while nobody looked.
            Remove(name, known, changes);
            Add(name, Kept(document), changes);
        }
        else if (IsNewer(document, known) || (isReset && Documents.ResourceVersion(document) != Documents.ResourceVersion(known)))
        {
            var kept = Kept(document);
            Set(name, kept);
            changes.Add(new CacheChange(ChangeKind.Modified, kept, known));
        }
    }

    private void Add(ObjectName name, JsonObject kept, List<CacheChange> changes)
    {
        Set(name, kept);
        changes.Add(new CacheChange(ChangeKind.Added, kept, null));
    }

    private void Remove(ObjectName name, JsonObject last, List<CacheChange> changes)
    {
        var known = _objects[name];
        _objects.Remove(name);
        Index(name, known, isThere: false);
        changes.Add(new CacheChange(ChangeKind.Deleted, last, known));
    }

    private void Set(ObjectName name, JsonObject kept)
    {
        if (_objects.TryGetValue(name, out var known)) Index(name, known, isThere: false);
        _objects[name] = kept;
        Index(name, kept, isThere: true);
    }

    private void Index(ObjectName name, JsonObject document, bool isThere)
    {
        if (options.Indexes is null) return;
        foreach (var (index, keysOf) in options.Indexes)
        {
            foreach (var key in keysOf(document).Distinct())
            {
                if (!_keys.TryGetValue((index, key), out var names)) _keys[(index, key)] = names = [];
                if (isThere) names.Add(name);
                else names.Remove(name);
                if (names.Count == 0) _keys.Remove((index, key));
            }
        }
    }

    /// <summary>
    /// What is kept. Written out and read again: a member of a parsed document keeps the whole text alive,
    /// so a small projection would cost as much memory as the object that it was taken from.
    /// </summary>
    private JsonObject Kept(JsonObject document)
    {
        (document["metadata"] as JsonObject)?.Remove("managedFields");
        return (JsonObject)JsonText.ReadObject(AnswerReader.ToBytes(Projected(document)))!;
    }

    /// <summary>Versions of one object are numbers that rise. Where they are not numbers, any other one counts as newer.</summary>
    // One object that nothing can be made of is kept as it is: it must not end the watching of all others.
    private JsonObject Projected(JsonObject document)
    {
        if (options.Projection is null) return document;
        try
        {
            return options.Projection(document);
        }
        catch (Exception)
        {
            return document;
        }
    }

    private static bool IsNewer(JsonObject document, JsonObject known)
    {
        var (found, had) = (Documents.ResourceVersion(document), Documents.ResourceVersion(known));
        return Number(found) is { } a && Number(had) is { } b ? a > b : found != had;
    }

    internal static ulong? Number(string version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
