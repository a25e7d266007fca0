using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>Objects by name and by index; every change of it is told as <see cref="CacheChange"/>s, in order.</summary>
internal sealed class ObjectStore(ResourceCacheOptions options)
{
    private static readonly Dictionary<string, Func<JsonObject, IEnumerable<string>>> NoIndexes = [];

    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectName, KeptObject> _objects = [];
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
        lock (_gate) return _objects.GetValueOrDefault(name)?.Document;
    }

    public IReadOnlyList<ObjectName> Names(string? ns)
    {
        lock (_gate) return [.. _objects.Keys.Where(name => ns is null || name.Namespace == ns)];
    }

    public IReadOnlyList<JsonObject> List(string? ns)
    {
        lock (_gate) return [.. _objects.Where(entry => ns is null || entry.Key.Namespace == ns).Select(entry => entry.Value.Document)];
    }

    /// <exception cref="ArgumentException">There is no such index.</exception>
    public IReadOnlyList<JsonObject> Find(string index, string key)
    {
        if (options.Indexes?.ContainsKey(index) is not true) throw new ArgumentException($"there is no index {index}", nameof(index));
        lock (_gate) return _keys.TryGetValue((index, key), out var names) ? [.. names.Select(name => _objects[name].Document)] : [];
    }

    /// <summary>
    /// What is kept of an object. It is written out: a member of a parsed document keeps the whole text alive, so a small projection would
    /// cost as much memory as the object that it was taken from.
    /// </summary>
    /// <param name="document">The object. It belongs to the store from now on.</param>
    /// <param name="isOfList">Whether it is one of many that were read together.</param>
    public KeptObject Keep(JsonObject document, bool isOfList)
    {
        (document["metadata"] as JsonObject)?.Remove("managedFields");
        var projected = Projected(document);
        return new KeptObject(
            projected,
            [.. (options.Indexes ?? NoIndexes).SelectMany(index => index.Value(projected).Distinct().Select(key => (index.Key, key)))],
            isOfList);
    }

    /// <summary>Makes the store what a whole list says: what is not in it is gone, also where its deletion was never seen.</summary>
    /// <param name="all">The list.</param>
    /// <param name="isReset">Whether the server went back in time, so that older states of objects count as well.</param>
    public IReadOnlyList<CacheChange> Replace(IReadOnlyList<KeptObject> all, bool isReset)
    {
        var changes = new List<CacheChange>();
        lock (_gate)
        {
            var gone = new HashSet<ObjectName>(_objects.Keys);
            foreach (var one in all) gone.Remove(one.Name);
            foreach (var name in gone) Remove(_objects[name], _objects[name], changes);
            foreach (var one in all) Put(one, isReset, changes);
        }

        return changes;
    }

    /// <summary>The object is there in this state.</summary>
    public IReadOnlyList<CacheChange> Put(JsonObject document)
    {
        var changes = new List<CacheChange>();
        lock (_gate)
        {
            // The echo of a write of ours is known already: nothing of it has to be kept.
            if (!_objects.TryGetValue(ObjectName.Of(document), out var known) || known.Uid != Documents.Uid(document)
                || IsNewer(Documents.ResourceVersion(document), known)) Put(Keep(document, isOfList: false), isReset: false, changes);
        }

        return changes;
    }

    /// <summary>The object is gone.</summary>
    public IReadOnlyList<CacheChange> Remove(JsonObject document)
    {
        var changes = new List<CacheChange>();
        lock (_gate)
        {
            if (_objects.TryGetValue(ObjectName.Of(document), out var known) && known.Uid == Documents.Uid(document))
                Remove(known, Keep(document, isOfList: false), changes);
        }

        return changes;
    }

    /// <summary>Takes over the answer to a write of our own, where it is newer. A later event with the same version is no change
    /// then.</summary>
    public void Note(JsonObject written)
    {
        lock (_gate)
        {
            if (_objects.TryGetValue(ObjectName.Of(written), out var known) && known.Uid == Documents.Uid(written)
                && IsNewer(Documents.ResourceVersion(written), known)) Set(Keep((JsonObject)written.DeepClone(), isOfList: false));
        }
    }

    private void Put(KeptObject one, bool isReset, List<CacheChange> changes)
    {
        if (!_objects.TryGetValue(one.Name, out var known))
        {
            Add(one, changes);
        }
        else if (known.Uid != one.Uid)
        {
            // Deleted and made again while nobody looked.
            Remove(known, known, changes);
            Add(one, changes);
        }
        else if (IsNewer(one.ResourceVersion, known) || (isReset && one.ResourceVersion != known.ResourceVersion))
        {
            Set(one);
            changes.Add(new CacheChange(ChangeKind.Modified, one, known));
        }
    }

    private void Add(KeptObject one, List<CacheChange> changes)
    {
        Set(one);
        changes.Add(new CacheChange(ChangeKind.Added, one, null));
    }

    private void Remove(KeptObject known, KeptObject last, List<CacheChange> changes)
    {
        _objects.Remove(known.Name);
        Index(known, isThere: false);
        changes.Add(new CacheChange(ChangeKind.Deleted, last, known));
    }

    private void Set(KeptObject one)
    {
        if (_objects.TryGetValue(one.Name, out var known)) Index(known, isThere: false);
        _objects[one.Name] = one;
        Index(one, isThere: true);
    }

    private void Index(KeptObject one, bool isThere)
    {
        foreach (var key in one.Keys)
        {
            if (!_keys.TryGetValue(key, out var names)) _keys[key] = names = [];
            if (isThere) names.Add(one.Name);
            else names.Remove(one.Name);
            if (names.Count == 0) _keys.Remove(key);
        }
    }

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

    /// <summary>Versions of one object are numbers that rise. Where they are not numbers, any other one counts as newer.</summary>
    private static bool IsNewer(string found, KeptObject known) =>
        Number(found) is { } a && Number(known.ResourceVersion) is { } b ? a > b : found != known.ResourceVersion;

    internal static ulong? Number(string version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
