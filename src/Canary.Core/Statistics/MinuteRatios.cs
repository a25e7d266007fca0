using System;

namespace Canary.Core.Statistics;

/// <summary>The logarithms of the ratios of the two rates, one for each whole minute: what <see cref="StudentProcess"/> asks of
/// them.</summary>
/// <param name="Minutes">How many.</param>
/// <param name="Sum">Their sum; above 0 where the canary's rate is the greater one.</param>
/// <param name="Squares">Sum of their squares.</param>
public sealed record MinuteRatios(int Minutes, double Sum, double Squares)
{
    /// <summary>Before any minute.</summary>
    public static readonly MinuteRatios None = new(0, 0, 0);

    /// <summary>Events that the side with fewer requests is given in each minute, and the other one in proportion, so that a side without
    /// events has a ratio too.</summary>
    public const double Given = 0.5;

    /// <summary>With one minute more; unchanged where a side had no requests or neither had an event.</summary>
    /// <param name="requests">Requests of the canary.</param>
    /// <param name="events">Of them errors, or slow ones.</param>
    /// <param name="stableRequests">Requests of stable.</param>
    /// <param name="stableEvents">Of them errors, or slow ones.</param>
    public MinuteRatios Add(long requests, long events, long stableRequests, long stableEvents)
    {
        if (requests <= 0 || stableRequests <= 0 || (events <= 0 && stableEvents <= 0)) return this;
        var given = Given / Math.Min(requests, stableRequests);
        var log = Math.Log(((double)events / requests) + given) - Math.Log(((double)stableEvents / stableRequests) + given);
        return new(Minutes + 1, Math.Round(Sum + log, 6), Math.Round(Squares + (log * log), 6));
    }

    /// <summary>Their standard deviation, <see cref="StudentProcess.LeastDeviation"/> at least; infinite of fewer than two.</summary>
    public double Deviation => StudentProcess.Deviation(Minutes, Sum, Squares);

    /// <summary>Natural logarithm of the evidence that the canary's rate is the greater one; minus infinity: none.</summary>
    public double LogEvidence => StudentProcess.LogEvidence(Minutes, Sum, Squares);
}
