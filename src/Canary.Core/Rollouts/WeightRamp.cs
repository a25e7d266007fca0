using System;
using System.Collections.Generic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>Steps that rise evenly, or by a factor. Source: <c>strategy.canary.ramp</c>.</summary>
/// <param name="From">First weight, above 0.</param>
/// <param name="To">Last weight before the promotion.</param>
/// <param name="By">What each step adds; null: <paramref name="Factor"/> is given.</param>
/// <param name="Factor">What each step multiplies by, above 1: 2 doubles; null: <paramref name="By"/> is given.</param>
/// <param name="Every">How long each weight lasts.</param>
public sealed record WeightRamp(Weight From, Weight To, Weight? By, decimal? Factor, TimeSpan Every)
{
    /// <summary>Most weights of a ramp: a Rollout has a hundred steps, and each weight is two.</summary>
    public const int MostWeights = 50;

    /// <summary>Whole percent alone are steps.</summary>
    private const int Percent = 100;

    /// <summary>The steps: each weight, and the time that it lasts. The last weight is <see cref="To"/>, however large the step to it
    /// is. More than <see cref="MostWeights"/> weights are cut off there.</summary>
    public IEnumerable<Step> Steps()
    {
        var (weight, count) = (From, 0);
        while (weight < To && count++ < MostWeights)
        {
            yield return new Step.SetWeight(weight);
            yield return new Step.Pause(Every);
            weight = Next(weight);
        }

        yield return new Step.SetWeight(To);
        yield return new Step.Pause(Every);
    }

    /// <summary>How many weights it has.</summary>
    public int Count()
    {
        var (weight, count) = (From, 1);
        for (; weight < To && count <= MostWeights; count++) weight = Next(weight);
        return count;
    }

    // A factor gives whole percent, rounded up, and always more than before.
    private Weight Next(Weight weight) => By is { } by ? Weight.FromBasisPoints(Math.Min(weight.BasisPoints + by.BasisPoints,
        Weight.Full.BasisPoints)) : Weight.FromBasisPoints(Math.Min(Weight.Full.BasisPoints,
        Math.Max(weight.BasisPoints + Percent, (int)Math.Ceiling(weight.BasisPoints * Factor!.Value / Percent) * Percent)));
}
