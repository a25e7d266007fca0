namespace Canary.Sandbox.World;

/// <summary>How many Deployments the demo's service has.</summary>
internal enum ShopLayout
{
    /// <summary>One, of which Canary keeps a stable copy.</summary>
    OneDeployment,

    /// <summary>One of each side.</summary>
    TwoDeployments,
}
