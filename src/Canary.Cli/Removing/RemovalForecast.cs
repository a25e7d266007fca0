using System.Collections.Generic;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Cli.Removing;

/// <summary>What becomes of the traffic of one Rollout when Canary is uninstalled.</summary>
/// <param name="Name">The Rollout, as <c>namespace/name</c>.</param>
/// <param name="State">Where it stands.</param>
/// <param name="OnDeletion">What happens when it is deleted while the controller runs.</param>
/// <param name="WithoutController">What stays when the controller is removed and the Rollout is not deleted by it.</param>
/// <param name="Problems">What to do something about first; empty: nothing.</param>
internal sealed record RemovalForecast(string Name, string State, IReadOnlyList<string> OnDeletion, IReadOnlyList<string> WithoutController,
    IReadOnlyList<string> Problems)
{
    /// <param name="rollout">The Rollout.</param>
    /// <param name="stable">Deployment of the stable side; null: it names none, or it is not there.</param>
    /// <param name="canary">Deployment of the canary side.</param>
    /// <param name="unseen">What the controller has not seen yet; null: nothing.</param>
    /// <param name="paused">The ScaledObject of KEDA that Canary paused; null: none, or it may not be read.</param>
    public static RemovalForecast Of(RemovedRollout rollout, SideDeployment? stable, SideDeployment? canary, string? unseen,
        string? paused = null)
    {
        var (status, spec) = (rollout.Status, rollout.InForce);
        var weight = status.Weights.Applied ?? status.Weights.Desired;
        var state = $"{status.Phase}, weight {weight}" + (status.StableRevision is { } revision ? $", stable revision {revision}" : "");
        if (spec is null)
        {
            return new RemovalForecast(rollout.Name, state, ["nothing: its spec was never valid, and Canary changed nothing"],
                ["nothing changes"], []);
        }

        var problems = new List<string>();
        if (unseen is not null) problems.Add($"{unseen}: what is said here may be out of date");
        if (rollout.IsDeleted)
            problems.Add($"it is being deleted already{(status.Message.Length > 0 ? $": {status.Message}" : "")}");
        var onDeletion = rollout.IsOrphaned
            ? [$"everything stays as it is (deletionPolicy is Orphan): the canary keeps weight {weight}"]
            : spec.Workload is { } workload
                ? HandBack(workload.Reference, workload.CopyName, status, stable, canary, paused, problems)
                : spec.Set is { } set ? HandBack(set, spec.Traffic, status, problems)
                : Restore(spec.Traffic, status, stable, problems);
        if (rollout.IsOrphaned && status.IsRunning)
            problems.Add($"a release is under way, and deletionPolicy is Orphan: revision {status.CanaryRevision} keeps its share of the "
                + "traffic. Wait for its end, or abort it");
        return new RemovalForecast(rollout.Name, state, onDeletion, Left(spec, status, weight, paused), problems);
    }

    private static IReadOnlyList<string> HandBack(WorkloadReference workload, string copy, RolloutStatus status, SideDeployment? stable,
        SideDeployment? canary, string? paused, List<string> problems)
    {
        var name = $"{workload.Kind} {workload.Name}";
        if (canary is null)
        {
            problems.Add($"{name} is not there: Deployment {copy} is left serving, and nothing of Canary's is removed");
            return [$"nothing: {name} is not there"];
        }

        if (stable is null && status.StableRevision is null) return ["nothing has changed yet"];
        var revision = status.CanaryRevision ?? "unknown";
        if (revision != status.StableRevision)
        {
            problems.Add(status.Abort is not null
                ? $"{name} has revision {revision}, which was rolled back, and would get all traffic. Revert it first, to revision "
                    + $"{status.StableRevision}"
                : $"{name} has revision {revision}, which is not promoted, and would get all traffic. Wait for the end of the release, or "
                    + "abort it and revert the change");
        }

        if (canary.IsPaused) problems.Add($"{name} is paused: it starts no pods of a new template. Resume it first");
        var replicas = stable?.Replicas ?? status.StableReplicas ?? 1;
        return
        [
            $"{name} gets {replicas} {(replicas == 1 ? "pod" : "pods")} and serves all traffic, with revision {revision}",
            "every Service gets its own selector back, and the weights go to 100 and 0",
            paused is null ? $"Deployment {copy} is deleted"
                : $"Deployment {copy} and its ScaledObject are deleted, and then ScaledObject {paused} scales {name} again",
        ];
    }

    private static IReadOnlyList<string> HandBack(SetWorkload set, TrafficSpec traffic, RolloutStatus status, List<string> problems)
    {
        if (status.StableRevision is null) return ["nothing has changed yet"];
        if (status.CanaryRevision is { } revision && revision != status.StableRevision)
            problems.Add(status.Abort is not null
                ? $"{set} has revision {revision}, which was rolled back, and its pods would get traffic. Revert it first, to revision "
                    + $"{status.StableRevision}"
                : $"{set} has revision {revision}, which is not promoted, and its pods would get traffic without an analysis. Wait for "
                    + "the end of the release, or abort it and revert the change");
        return
        [
            $"both {(traffic.NamedStable.Subset is null ? "Services" : "subsets")} select all pods of {set}, and the weights go to 100 and 0",
            set.HasPartition ? "its partition is what it was, and Kubernetes updates its pods to the template that is there"
                : $"{set} stays as it is, and its pods too",
        ];
    }

    private static IReadOnlyList<string> Restore(TrafficSpec traffic, RolloutStatus status, SideDeployment? stable, List<string> problems)
    {
        if (status.StableRevision is null) return ["nothing has changed yet"];
        var (side, role) = status.StableSide is Side.NamedStable ? (traffic.NamedStable, "stable") : (traffic.NamedCanary, "canary");
        if (stable is { Ready: 0 })
            problems.Add($"Deployment {stable.Name}, the stable side, has no ready pod: the deletion waits up to 5 minutes for one");
        return
        [
            $"all traffic goes to Service {side.Service}, the side named {role}, with revision {status.StableRevision}",
            "the claims are removed from the routes; the Deployments stay as they are",
        ];
    }

    private static IReadOnlyList<string> Left(RolloutSpec spec, RolloutStatus status, Weight weight, string? paused)
    {
        var left = new List<string>
        {
            weight == Weight.Zero ? "the stable side keeps all the traffic"
                : $"the canary keeps weight {weight}, and nobody watches it: set the weights yourself",
        };
        if (spec.Workload is { } workload)
        {
            left.Add($"{workload.Reference.Kind} {workload.Reference.Name} "
                + (status.IsRunning ? "and its copy keep" : "stays at 0 replicas, and its copy keeps") + " serving: changes of it reach "
                + "nobody");
        }

        if (paused is not null)
            left.Add($"ScaledObject {paused} stays paused, and that of the copy goes on scaling the copy");
        if (spec.Set is { } set)
            left.Add(set.HasPartition ? $"{set} stays held: a new template updates no pod"
                : $"pods of {set} that come back at a new template get no traffic");
        return left;
    }
}
