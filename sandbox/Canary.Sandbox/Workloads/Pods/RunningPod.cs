using System;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>What a kubelet knows about one of its pods.</summary>
/// <param name="Uid">Of the pod that runs: another one may have taken its name.</param>
/// <param name="Address">In the pod network.</param>
/// <param name="Behaviour">Null where the template cannot be read.</param>
/// <param name="StartedAt">Start of its container, the last one or the one to come.</param>
/// <param name="IsSettled">Nothing more is to be done until the pod goes.</param>
internal sealed record RunningPod(string Uid, string Address, AppBehaviour? Behaviour, DateTimeOffset StartedAt, bool IsSettled)
{
    /// <summary>What listens, once it does.</summary>
    public AppServer? App { get; init; }

    /// <summary>Its start delay is over and that is written.</summary>
    public bool HasStarted { get; init; }

    /// <summary>The last exit of its container; null where it has not exited yet.</summary>
    public ContainerCrash? Crash { get; init; }

    /// <summary>It waits before it is started again.</summary>
    public bool IsBackingOff { get; init; }

    /// <summary>When its deletion was first seen.</summary>
    public DateTimeOffset? DrainsSince { get; init; }

    /// <summary>When its container exits; null for never.</summary>
    public DateTimeOffset? CrashesAt => StartedAt + Behaviour?.CrashAfter;

    /// <summary>When the next thing happens.</summary>
    public DateTimeOffset Due
    {
        get
        {
            if (IsBackingOff) return Crash!.EndedAt + Crash.BackOff;
            var ready = HasStarted ? DateTimeOffset.MaxValue : StartedAt + Behaviour!.StartDelay;
            return CrashesAt is { } crash && crash < ready ? crash : ready;
        }
    }
}
