namespace Canary.Core.Analysis;

/// <summary>Rate, errors, duration.</summary>
public enum RedSignal
{
    /// <summary>Requests a second.</summary>
    Requests,

    /// <summary>Share of failed requests, 0 to 1.</summary>
    Errors,

    /// <summary>A quantile of the duration, in milliseconds.</summary>
    Duration,
}
