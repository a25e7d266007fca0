using System;
using System.Collections.Generic;
using System.Threading;

namespace Canary.Sandbox.Mesh.Telemetry;

/// <summary>Counts by upper bound, with Envoy's default bounds: Istio uses them for milliseconds and for bytes alike.</summary>
internal sealed class Histogram
{
    private static readonly double[] Bounds =
        [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private readonly Lock _lock = new();
    private double _sum;

    public void Observe(double value)
    {
        var index = Array.FindIndex(Bounds, bound => value <= bound);
        lock (_lock)
        {
            _counts[index < 0 ? Bounds.Length : index]++;
            _sum += value;
        }
    }

    /// <summary>The state at one moment, so that count, sum and buckets of a scrape agree.</summary>
    public HistogramState Read()
    {
        lock (_lock)
        {
            var cumulative = new List<(double Bound, long Count)>(_counts.Length);
            var count = 0L;
            for (var i = 0; i < _counts.Length; i++)
            {
                count += _counts[i];
                cumulative.Add((i < Bounds.Length ? Bounds[i] : double.PositiveInfinity, count));
            }

            return new HistogramState(cumulative, count, _sum);
        }
    }
}
