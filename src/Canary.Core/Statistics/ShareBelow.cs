using System;
using System.Linq;

namespace Canary.Core.Statistics;

/// <summary>Evidence that the share of requests with an event is less than a limit, valid at every look.</summary>
/// <remarks>
/// <para>The mean of the likelihood ratios of <see cref="Parts"/> shares below the limit, evenly spread, against the limit itself. For a
/// share p below the limit q, a request whose chance of an event is r multiplies its ratio by r p/q + (1 - r)(1 - p)/(1 - q) on average,
/// which falls in r and is 1 at q: for every chance from the limit upwards the mean is an e-process, and reaches 1/beta with probability
/// beta at most (Ville's inequality).</para>
/// <para>Without any event it says 20:1 after 4,512 requests for a limit of 0.1 %, 901 for 0.5 %, 449 for 1 % and 88 for 5 %.</para>
/// </remarks>
public static class ShareBelow
{
    private const int Parts = 20;

    /// <summary>Natural logarithm of the evidence: 0 before any request, negative where the share is above the limit.</summary>
    /// <param name="requests">Requests, from 0.</param>
    /// <param name="events">Of them those with an event.</param>
    /// <param name="limit">The limit, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0 and below 1.</exception>
    public static double LogEvidence(long requests, long events, double limit)
    {
        if (limit is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(limit), limit, "it is above 0 and below 1");
        var without = requests - events;
        return LogSum.Compute([.. Enumerable.Range(0, Parts).Select(index =>
        {
            var part = (index + 0.5) / Parts;
            return (events * Math.Log(part)) + (without * (LogOneMinus(part * limit) - LogOneMinus(limit)));
        })]) - Math.Log(Parts);
    }

    // As it is, the logarithm loses the digits of a small share.
    private static double LogOneMinus(double share) => share < 1e-5 ? -share - (share * share / 2) : Math.Log(1 - share);
}
