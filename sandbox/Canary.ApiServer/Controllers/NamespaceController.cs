using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;
using Canary.ApiServer.Writing;

namespace Canary.ApiServer.Controllers;

/// <summary>
/// Empties a namespace that is being deleted and lets it go when nothing is left in it. It begins a moment after the request, as a
/// controller of its own would: clients see the namespace terminating.
/// </summary>
internal sealed class NamespaceController(StoredObjects store, ResourceCatalogue catalogue, ObjectDeletion deletion, TimeProvider clock,
    TimeSpan delay) : IDisposable
{
    private readonly ServedResource _namespaces = catalogue.Find("", "v1", "namespaces")!;
    private readonly ConcurrentDictionary<string, ITimer> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _draining = new(StringComparer.Ordinal);

    public void OnChange(ObjectCollection collection, Change change)
    {
        var obj = change.Current.Json;
        if (collection == _namespaces.Objects)
        {
            if (change.Kind == StoredChangeKind.Deleted)
                _draining.TryRemove(obj.Name(), out _);
            else if (obj.IsTerminating() && !_draining.ContainsKey(obj.Name()))
                _waiting.GetOrAdd(obj.Name(), name => clock.CreateTimer(_ => Drain(name), null, delay, Timeout.InfiniteTimeSpan));
        }
        else if (change.Kind == StoredChangeKind.Deleted && _draining.ContainsKey(obj.Namespace()))
        {
            Finish(obj.Namespace());
        }
    }

    public void Dispose()
    {
        foreach (var timer in _waiting.Values)
            timer.Dispose();
    }

    private void Drain(string name)
    {
        if (_waiting.TryRemove(name, out var timer))
            timer.Dispose();
        store.Write(() =>
        {
            _draining[name] = true;
            foreach (var resource in Inhabited())
            {
                foreach (var stored in resource.Objects.Objects.Values.Where(o => o.Json.Namespace() == name).ToList())
                    deletion.Delete(resource, stored, DeletionRequest.Default with { GracePeriodSeconds = 0 });
            }

            Finish(name);
            return true;
        });
    }

    private void Finish(string name)
    {
        if (!_namespaces.Objects.Objects.TryGetValue(name, out var stored) || !stored.Json.IsTerminating())
            return;
        if (Inhabited().Any(r => r.Objects.Objects.Values.Any(o => o.Json.Namespace() == name)))
            return;

        if (stored.Json.Finalizers().Count == 0)
        {
            store.Remove(_namespaces.Objects, name);
            return;
        }

        // Nothing of the server's own holds it any longer; what other finalizers are for is up to those who set them.
        var changed = stored.Json.Copy();
        if (changed.Child("spec")?.Texts("finalizers").Any() != true)
            return;
        changed["spec"] = new System.Text.Json.Nodes.JsonObject();
        store.Put(_namespaces.Objects, name, changed, _namespaces);
    }

    private System.Collections.Generic.IEnumerable<ServedResource> Inhabited() =>
        catalogue.Served.Where(r => r.IsNamespaced && r.Form is null && !r.Handling.IsReview).DistinctBy(r => r.Objects.Id);
}
