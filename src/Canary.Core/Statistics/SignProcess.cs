using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>
/// Evidence from windows instead of requests: in how many of them was the canary's rate the greater one? Errors that come in bursts make
/// one window look like a thousand observations; here it is one.
/// </summary>
/// <remarks>
/// Where windows are exchangeable between the arms, the canary is worse in at most half of them, and the mixture over how often it might be
/// worse is an e-process. It needs at least 5, 7 or 10 windows of one sign for odds of 10, 20 or 100 to 1, so windows shall be short. It is
/// a guard and no judge: with few errors and a small weight the canary mostly has none and stable some, whoever is worse.
/// </remarks>
public static class SignProcess
{
    private static readonly double[] _chances = [0.55, 0.6, 0.65, 0.7, 0.8, 0.9, 0.97];
    private static readonly double[] Worse = [.. _chances.Select(chance => Math.Log(2 * chance))];
    private static readonly double[] Better = [.. _chances.Select(chance => Math.Log(2 * (1 - chance)))];

    /// <summary>The alternatives: how often the canary might be worse.</summary>
    internal static IReadOnlyList<double> Chances => _chances;

    /// <summary>The state after one more window; unchanged where the rates are equal.</summary>
    /// <param name="state">The state before it; empty: no window yet.</param>
    /// <param name="sign">Above 0: the canary's rate was the greater one; below 0: stable's; 0: equal.</param>
    public static EquatableArray<double> Add(EquatableArray<double> state, int sign)
    {
        if (sign == 0) return state;
        var added = sign > 0 ? Worse : Better;
        return [.. added.Select((log, index) => Math.Round((state.Count == added.Length ? state[index] : 0) + log, 6))];
    }

    /// <summary>Natural logarithm of the evidence after so many windows of either sign, in any order.</summary>
    /// <param name="worse">Windows in which the canary's rate was the greater one.</param>
    /// <param name="better">Windows in which stable's was.</param>
    internal static double LogEvidence(int worse, int better) =>
        LogSum.Compute([.. Worse.Zip(Better, (up, down) => (worse * up) + (better * down))]) - Math.Log(Worse.Length);

    /// <summary>The sign of a window: of the canary's rate less stable's, without rounding.</summary>
    public static int Sign(long requests, long events, long stableRequests, long stableEvents) =>
        ((Int128)events * stableRequests).CompareTo((Int128)stableEvents * requests);
}
