namespace Canary.Sandbox.World;

/// <summary>Which router the Rollout of the demo has.</summary>
internal enum ShopRouter
{
    /// <summary>A VirtualService of Istio.</summary>
    Istio,

    /// <summary>An HTTPRoute of the Gateway API.</summary>
    GatewayApi,
}
