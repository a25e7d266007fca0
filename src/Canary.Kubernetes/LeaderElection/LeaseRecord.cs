using System;
using k8s.Models;

namespace Canary.Kubernetes.LeaderElection;

/// <summary>What a Lease says.</summary>
internal sealed record LeaseRecord(string Holder, int Transitions, DateTime? Acquired, DateTime? Renewed, TimeSpan? Duration)
{
    // A holder that is gone must not keep the Lease for ever, whatever it wrote.
    private const int LongestDuration = 3600;

    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Term of a Lease that is made anew: seconds since 2026, not 0. If somebody deletes the Lease while a leader sleeps,
    /// the terms after that must not be those of before, or the sleeper's would hold again.
    /// </summary>
    public static int FirstTerm(DateTimeOffset now) => (int)Math.Clamp((now - Beginning).TotalSeconds, 0, int.MaxValue / 2);

    /// <summary>
    /// Term of a Lease that is taken over: the next one. A Lease holds no term above 2147483647, and whoever may edit it may write that
    /// there: then terms begin again, as with a Lease that is made anew.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="isAgain">Terms begin again.</param>
    public int NextTerm(DateTimeOffset now, out bool isAgain)
    {
        isAgain = Transitions is < 0 or int.MaxValue;
        return isAgain ? FirstTerm(now) : Transitions + 1;
    }

    public static LeaseRecord Read(V1Lease lease) => new(
        lease.Spec?.HolderIdentity ?? "",
        lease.Spec?.LeaseTransitions ?? 0,
        lease.Spec?.AcquireTime,
        lease.Spec?.RenewTime,
        lease.Spec?.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestDuration)) : null);

    /// <summary>A time as a Lease keeps it, in microseconds.</summary>
    public static DateTime Time(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);

    /// <summary>Changes these fields of the Lease and no other.</summary>
    public void WriteTo(V1Lease lease)
    {
        lease.Spec ??= new V1LeaseSpec();
        lease.Spec.HolderIdentity = Holder;
        lease.Spec.LeaseTransitions = Transitions;
        lease.Spec.AcquireTime = Written(Acquired);
        lease.Spec.RenewTime = Written(Renewed);
        if (Duration is { } duration) lease.Spec.LeaseDurationSeconds = (int)Math.Ceiling(duration.TotalSeconds);
    }

    // The library writes a whole second without a fraction, and an API server takes six digits alone. A tenth of a microsecond is not
    // written itself.
    private static DateTime? Written(DateTime? time) => time is { } at && at.Ticks % TimeSpan.TicksPerSecond == 0 ? at.AddTicks(1) : time;
}
