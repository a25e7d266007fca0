namespace Canary.Core.Statistics;

/// <summary>The direction in which a metric gets worse.</summary>
public enum ShiftDirection
{
    /// <summary>Both: a canary that is higher and one that is lower are findings. The default.</summary>
    Either,

    /// <summary>Only a higher canary is a finding, as with errors and latency.</summary>
    Increase,

    /// <summary>Only a lower canary is a finding, as with throughput.</summary>
    Decrease,
}
