using System;

namespace Canary.Core.Units;

/// <summary>The wait after failures in a row: it doubles with each, up to a longest one.</summary>
/// <param name="First">The wait after the first failure.</param>
/// <param name="Longest">No wait is longer.</param>
public readonly record struct ExponentialBackoff(TimeSpan First, TimeSpan Longest)
{
    // More doublings than from a tick to the longest TimeSpan.
    private const int MostDoublings = 64;

    /// <summary>The wait after so many failures.</summary>
    /// <param name="failures">Failures in a row, 1 or more.</param>
    public TimeSpan After(int failures)
    {
        var ticks = First.Ticks * Math.Pow(2, Math.Clamp(failures - 1, 0, MostDoublings));
        return ticks < Longest.Ticks ? TimeSpan.FromTicks((long)ticks) : Longest;
    }

    /// <summary>The wait after so many failures, shortened at random to half of it at most, so that those who failed together do not come
    /// back together.</summary>
    /// <param name="failures">Failures in a row, 1 or more.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    public TimeSpan After(int failures, double random) => After(failures) * (0.5 + (0.5 * random));
}
