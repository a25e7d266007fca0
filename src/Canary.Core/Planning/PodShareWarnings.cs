using System;
using System.Collections.Generic;
using System.Globalization;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Planning;

/// <summary>The steps whose weight so many pods cannot be, where the weight is a number of pods.</summary>
public static class PodShareWarnings
{
    /// <summary>Services that are larger are not advised to.</summary>
    private const int MostAdvised = 1000;

    private static readonly Weight Rounding = Weight.FromBasisPoints(50);

    /// <summary>Each step whose share is more than half a percent off its weight, with what the share is.</summary>
    /// <param name="spec">The rollout.</param>
    /// <param name="replicas">Pods of the service, from 1.</param>
    public static IEnumerable<SpecError> Find(RolloutSpec spec, int replicas)
    {
        if (!spec.Traffic.Router.SharesByPods || replicas < 1) yield break;
        for (var index = 0; index < spec.Steps.Count; index++)
        {
            if (spec.Steps[index] is not Step.SetWeight { Weight: var weight } || weight == Weight.Zero || weight == Weight.Full) continue;
            var split = SplitOf(weight, replicas);
            if (Math.Abs(split.Share.BasisPoints - weight.BasisPoints) <= Rounding.BasisPoints) continue;
            yield return new SpecError($"spec.strategy.canary.steps[{index}].setWeight", string.Create(CultureInfo.InvariantCulture,
                $"weight {weight} is {split} while the service has {replicas}{Advice(weight, split)}"));
        }
    }

    private static string Advice(Weight weight, PodSplit split) => split.Share < weight ? ""
        : FindLeast(weight) is { } least ? string.Create(CultureInfo.InvariantCulture, $"; it takes {least} pods, or a mesh")
        : "; it takes a mesh";

    private static int? FindLeast(Weight weight)
    {
        for (var replicas = 1; replicas <= MostAdvised; replicas++)
        {
            if (SplitOf(weight, replicas).Share.BasisPoints <= weight.BasisPoints + Rounding.BasisPoints) return replicas;
        }

        return null;
    }

    private static PodSplit SplitOf(Weight weight, int replicas) =>
        PodSplit.Find(weight, replicas, Math.Max(1, Capacity.PodsFor(weight, replicas)), replicas);
}
