using Canary.Sandbox.Load;
using Canary.Sandbox.Workloads;

namespace Canary.Sandbox.World;

/// <summary>What the sandbox is made of.</summary>
/// <param name="StateFolder">Where kubeconfig, addresses and logs are written.</param>
/// <param name="KubeConfig">Kubeconfig of an API server to use; null: the embedded one is started.</param>
/// <param name="Port">Port of the embedded API server; 0 takes a free one.</param>
/// <param name="Workloads">How much of a cluster is played.</param>
/// <param name="Seed">Of every draw by lot: the same seed, the same draws.</param>
/// <param name="Load">How the load is made.</param>
/// <param name="MeshVersion">Version in which VirtualServices and DestinationRules are served where the sandbox creates them.</param>
/// <param name="StartsController">False where a controller is started by hand.</param>
/// <param name="Shop">How many Deployments the service has.</param>
/// <param name="Router">Which router its Rollout has.</param>
internal sealed record SandboxOptions(
    string StateFolder, string? KubeConfig, int Port, WorkloadsMode Workloads, long Seed, LoadOptions Load, string MeshVersion,
    bool StartsController, ShopLayout Shop, ShopRouter Router);
