using System;

namespace Canary.Core.Statistics;

/// <summary>Evidence that a rate is below a limit: the mean likelihood ratio over all rates below it, with equal weights.</summary>
/// <remarks>
/// The mixture (1/p) ∫ q^x (1-q)^(n-x) dq over (0, p), divided by p^x (1-p)^(n-x). Wherever each request fails with a chance of at least p,
/// the expected factor of a request is at most 1 for each q below p, so that 1/beta is reached with a chance of at most beta, at any look.
/// Only the counts are needed.
/// </remarks>
public static class BelowObjective
{
    /// <summary>Natural logarithm of the evidence; 0 without requests.</summary>
    /// <param name="limit">The rate. Above 0 and below 1.</param>
    /// <param name="requests">Requests; need not be whole where events come together.</param>
    /// <param name="events">Of them errors, or slow ones.</param>
    public static double LogEvidence(double limit, double requests, double events)
    {
        if (requests <= 0) return 0;
        var good = Math.Max(0, requests - events);
        var atLimit = good * Math.Log(1 - limit);
        return LogConcaveIntegral.Compute(Log, 0, 1);

        double Log(double part) => (events == 0 ? 0 : events * Math.Log(part)) + (good * Math.Log(1 - (limit * part))) - atLimit;
    }
}
