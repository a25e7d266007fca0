using System;
using System.Collections.Generic;
using Canary.Core.Rollouts.StableCopy;

namespace Canary.Engine.Tests.World;

/// <summary>KEDA, which scales the workload by its ScaledObject until that one is paused, and the copy by its own. It looks whenever the
/// world is looked at, so it undoes at once what it is not kept from.</summary>
/// <param name="min"><c>minReplicaCount</c> of the workload's.</param>
internal sealed class FakeKeda(int min)
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Reconciling = TimeSpan.FromSeconds(2);

    private DateTimeOffset _requestedAt;
    private AutoscalerLevels? _leaving;
    private DateTimeOffset _leavesAt;

    public AutoscalerPause Pause { get; private set; } = AutoscalerPause.Active;

    /// <summary>A trigger is active. Without one KEDA takes all pods of a workload away whose fewest are 0.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>Pods that the triggers want.</summary>
    public int Wanted { get; set; } = 4;

    /// <summary>It knows no pauses, as one before 2.12.</summary>
    public bool IsOld { get; init; }

    /// <summary>What it set: the side and the number.</summary>
    public List<string> Writes { get; } = [];

    public void RequestPause(DateTimeOffset now) => (Pause, _requestedAt) = (AutoscalerPause.Requested, now);

    /// <summary>The copy's ScaledObject is deleted: KEDA scales by it until it lets it go.</summary>
    public void Delete(AutoscalerLevels levels, DateTimeOffset now) => (_leaving, _leavesAt) = (levels, now + Reconciling);

    public bool IsCopyLeaving(DateTimeOffset now) => _leaving is not null && now < _leavesAt;

    public void Resume() => Pause = AutoscalerPause.Active;

    public void Act(FakeOneWorkload one, DateTimeOffset now)
    {
        if (Pause is AutoscalerPause.Requested && !IsOld && now - _requestedAt >= Reconciling) Pause = AutoscalerPause.Paused;
        if (Pause is not AutoscalerPause.Paused && one.Autoscaler is { } limits)
            Set("workload", one.Workload, !IsActive && min == 0 ? 0 : Math.Clamp(Wanted, Math.Max(1, min), limits.Max), now);
        if (!IsCopyLeaving(now)) _leaving = null;
        if (one is { Copy: { } copy, Autoscaler.Max: var most } && (one.CopyAutoscaler ?? _leaving) is { } levels)
        {
            var wanted = Math.Clamp(Wanted, levels.MinReplicas, most);
            Set("copy", copy, levels.IsScaleDownHeld ? Math.Max(wanted, copy.Replicas) : wanted, now);
        }
    }

    private void Set(string side, FakeScale scale, int replicas, DateTimeOffset now)
    {
        if (scale.Replicas == replicas) return;
        Writes.Add($"{side} {replicas}");
        scale.Scale(replicas, now, Start);
    }
}
