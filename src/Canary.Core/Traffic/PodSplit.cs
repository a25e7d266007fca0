using System;
using System.Globalization;
using Canary.Core.Units;

namespace Canary.Core.Traffic;

/// <summary>Ready pods of both sides behind one Service. A Service gives each of its pods the same part of the requests, so their numbers
/// are the weight, as near as whole pods can come.</summary>
/// <param name="Canary">Pods of the canary.</param>
/// <param name="Stable">Pods of stable.</param>
public sealed record PodSplit(int Canary, int Stable)
{
    /// <summary>A third is taken for 33 percent.</summary>
    private const int RoundingBasisPoints = 50;

    /// <summary>Pods of both sides.</summary>
    public int Total => Canary + Stable;

    /// <summary>The canary's share of the requests; 0 without pods.</summary>
    public Weight Share => Total == 0 ? Weight.Zero
        : Weight.FromBasisPoints((int)((((long)Canary * 2 * Weight.Full.BasisPoints) + Total) / (2L * Total)));

    /// <summary>
    /// The largest share up to <paramref name="weight"/>, or the smallest that there is: one pod of the canary beside all of stable's.
    /// Together never fewer than <paramref name="size"/>, as long as there are so many; of the same share as many as there are.
    /// </summary>
    /// <param name="weight">The canary's weight. Half a percent above it is taken for it.</param>
    /// <param name="size">Pods that the service needs.</param>
    /// <param name="canary">Ready pods of the canary.</param>
    /// <param name="stable">Ready pods of stable.</param>
    public static PodSplit Find(Weight weight, int size, int canary, int stable)
    {
        if (weight == Weight.Zero || canary == 0) return new PodSplit(0, stable);
        if (weight == Weight.Full) return new PodSplit(canary, 0);
        // Nobody is there to share with: all that can serve does.
        if (stable == 0) return new PodSplit(canary, 0);

        var most = Math.Min(weight.BasisPoints + RoundingBasisPoints, Weight.Full.BasisPoints - 1);
        var best = new PodSplit(1, stable);
        for (var count = 1; count <= canary; count++)
        {
            var least = (((long)count * (Weight.Full.BasisPoints - most)) + most - 1) / most;
            var beside = Math.Max(Math.Max(least, 1), Math.Min(size - count, stable));
            if (beside <= stable && new PodSplit(count, (int)beside) is var found && IsBetter(found, best, most)) best = found;
        }

        return best;
    }

    /// <summary><c>2 of 12 pods, 16.7 %</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Canary} of {Total} {(Total == 1 ? "pod" : "pods")}, {(Total == 0 ? 0m : 100m * Canary / Total):0.#} %");

    private static bool IsBetter(PodSplit one, PodSplit other, int most)
    {
        // The smallest share of all may be above the weight; what is not, is better.
        if ((long)other.Canary * Weight.Full.BasisPoints > (long)most * other.Total) return true;
        var difference = ((long)one.Canary * other.Total) - ((long)other.Canary * one.Total);
        return difference > 0 || (difference == 0 && one.Total > other.Total);
    }
}
