namespace Canary.Core.Analysis.Red;

/// <summary>Which series a proxy emits, and which of them are failures.</summary>
/// <param name="Requests">Counter of requests.</param>
/// <param name="Durations">Histogram of durations, its buckets; null: it has none.</param>
/// <param name="Failed">Matcher of those that failed.</param>
internal sealed record RedSeries(string Requests, string? Durations, string Failed)
{
    /// <summary>The native histogram of the durations: it has the name without <c>_bucket</c>; null: there are no durations.</summary>
    public string? Histogram => Durations?[..^"_bucket".Length];

    /// <summary>The counter of requests is that of the histogram, which a native one has in itself and not as a series.</summary>
    public bool IsCountOfHistogram => Durations is not null && Requests == $"{Histogram}_count";

    /// <summary>Matchers that all its series have.</summary>
    public string[] Always { get; init; } = [];

    /// <summary>Matchers of the counter beyond <see cref="Always"/>.</summary>
    public string[] OfRequests { get; init; } = [];

    /// <summary>Matchers of the buckets beyond <see cref="Always"/>.</summary>
    public string[] OfDurations { get; init; } = [];

    /// <summary>What stands for <see cref="Always"/> in the series of the side's own proxies, where those of the callers are asked; null:
    /// there are none.</summary>
    public string[]? Inbound { get; init; }

    /// <summary>The histogram is in seconds; false: in milliseconds.</summary>
    public bool IsInSeconds { get; init; }

    /// <summary>Bounds of the histogram that a comparison asks for, in milliseconds, ascending: a dozen, where most proxies have
    /// buckets.</summary>
    public double[] Bounds { get; init; } = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000];

    /// <summary>Matcher of those that did not fail, where only they can be told for sure: failures are the rest. Then <see cref="Failed"/>
    /// is not used.</summary>
    public string? Good { get; init; }
}
