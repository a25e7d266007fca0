using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Tests.Statistics;

/// <summary>Samples of known distributions, the same for the same seed.</summary>
internal static class Samples
{
    internal static double[] Normal(Random random, int count, double mean, double deviation) =>
        [.. Times(count,
            () => mean + (deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];

    /// <summary>Whole numbers of which many are equal.</summary>
    internal static double[] Tied(Random random, int count, int kinds) => [.. Times(count, () => (double)random.Next(kinds))];

    /// <summary>Counts by the waiting times between events, which fits small means.</summary>
    internal static int Poisson(Random random, double mean)
    {
        var count = 0;
        for (var waited = -Math.Log(1 - random.NextDouble()); waited < mean; waited -= Math.Log(1 - random.NextDouble())) count++;
        return count;
    }

    internal static double[] Shuffled(Random random, double[] values)
    {
        var shuffled = values.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    internal static double[] Repeated(double value, int count) => [.. Enumerable.Repeat(value, count)];

    private static IEnumerable<double> Times(int count, Func<double> draw) => Enumerable.Range(0, count).Select(_ => draw());
}
