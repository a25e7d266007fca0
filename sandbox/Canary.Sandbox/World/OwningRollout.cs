using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.World;

/// <summary>Which side of a Rollout a Deployment is.</summary>
internal enum RolloutSide
{
    None,
    Stable,
    Canary,
}

/// <summary>Finds the Rollout that a Deployment belongs to.</summary>
internal sealed class OwningRollout(ApiClient api)
{
    /// <summary>The Deployment whose pod template this Rollout releases.</summary>
    public async Task<ObjectName> ReleasedByAsync(ObjectName rollout, CancellationToken cancel)
    {
        var found = await api.FindAsync(KnownKinds.Rollouts, rollout, cancel)
            ?? throw new SandboxException($"Rollout {rollout} is not there. Is the sandbox running, and is this its kubeconfig?",
                SandboxProblem.NotFound);
        return (found.TextAt("spec", "workload", "name") ?? found.TextAt("spec", "traffic", "canary", "workload", "name")) is { } name
            ? new ObjectName(rollout.Namespace, name)
            : throw new SandboxException($"Rollout {rollout} names no Deployment: say which one with --deployment");
    }

    /// <summary>The Rollout of its namespace that names it, and as what; null: none does.</summary>
    public async Task<(ObjectName? Rollout, RolloutSide Side)> FindAsync(ObjectName deployment, CancellationToken cancel)
    {
        foreach (var rollout in (await api.ListAllAsync(KnownKinds.Rollouts, deployment.Namespace, new ListOptions(), cancel)).Items)
        {
            if (Names(rollout, "canary")) return (ObjectName.Of(rollout), RolloutSide.Canary);
            if (Names(rollout, "stable")) return (ObjectName.Of(rollout), RolloutSide.Stable);
        }

        return (null, RolloutSide.None);

        bool Names(JsonObject rollout, string side) => deployment.Name == (rollout.TextAt("spec", "workload", "name") is { } one
            ? side == "canary" ? one : $"{one}-stable"
            : rollout.TextAt("spec", "traffic", side, "workload", "name"));
    }
}
