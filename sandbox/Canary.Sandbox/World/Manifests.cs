using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic.GatewayApi;

namespace Canary.Sandbox.World;

/// <summary>The documents that are built into the sandbox.</summary>
internal static class Manifests
{
    private const string CanaryDefinitions = "crds/";

    /// <summary>VirtualService and DestinationRule.</summary>
    public static IReadOnlyList<JsonObject> MeshDefinitions => Read("mesh.yaml");

    /// <summary>The routes of the Gateway API, of which the mesh obeys HTTPRoutes. The others are served too, with the same
    /// schema.</summary>
    public static IReadOnlyList<JsonObject> GatewayDefinitions => [.. GatewayKinds.All.Select(kind =>
    {
        var definition = Read("gateway-api.yaml").Single();
        definition["metadata"]!["name"] = kind.ToString();
        definition["spec"]!["names"] = new JsonObject
        {
            ["kind"] = kind.Kind,
            ["listKind"] = kind.Kind + "List",
            ["plural"] = kind.Plural,
            ["singular"] = kind.Kind.ToLowerInvariant(),
        };
        return definition;
    })];

    /// <summary>ScaledObject.</summary>
    public static IReadOnlyList<JsonObject> KedaDefinitions => Read("keda.yaml");

    /// <summary>The demo's own objects.</summary>
    public static IReadOnlyList<JsonObject> Shop(ShopLayout layout, ShopRouter router) =>
        [.. Read("service.yaml"), .. Read(router == ShopRouter.Istio ? "istio-route.yaml" : "gateway-route.yaml"),
            .. Read(layout == ShopLayout.OneDeployment ? "one-deployment.yaml" : "two-deployments.yaml")
                .Select(document => router == ShopRouter.Istio ? document : WithGatewayApi(document))];

    private static JsonObject WithGatewayApi(JsonObject document)
    {
        if (document["spec"]?["traffic"] is not JsonObject traffic) return document;
        traffic.Remove("istio");
        traffic["gatewayApi"] = new JsonObject { ["routes"] = new JsonArray(new JsonObject { ["name"] = ShopNames.Rollout.Name }) };
        return document;
    }

    /// <summary>Canary's own kinds, the files of <c>deploy/crds</c>.</summary>
    public static IReadOnlyList<JsonObject> CanaryKinds =>
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(CanaryDefinitions, System.StringComparison.Ordinal)).Order().SelectMany(Read)];

    private static IReadOnlyList<JsonObject> Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"resource {name} is not in this build");
        using var reader = new StreamReader(stream);
        return [.. YamlDocument.Parse(reader.ReadToEnd()).Select(document => document.Root).OfType<JsonObject>()];
    }
}
