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

namespace Canary.Sandbox.Workloads.Endpoints;

/// <summary>Plays the EndpointSlice controller: keeps the slices of a Service as its pods are.</summary>
/// <param name="api">The server.</param>
/// <param name="pods">The pods of a namespace, from a cache: each change of one brings the Service here again.</param>
internal sealed class EndpointSliceReconciler(ApiClient api, Func<string, IEnumerable<JsonObject>> pods) : IReconciler
{
    private static readonly WriteOptions Writing = new("canary-sandbox-endpoints");

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        var service = await api.FindAsync(KnownKinds.Services, name, cancel);
        var selector =
            $"{EndpointSliceDocument.ServiceLabel}={name.Name},{EndpointSliceDocument.ManagedByLabel}={EndpointSliceDocument.Manager}";
        var present =
            (await api.ListAllAsync(KnownKinds.EndpointSlices, name.Namespace, new ListOptions(LabelSelector: selector), cancel)).Items;
        // A Service without selector has slices that somebody else writes.
        var wanted = service is null || service.IsTerminating() || service.TextsAt("spec", "selector").Count == 0
            ? [] : EndpointSliceDocument.Build(service, pods(name.Namespace ?? ""));
        foreach (var slice in wanted)
        {
            await WriteAsync(slice, present.FirstOrDefault(candidate => candidate.Name() == slice.Name()), cancel);
        }

        foreach (var left in present.Where(slice => wanted.All(candidate => candidate.Name() != slice.Name())))
        {
            await api.DeleteAsync(KnownKinds.EndpointSlices, ObjectName.Of(left), new DeleteOptions(Uid: left.Uid()), cancel);
        }

        return null;
    }

    private async Task WriteAsync(JsonObject slice, JsonObject? present, CancellationToken cancel)
    {
        if (present is null)
        {
            await api.CreateAsync(KnownKinds.EndpointSlices, slice.Namespace(), slice, Writing, cancel);
            return;
        }

        if (JsonNode.DeepEquals(present["endpoints"] ?? new JsonArray(), slice["endpoints"])
            && JsonNode.DeepEquals(present["ports"] ?? new JsonArray(), slice["ports"]))
            return;
        var changed = present.DeepClone().AsObject();
        changed["endpoints"] = slice["endpoints"]!.DeepClone();
        changed["ports"] = slice["ports"]!.DeepClone();
        await api.ReplaceAsync(KnownKinds.EndpointSlices, changed, null, Writing, cancel);
    }
}
