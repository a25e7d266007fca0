using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>The routers that the sandbox's mesh does not obey: their kinds, in definitions that take any spec, and an object of each kind
/// with weights that are not those of a service that releases nothing.</summary>
internal static class RoutersToRelease
{
    private const string Sides =
        """[{"NAME":"checkout-stable","port":80,"weight":1},{"NAME":"checkout-canary","port":80,"weight":1}]""";

    private static readonly WriteOptions Writing = new("end-to-end-tests");

    public static IReadOnlyList<(string Router, JsonNode Traffic, IReadOnlyList<(ResourceKind Kind, JsonObject Object)> Objects)> All =>
    [
        Of("linkerd", """{"routes":[{"name":"later"}]}""", ("HTTPRoute", "name", """{"rules":[{"backendRefs":SIDES}]}""")),
        Of("contour", """{"proxies":[{"name":"later"}]}""", ("HTTPProxy", "name", """{"routes":[{"services":SIDES}]}""")),
        Of("smi", """{"trafficSplits":[{"name":"later"}]}""", ("TrafficSplit", "service", """{"service":"checkout","backends":SIDES}""")),
        Of("kuma", """{"routes":[{"name":"later"}]}""", ("MeshHTTPRoute", "name",
            """{"to":[{"rules":[{"default":{"backendRefs":MESH}}]}]}""")),
        Of("apisix", """{"routes":[{"name":"later"}]}""", ("ApisixRoute", "serviceName", """{"http":[{"name":"a","backends":SIDES}]}""")),
        Of("traefik",
            """{"objects":[{"name":"later"},{"kind":"IngressRoute","name":"later"},{"kind":"IngressRouteTCP","name":"later"}]}""",
            ("TraefikService", "name", """{"weighted":{"services":SIDES}}"""),
            ("IngressRoute", "name", """{"routes":[{"match":"Host(`a`)","services":SIDES}]}"""),
            ("IngressRouteTCP", "name", """{"routes":[{"match":"HostSNI(`*`)","services":SIDES}]}""")),
    ];

    /// <summary>Installs the kinds that are not there, and creates the objects: whoever lists them knows them by name.</summary>
    public static async Task InstallAsync(World world, CancellationToken cancel)
    {
        foreach (var kind in All.SelectMany(router => router.Objects).Select(one => one.Kind))
        {
            if (await world.Api.FindAsync(KnownKinds.CustomResourceDefinitions, new ObjectName(null, kind.ToString()), cancel) is null)
                await world.Api.CreateAsync(KnownKinds.CustomResourceDefinitions, null, Definition(kind), Writing, cancel);
        }

        foreach (var (kind, document) in All.SelectMany(router => router.Objects))
            await world.Api.CreateAsync(kind, World.Namespace, document, Writing, cancel);
    }

    private static (string Router, JsonNode Traffic, IReadOnlyList<(ResourceKind Kind, JsonObject Object)> Objects) Of(string router,
        string traffic, params (string Kind, string Service, string Spec)[] objects) => (router, JsonNode.Parse(traffic)!,
        [.. objects.Select(one => (KindOf(router, one.Kind), Object(KindOf(router, one.Kind), one.Service, one.Spec)))]);

    private static ResourceKind KindOf(string router, string kind) =>
        RouterRegistry.All.Single(one => one.Key == router).Kinds.Select(one => one.Kind).Single(one => one.Kind == kind);

    private static JsonObject Object(ResourceKind kind, string service, string spec) => new()
    {
        ["apiVersion"] = kind.ApiVersion,
        ["kind"] = kind.Kind,
        ["metadata"] = new JsonObject { ["name"] = "later" },
        ["spec"] = JsonNode.Parse(spec
            .Replace("MESH", Sides.Replace("""{"NAME":""", """{"kind":"MeshService","NAME":""", System.StringComparison.Ordinal),
                System.StringComparison.Ordinal)
            .Replace("SIDES", Sides, System.StringComparison.Ordinal).Replace("NAME", service, System.StringComparison.Ordinal)),
    };

    private static JsonObject Definition(ResourceKind kind) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = kind.ToString() },
        ["spec"] = new JsonObject
        {
            ["group"] = kind.Group,
            ["names"] = new JsonObject
            {
                ["kind"] = kind.Kind,
                ["listKind"] = kind.Kind + "List",
                ["plural"] = kind.Plural,
                ["singular"] = kind.Kind.ToLowerInvariant(),
            },
            ["scope"] = "Namespaced",
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = kind.Version,
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = JsonNode.Parse("""
                    {"openAPIV3Schema":{"type":"object",
                      "properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}
                    """),
            }),
        },
    };
}
