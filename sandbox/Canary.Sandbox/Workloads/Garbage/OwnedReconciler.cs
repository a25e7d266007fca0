using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Garbage;

/// <summary>Plays the garbage collector for one kind: an object all of whose owners are gone goes too.</summary>
internal sealed class OwnedReconciler(ApiClient api, ResourceKind kind) : IReconciler
{
    private static readonly ResourceKind[] Owners =
    [
        KnownKinds.Deployments, KnownKinds.ReplicaSets, KnownKinds.StatefulSets, KnownKinds.DaemonSets, KnownKinds.Services,
        KnownKinds.Pods,
        KnownKinds.ConfigMaps, KnownKinds.Rollouts, KnownKinds.AnalysisRuns,
    ];

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(kind, name, cancel) is not { } item || item.IsTerminating()) return null;
        var owners = item.ItemsAt("metadata", "ownerReferences").ToList();
        if (owners.Count == 0) return null;
        foreach (var owner in owners)
        {
            if (await MayLiveAsync(item.Namespace(), owner, cancel)) return null;
        }

        await api.DeleteAsync(kind, name, new DeleteOptions(DeletePropagation.Background, item.Uid()), cancel);
        return null;
    }

    // Asked of the server, never of a cache: a cache that lags must not delete anything. An owner of a kind that is not known here is left
    // alone.
    private async Task<bool> MayLiveAsync(string @namespace, JsonObject owner, CancellationToken cancel)
    {
        var kindOfOwner =
            Owners.FirstOrDefault(known => known.Kind == owner.TextAt("kind") && known.ApiVersion == owner.TextAt("apiVersion"));
        if (kindOfOwner is null) return true;
        var found = await api.FindAsync(kindOfOwner, new ObjectName(@namespace, owner.TextAt("name") ?? ""), cancel);
        return found is not null && found.Uid() == owner.TextAt("uid");
    }
}
