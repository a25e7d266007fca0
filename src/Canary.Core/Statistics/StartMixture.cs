using System;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>The mean of e-processes that begin at different windows: whoever gets worse late is found without the hours before.</summary>
/// <param name="Logs">Logarithms, one an alternative, of the sum of what began up to now, each with its weight; empty: before any
/// window.</param>
/// <param name="WithoutBurst">The same without the window that says most, or two in a row where they are short: one burst is no
/// evidence.</param>
/// <param name="WithoutLatest">The same without the last window.</param>
/// <remarks>
/// <para>What begins at window k is 1 before it, and has a weight. Any mean of such processes with fixed weights that sum to at most 1 is
/// an e-process. All sums S are kept as one number an alternative, since each window multiplies all that began before it or with it by the
/// same factor L: S' = (S + weight) L.</para>
/// <para>Without its worst window is the least over all windows of the sum with that window's factor left out: U' = min((U + weight) L,
/// S + weight), which is exact, and is never more than the sum is.</para>
/// </remarks>
public sealed record StartMixture(EquatableArray<double> Logs, EquatableArray<double> WithoutBurst, EquatableArray<double> WithoutLatest)
{
    /// <summary>Before any window.</summary>
    public static readonly StartMixture None = new([], [], []);

    /// <summary>Natural logarithm of the weight of what begins at the k-th window: 1/(k(k+1)). All together have 1.</summary>
    /// <param name="window">From 1.</param>
    public static double LogWeight(int window) => -Math.Log(Math.Max(1.0, window) * (Math.Max(1.0, window) + 1));

    /// <summary>The mixture after one more window.</summary>
    /// <param name="factors">What the window adds to the logarithm of each likelihood ratio.</param>
    /// <param name="logStart">Natural logarithm of the weight of what begins with this window; -infinity: nothing does.</param>
    /// <param name="isShort">A burst may lie across this window and the one before it.</param>
    public StartMixture Add(EquatableArray<double> factors, double logStart, bool isShort)
    {
        var isFirst = Logs.Count != factors.Count || WithoutBurst.Count != factors.Count || WithoutLatest.Count != factors.Count;
        var (logs, without, latest) = (new double[factors.Count], new double[factors.Count], new double[factors.Count]);
        for (var index = 0; index < factors.Count; index++)
        {
            latest[index] = isFirst ? logStart : Begin(Logs[index]);
            logs[index] = latest[index] + factors[index];
            without[index] = isFirst ? latest[index] : Math.Min(Begin(WithoutBurst[index]) + factors[index], latest[index]);
            if (isShort && !isFirst) without[index] = Math.Min(without[index], Begin(WithoutLatest[index]));
        }

        return new(Rounded(logs), Rounded(without), Rounded(latest));

        double Begin(double log) => LogSum.Compute([log, logStart]);
    }

    /// <summary>Natural logarithm of the mean over the alternatives.</summary>
    public static double LogMean(EquatableArray<double> logs) =>
        logs.Count == 0 ? double.NegativeInfinity : LogSum.Compute(logs) - Math.Log(logs.Count);

    // To a millionth, so that what is written down is what is held.
    private static EquatableArray<double> Rounded(double[] logs) => [.. logs.Select(log => Math.Round(log, 6))];
}
