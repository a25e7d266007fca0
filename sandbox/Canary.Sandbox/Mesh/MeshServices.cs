using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Mesh.Routing;
using Canary.Sandbox.Workloads.Endpoints;
using Canary.Sandbox.Workloads.Pods;

namespace Canary.Sandbox.Mesh;

/// <summary>Joins Services, their EndpointSlices and the pods behind them to what the proxy routes to.</summary>
internal static class MeshServices
{
    public static IReadOnlyList<MeshService> Build(IEnumerable<JsonObject> services, IEnumerable<JsonObject> slices,
        IEnumerable<JsonObject> pods)
    {
        var podsByName = pods.ToDictionary(ObjectName.Of);
        var slicesByService = slices.ToLookup(slice =>
            new ObjectName(slice.Namespace(), slice.Labels().GetValueOrDefault(EndpointSliceDocument.ServiceLabel) ?? ""));
        return [.. services.Select(service => Build(service, [.. slicesByService[ObjectName.Of(service)]], podsByName))];
    }

    private static MeshService Build(JsonObject service, IReadOnlyList<JsonObject> slices, Dictionary<ObjectName, JsonObject> pods)
    {
        var ports = new Dictionary<int, IReadOnlyList<MeshEndpoint>>();
        foreach (var port in service.ItemsAt("spec", "ports"))
        {
            if (port.NumberAt("port") is { } number)
                ports[number] = [.. slices.SelectMany(slice => Ready(slice, port.TextAt("name") ?? "", pods))];
        }

        return new MeshService(service.Namespace(), service.Name(), ports);
    }

    private static IEnumerable<MeshEndpoint> Ready(JsonObject slice, string portName, Dictionary<ObjectName, JsonObject> pods)
    {
        var port = slice.ItemsAt("ports").FirstOrDefault(entry => (entry.TextAt("name") ?? "") == portName).NumberAt("port");
        foreach (var endpoint in slice.ItemsAt("endpoints"))
        {
            // An unknown readiness counts as ready, as the API's reference says.
            if (endpoint.FlagAt("conditions", "ready") == false || endpoint.At("addresses") is not JsonArray { Count: > 0 } addresses)
                continue;
            var name =
                new ObjectName(endpoint.TextAt("targetRef", "namespace") ?? slice.Namespace(), endpoint.TextAt("targetRef", "name") ?? "");
            // A pod that is gone already, or whose place another one of its name has taken, as in a StatefulSet: its slice will say so in
            // a moment, and its address is nobody's.
            var isThere = pods.TryGetValue(name, out var pod);
            if (endpoint.TextAt("targetRef", "kind") == "Pod"
                && (!isThere || (endpoint.TextAt("targetRef", "uid") is { } uid && uid != pod.TextAt("metadata", "uid")))) continue;
            var address = pod.TextAt("metadata", "annotations", PodNetwork.AddressAnnotation)
                ?? $"{addresses[0]!.GetValue<string>()}:{port}";
            yield return pod is null
                ? new MeshEndpoint(address, "unknown", slice.Namespace(), new Dictionary<string, string>())
                : new MeshEndpoint(address, MeshEndpoint.WorkloadOf(pod), pod.Namespace(), pod.Labels());
        }
    }
}
