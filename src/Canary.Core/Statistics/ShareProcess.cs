using System;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>
/// An e-process for "the share of one cell of two is off by more than is allowed": the mean of likelihood ratios of shares beyond the
/// edges of what is allowed, each against its edge. Valid at every look, for any share within the edges and any mix of shares over time.
/// What speaks against it is forgotten beyond <see cref="Least"/>, so that a share that goes off after hours is found.
/// </summary>
/// <remarks>
/// A sample ratio test in the manner of Lindon and Malek, Anytime-Valid Inference For Multinomial Count Data (2022), with a grid in the
/// place of the Dirichlet mixture: the share that is asked for changes with the weight, and so does each edge. Requests of one connection
/// go the same way. So a window counts as no more draws than it has seconds for: its likelihood ratio is taken to a power below 1, which
/// keeps its mean at or below 1 (Jensen). With the least value c the mean after n windows is at most 1 + cn, and so is the factor on the
/// chance of a false finding: 2 after a thousand windows.
/// </remarks>
public static class ShareProcess
{
    /// <summary>How many times the odds of the share may be off: what connections that are kept, retries and affinity do.</summary>
    public const double Allowed = 2;

    /// <summary>Independent draws that a second has, at most.</summary>
    public const double DrawsPerSecond = 0.5;

    /// <summary>The least that one ratio falls to.</summary>
    public const double Least = 0.001;

    // How many times the odds are off beyond the edge.
    private static readonly double[] Beyond = [3, 5, 10, 30, 1000];

    /// <summary>Before anything was seen: a log for each share below, and for each above.</summary>
    public static readonly EquatableArray<double> Start = [.. Enumerable.Repeat(0.0, 2 * Beyond.Length)];

    /// <summary>The state after one more window.</summary>
    /// <param name="state">What was known.</param>
    /// <param name="share">The share that is asked for; above 0 and below 1.</param>
    /// <param name="seconds">Length of the window.</param>
    /// <param name="ours">Requests of the cell.</param>
    /// <param name="theirs">Requests of the other.</param>
    public static EquatableArray<double> Add(EquatableArray<double> state, double share, double seconds, long ours, long theirs)
    {
        if (ours + theirs == 0) return state;
        var before = state.Count == Start.Count ? state : Start;
        var power = Math.Min(1, seconds * DrawsPerSecond / (ours + theirs));
        var odds = share / (1 - share);
        return
        [
            .. before.Select((log, index) =>
            {
                var (isLow, beyond) = (index < Beyond.Length, Beyond[index % Beyond.Length]);
                var edge = isLow ? odds / Allowed : odds * Allowed;
                var other = isLow ? edge / beyond : edge * beyond;
                // Odds o are a share of o / (1 + o).
                var ratio = (ours * Math.Log(other / edge)) + ((ours + theirs) * Math.Log((1 + edge) / (1 + other)));
                return Math.Max(Math.Log(Least), Math.Round(log + (power * ratio), 6));
            }),
        ];
    }

    /// <summary>Natural logarithm of the odds that the share is off.</summary>
    public static double LogEvidence(EquatableArray<double> state) =>
        state.Count == 0 ? 0 : LogSum.Compute(state) - Math.Log(state.Count);

    /// <summary>The share that was seen is within what is allowed.</summary>
    public static bool IsAllowed(double share, long ours, long theirs)
    {
        var odds = share / (1 - share);
        return ours >= odds / Allowed * theirs && ours <= odds * Allowed * theirs;
    }
}
