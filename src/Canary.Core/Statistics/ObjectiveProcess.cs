using System;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>
/// The binomial mixture e-process for one rate against a limit: evidence that the canary's requests fail more often than they may. It needs
/// nothing to compare with.
/// </summary>
/// <remarks>
/// <para>An alternative q has the odds q/(1-q) = f p/(1-p), for a limit p and a factor f above 1. A request multiplies its likelihood ratio
/// by q/p = f/(1 + p(f - 1)) if it fails, and by (1-q)/(1-p) = 1/(1 + p(f - 1)) if it does not.</para>
/// <para>The expected factor is at most 1: a request that fails with probability r, given all that was seen before it, has the expected
/// factor (1 + r(f - 1))/(1 + p(f - 1)), which is at most 1 wherever r is at most p. Requests need not be independent and need not be
/// alike; each one's chance to fail must be within the limit. So the product is a supermartingale that begins at 1, and reaches 1/alpha
/// with probability alpha at most, at any look (Ville's inequality). The mean over the factors is one again.</para>
/// </remarks>
public sealed class ObjectiveProcess
{
    private static readonly double[] Factors = [1.1, 1.25, 1.5, 2, 3, 5, 10, 30];

    private readonly double[] _costs;

    /// <param name="limit">The rate that is allowed. Above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is no rate, or leaves nothing above it.</exception>
    public ObjectiveProcess(double limit)
    {
        if (limit is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(limit), limit, "it is above 0 and below 1");
        _costs = [.. Factors.Select(factor => Math.Log(1 + (limit * (factor - 1))))];
    }

    /// <summary>Alternatives, and so numbers in a state.</summary>
    public static int Size => Factors.Length;

    /// <summary>What so many requests add to the logarithm of each likelihood ratio.</summary>
    /// <param name="requests">Requests.</param>
    /// <param name="events">Of them errors, or slow ones.</param>
    public EquatableArray<double> LogFactors(double requests, double events) =>
        [.. Factors.Select((factor, index) => (events * Math.Log(factor)) - (requests * _costs[index]))];
}
