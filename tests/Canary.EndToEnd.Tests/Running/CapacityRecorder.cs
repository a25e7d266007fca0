using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.GatewayApi;
using Canary.Kubernetes.Traffic.Istio;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>
/// Every change of the routes and of the endpoints of one service, in the order in which the API server made them: a resourceVersion rises
/// with each write of any kind. So it can be said of each moment whether each side had the ready pods for its share of the traffic.
/// </summary>
internal sealed class CapacityRecorder : IAsyncDisposable
{
    private static readonly ResourceKind[] Kinds = [IstioKinds.VirtualServices, GatewayKinds.HttpRoutes, KnownKinds.EndpointSlices];

    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, (ResourceKind Kind, string Name, JsonObject? Object)> _changes = [];
    private readonly SortedDictionary<long, int> _sizes = [];
    private readonly ApiClient _api;
    private readonly ObjectName _service;
    private readonly bool _isOneSet;
    private readonly Task _watching;

    /// <param name="api">Of the world.</param>
    /// <param name="service">The Service that clients call.</param>
    /// <param name="isOneSet">Both sides share the pods of one set: the canary has the pods for its share, and stable those that are
    /// left, at least one.</param>
    public CapacityRecorder(ApiClient api, ObjectName service, bool isOneSet)
    {
        (_api, _service, _isOneSet) = (api, service, isOneSet);
        _watching = Task.WhenAll(Kinds.Select(kind => WatchAsync(kind, _end.Token)));
    }

    /// <summary>The canary's weights in the route of the service, each once for each time that it was set.</summary>
    public IReadOnlyList<int> Weights
    {
        get
        {
            var weights = new List<int>();
            foreach (var (_, _, route) in Changes().Select(change => change.Value).Where(change => change.Kind != KnownKinds.EndpointSlices
                && change.Name == _service.Name && change.Object is not null))
            {
                var weight = SharesOf(route!).Where(share => !share.IsOfCanarysRoute && share.Service == $"{_service.Name}-canary")
                    .Select(share => share.Percent).FirstOrDefault();
                if (weights.Count == 0 || weights[^1] != weight) weights.Add(weight);
            }

            return weights;
        }
    }

    /// <summary>From the present state on, the service needs so many ready pods for all of its traffic.</summary>
    public async Task ExpectAsync(int pods, CancellationToken cancel)
    {
        var now = await _api.ListAsync(KnownKinds.Pods, _service.Namespace, ListOptions.All, cancel);
        lock (_gate) _sizes[Version(now.ResourceVersion)] = pods;
    }

    /// <summary>Each change after which a side had fewer ready pods than its share of the traffic needs, and how many changes were
    /// looked at.</summary>
    public (int Changes, IReadOnlyList<string> Violations) Check()
    {
        var (violations, looked) = (new List<string>(), 0);
        var routes = new Dictionary<(ResourceKind Kind, string Name), JsonObject>();
        foreach (var (version, (kind, name, item)) in Changes())
        {
            if (item is null) routes.Remove((kind, name));
            else routes[(kind, name)] = item;
            if (SizeAt(version) is not { } size) continue;
            looked++;
            foreach (var share in Shares(routes).Where(share => share.Percent > 0))
            {
                var needed = share.IsOfCanarysRoute ? 1 : Needed(share, size);
                var ready = ReadyBehind(routes, share.Service);
                if (ready < needed)
                    violations.Add($"version {version} ({kind.Kind} {name}): {share.Service} has {share.Percent} % and {ready} ready pods "
                        + $"of {needed}");
            }
        }

        return (looked, violations);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private static long Version(string version) => long.Parse(version, CultureInfo.InvariantCulture);

    private KeyValuePair<long, (ResourceKind Kind, string Name, JsonObject? Object)>[] Changes()
    {
        lock (_gate) return [.. _changes];
    }

    private int Needed(Share share, int size)
    {
        var needed = (int)Math.Ceiling((size * share.Percent / 100.0) - 1e-9);
        if (!_isOneSet || size == 0) return needed;
        return share.Service == $"{_service.Name}-canary" ? Math.Clamp(needed, 1, size - 1) : 1;
    }

    private int? SizeAt(long version)
    {
        lock (_gate)
            return _sizes.Any(size => size.Key <= version) ? _sizes.Last(size => size.Key <= version).Value : null;
    }

    // Without a route the Service itself is one: its pods have all of the traffic.
    private IEnumerable<Share> Shares(Dictionary<(ResourceKind Kind, string Name), JsonObject> known)
    {
        var routes = known.Where(entry => entry.Key.Kind != KnownKinds.EndpointSlices && entry.Key.Name == _service.Name).ToArray();
        return routes.Length == 0 ? [new Share(_service.Name, 100, false)] : routes.SelectMany(entry => SharesOf(entry.Value));
    }

    private static IEnumerable<Share> SharesOf(JsonObject route) =>
        (route["spec"]!["http"] ?? route["spec"]!["rules"])!.AsArray().SelectMany(rule =>
        {
            var destinations = (rule!["route"] ?? rule["backendRefs"])!.AsArray();
            var sum = destinations.Sum(one => (int?)one!["weight"] ?? 0);
            var isCanarys = ((string?)rule["name"])?.StartsWith("canary.delivery", StringComparison.Ordinal) is true;
            return destinations.Select(one => new Share(
                ((string?)one!["destination"]?["host"] ?? (string)one["name"]!).Split('.')[0],
                destinations.Count == 1 ? 100 : sum == 0 ? 0 : (int)Math.Round(100.0 * ((int?)one["weight"] ?? 0) / sum), isCanarys));
        });

    private static int ReadyBehind(Dictionary<(ResourceKind Kind, string Name), JsonObject> known, string service) => known
        .Where(entry => entry.Key.Kind == KnownKinds.EndpointSlices
            && (string?)entry.Value["metadata"]!["labels"]?["kubernetes.io/service-name"] == service)
        .SelectMany(entry => entry.Value["endpoints"]?.AsArray() ?? [])
        .Where(endpoint => (bool?)endpoint!["conditions"]?["ready"] is not false)
        .Select(endpoint => (string?)endpoint!["targetRef"]?["name"]).Distinct().Count();

    private async Task WatchAsync(ResourceKind kind, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await foreach (var change in _api.WatchAsync(kind, _service.Namespace, new WatchOptions(), cancel))
                {
                    if (change is WatchEvent.Added added) Record(kind, added.Object, added.Object);
                    if (change is WatchEvent.Modified modified) Record(kind, modified.Object, modified.Object);
                    if (change is WatchEvent.Deleted deleted) Record(kind, deleted.Object, null);
                    if (change is WatchEvent.Error) break;
                }
            }
            catch (ApiException)
            {
                // Tried again below.
            }

            await Task.Delay(200, cancel);
        }
    }

    private void Record(ResourceKind kind, JsonObject item, JsonObject? state)
    {
        lock (_gate) _changes[Version((string)item["metadata"]!["resourceVersion"]!)] = (kind, ObjectName.Of(item).Name, state);
    }

    /// <param name="Service">Service that the requests go to.</param>
    /// <param name="Percent">Its part of them.</param>
    /// <param name="IsOfCanarysRoute">Whether the route is a header route or a mirror, whose share of the traffic nobody knows.</param>
    private sealed record Share(string Service, int Percent, bool IsOfCanarysRoute);
}
