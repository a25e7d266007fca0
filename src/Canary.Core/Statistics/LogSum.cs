using System;
using System.Collections.Generic;

namespace Canary.Core.Statistics;

/// <summary>Sums of numbers that are only held as logarithms.</summary>
public static class LogSum
{
    /// <summary>ln(sum of e^x); -infinity of nothing. Neither overflows nor vanishes.</summary>
    public static double Compute(IReadOnlyList<double> logs)
    {
        var greatest = double.NegativeInfinity;
        for (var index = 0; index < logs.Count; index++) greatest = Math.Max(greatest, logs[index]);
        if (double.IsInfinity(greatest)) return greatest;
        var sum = 0.0;
        for (var index = 0; index < logs.Count; index++) sum += Math.Exp(logs[index] - greatest);
        return greatest + Math.Log(sum);
    }
}
