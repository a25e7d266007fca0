using System;
using System.Linq;
using Canary.Core.Statistics;

namespace Canary.Core.Planning;

/// <summary>
/// A mixture of likelihood ratios along its mean path: each logarithm grows by its expectation. While weight and rates stay as they are
/// that is a straight line, so that the time at which a bar is reached is found without walking window by window.
/// </summary>
internal sealed class MeanEvidencePath(int size)
{
    private readonly double[] _logs = new double[size];
    private readonly double[] _variances = new double[size];

    /// <summary>Natural logarithm of the mixture, with equal weights.</summary>
    public double Log => LogSum.Compute(_logs) - Math.Log(_logs.Length);

    /// <summary>Goes on by <paramref name="amount"/> of what <paramref name="drift"/> and <paramref name="variance"/> are per unit
    /// of.</summary>
    public void Advance(double[] drift, double[] variance, double amount)
    {
        for (var index = 0; index < _logs.Length; index++)
        {
            _logs[index] += drift[index] * amount;
            _variances[index] += variance[index] * amount;
        }
    }

    /// <summary>The mixture is at <paramref name="bar"/> after so much more.</summary>
    public bool IsReached(double[] drift, double bar, double amount) =>
        double.IsInfinity(amount) || LogSum.Compute([.. _logs.Zip(drift, (log, slope) => log + (slope * amount))]) - Math.Log(size) >= bar
        || Log >= bar;

    /// <summary>The amount after which the mixture reaches <paramref name="bar"/>; 0: it has; infinite: it never does.</summary>
    public double Reach(double[] drift, double bar)
    {
        if (Log >= bar) return 0;
        // One part alone, with its weight in the mixture, is there at the latest.
        var high = _logs.Zip(drift, (log, slope) => slope > 0 ? (bar + Math.Log(size) - log) / slope : double.PositiveInfinity).Min();
        if (double.IsInfinity(high)) return high;
        var low = 0.0;
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            if (LogSum.Compute([.. _logs.Zip(drift, (log, slope) => log + (slope * middle))]) - Math.Log(size) >= bar) high = middle;
            else low = middle;
        }

        return high;
    }

    /// <summary>Chance that the mixture has reached <paramref name="bar"/> after so much more: its best part as a Brownian motion with
    /// drift, the rest as what the mixture costs beside it.</summary>
    public double Chance(double bar, double[] drift, double[] variance, double amount)
    {
        double[] logs = [.. _logs.Zip(drift, (log, slope) => log + (slope * amount))];
        var best = Array.IndexOf(logs, logs.Max());
        var (mean, spread) = (logs[best], _variances[best] + (variance[best] * amount));
        var barrier = bar - (LogSum.Compute(logs) - Math.Log(size)) + mean;
        if (barrier <= 0) return 1;
        if (spread <= 0) return mean >= barrier ? 1 : 0;
        var deviation = Math.Sqrt(spread);
        // The second part are those that were there before and have come back: their weight can be huge where their share is tiny, so both
        // are multiplied as logarithms.
        var returned = NormalShare.Below((-barrier - mean) / deviation);
        return Math.Clamp(NormalShare.Below((mean - barrier) / deviation) + (returned > 0
            ? Math.Exp((2 * mean * barrier / spread) + Math.Log(returned)) : 0), 0, 1);
    }
}
