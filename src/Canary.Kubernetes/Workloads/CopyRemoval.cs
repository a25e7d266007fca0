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
internal sealed class CopyRemoval(CopyWriter writer, CopyObserver copies, AutoscalerWriter autoscalers, RolloutSnapshot rollout,
    CopiedWorkload workload)
{
    /// <summary>One look, and what can be done next.</summary>
    public async Task<HandBackResult> HandBackAsync(SideObjects first, SideObjects second, CancellationToken cancel) =>
        await SelectAsync(first, second, cancel) with { Paused = autoscalers.SayPaused() };

    private async Task<HandBackResult> SelectAsync(SideObjects first, SideObjects second, CancellationToken cancel)
    {
        var (ns, name) = (rollout.Name.Namespace, rollout.Name.Name);
        if (second.Deployment is not { } source)
            return new HandBackResult(null, false) { Left = $"Deployment {ns}/{workload.Reference.Name} is not there" };
        if (first.Deployment is { } other && !CopyLabels.IsOf(other, name))
            return new HandBackResult(null, false) { Left = $"Canary did not make Deployment {ns}/{workload.CopyName}" };
        // Nothing was ever changed, or all but a pause was taken back.
        if (first is { Deployment: null, Service: null } && second.Service is null)
            return new HandBackResult(null, autoscalers.SayPaused() is not null);

        var needed = Needed(first, source);
        if (DeploymentReading.DesiredPods(source) < needed && await writer.ScaleAsync(source, needed, cancel) is { } failed)
            return new HandBackResult(Message(failed), false);
        if (!IsAvailable(source, needed))
            return new HandBackResult(
                $"{Json.Whole(source, "status", "availableReplicas") ?? 0} of the {needed} pods of {workload.Reference.Name} that are to serve "
                    + "are available" + (DeploymentReading.Problem(source) is { } why ? $" ({why})" : ""), false);
        if (await writer.SelectWorkloadAsync(first, second, source, cancel) is { } refused)
            return new HandBackResult(Message(refused), false);
        return await writer.ForgetReplicasAsync(source, cancel) is { } kept ? new HandBackResult(Message(kept), false)
            : new HandBackResult(null, true);
    }

    /// <summary>Deletes the copy, where the workload has its pods and no Service selects the copy any more.</summary>
    public async Task<WriteResult> RemoveAsync(SideObjects first, SideObjects second, CancellationToken cancel)
    {
        // A copy that somebody deleted leaves its autoscaler.
        if (first.Deployment is not { } copy || !CopyLabels.IsOf(copy, rollout.Name.Name))
            return await autoscalers.RemoveAsync(cancel) ?? await RemoveConfigurationAsync(first, cancel)
                ?? await autoscalers.ResumeAsync(cancel) ?? new WriteResult.Applied(0);
        var hasFollowed = second.Deployment is { } source && IsAvailable(source, Needed(first, source))
            && (first.Service is not { } stable || CopyObserver.Selects(stable, CopyObserver.Labels(source)));
        if (hasFollowed && copies.FindNeeding(rollout.Name.Namespace, copy, second.Deployment!) is [var needing, ..])
            return new WriteResult.Refused($"Service {rollout.Name.Namespace}/{Json.Name(needing)} selects the pods of "
                + $"{workload.CopyName} alone. Give it a selector that finds those of {workload.Reference.Name}");
        // Last, so that nobody scales the workload while it is decided whether the copy may go: KEDA may take all of its pods away.
        return hasFollowed
            ? await autoscalers.RemoveAsync(cancel) ?? await writer.RemoveAsync(copy, cancel)
                ?? await writer.RemoveConfigurationAsync(cancel) ?? await autoscalers.ResumeAsync(cancel) ?? new WriteResult.Applied(1)
            : new WriteResult.Refused($"Deployment {rollout.Name.Namespace}/{workload.CopyName} may still serve, and is left");
    }

    // A Deployment of the copy's name that is not ours may have been made from it.
    private async Task<WriteResult?> RemoveConfigurationAsync(SideObjects first, CancellationToken cancel) =>
        first.Deployment is null ? await writer.RemoveConfigurationAsync(cancel) : null;

    // An autoscaler is active as soon as the workload has pods. What it takes away after Canary asked for enough is not asked for again.
    private int Needed(SideObjects first, JsonObject source)
    {
        var serving = Math.Max(1, first.Deployment is { } copy ? CopyObserver.ServiceReplicas(copy) : rollout.Status.StableReplicas ?? 1);
        if (autoscalers.Read().MinReplicas is not { } least) return serving;
        var (needed, asked) = (Math.Max(serving, least), DeploymentReading.DesiredPods(source));
        return asked >= least && CopyObserver.WrittenReplicas(source) >= needed ? Math.Min(needed, asked) : needed;
    }

    private static bool IsAvailable(JsonObject source, int needed) =>
        DeploymentReading.IsRolledOut(source) && Json.Whole(source, "status", "availableReplicas") >= needed;

    /// <summary>What a write that was not applied says.</summary>
    public static string Message(WriteResult result) => result switch
    {
        WriteResult.Contended contended => contended.Message,
        WriteResult.Refused refused => refused.Message,
        WriteResult.Lost lost => lost.Message,
        _ => "it was written",
    };
}
