using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic;

/// <summary>The whole numbers that share a route's requests out.</summary>
/// <remarks>
/// Both sides share what they had together; what other entries have stays theirs. Where the whole numbers cannot say the share, all weights
/// of the route are multiplied by the smallest factor that makes it exact, which changes nobody's share. Where the factor does not fit, the
/// smallest numbers of the same proportions get the largest that does, and the share is rounded to less than a ten thousandth. So what was
/// written once can be written again.
/// </remarks>
internal static class RouteWeights
{
    private const int Whole = 10_000;

    /// <summary>The weight of each entry, in their order.</summary>
    public static IReadOnlyList<long> Share(WeightedRoute route, Weight second)
    {
        var weights = route.Entries.Select(entry => entry.Parts).ToArray();
        var product = route.Budget * second.BasisPoints;
        var (divisor, factor) = (1L, product % Whole == 0 || MayRound(route, weights.Sum(), product, second) ? 1
            : Whole / Gcd(product, Whole));
        if (factor > 1 && factor > LargestFactor(route, divisor: 1))
        {
            divisor = route.Form.Reduces ? Divisor(route) : 1;
            factor = route.Form.Reduces
                ? Math.Min(Whole / Gcd(route.Budget / divisor * second.BasisPoints, Whole), LargestFactor(route, divisor)) : 1;
        }

        var budget = route.Budget / divisor * factor;
        var share = Round(budget * second.BasisPoints);
        for (var index = 0; index < weights.Length; index++)
        {
            // The sides may be no multiple of the divisor, and are written anew.
            weights[index] = route.Entries[index] == route.Second ? share
                : route.Entries[index] == route.First ? budget - share
                : weights[index] / divisor * factor;
        }

        return weights;
    }

    /// <summary>Why the shares of a route cannot be written; null: they can.</summary>
    public static string? Problem(WeightedRoute route)
    {
        var (most, sum) = (route.Form.Largest, route.Entries.Aggregate(0m, (all, entry) => all + entry.Parts));
        if (sum > route.Form.LargestSum) return $"the weights sum to more than {route.Form.LargestSum}";
        if (route.Budget > most)
            return $"the weights of {route.First} and {route.Second} sum to {route.Budget}, and one of them may get all: at most {most} is "
                + "allowed";
        return !route.Form.Reduces || route.Budget / Divisor(route) * LargestFactor(route, Divisor(route)) >= Whole ? null
            : $"the weights of {route.First} and {route.Second} sum to {route.Budget}, and beside the largest weight of the "
                + $"{route.Form.Route}, {Largest(route)}, that is too little to be shared out: weights end at {most}; give all of them "
                + "smaller numbers of the same proportions, or both sides a larger share";
    }

    // A sum of 100 stays one, as long as neither side is rounded away.
    private static bool MayRound(WeightedRoute route, long sum, long product, Weight second) => route.Form.KeepsHundred
        && sum == 100 && second.BasisPoints % 100 == 0 && Round(product) > 0 && Round(product) < route.Budget;

    // One of the sides may get what both have.
    private static long Largest(WeightedRoute route) => Math.Max(route.Budget, route.Entries.Max(entry => entry.Parts));

    private static long LargestFactor(WeightedRoute route, long divisor) => Math.Min(
        route.Form.Largest / (Largest(route) / divisor),
        route.Form.LargestSum / (route.Entries.Sum(entry => entry.Parts) / divisor));

    // Of what both sides have together, and of each other entry.
    private static long Divisor(WeightedRoute route) => route.Entries
        .Where(entry => entry != route.First && entry != route.Second)
        .Aggregate(route.Budget, (divisor, entry) => Gcd(divisor, entry.Parts));

    private static long Round(long product) => (product + (Whole / 2)) / Whole;

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
