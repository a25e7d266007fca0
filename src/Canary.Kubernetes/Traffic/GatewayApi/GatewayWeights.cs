using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>The whole numbers that share a rule's requests out.</summary>
/// <remarks>
/// Both sides share what they had together; what other backends have stays theirs. Where the whole numbers cannot say the share, all
/// weights of the rule are multiplied by the smallest factor that makes it exact, which changes nobody's share. The API has no rule for
/// their sum, and allows at most 1,000,000 each: where the factor does not fit, the smallest numbers of the same proportions get the
/// largest that does, and the share is rounded to less than a ten thousandth. So what was written once can be written again.
/// </remarks>
internal static class GatewayWeights
{
    private const int Whole = 10_000;

    /// <summary>The weight of each backend, by its index.</summary>
    public static IReadOnlyList<long> Share(GatewayRule rule, Weight second)
    {
        var weights = rule.Backends.Select(backend => backend.Weight).ToArray();
        var product = rule.Budget * second.BasisPoints;
        var (divisor, factor) = (1L, product % Whole == 0 ? 1 : Whole / Gcd(product, Whole));
        if (factor > 1 && factor > LargestFactor(rule, divisor: 1))
        {
            divisor = Divisor(rule);
            factor = Math.Min(Whole / Gcd(rule.Budget / divisor * second.BasisPoints, Whole), LargestFactor(rule, divisor));
        }

        // The sides may be no multiple of it, and are written anew.
        for (var index = 0; index < weights.Length; index++) weights[index] = weights[index] / divisor * factor;
        var budget = rule.Budget / divisor * factor;
        weights[rule.Second.Index] = ((budget * second.BasisPoints) + (Whole / 2)) / Whole;
        weights[rule.First.Index] = budget - weights[rule.Second.Index];
        return weights;
    }

    /// <summary>Why the shares of a rule cannot be written; null: they can.</summary>
    public static string? Problem(GatewayRule rule)
    {
        if (rule.Budget > GatewayBackend.LargestWeight)
            return $"the weights of {rule.First} and {rule.Second} sum to {rule.Budget}, and one of them may get all: at most "
                + $"{GatewayBackend.LargestWeight} is allowed";
        return rule.Budget / Divisor(rule) * LargestFactor(rule, Divisor(rule)) >= Whole ? null
            : $"the weights of {rule.First} and {rule.Second} sum to {rule.Budget}, and beside the largest weight of the rule, "
                + $"{Largest(rule)}, that is too little to be shared out: weights end at {GatewayBackend.LargestWeight}; give all of them "
                + "smaller numbers of the same proportions, or both sides a larger share";
    }

    // One of the sides may get what both have.
    private static long Largest(GatewayRule rule) => Math.Max(rule.Budget, rule.Backends.Max(backend => backend.Weight));

    private static long LargestFactor(GatewayRule rule, long divisor) => GatewayBackend.LargestWeight / (Largest(rule) / divisor);

    // Of what both sides have together, and of each other backend.
    private static long Divisor(GatewayRule rule) => rule.Backends
        .Where(backend => backend.Index != rule.First.Index && backend.Index != rule.Second.Index)
        .Aggregate(rule.Budget, (divisor, backend) => Gcd(divisor, backend.Weight));

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
