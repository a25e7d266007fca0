using System.Collections.Generic;

namespace Canary.Core.Placebo;

/// <summary>Numbers that look random and depend on the seed alone: the same seed makes the same rollouts on every machine.</summary>
/// <remarks>Source: SplitMix64, Steele, Lea and Flood, OOPSLA 2014.</remarks>
internal sealed class SeededSequence(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From 0 up to <paramref name="end"/>, which is above 0 and not among them.</summary>
    public long Below(long end) => (long)(Next() % (ulong)end);

    /// <summary>The members in another order.</summary>
    public T[] Shuffle<T>(IReadOnlyList<T> members)
    {
        T[] shuffled = [.. members];
        for (var last = shuffled.Length - 1; last > 0; last--)
        {
            var other = (int)Below(last + 1);
            (shuffled[last], shuffled[other]) = (shuffled[other], shuffled[last]);
        }

        return shuffled;
    }

    private ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
