using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Mapping;

namespace Canary.Sandbox.World;

/// <summary>The documents that are built into the sandbox.</summary>
internal static class Manifests
{
    private const string CanaryDefinitions = "crds/";

    /// <summary>VirtualService and DestinationRule.</summary>
    public static IReadOnlyList<JsonObject> MeshDefinitions => Read("mesh.yaml");

    /// <summary>The demo's own objects.</summary>
    public static IReadOnlyList<JsonObject> Shop(ShopLayout layout) =>
        [.. Read("service.yaml"), .. Read(layout == ShopLayout.OneDeployment ? "one-deployment.yaml" : "two-deployments.yaml")];

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
