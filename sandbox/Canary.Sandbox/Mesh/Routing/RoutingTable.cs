using System;
using System.Collections.Generic;
using System.Linq;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>Everything that a proxy knows at one moment; made anew on each change and never altered.</summary>
internal sealed class RoutingTable
{
    private readonly MeshClient _client;
    private readonly DestinationRules _rules;
    private readonly Dictionary<string, MeshService> _services;
    private readonly Dictionary<string, IReadOnlyList<MeshRoute>> _hosts = [];
    private readonly List<(string Suffix, IReadOnlyList<MeshRoute> Routes)> _wildcards = [];

    public RoutingTable(
        MeshClient client, IReadOnlyList<VirtualService> virtualServices, IReadOnlyList<DestinationRule> destinationRules,
        IReadOnlyList<MeshService> services)
    {
        _client = client;
        _rules = new DestinationRules(destinationRules);
        _services = services.ToDictionary(service => service.Host);
        // For the mesh gateway VirtualServices of one host are not merged: the oldest has it (Istio's message IST0109).
        foreach (var virtualService in virtualServices.Where(item => item.AppliesTo(client))
            .OrderBy(item => item.Created, StringComparer.Ordinal)
            .ThenBy(item => item.Name, StringComparer.Ordinal))
        {
            foreach (var host in virtualService.Hosts) AddHost(host, virtualService.Routes);
        }

        foreach (var service in services)
        {
            AddHost(service.Host, [MeshRoute.To(new Destination(service.Host, null, null))]);
        }

        _wildcards.Sort((left, right) => right.Suffix.Length.CompareTo(left.Suffix.Length));
    }

    public static RoutingTable Empty(MeshClient client) => new(client, [], [], []);

    public RoutingDecision Decide(MeshRequest request)
    {
        if (RoutesOf(request.Host) is not { } routes) return new RoutingDecision.UnknownHost();
        foreach (var route in routes)
        {
            if (route.Holds(request, _client, out var match)) return new RoutingDecision.Routed(route, match);
        }

        return new RoutingDecision.NoRoute();
    }

    /// <summary>The pods of a destination; null where the Service, the port or the subset does not exist, which Envoy calls NC.</summary>
    public UpstreamCluster? Find(Destination destination, int requestPort)
    {
        if (!_services.TryGetValue(destination.Host, out var service)) return null;
        var port = destination.Port ?? (service.Ports.Count == 1 ? service.Ports.Keys.First() : requestPort);
        if (!service.Ports.TryGetValue(port, out var endpoints)) return null;
        if (destination.Subset is null) return new UpstreamCluster(service, endpoints);
        var labels = _rules.LabelsOf(destination.Subset, service.Host, service.Namespace, _client.Namespace);
        // A subset without labels is the whole host.
        if (labels is null) return null;
        return new UpstreamCluster(service, labels.Count == 0 ? endpoints
            : [.. endpoints.Where(endpoint => endpoint.Labels.IsSelectedBy(labels))]);
    }

    private IReadOnlyList<MeshRoute>? RoutesOf(string host)
    {
        if (_hosts.TryGetValue(host, out var routes)) return routes;
        return _wildcards.Where(entry => host.EndsWith(entry.Suffix, StringComparison.Ordinal)).Select(entry => entry.Routes)
            .FirstOrDefault();
    }

    private void AddHost(string host, IReadOnlyList<MeshRoute> routes)
    {
        if (host.StartsWith('*'))
        {
            _wildcards.Add((host[1..], routes));
            return;
        }

        foreach (var alias in MeshNames.Aliases(host, _client.Namespace)) _hosts.TryAdd(alias, routes);
    }
}
