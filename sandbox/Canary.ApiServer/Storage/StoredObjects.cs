using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Storage;

/// <summary>
/// The memory of the server: one gate, one resourceVersion that rises with every write of any kind, and for each resource its objects
/// and their recent changes. Everything that reads in order to write does so inside <see cref="Write{T}"/>.
/// </summary>
internal sealed class StoredObjects(int historyLimit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ObjectCollection> _collections = new(StringComparer.Ordinal);
    private readonly Queue<(ObjectCollection Collection, Change Change)> _unsettled = new();
    private bool _isSettling;

    public long Revision { get; private set; }

    /// <summary>Lists at an exact revision below this one are refused as expired; watches are not concerned.</summary>
    public long CompactedRevision { get; private set; }

    /// <summary>Told of each committed change after the write that made it, still inside the gate: what controllers do at once.</summary>
    public event Action<ObjectCollection, Change>? Committed;

    public ObjectCollection Collection(string id)
    {
        lock (_gate)
        {
            if (_collections.TryGetValue(id, out var collection))
                return collection;

            // History of the kinds that are there from the start begins at 0; a kind that comes later knows nothing of what was before it.
            collection = new ObjectCollection(id, Revision, historyLimit);
            _collections.Add(id, collection);
            return collection;
        }
    }

    public T Read<T>(Func<T> look)
    {
        lock (_gate)
            return look();
    }

    public T Write<T>(Func<T> change)
    {
        lock (_gate)
        {
            var result = change();
            Settle();
            return result;
        }
    }

    public void Compact()
    {
        lock (_gate)
            CompactedRevision = Revision;
    }

    public StoredObject Put(ObjectCollection collection, string key, JsonObject json, object? writtenBy)
    {
        var stored = Stamp(key, json, writtenBy);
        collection.Objects.TryGetValue(key, out var previous);
        Append(collection,
            new Change(previous is null ? StoredChangeKind.Added : StoredChangeKind.Modified, stored, previous, stored.Revision));
        return stored;
    }

    public void Remove(ObjectCollection collection, string key)
    {
        var previous = collection.Objects[key];
        var last = Stamp(key, previous.Json.Copy(), previous.WrittenBy);
        Append(collection, new Change(StoredChangeKind.Deleted, last, previous, last.Revision));
    }

    public void Drop(string id)
    {
        lock (_gate)
        {
            if (_collections.Remove(id, out var collection))
                collection.Last.Close();
        }
    }

    private StoredObject Stamp(string key, JsonObject json, object? writtenBy)
    {
        Revision++;
        json.Metadata()["resourceVersion"] = Revision.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(key, Revision, json, writtenBy);
    }

    private void Append(ObjectCollection collection, Change change)
    {
        collection.Append(change);
        _unsettled.Enqueue((collection, change));
    }

    private void Settle()
    {
        if (_isSettling)
            return;

        _isSettling = true;
        try
        {
            while (_unsettled.TryDequeue(out var item))
                Committed?.Invoke(item.Collection, item.Change);
        }
        finally
        {
            _isSettling = false;
        }
    }
}
