using System;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>The samples of one series, as they were scraped. Beside each value stands the total that the counter would show had it never
/// been set back.</summary>
internal sealed class SeriesSamples
{
    private readonly int[] _at = new int[Clock.Slots];
    private readonly double[] _values = new double[Clock.Slots];
    private readonly double[] _totals = new double[Clock.Slots];

    public int Count { get; private set; }

    /// <summary>When it was scraped, in milliseconds; ascending.</summary>
    public ReadOnlySpan<int> At => _at.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    public ReadOnlySpan<double> Totals => _totals.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(int at, double value)
    {
        _at[Count] = at;
        _values[Count] = value;
        _totals[Count] = Count == 0 ? 0 : _totals[Count - 1] + (value >= _values[Count - 1] ? value - _values[Count - 1] : value);
        Count++;
    }

    /// <summary>Index of the first sample after <paramref name="at"/>; the count where there is none.</summary>
    public int After(int at)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_at[middle] > at) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
