using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Gives the traffic of one workload back to it when its Rollout is deleted, before anything that Canary made goes.</summary>
internal sealed class CopyRemoval(CopyWriter writer, AutoscalerWriter autoscalers, RolloutSnapshot rollout,
    CopiedWorkload workload)
{
    /// <summary>One look, and what can be done next.</summary>
    public async Task<HandBackResult> HandBackAsync(SideObjects first, SideObjects second, CancellationToken cancel)
    {
        // A copy that somebody deleted leaves its autoscaler.
        if (first.Deployment is null || !CopyLabels.IsOf(first.Deployment, rollout.Name.Name))
            return new HandBackResult(await autoscalers.RemoveAsync(cancel) is { } left ? Message(left) : null, false);
        if (second.Deployment is not { } source)
            return new HandBackResult($"Deployment {rollout.Name.Namespace}/{workload.Reference.Name} is not there, so the copy goes on "
                + "serving", false);
        if (first.Service is not { } stable || !CopyObserver.Selects(stable, CopyObserver.Labels(first.Deployment)))
            return await SelectAsync(first, second, source, cancel);

        var needed = NeededPods(first.Deployment, source);
        if (DeploymentReading.DesiredPods(source) < needed && await writer.ScaleAsync(source, needed, cancel) is { } failed)
            return new HandBackResult(Message(failed), false);
        var available = Json.Whole(source, "status", "availableReplicas") ?? 0;
        if (!DeploymentReading.IsRolledOut(source) || available < needed)
            return new HandBackResult(
                $"{available} of the {needed} pods of {workload.Reference.Name} that are to serve are available"
                    + (DeploymentReading.Problem(source) is { } why ? $" ({why})" : ""), false);
        return await SelectAsync(first, second, source, cancel);
    }

    /// <summary>Deletes the copy, which has no traffic any more.</summary>
    public async Task<WriteResult> RemoveAsync(SideObjects first, SideObjects second, CancellationToken cancel)
    {
        if (first.Deployment is not { } copy || !CopyLabels.IsOf(copy, rollout.Name.Name)) return new WriteResult.Applied(0);
        var isServing = second.Deployment is null
            || (first.Service is { } stable && CopyObserver.Selects(stable, CopyObserver.Labels(copy)));
        return isServing ? new WriteResult.Refused($"Deployment {rollout.Name.Namespace}/{workload.CopyName} still serves, and is left")
            : await autoscalers.RemoveAsync(cancel) ?? await writer.RemoveAsync(copy, cancel) ?? new WriteResult.Applied(1);
    }

    // An autoscaler is active as soon as the workload has pods. What it takes away after Canary asked for enough is not asked for again.
    private int NeededPods(JsonObject copy, JsonObject source)
    {
        var serving = DeploymentReading.DesiredPods(copy);
        if (autoscalers.Read().MinReplicas is not { } least) return serving;
        var (needed, asked) = (Math.Max(serving, least), DeploymentReading.DesiredPods(source));
        return asked >= least && CopyObserver.WrittenReplicas(source) >= needed ? Math.Min(needed, asked) : needed;
    }

    private async Task<HandBackResult> SelectAsync(SideObjects first, SideObjects second, JsonObject source,
        CancellationToken cancel) =>
        await writer.SelectWorkloadAsync(first, second, source, cancel) is { } failed
            ? new HandBackResult(Message(failed), false) : new HandBackResult(null, true);

    private static string Message(WriteResult result) => result switch
    {
        WriteResult.Contended contended => contended.Message,
        WriteResult.Refused refused => refused.Message,
        WriteResult.Lost lost => lost.Message,
        _ => "it was written",
    };
}
