using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Canary.Core.Analysis;

/// <summary>The last measurements of a metric as a line of blocks: <c>▁▁▂▁█</c>.</summary>
public static class Sparkline
{
    /// <summary>A measurement without an answer.</summary>
    public const char Fault = '!';

    /// <summary>A measurement without one number: no data, or several series.</summary>
    public const char Nothing = '·';

    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>One sign a measurement, oldest first. The lowest block is the least value, or 0 where all are above it; the highest is the
    /// greatest.</summary>
    public static string Draw(IEnumerable<Measurement> measurements)
    {
        (double? Value, bool IsFault)[] points = [.. measurements.Select(one => (Number(one.Value), one.Verdict == RunPhase.Error))];
        var numbers = points.Select(point => point.Value).OfType<double>().ToArray();
        if (numbers.Length == 0) return string.Concat(points.Select(point => point.IsFault ? Fault : Nothing));
        var (low, high) = (Math.Min(0, numbers.Min()), numbers.Max());
        return string.Concat(points.Select(point => point switch
        {
            { Value: { } value } => high > low ? Blocks[(int)Math.Round((value - low) / (high - low) * (Blocks.Length - 1))] : Blocks[0],
            { IsFault: true } => Fault,
            _ => Nothing,
        }));
    }

    private static double? Number(string value)
    {
        var text = value.StartsWith('[') && value.EndsWith(']') ? value[1..^1] : value;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
            : null;
    }
}
