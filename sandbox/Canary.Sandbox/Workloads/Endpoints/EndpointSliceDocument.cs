using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Endpoints;

/// <summary>Makes the EndpointSlices of a Service from the pods that it selects.</summary>
internal static class EndpointSliceDocument
{
    public const string ServiceLabel = "kubernetes.io/service-name";
    public const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";
    public const string Manager = "endpointslice-controller.k8s.io";
    private const int EndpointsAtMost = 100;

    public static IReadOnlyList<JsonObject> Build(JsonObject service, IEnumerable<JsonObject> pods)
    {
        var selected = pods.Where(pod => pod.Labels().IsSelectedBy(service.TextsAt("spec", "selector"))
                && pod.TextAt("status", "podIP") is not null && pod.TextAt("status", "phase") is not ("Failed" or "Succeeded"))
            .OrderBy(pod => pod.Name(), System.StringComparer.Ordinal).ToList();
        // A name of a target port may stand for another number in each pod: a slice has one number for all its endpoints.
        var groups = selected.GroupBy(pod => Ports(service, pod).ToJsonString())
            .SelectMany(group => group.Chunk(EndpointsAtMost)).DefaultIfEmpty([]);
        return [.. groups.Select((chunk, index) => Slice(service, chunk, index))];
    }

    private static JsonArray Ports(JsonObject service, JsonObject? pod) =>
        new([.. service.ItemsAt("spec", "ports").Select(port => Port(port, pod))]);

    private static JsonObject Slice(JsonObject service, JsonObject[] pods, int index) => new()
    {
        ["apiVersion"] = KnownKinds.EndpointSlices.ApiVersion,
        ["kind"] = KnownKinds.EndpointSlices.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = $"{service.Name()}-{StableHash.Compute(service.Uid() + index.ToString(CultureInfo.InvariantCulture)):x8}",
            ["namespace"] = service.Namespace(),
            ["labels"] = new JsonObject { [ServiceLabel] = service.Name(), [ManagedByLabel] = Manager },
            ["ownerReferences"] = new JsonArray(Ownership.ControllerReference(service, KnownKinds.Services)),
        },
        ["addressType"] = "IPv4",
        ["endpoints"] = new JsonArray([.. pods.Select(pod => Endpoint(service, pod))]),
        ["ports"] = Ports(service, pods.FirstOrDefault()),
    };

    private static JsonObject Endpoint(JsonObject service, JsonObject pod)
    {
        var isReady = pod.ItemsAt("status", "conditions")
            .Any(condition => condition.TextAt("type") == "Ready" && condition.TextAt("status") == "True");
        var publishes = service.FlagAt("spec", "publishNotReadyAddresses") == true;
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(pod.TextAt("status", "podIP")),
            ["conditions"] = new JsonObject
            {
                ["ready"] = publishes || (isReady && !pod.IsTerminating()),
                ["serving"] = isReady,
                ["terminating"] = pod.IsTerminating(),
            },
            ["targetRef"] =
                new JsonObject { ["kind"] = "Pod", ["namespace"] = pod.Namespace(), ["name"] = pod.Name(), ["uid"] = pod.Uid() },
        };
        if (pod.TextAt("spec", "nodeName") is { } node) endpoint["nodeName"] = node;
        if (pod.TextAt("spec", "hostname") is { } host && pod.TextAt("spec", "subdomain") == service.Name()) endpoint["hostname"] = host;
        return endpoint;
    }

    private static JsonObject Port(JsonObject port, JsonObject? pod)
    {
        var target = port.TextAt("targetPort") is { } name
            ? pod.ItemsAt("spec", "containers").SelectMany(container => container.ItemsAt("ports"))
                .FirstOrDefault(entry => entry.TextAt("name") == name).NumberAt("containerPort")
            : port.NumberAt("targetPort");
        var written = new JsonObject
        {
            ["name"] = port.TextAt("name") ?? "",
            ["port"] = target ?? port.NumberAt("port"),
            ["protocol"] = port.TextAt("protocol") ?? "TCP",
        };
        if (port.TextAt("appProtocol") is { } protocol) written["appProtocol"] = protocol;
        return written;
    }
}
