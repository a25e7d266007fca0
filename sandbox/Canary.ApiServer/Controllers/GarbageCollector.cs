using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;
using Canary.ApiServer.Writing;

namespace Canary.ApiServer.Controllers;

/// <summary>
/// Deletes what no owner needs any more, and carries out foreground and orphan deletion. In a real cluster this is a controller of its own;
/// here it is part of the server and acts within the write that gives it cause to.
/// </summary>
internal sealed class GarbageCollector(StoredObjects store, ResourceCatalogue catalogue, ObjectDeletion deletion)
{
    private readonly Dictionary<string, string> _namespaceOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Place>> _dependents = new(StringComparer.Ordinal);

    public void OnChange(ObjectCollection collection, Change change)
    {
        Index(collection, change);
        var obj = change.Current.Json;
        if (change.Kind == StoredChangeKind.Deleted)
        {
            foreach (var place in DependentsOf(obj.Uid()))
                Reconsider(place);
            foreach (var owner in obj.OwnerReferences())
                Progress(owner);
            return;
        }

        if (obj.OwnerReferences().Count > 0)
            Reconsider(new Place(collection, change.Current.Key));
        if (obj.IsTerminating())
            Progress(collection, change.Current.Key);
    }

    private void Index(ObjectCollection collection, Change change)
    {
        var obj = change.Current.Json;
        var place = new Place(collection, change.Current.Key);
        foreach (var uid in (change.Previous?.Json.OwnerReferences() ?? []).Select(o => o.Text("uid") ?? ""))
            _dependents.GetValueOrDefault(uid)?.Remove(place);
        if (change.Kind == StoredChangeKind.Deleted)
        {
            _namespaceOf.Remove(obj.Uid());
            return;
        }

        _namespaceOf[obj.Uid()] = obj.Namespace();
        foreach (var uid in obj.OwnerReferences().Select(o => o.Text("uid") ?? ""))
        {
            if (!_dependents.TryGetValue(uid, out var places))
                _dependents[uid] = places = [];
            places.Add(place);
        }
    }

    private List<Place> DependentsOf(string uid) => _dependents.TryGetValue(uid, out var places) ? [.. places] : [];

    /// <summary>Deletes an object that has lost its last owner; one that has others loses the references to the lost ones.</summary>
    private void Reconsider(Place place)
    {
        if (place.Find() is not { } stored || catalogue.ForCollection(place.Collection.Id) is not { } resource)
            return;

        var owners = stored.Json.OwnerReferences();
        if (owners.Count == 0 || stored.Json.IsTerminating())
            return;

        var solid = owners.Where(o => IsThere(o, stored.Json.Namespace())).ToList();
        if (solid.Count == owners.Count)
        {
            // Its owner waits for it: then it goes first.
            if (solid.Any(o => Waits(o.Text("uid") ?? "")))
                deletion.Delete(resource, stored, DeletionRequest.Default);
            return;
        }

        if (solid.Count == 0)
            deletion.Delete(resource, stored, DeletionRequest.Default);
        else
            Keep(place, stored, solid);
    }

    private bool IsThere(JsonObject owner, string ns)
    {
        // Of a kind that is not served nobody can say whether the owner is there: the object stays.
        if (catalogue.FindKind(owner.Text("apiVersion") ?? "", owner.Text("kind") ?? "") is null)
            return true;
        return _namespaceOf.TryGetValue(owner.Text("uid") ?? "", out var home) && (home.Length == 0 || home == ns);
    }

    private bool Waits(string uid) =>
        OwnerWith(uid) is { } owner && owner.IsTerminating() && owner.Finalizers().Contains(ObjectDeletion.Foreground);

    private JsonObject? OwnerWith(string uid) => DependentsOf(uid).Count == 0 ? null : FindOwner(uid)?.Find()?.Json;

    private Place? FindOwner(string uid)
    {
        var owned = DependentsOf(uid).Select(p => p.Find()?.Json).OfType<JsonObject>();
        var reference = owned.SelectMany(o => o.OwnerReferences()).FirstOrDefault(o => o.Text("uid") == uid);
        return reference is null ? null : PlaceOf(reference);
    }

    private Place? PlaceOf(JsonObject owner)
    {
        if (!_namespaceOf.TryGetValue(owner.Text("uid") ?? "", out var ns)
            || catalogue.FindKind(owner.Text("apiVersion") ?? "", owner.Text("kind") ?? "") is not { } resource)
        {
            return null;
        }

        return new Place(resource.Objects, resource.KeyOf(ns, owner.Text("name") ?? ""));
    }

    private void Progress(JsonObject owner)
    {
        if (PlaceOf(owner) is { } place)
            Progress(place.Collection, place.Key);
    }

    /// <summary>Goes on with the deletion of an owner that waits for its dependents, or for their release.</summary>
    private void Progress(ObjectCollection collection, string key)
    {
        if (!collection.Objects.TryGetValue(key, out var stored) || !stored.Json.IsTerminating())
            return;

        var finalizers = stored.Json.Finalizers();
        var owned = DependentsOf(stored.Json.Uid());
        if (finalizers.Contains(ObjectDeletion.Orphan))
        {
            foreach (var place in owned)
            {
                if (place.Find() is { } dependent)
                    Keep(place, dependent, [.. dependent.Json.OwnerReferences().Where(o => o.Text("uid") != stored.Json.Uid())]);
            }

            Release(collection, stored, ObjectDeletion.Orphan);
        }
        else if (finalizers.Contains(ObjectDeletion.Foreground))
        {
            foreach (var place in owned)
                Reconsider(place);
            if (!DependentsOf(stored.Json.Uid()).Any(p => Blocks(p, stored.Json.Uid()))
                && collection.Objects.TryGetValue(key, out var left))
                Release(collection, left, ObjectDeletion.Foreground);
        }
    }

    private static bool Blocks(Place place, string uid) =>
        place.Find()?.Json.OwnerReferences().Any(o => o.Text("uid") == uid && o.IsTrue("blockOwnerDeletion")) == true;

    private void Keep(Place place, StoredObject stored, List<JsonObject> owners)
    {
        var changed = stored.Json.Copy();
        if (owners.Count == 0)
            changed.Metadata().Remove("ownerReferences");
        else
            changed.Metadata()["ownerReferences"] = new JsonArray([.. owners.Select(o => o.DeepClone())]);
        store.Put(place.Collection, place.Key, changed, stored.WrittenBy);
    }

    private void Release(ObjectCollection collection, StoredObject stored, string finalizer)
    {
        var left = stored.Json.Finalizers().Where(f => f != finalizer).ToList();
        if (left.Count == 0)
        {
            store.Remove(collection, stored.Key);
            catalogue.ForCollection(collection.Id)?.Handling.Removed(stored.Json);
            return;
        }

        var changed = stored.Json.Copy();
        changed.Metadata()["finalizers"] = left.ToJsonArray();
        store.Put(collection, stored.Key, changed, stored.WrittenBy);
    }

    private sealed record Place(ObjectCollection Collection, string Key)
    {
        public StoredObject? Find() => Collection.Objects.GetValueOrDefault(Key);
    }
}
