using System.Collections.Generic;
using Canary.Sandbox.Mesh.Routing;
using Canary.Sandbox.Mesh.Telemetry;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>Names the two ends of a request as Istio's stats filter does, also where there is no second one.</summary>
internal static class LabelsOfRequest
{
    private const string Unknown = "unknown";

    /// <param name="client">Who sent.</param>
    /// <param name="host">The host that was asked for: what is reported where no Service was found.</param>
    /// <param name="service">The Service that was routed to, if it came to that.</param>
    /// <param name="endpoint">The pod that was chosen, if it came to that.</param>
    /// <param name="status">0 when the client went away.</param>
    /// <param name="flags">Envoy's response flags.</param>
    public static RequestLabels Name(MeshClient client, string host, MeshService? service, MeshEndpoint? endpoint, int status,
        string flags) => new(
        client.Workload, client.Namespace,
        client.Labels.GetValueOrDefault("app") ?? client.Workload, client.Labels.GetValueOrDefault("version") ?? "latest",
        service?.Host ?? host, service?.Name ?? Unknown, service?.Namespace ?? Unknown,
        endpoint?.Workload ?? Unknown, endpoint?.WorkloadNamespace ?? Unknown, endpoint?.App ?? Unknown, endpoint?.Version ?? Unknown,
        endpoint?.CanonicalService ?? Unknown, endpoint?.CanonicalRevision ?? Unknown, status, flags);
}
