using System;

namespace Canary.Providers.Prometheus.Query;

/// <summary>How a server is asked.</summary>
public sealed record PrometheusQueryOptions
{
    /// <summary>
    /// Longest time of one call, with all its tries; it is told to the server too, which stops when nobody waits any more. Default 30 s.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A longer answer is refused. Default 8 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 8 << 20;

    /// <summary>
    /// Bytes of all answers that are being read at a time. One more long answer is refused; the first MiB of each is always taken. Default
    /// 32 MiB.
    /// </summary>
    public long MaxBytesUnderWay { get; init; } = 32 << 20;

    /// <summary>Calls whose parameters are longer than this, as they are encoded, are posted. Default 2,000.</summary>
    public int MaxUrlQuery { get; init; } = 2_000;

    /// <summary>Tries after the first, where nothing was reached or a proxy says that nothing is there. Default 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Wait before the first of them; it doubles, with jitter. Default 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// An address that has answered none of this many calls in 30 seconds is not asked for <see cref="Break"/>. Default 10.
    /// </summary>
    public int FailuresToBreak { get; init; } = 10;

    /// <summary>How long an address is not asked. Short: while it lasts, a recovered Prometheus goes unnoticed. Default 5 s.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(5);
}
