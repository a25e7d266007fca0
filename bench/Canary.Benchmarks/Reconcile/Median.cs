using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Benchmarks.Reconcile;

/// <summary>The middle of some figures; of an even number of them, the mean of the two in the middle.</summary>
internal static class Median
{
    public static double Of<T>(IEnumerable<T> all, Func<T, double> figure)
    {
        double[] sorted = [.. all.Select(figure).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
