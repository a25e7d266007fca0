using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.GatewayApi;

namespace Canary.Sandbox.Mesh;

/// <summary>Says in <c>status.parents</c> of each HTTPRoute that the mesh obeys it, and whether its backends are there.</summary>
internal sealed class HttpRouteStatus(ApiClient api)
{
    private const string Controller = "canary.delivery/sandbox";
    private static readonly WriteOptions Writing = new("canary-sandbox");

    /// <summary>Writes the status of the routes whose status is another one.</summary>
    /// <param name="routes">The routes as the table has them.</param>
    /// <param name="services">The Services that there are.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task ReportAsync(IReadOnlyList<JsonObject> routes, IReadOnlySet<ObjectName> services, CancellationToken cancel)
    {
        foreach (var route in routes)
        {
            var parents = Parents(route, services);
            if (JsonNode.DeepEquals(route.At("status", "parents"), parents)) continue;
            try
            {
                await api.PatchAsync(GatewayKinds.HttpRoutes, ObjectName.Of(route),
                    new Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["parents"] = parents } }), "status", Writing, cancel);
            }
            catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
            {
                // The next change of it is seen as well.
            }
        }
    }

    private static JsonArray Parents(JsonObject route, IReadOnlySet<ObjectName> services)
    {
        var generation = route.NumberAt("metadata", "generation") ?? 0;
        var missing = route.ItemsAt("spec", "rules").SelectMany(rule => rule.ItemsAt("backendRefs"))
            .Select(backend => new ObjectName(backend.TextAt("namespace") ?? route.Namespace(), backend.TextAt("name") ?? ""))
            .Where(name => !services.Contains(name)).Select(name => (ObjectName?)name).FirstOrDefault();
        return [.. route.ItemsAt("spec", "parentRefs").Select(parent => (JsonNode)new JsonObject
        {
            ["parentRef"] = parent.DeepClone(),
            ["controllerName"] = Controller,
            ["conditions"] = new JsonArray(
                Condition("Accepted", "True", "Accepted", "the mesh obeys the route"),
                missing is null ? Condition("ResolvedRefs", "True", "ResolvedRefs", "all backends are there")
                    : Condition("ResolvedRefs", "False", "BackendNotFound", $"Service {missing} is not there")),
        })];

        JsonObject Condition(string type, string status, string reason, string message) => new()
        {
            ["type"] = type,
            ["status"] = status,
            ["reason"] = reason,
            ["message"] = message,
            ["observedGeneration"] = generation,
            // When it became so nobody here asks, and the same status is not to look new.
            ["lastTransitionTime"] = route.TextAt("metadata", "creationTimestamp"),
        };
    }
}
