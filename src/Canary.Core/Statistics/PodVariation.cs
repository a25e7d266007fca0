using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Statistics;

/// <summary>How much the pods of one version differ for good, and what that asks of a canary of a few pods: two of them may be worse than
/// stable's mean by no fault of the version.</summary>
/// <remarks>
/// Moments of a one-way random effects model for rates (DerSimonian and Laird 1986): the sum of the squared distances of the pods from
/// their common rate, less what independent events would have. The quantile is Student's, since a few pods say little of how much pods
/// differ.
/// </remarks>
public static class PodVariation
{
    /// <summary>Fewer pods than this say nothing of how much pods differ.</summary>
    public const int LeastPods = 3;

    // Events of a pod, on average, below which their squares are no measure.
    private const double LeastEvents = 5;

    /// <summary>The most that is allowed for: what is beyond is no difference between pods.</summary>
    public const double MostAllowed = 5;

    // Standard errors that the difference must be beyond that of independent events.
    private const double Sure = 2;

    // Quantiles of Student's t for a chance of 3 %, by degrees of freedom, from 2 on; then the normal one of 1 %.
    private static readonly double[] Quantiles = [3.90, 2.95, 2.60, 2.42];

    private const double NormalQuantile = 2.33;

    /// <summary>Coefficient of variation of the pods' rates; 0 where they do not differ by more than chance explains, or where there are
    /// fewer than <see cref="LeastPods"/>.</summary>
    /// <param name="pods">Requests and events of each pod of one version.</param>
    /// <param name="factor">Events for one observation.</param>
    public static double Estimate(IReadOnlyList<(long Requests, long Events)> pods, double factor)
    {
        double all = pods.Sum(pod => pod.Requests), events = pods.Sum(pod => pod.Events);
        if (pods.Count < LeastPods || all == 0 || events < LeastEvents * pods.Count) return 0;
        var rate = events / all;
        var distances = pods.Sum(pod => Square(pod.Events - (pod.Requests * rate)) / (pod.Requests * rate));
        var (chance, freedom) = (factor * (pods.Count - 1), pods.Count - 1.0);
        if (distances <= chance + (Sure * factor * Math.Sqrt(2 * freedom))) return 0;
        var weight = rate * (all - pods.Sum(pod => Square(pod.Requests) / all));
        return Math.Sqrt((distances - chance) / weight);
    }

    /// <summary>How many times stable's rate a canary may show for no other reason than its pods; 1 where the pods of stable do not
    /// differ, at most <see cref="MostAllowed"/>.</summary>
    /// <param name="variation">As <see cref="Estimate"/> has it.</param>
    /// <param name="canary">Requests of each pod of the canary.</param>
    /// <param name="stable">Those of stable.</param>
    public static double Allowance(double variation, IReadOnlyList<long> canary, IReadOnlyList<long> stable)
    {
        var (few, many) = (Effective(canary), Effective(stable));
        if (variation == 0 || few == 0 || many == 0) return 1;
        var quantile = stable.Count - LeastPods < Quantiles.Length ? Quantiles[Math.Max(0, stable.Count - LeastPods)] : NormalQuantile;
        return Math.Min(MostAllowed, Math.Exp(quantile * variation * Math.Sqrt((1 / few) + (1 / many))));
    }

    // Pods that share the traffic unevenly are worth fewer (Kish).
    private static double Effective(IReadOnlyList<long> requests)
    {
        double all = requests.Sum();
        return all == 0 ? 0 : all * all / requests.Sum(one => Square(one));
    }

    private static double Square(double number) => number * number;
}
