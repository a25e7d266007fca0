using System;
using System.Threading;

namespace Canary.Kubernetes.LeaderElection;

/// <summary>Knows how long a Lease has not changed, by our own clock alone: the times in it are those of other machines.</summary>
internal sealed class LeaseWatcher(TimeProvider time)
{
    private LeaseRecord? _seen;
    private long _seenAt;

    /// <summary>Who held it when it was seen last; null when it was never seen.</summary>
    public string? Holder => Volatile.Read(ref _seen)?.Holder;

    /// <summary>Takes note of what the Lease says. Whether another holder appeared.</summary>
    public bool See(LeaseRecord record)
    {
        if (record == _seen) return false;
        var isOther = record.Holder != _seen?.Holder;
        _seenAt = time.GetTimestamp();
        Volatile.Write(ref _seen, record);
        return isOther;
    }

    /// <summary>Whether nobody holds what was seen last, or whoever does has not renewed it for its duration.</summary>
    public bool IsFree(TimeSpan usualDuration) =>
        _seen is { } record && (record.Holder.Length == 0 || time.GetElapsedTime(_seenAt) >= (record.Duration ?? usualDuration));
}
