using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Canary.ApiServer.Storage;

/// <summary>All objects of one resource with the recent history of their changes. Guarded by the gate of
/// <see cref="StoredObjects"/>.</summary>
internal sealed class ObjectCollection
{
    private readonly int _historyLimit;
    private Change _first;
    private int _count;

    public ObjectCollection(string id, long floor, int historyLimit)
    {
        Id = id;
        Floor = floor;
        _historyLimit = historyLimit;
        // The list starts with a change that nobody is told of, so that there is always a link to wait at.
        var origin = new StoredObject("", floor, [], null);
        _first = Last = new Change(StoredChangeKind.Added, origin, null, floor);
    }

    public string Id { get; }

    public ImmutableSortedDictionary<string, StoredObject> Objects { get; private set; } =
        ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    /// <summary>History reaches back to this revision: what came after it is known.</summary>
    public long Floor { get; private set; }

    public Change Last { get; private set; }

    public void Append(Change change)
    {
        Objects = change.Kind == StoredChangeKind.Deleted ? Objects.Remove(change.Current.Key)
            : Objects.SetItem(change.Current.Key, change.Current);
        Last.Link(change);
        Last = change;
        if (++_count <= _historyLimit)
            return;

        _first = _first.Next!;
        Floor = _first.Revision;
        _count--;
    }

    /// <summary>The link after which everything newer than <paramref name="revision"/> follows.</summary>
    public Change LinkBefore(long revision)
    {
        var link = _first;
        while (link.Next is { } following && following.Revision <= revision)
            link = following;
        return link;
    }

    /// <summary>The objects as they were at an earlier revision.</summary>
    public ImmutableSortedDictionary<string, StoredObject> At(long revision)
    {
        var undone = new Stack<Change>();
        for (var link = LinkBefore(revision).Next; link is not null; link = link.Next)
            undone.Push(link);

        var objects = Objects.ToBuilder();
        foreach (var change in undone)
        {
            if (change.Previous is null)
                objects.Remove(change.Current.Key);
            else
                objects[change.Current.Key] = change.Previous;
        }

        return objects.ToImmutable();
    }
}
