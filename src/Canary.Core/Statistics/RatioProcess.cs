using System;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>
/// The conditional binomial mixture e-process for the ratio of two event rates. Given how many events both arms had in a window, the
/// canary's part of them is binomial, whatever the common rate was: incidents and the time of day that move both arms alike cancel out.
/// </summary>
/// <remarks>
/// <para>Under the null hypothesis each window multiplies the evidence by a factor of expectation at most 1 given the past, so that the
/// chance that it ever reaches 1/alpha is at most alpha (Ville's inequality): at every look, however many there are, under any schedule of
/// weights, also one that depends on what was seen.</para>
/// <para>Valid for Poisson counts; for Bernoulli requests (errors that are not rare) the canary's part is hypergeometric, less variable,
/// and a null of 1 is conservative.</para>
/// <para>The state is one number an alternative, the logarithm of its likelihood ratio, and additive: windows may be counted in any
/// order.</para>
/// </remarks>
public sealed class RatioProcess
{
    private readonly double[] _ratios;
    private readonly double[] _logs;
    private readonly double _null;

    /// <param name="grid">The hypothesis and its alternatives.</param>
    /// <exception cref="ArgumentException">The grid is no one-sided grid.</exception>
    public RatioProcess(RatioGrid grid)
    {
        grid.Check();
        _null = grid.Null;
        _ratios = [.. grid.Factors.Select(factor => grid.Null * factor)];
        _logs = [.. grid.Factors.Select(factor => Math.Log(factor))];
    }

    /// <summary>Numbers in the state.</summary>
    public int Size => _ratios.Length;

    /// <summary>The state before any window: nothing for or against.</summary>
    public EquatableArray<double> Start => [.. new double[Size]];

    /// <summary>The state after one more window. Unchanged where an arm had no requests or neither had an event: that says nothing, and
    /// costs nothing.</summary>
    /// <param name="state">The state before it; empty: <see cref="Start"/>.</param>
    /// <param name="requests">Requests of the canary, as counted, not as configured.</param>
    /// <param name="events">Of them errors, or slow ones.</param>
    /// <param name="stableRequests">Requests of stable.</param>
    /// <param name="stableEvents">Of them errors, or slow ones.</param>
    /// <returns>The new state, rounded to a millionth so that what is written down is what is held.</returns>
    public EquatableArray<double> Add(EquatableArray<double> state, long requests, long events, long stableRequests, long stableEvents)
    {
        if (state.Count != Size) state = Start;
        if (requests <= 0 || stableRequests <= 0 || events + stableEvents <= 0) return state;
        double n = requests, all = stableRequests, total = events + stableEvents;
        var start = (_null * n) + all;
        var next = new double[Size];
        for (var index = 0; index < next.Length; index++)
            next[index] = Math.Round(state[index] + (events * _logs[index]) - (total * Math.Log(((_ratios[index] * n) + all) / start)), 6);
        return [.. next];
    }

    /// <summary>The ratios that the state knows, ascending, and the natural logarithms of their likelihoods: those of the alternatives, and
    /// of the null hypothesis, which is 0.</summary>
    /// <param name="state">The state, of <see cref="Size"/> numbers.</param>
    public (double Ratio, double Log)[] Likelihoods(EquatableArray<double> state) =>
        [.. _ratios.Zip(state).Append((_null, 0)).OrderBy(one => one.Item1)];

    /// <summary>Natural logarithm of the evidence against the null hypothesis: the mean of the likelihood ratios. 0 before any
    /// window.</summary>
    public static double LogEvidence(EquatableArray<double> state) => state.Count == 0 ? 0 : LogSum.Compute(state) - Math.Log(state.Count);
}
