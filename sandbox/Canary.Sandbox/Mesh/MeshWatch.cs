using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.GatewayApi;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Sandbox.Mesh.Proxy;
using Canary.Sandbox.Mesh.Routing;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.Mesh;

/// <summary>Plays the control plane: watches the API server and hands the proxy a new table after each change.</summary>
internal sealed class MeshWatch
{
    private readonly MeshClient _client;
    private readonly MeshProxy _proxy;
    private readonly ILogger _log;
    private readonly ResourceCache _virtualServices;
    private readonly ResourceCache _destinationRules;
    private readonly ResourceCache _httpRoutes;
    private readonly ResourceCache _services;
    private readonly ResourceCache _slices;
    private readonly ResourceCache _pods;
    private readonly HttpRouteStatus _status;
    private readonly Dictionary<ObjectName, (string Version, VirtualService? Good)> _read = [];

    // One waiting signal is enough: a table is made of everything that is known then.
    private readonly Channel<bool> _signals =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public MeshWatch(ApiClient api, MeshClient client, MeshProxy proxy, TimeProvider time, ILogger log)
    {
        (_client, _proxy, _log) = (client, proxy, log);
        ResourceCache Cache(ResourceKind kind)
        {
            var cache = new ResourceCache(api, kind, ResourceCacheOptions.All, time, log);
            cache.Changed += _ => _signals.Writer.TryWrite(true);
            return cache;
        }

        (_virtualServices, _destinationRules) = (Cache(IstioKinds.VirtualServices), Cache(IstioKinds.DestinationRules));
        (_httpRoutes, _status) = (Cache(GatewayKinds.HttpRoutes), new HttpRouteStatus(api));
        (_services, _slices, _pods) = (Cache(KnownKinds.Services), Cache(KnownKinds.EndpointSlices), Cache(KnownKinds.Pods));
    }

    private ResourceCache[] Caches => [_virtualServices, _destinationRules, _httpRoutes, _services, _slices, _pods];

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll([.. Caches.Select(cache => cache.RunAsync(cancel)), ServeAsync(cancel)]);

    private async Task ServeAsync(CancellationToken cancel)
    {
        // A table of half of the world would send requests nowhere.
        foreach (var cache in Caches) await cache.WaitForSyncAsync(cancel);
        await UseAsync(cancel);
        await foreach (var _ in _signals.Reader.ReadAllAsync(cancel)) await UseAsync(cancel);
    }

    // What the status says of a route holds from the moment it is written.
    private async Task UseAsync(CancellationToken cancel)
    {
        var routes = _httpRoutes.List(null);
        _proxy.Use(Build(routes));
        await _status.ReportAsync(routes, _services.List(null).Select(ObjectName.Of).ToHashSet(), cancel);
    }

    private RoutingTable Build(IReadOnlyList<JsonObject> routes) => new(
        _client, [.. ReadVirtualServices(), .. HttpRoutes.Read(routes)], [.. _destinationRules.List(null).Select(DestinationRule.Read)],
        MeshServices.Build(_services.List(null), _slices.List(null), _pods.List(null)));

    private List<VirtualService> ReadVirtualServices()
    {
        var present = _virtualServices.List(null);
        foreach (var gone in _read.Keys.Except(present.Select(ObjectName.Of)).ToList()) _read.Remove(gone);
        foreach (var item in present)
        {
            var name = ObjectName.Of(item);
            var version = ObjectReading.TextAt(item, "metadata", "resourceVersion") ?? "";
            if (_read.TryGetValue(name, out var known) && known.Version == version) continue;
            try
            {
                _read[name] = (version, VirtualService.Read(item));
            }
            catch (FormatException refused)
            {
                // The webhook of a real mesh keeps such a document out, and a proxy rejects it: either way the last good one goes on.
                _log.DocumentRefused(refused.Message);
                _read[name] = (version, known.Good);
            }
        }

        return [.. _read.Values.Select(entry => entry.Good).OfType<VirtualService>()];
    }
}
