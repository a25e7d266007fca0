using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Garbage;

/// <summary>Plays the garbage collector where a deletion asks for more: foreground (dependents first) and orphan (dependents stay, without
/// their owner).</summary>
internal sealed class PropagationReconciler(ApiClient api, ResourceKind kind, IReadOnlyList<ResourceKind> owned) : IReconciler
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly WriteOptions Writing = new("canary-sandbox-garbage");

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(kind, name, cancel) is not { } owner || !owner.IsTerminating()) return null;
        var finalizers = owner.At("metadata", "finalizers") is JsonArray texts
            ? texts.Select(text => text?.GetValue<string>() ?? "").ToList() : [];
        if (finalizers.Contains(Orphan))
        {
            foreach (var (ownedKind, dependent) in await DependentsAsync(owner, cancel)) await LeaveAsync(ownedKind, dependent, owner.Uid(),
                cancel);
            await ReleaseAsync(owner, finalizers, Orphan, cancel);
        }
        else if (finalizers.Contains(Foreground))
        {
            var blocking = (await DependentsAsync(owner, cancel))
                .Where(entry => ReferenceTo(entry.Item, owner.Uid())?.FlagAt("blockOwnerDeletion") == true).ToList();
            foreach (var (ownedKind, dependent) in blocking.Where(entry => !entry.Item.IsTerminating()))
            {
                await api.DeleteAsync(ownedKind, ObjectName.Of(dependent), new DeleteOptions(DeletePropagation.Foreground, dependent.Uid()),
                    cancel);
            }

            if (blocking.Count > 0) return Look;
            await ReleaseAsync(owner, finalizers, Foreground, cancel);
        }

        return null;
    }

    private async Task<List<(ResourceKind Kind, JsonObject Item)>> DependentsAsync(JsonObject owner, CancellationToken cancel)
    {
        var found = new List<(ResourceKind, JsonObject)>();
        foreach (var ownedKind in owned)
        {
            var list = await api.ListAllAsync(ownedKind, owner.Namespace(), ListOptions.All, cancel);
            found.AddRange(list.Items.Where(item => ReferenceTo(item, owner.Uid()) is not null).Select(item => (ownedKind, item)));
        }

        return found;
    }

    private static JsonObject? ReferenceTo(JsonObject item, string uid) =>
        item.ItemsAt("metadata", "ownerReferences").FirstOrDefault(reference => reference.TextAt("uid") == uid);

    private Task<JsonObject> LeaveAsync(ResourceKind ownedKind, JsonObject dependent, string uid, CancellationToken cancel)
    {
        var others = dependent.ItemsAt("metadata", "ownerReferences").Where(reference => reference.TextAt("uid") != uid)
            .Select(reference => reference.DeepClone());
        return PatchMetadataAsync(ownedKind, dependent, "ownerReferences", new JsonArray([.. others]), cancel);
    }

    private Task<JsonObject> ReleaseAsync(JsonObject owner, List<string> finalizers, string done, CancellationToken cancel) =>
        PatchMetadataAsync(kind, owner, "finalizers",
            new JsonArray([.. finalizers.Where(finalizer => finalizer != done).Select(finalizer => (JsonNode)finalizer)]), cancel);

    // With the version that was read: a list is replaced as a whole, and nobody's entry may be lost.
    private Task<JsonObject> PatchMetadataAsync(ResourceKind patched, JsonObject item, string field, JsonArray value,
        CancellationToken cancel)
    {
        var metadata = new JsonObject { ["resourceVersion"] = item.TextAt("metadata", "resourceVersion"), [field] = value };
        var patch = new Patch.Merge(new JsonObject { ["metadata"] = metadata });
        return api.PatchAsync(patched, ObjectName.Of(item), patch, null, Writing, cancel);
    }
}
