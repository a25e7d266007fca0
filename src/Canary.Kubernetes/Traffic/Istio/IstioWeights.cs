using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>The whole numbers that share a route's requests out.</summary>
/// <remarks>
/// Both sides share what they had together; what other destinations have stays theirs. Where the whole numbers cannot say the share:
/// a sum of 100 is kept, because Istio before 1.15 refuses any other, as long as the share is whole percent and neither side is rounded
/// away; otherwise all weights of the route are multiplied by the smallest factor that makes it exact, which changes nobody's share.
/// </remarks>
internal static class IstioWeights
{
    /// <summary>Sums above it do not fit into Istio's 32 bits.</summary>
    private const long Largest = int.MaxValue;

    /// <summary>The weight of each destination, by its index.</summary>
    public static IReadOnlyList<long> For(IstioRoute route, Weight second)
    {
        var weights = route.Destinations.Select(destination => destination.Weight ?? 0).ToArray();
        var product = route.Budget * second.BasisPoints;
        var factor = 1L;
        if (product % 10_000 != 0 && !MayRound(route, weights.Sum(), product, second))
        {
            factor = 10_000 / Gcd(product, 10_000);
            if (weights.Sum() * factor > Largest) factor = 1;
        }

        for (var index = 0; index < weights.Length; index++) weights[index] *= factor;
        var budget = route.Budget * factor;
        var share = Round(budget * second.BasisPoints);
        weights[route.Second.Index] = share;
        weights[route.First.Index] = budget - share;
        return weights;
    }

    private static bool MayRound(IstioRoute route, long sum, long product, Weight second) =>
        sum == 100 && second.BasisPoints % 100 == 0 && Round(product) > 0 && Round(product) < route.Budget;

    private static long Round(long product) => (product + 5_000) / 10_000;

    private static long Gcd(long a, long b) => b == 0 ? Math.Abs(a) : Gcd(b, a % b);
}
