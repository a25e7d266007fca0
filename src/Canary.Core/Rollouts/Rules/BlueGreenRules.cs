using System;
using System.Collections.Generic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>What a schema cannot say about <c>strategy.blueGreen</c>.</summary>
internal static class BlueGreenRules
{
    public static IEnumerable<SpecError> Check(RolloutSpec spec)
    {
        if (spec.BlueGreen is not { } blueGreen) yield break;
        if (spec.Set is { } set)
            yield return new SpecError(spec.StrategyPath,
                $"spec.workload is a {set.Reference.Kind}, which is released without a copy, so that nothing would keep the old version; "
                    + "use strategy.canary");
        if (blueGreen.PreviewReplicaCount is { } count)
        {
            if (spec.Workload is null)
                yield return new SpecError($"{spec.StrategyPath}.previewReplicaCount",
                    "it needs spec.workload: Canary does not scale workloads that the sides name; remove it");
            else if (count is < 1 or > CanaryScale.MostReplicas)
                yield return new SpecError($"{spec.StrategyPath}.previewReplicaCount",
                    $"it is {count}; 1 to {CanaryScale.MostReplicas} are allowed");
        }

        if (blueGreen.AutoPromotionAfter < TimeSpan.Zero || blueGreen.AutoPromotionAfter > GoDuration.Longest)
            yield return new SpecError($"{spec.StrategyPath}.autoPromotionAfter",
                $"it is {GoDuration.Format(blueGreen.AutoPromotionAfter)}; from 0s to {GoDuration.Format(GoDuration.Longest)}");
        if (blueGreen is { IsAutoPromotionEnabled: false, AutoPromotionAfter: var after } && after != TimeSpan.Zero)
            yield return new SpecError($"{spec.StrategyPath}.autoPromotionAfter",
                $"it is {GoDuration.Format(after)}, and autoPromotionEnabled is false, so that a person promotes; remove one of them");
        foreach (var (field, delay) in new[]
            { ("scaleDownDelay", blueGreen.ScaleDownDelay), ("abortScaleDownDelay", blueGreen.AbortScaleDownDelay) })
        {
            if (delay < TimeSpan.Zero || delay > BlueGreenStrategy.LongestScaleDownDelay)
                yield return new SpecError($"{spec.StrategyPath}.{field}",
                    $"it is {GoDuration.Format(delay)}; from 0s to {GoDuration.Format(BlueGreenStrategy.LongestScaleDownDelay)}");
        }
    }
}
