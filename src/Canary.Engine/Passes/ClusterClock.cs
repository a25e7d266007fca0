using System;
using System.Threading;

namespace Canary.Engine.Passes;

/// <summary>
/// The time of the cluster, as one process tells it: it begins with the machine's clock, follows the API server's, and runs on the
/// machine's monotonic clock. A machine whose clock is set to another time changes nothing, and two leaders on machines with different
/// clocks agree. While the process leads, the time never jumps: where the API server's clock says otherwise it is approached by 36 s an
/// hour. Everything that lasts is measured with it: pauses, deadlines, windows, intervals, back-offs, triggers.
/// </summary>
public sealed class ClusterClock(TimeProvider machine) : TimeProvider
{
    /// <summary>Differences up to this are the whole seconds of the server's clock and the way of the answer.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>An answer that took longer says too little about the time.</summary>
    private static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(5);

    /// <summary>How fast the time is corrected while the process leads: a pause of ten minutes is at most six seconds longer or
    /// shorter.</summary>
    private const double MostCorrection = 0.01;

    private readonly Lock _gate = new();
    private Segment _segment = new(machine.GetUtcNow(), machine.GetTimestamp(), TimeSpan.Zero);
    private bool _isSteady;

    /// <inheritdoc />
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <inheritdoc />
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        var segment = Volatile.Read(ref _segment);
        var elapsed = machine.GetElapsedTime(segment.At);
        return segment.Time + elapsed + segment.Correction(elapsed);
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>The API server answered, and said what time it is.</summary>
    /// <param name="serverTime">Its clock, in whole seconds.</param>
    /// <param name="took">From the request to the head of the answer.</param>
    public void Hear(DateTimeOffset serverTime, TimeSpan took)
    {
        if (took > LongestWay) return;
        lock (_gate)
        {
            var now = GetUtcNow();
            var ahead = serverTime - now;
            // The time told must never run backwards while others measure with it, so a correction only slows it.
            var isFar = ahead.Duration() > Tolerance;
            if (isFar && !_isSteady) Volatile.Write(ref _segment, new Segment(serverTime, machine.GetTimestamp(), TimeSpan.Zero));
            else if (isFar || _segment.Wanted != TimeSpan.Zero)
                Volatile.Write(ref _segment, new Segment(now, machine.GetTimestamp(), isFar ? ahead : TimeSpan.Zero));
        }
    }

    /// <summary>From now on durations count: no jump any more.</summary>
    public void KeepSteady()
    {
        lock (_gate) _isSteady = true;
    }

    /// <summary>Nothing is measured any more: the time may jump to the API server's.</summary>
    public void Follow()
    {
        lock (_gate) _isSteady = false;
    }

    /// <summary>From <paramref name="Time"/>, told at the timestamp <paramref name="At"/>, the monotonic clock counts on, and
    /// <paramref name="Wanted"/> is made up for little by little.</summary>
    private sealed record Segment(DateTimeOffset Time, long At, TimeSpan Wanted)
    {
        public TimeSpan Correction(TimeSpan elapsed)
        {
            var most = elapsed * MostCorrection;
            return Wanted.Duration() <= most ? Wanted : Wanted < TimeSpan.Zero ? -most : most;
        }
    }
}
