using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

/// <summary>A router is a folder of <c>Canary.Kubernetes/Traffic</c> and a line in the registry: nothing else that ships names
/// one.</summary>
public sealed class RouterTests
{
    private const string Folder = "src/Canary.Kubernetes/Traffic/";

    // The presets are the metrics of meshes, which a Rollout may measure whatever its router is; the description of subset names the
    // object that defines one.
    private static readonly string[] MayNameOne =
    [
        "src/Canary.Core/Analysis/Red/RedPresets.cs",
        "src/Canary.Kubernetes/Resources/RolloutResource.cs",
        $"{Folder}Registry/RouterRegistry.cs",
    ];

    // HTTPRoute is the name of two kinds, of two groups.
    private static readonly (string[] Folders, Regex Names)[] Routers =
    [
        (["Istio"], new("Istio|istio|VirtualService|virtualservice|DestinationRule|destinationrule")),
        (["GatewayApi"], new("GatewayApi|gatewayApi")),
        // A MeshHTTPRoute is no HTTPRoute.
        (["GatewayApi", "Linkerd", "Kuma"], new("HTTPRoute|httproute")),
        (["Traefik"], new("Traefik|traefik|IngressRoute|ingressroute")),
        (["Smi"], new("Smi[A-Z]|smi-spec|TrafficSplit|trafficsplit")),
        (["Contour"], new("Contour|contour|HTTPProxy|httpprox")),
        (["Linkerd"], new("Linkerd|linkerd")),
        (["Kuma"], new("Kuma|kuma|MeshHTTPRoute")),
        (["Apisix"], new("Apisix|apisix")),
    ];

    [Test]
    public void WhenARouterIsNamed_ThenInItsFolderAndTheRegistryAlone() => Assert.That(
        Repository.Sources.Where(file => file.Name.StartsWith("src/", StringComparison.Ordinal)
            && Routers.Any(router => !router.Folders.Any(folder => file.Name.StartsWith($"{Folder}{folder}/", StringComparison.Ordinal))
                && file.Code.Any(line => router.Names.IsMatch(line.Text)))).Select(file => file.Name),
        Is.EquivalentTo(MayNameOne));

    [Test]
    public void WhenTheRegistryIsRead_ThenEachRouterHasAFolderAndALine()
    {
        var registry = Repository.Sources.Single(file => file.Name == MayNameOne[2]);
        string[] folders = [.. Directory.GetDirectories(Path.Combine(Repository.Root, Folder)).Select(path => Path.GetFileName(path)!)
            .Except(["Registry", "Dispatch"])];

        Assert.That(folders, Is.Not.Empty);
        Assert.That(registry.Code.Select(line => line.Text.Trim()).Where(line => line.StartsWith("new ", StringComparison.Ordinal)),
            Is.EquivalentTo(folders.Select(router => $"new {router}Descriptor(),")));
    }
}
