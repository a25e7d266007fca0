using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Mesh.Routing;

namespace Canary.Sandbox.World;

/// <summary>The objects of the demo, by name.</summary>
internal static class ShopNames
{
    public const string Namespace = "shop";

    public static ObjectName Rollout { get; } = new(Namespace, "checkout");

    public static ObjectName StableDeployment { get; } = new(Namespace, "checkout-stable");

    public static string StableHost { get; } = MeshNames.OfService("checkout-stable", Namespace);

    public static string CanaryHost { get; } = MeshNames.OfService("checkout-canary", Namespace);

    /// <summary>The Deployment whose pod template a pipeline changes.</summary>
    public static ObjectName ReleasedDeployment(ShopLayout layout) =>
        new(Namespace, layout == ShopLayout.OneDeployment ? "checkout" : "checkout-canary");
}
