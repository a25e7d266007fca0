using System;

namespace Canary.Core.Analysis;

/// <summary>One measurement that was counted.</summary>
/// <param name="At">The tick it was taken for.</param>
/// <param name="FinishedAt">When the answer came.</param>
/// <param name="Verdict">What it says: Successful, Failed, Inconclusive or Error.</param>
/// <param name="Value">The value as text: <c>[0.041]</c>, <c>NaN</c>; empty where there was none.</param>
/// <param name="Message">Why the verdict; empty where the value says it all.</param>
public sealed record Measurement(DateTimeOffset At, DateTimeOffset FinishedAt, RunPhase Verdict, string Value, string Message)
{
    /// <summary>Requests (or other samples) that the measurement saw; null: not known.</summary>
    public double? Samples { get; init; }

    /// <summary>Of a sequential comparison: the odds that the canary is worse, to 1; null: another judge.</summary>
    public double? Odds { get; init; }

    /// <summary>Of a sequential comparison: the ratios of the canary's rate to stable's that nothing seen so far excludes; null: none is
    /// excluded, or another judge.</summary>
    public Statistics.RatioRange? Ratio { get; init; }

    /// <summary>Of an objective: the rates that nothing seen so far excludes; null: there was no request, or another judge.</summary>
    public Statistics.RateRange? Rate { get; init; }

    /// <summary>Of a share whose samples are known: the 95 percent interval that it lies in, by this look alone; null: it is
    /// none.</summary>
    public Statistics.WilsonInterval? Interval { get; init; }
}
