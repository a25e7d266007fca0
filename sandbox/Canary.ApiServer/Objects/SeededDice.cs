using System.Threading;

namespace Canary.ApiServer.Objects;

/// <summary>A sequence of random numbers that is the same for the same seed and may be drawn from on many threads without a lock.</summary>
/// <remarks>Source: SplitMix64, Steele, Lea, Flood, OOPSLA 2014: the n-th number depends on seed and n alone.</remarks>
internal sealed class SeededDice(long seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private long _drawn;

    /// <returns>A number in [0, 1).</returns>
    public double Roll()
    {
        var z = unchecked(((ulong)seed * 0xD1B54A32D192ED03) + ((ulong)Interlocked.Increment(ref _drawn) * Golden));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <returns>A whole number from 0 to <paramref name="bound"/> less one.</returns>
    public int Below(int bound) => (int)(Roll() * bound);

    /// <returns>True in the given share of the draws.</returns>
    public bool Hits(double share) => Roll() < share;
}
