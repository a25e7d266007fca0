using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>The whole numbers that share a rule's requests out.</summary>
/// <remarks>
/// Both sides share what they had together; what other backends have stays theirs. Where the whole numbers cannot say the share, all
/// weights of the rule are multiplied by the smallest factor that makes it exact, which changes nobody's share. The API has no rule for
/// their sum, and allows at most 1,000,000 each: where the factor does not fit, the largest that does is taken, and the share rounded to
/// less than a ten thousandth.
/// </remarks>
internal static class GatewayWeights
{
    private const int Whole = 10_000;

    /// <summary>The weight of each backend, by its index.</summary>
    public static IReadOnlyList<long> Share(GatewayRule rule, Weight second)
    {
        var weights = rule.Backends.Select(backend => backend.Weight).ToArray();
        var product = rule.Budget * second.BasisPoints;
        var factor = product % Whole == 0 ? 1 : Math.Min(Whole / Gcd(product, Whole), LargestFactor(rule));
        for (var index = 0; index < weights.Length; index++) weights[index] *= factor;
        var budget = rule.Budget * factor;
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
        return rule.Budget * LargestFactor(rule) >= Whole ? null
            : $"the weights of {rule.First} and {rule.Second} sum to {rule.Budget}, and beside the largest weight of the rule, "
                + $"{Largest(rule)}, that is too little to be shared out: weights end at {GatewayBackend.LargestWeight}; give all of them "
                + "smaller numbers of the same proportions, or both sides a larger share";
    }

    // One of the sides may get what both have.
    private static long Largest(GatewayRule rule) => Math.Max(rule.Budget, rule.Backends.Max(backend => backend.Weight));

    private static long LargestFactor(GatewayRule rule) => GatewayBackend.LargestWeight / Largest(rule);

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
