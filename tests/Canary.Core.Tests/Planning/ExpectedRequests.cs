using System;
using System.Linq;
using Canary.Core.Statistics;

namespace Canary.Core.Tests.Planning;

/// <summary>How many requests it takes to see a regression, in closed form: what the plan of every step is compared with.</summary>
/// <remarks>The evidence of a mixture along its mean path: what the judge has after as many events as are to be expected. Half of all
/// canaries are about as fast, or faster.</remarks>
internal static class ExpectedRequests
{
    /// <summary>Requests of the canary until the odds reach 1/<paramref name="alpha"/>; infinite where they never do.</summary>
    /// <param name="weight">Share of the traffic that the canary has; above 0 and below 1.</param>
    /// <param name="rate">Share of stable's requests that fail (or are slow); above 0, at most 1.</param>
    /// <param name="regression">The canary's rate divided by stable's.</param>
    /// <param name="alpha">False rollbacks allowed to this metric.</param>
    /// <param name="grid">What the judge compares.</param>
    public static double OfMixture(double weight, double rate, double regression, double alpha, RatioGrid grid) =>
        Events(weight, regression, alpha, grid) / (Math.Min(1, rate * regression) + (rate * (1 - weight) / weight));

    /// <summary>Requests of the canary until then by the bound for one known regression, without what a mixture costs: ln(1/alpha) divided
    /// by the Kullback-Leibler divergence.</summary>
    /// <inheritdoc cref="OfMixture"/>
    public static double ByBound(double weight, double rate, double regression, double alpha, RatioGrid grid)
    {
        var (share, none) = (Share(weight, regression), Share(weight, grid.Null));
        var divergence = (share * Math.Log(share / none)) + ((1 - share) * Math.Log((1 - share) / (1 - none)));
        return -Math.Log(alpha) / divergence / (rate * (regression + ((1 - weight) / weight)));
    }

    /// <summary>Events on both sides together until the odds reach 1/<paramref name="alpha"/>.</summary>
    private static double Events(double weight, double regression, double alpha, RatioGrid grid)
    {
        var share = Share(weight, regression);
        double[] slopes = [.. grid.Factors.Select(factor =>
            (share * Math.Log(factor)) - Math.Log(((grid.Null * factor * weight) + (1 - weight)) / ((grid.Null * weight) + (1 - weight))))];
        if (slopes.Max() <= 0) return double.PositiveInfinity;
        var wanted = -Math.Log(alpha) + Math.Log(slopes.Length);
        // The mixture is at least its best part, and at most as many times that as it has parts.
        var (low, high) = (0.0, wanted / slopes.Max());
        for (var step = 0; step < 100; step++)
        {
            var middle = (low + high) / 2;
            if (LogSum.Compute([.. slopes.Select(slope => slope * middle)]) >= wanted) high = middle;
            else low = middle;
        }

        return high;
    }

    /// <summary>The canary's part of the events.</summary>
    private static double Share(double weight, double ratio) => ratio * weight / ((ratio * weight) + (1 - weight));
}
