using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;
using Canary.ApiServer.Writing;

namespace Canary.ApiServer.Controllers;

/// <summary>Takes definitions into service, gives them their names, and empties them before they go.</summary>
internal sealed class DefinitionController(StoredObjects store, ResourceCatalogue catalogue, ObjectDeletion deletion, TimeProvider clock)
{
    private readonly CustomResources _custom = new(store);
    private readonly ServedResource _definitions = catalogue.Find("apiextensions.k8s.io", "v1", BuiltInResources.Definitions)!;

    public void OnChange(ObjectCollection collection, Change change)
    {
        if (collection != _definitions.Objects)
        {
            if (change.Kind == StoredChangeKind.Deleted
                && Present().FirstOrDefault(d => d.Json.Uid() == collection.Id && d.Json.IsTerminating()) is { } owner)
                Finish(owner);
            return;
        }

        if (change.Kind == StoredChangeKind.Deleted)
        {
            _custom.Forget(change.Current.Json.Uid());
            foreach (var other in Present())
                Accept(other);
        }
        else if (Current(change.Current.Key) is { } definition && definition.Json.Uid() == change.Current.Json.Uid())
        {
            if (definition.Json.IsTerminating())
                Empty(definition);
            else
                Accept(definition);
        }

        Publish();
    }

    private void Publish()
    {
        catalogue.SetCustom(Present().Where(d => Is(d.Json, "Established")).SelectMany(d => _custom.Of(d.Json)));
        _custom.EndReplaced();
    }

    private void Accept(StoredObject definition)
    {
        var names = ResourceNames.Of(definition.Json.Child("spec", "names") ?? []);
        var taken = Present()
            .Where(d => d.Key != definition.Key && Group(d) == Group(definition) && Is(d.Json, "NamesAccepted"))
            .Select(d => ResourceNames.Of(d.Json.Child("status", "acceptedNames") ?? []))
            .ToList();
        var conflict = Conflict(names, taken);
        if (conflict is not null)
        {
            // What is free of the names is given; the kind of resource is not served.
            var given = new JsonObject { ["plural"] = names.Plural, ["kind"] = "" };
            var refused = ("NamesAccepted", "False", conflict.Value.Reason, conflict.Value.Message);
            Write(definition, given, refused, ("Established", "False", "NotAccepted", "not all names are accepted"));
            return;
        }

        if (Is(definition.Json, "Established") && JsonNode.DeepEquals(definition.Json.Child("status")?["acceptedNames"], names.ToJson()))
            return;

        var accepted = ("NamesAccepted", "True", "NoConflicts", "no conflicts found");
        if (!Is(definition.Json, "Established"))
            Write(definition, names.ToJson(), accepted, ("Established", "False", "Installing", "the initial names have been accepted"));
        var established = ("Established", "True", "InitialNamesAccepted", "the initial names have been accepted");
        Write(Current(definition.Key)!, names.ToJson(), accepted, established);
    }

    private static (string Reason, string Message)? Conflict(ResourceNames names, List<ResourceNames> taken)
    {
        foreach (var (reason, name) in new[] { ("ListKindConflict", names.ListKind), ("KindConflict", names.Kind) })
        {
            if (name.Length > 0 && taken.Any(t => t.Kind == name || t.ListKind == name))
                return (reason, $"\"{name}\" is already in use");
        }

        List<(string, string)> others =
            [.. names.ShortNames.Select(s => ("ShortNamesConflict", s)), ("SingularConflict", names.Singular),
                ("PluralConflict", names.Plural)];
        foreach (var (reason, name) in others)
        {
            if (name.Length > 0 && taken.Any(t => t.Plural == name || t.Singular == name || t.ShortNames.Contains(name)))
                return (reason, $"\"{name}\" is already in use");
        }

        return null;
    }

    private void Write(StoredObject definition, JsonObject acceptedNames,
        params (string Type, string Status, string Reason, string Message)[] conditions)
    {
        var changed = definition.Json.Copy();
        var status = changed.Child("status") ?? [];
        var before = status.Children("conditions").ToDictionary(c => c.Text("type") ?? "", c => c);
        var now = clock.GetUtcNow().ToTimestamp();
        status["conditions"] = new JsonArray([.. conditions.Select(c => (JsonNode)new JsonObject
        {
            ["type"] = c.Type,
            ["status"] = c.Status,
            ["lastTransitionTime"] = before.TryGetValue(c.Type, out var last) && last.Text("status") == c.Status
            ? last.Text("lastTransitionTime") : now,
            ["reason"] = c.Reason,
            ["message"] = c.Message,
        })]);
        status["acceptedNames"] = acceptedNames;
        changed["status"] = status.DeepClone();
        if (!JsonNode.DeepEquals(changed, definition.Json))
            store.Put(_definitions.Objects, definition.Key, changed, _definitions);
    }

    private void Empty(StoredObject definition)
    {
        Publish();
        var resource = _custom.Of(definition.Json).FirstOrDefault();
        if (definition.Json.Child("status")?.Children("conditions").Any(c => c.Text("reason") == "InstanceDeletionPending") == true)
        {
            var changed = definition.Json.Copy();
            deletion.Condition(changed, "InstanceDeletionInProgress", "CustomResource deletion is in progress");
            definition = store.Put(_definitions.Objects, definition.Key, changed, _definitions);
            foreach (var obj in resource?.Objects.Objects.Values ?? [])
                deletion.Delete(resource!, obj, DeletionRequest.Default);
        }

        Finish(definition);
    }

    private void Finish(StoredObject definition)
    {
        if (_custom.Of(definition.Json).Any(r => r.Objects.Objects.Count > 0) || Current(definition.Key) is not { } current)
            return;

        var finalizers = current.Json.Finalizers().Where(f => f != ObjectDeletion.DefinitionCleanup).ToList();
        if (finalizers.Count == current.Json.Finalizers().Count)
            return;
        if (finalizers.Count == 0)
        {
            store.Remove(_definitions.Objects, current.Key);
            return;
        }

        var changed = current.Json.Copy();
        changed.Metadata()["finalizers"] = finalizers.ToJsonArray();
        store.Put(_definitions.Objects, current.Key, changed, _definitions);
    }

    private List<StoredObject> Present() => [.. _definitions.Objects.Objects.Values];

    private StoredObject? Current(string key) => _definitions.Objects.Objects.GetValueOrDefault(key);

    private static string Group(StoredObject definition) => definition.Json.Child("spec")?.Text("group") ?? "";

    private static bool Is(JsonObject definition, string condition) =>
        definition.Child("status")?.Children("conditions").Any(c => c.Text("type") == condition && c.Text("status") == "True") == true;
}
