using System.Collections.Generic;

namespace Canary.Controller.Web;

/// <summary>One series of a metric: its labels as they are printed, and its value or its buckets.</summary>
internal sealed class Series(string labels, IReadOnlyList<double> bounds)
{
    private readonly long[] buckets = new long[bounds.Count + 1];

    public string Labels { get; } = labels;

    public double Value { get; private set; }

    public double Sum { get; private set; }

    public long Count { get; private set; }

    public void Add(double delta)
    {
        lock (buckets) Value += delta;
    }

    public void Set(double value)
    {
        lock (buckets) Value = value;
    }

    public void Observe(double value)
    {
        lock (buckets)
        {
            var index = 0;
            while (index < bounds.Count && value > bounds[index]) index++;
            buckets[index]++;
            Sum += value;
            Count++;
        }
    }

    /// <summary>Observations at or below each bound, and how many there are in all.</summary>
    public (long[] Cumulative, long Count, double Sum) Read()
    {
        lock (buckets)
        {
            var cumulative = new long[bounds.Count];
            long below = 0;
            for (var index = 0; index < bounds.Count; index++) cumulative[index] = below += buckets[index];
            return (cumulative, Count, Sum);
        }
    }
}
