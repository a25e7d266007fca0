using System;

namespace Canary.JudgeBenchmark.Chance;

/// <summary>ln(n!).</summary>
internal static class LogFactorial
{
    private static readonly double[] _small = Small();

    /// <summary>Exact to about 1e-14 relative: summed up to 255, Stirling's series above.</summary>
    public static double Of(long number)
    {
        if (number < _small.Length) return _small[number];
        var x = number + 1.0;
        var square = 1 / (x * x);
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(
            2 * Math.PI)) + (((1.0 / 12) - (square * ((1.0 / 360) - (square / 1260)))) / x);
    }

    private static double[] Small()
    {
        var logs = new double[256];
        for (var number = 1; number < logs.Length; number++) logs[number] = logs[number - 1] + Math.Log(number);
        return logs;
    }
}
