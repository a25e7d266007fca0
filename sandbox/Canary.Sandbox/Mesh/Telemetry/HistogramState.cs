using System.Collections.Generic;

namespace Canary.Sandbox.Mesh.Telemetry;

/// <summary>How many observations are at or below each bound, in order; the last bound is infinite.</summary>
internal sealed record HistogramState(IReadOnlyList<(double Bound, long Count)> Cumulative, long Count, double Sum)
{
    /// <summary>What was observed since <paramref name="earlier"/>.</summary>
    public HistogramState Since(HistogramState? earlier)
    {
        if (earlier is null) return this;
        var cumulative = new List<(double, long)>(Cumulative.Count);
        for (var i = 0; i < Cumulative.Count; i++) cumulative.Add((Cumulative[i].Bound, Cumulative[i].Count - earlier.Cumulative[i].Count));
        return new HistogramState(cumulative, Count - earlier.Count, Sum - earlier.Sum);
    }

    public HistogramState Plus(HistogramState other)
    {
        var cumulative = new List<(double, long)>(Cumulative.Count);
        for (var i = 0; i < Cumulative.Count; i++) cumulative.Add((Cumulative[i].Bound, Cumulative[i].Count + other.Cumulative[i].Count));
        return new HistogramState(cumulative, Count + other.Count, Sum + other.Sum);
    }

    /// <summary>The quantile as PromQL's histogram_quantile reckons it; null where nothing was observed.</summary>
    public double? Quantile(double q)
    {
        if (Count == 0) return null;
        var rank = q * Count;
        var (lowerBound, lowerCount) = (0.0, 0L);
        foreach (var (bound, count) in Cumulative)
        {
            if (count >= rank && count > lowerCount)
                return double.IsInfinity(bound) ? lowerBound
                    : lowerBound + ((bound - lowerBound) * (rank - lowerCount) / (count - lowerCount));
            (lowerBound, lowerCount) = (bound, count);
        }

        return lowerBound;
    }
}
