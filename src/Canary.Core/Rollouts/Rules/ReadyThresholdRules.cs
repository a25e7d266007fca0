using System.Collections.Generic;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>Where ready thresholds are not possible, and why.</summary>
internal static class ReadyThresholdRules
{
    public static IEnumerable<SpecError> Check(RolloutSpec spec)
    {
        var path = $"{spec.StrategyPath}.capacity";
        foreach (var (field, threshold, least) in new[]
        {
            ("stableReadyThreshold", spec.ReadyThresholds.Stable, 1),
            ("canaryReadyThreshold", spec.ReadyThresholds.Canary, ReadyThresholds.LeastOfCanary),
        })
        {
            if (threshold < least || threshold > ReadyThresholds.All)
                yield return new SpecError($"{path}.{field}", $"it is {threshold}; a percentage from {least} to 100 is needed"
                    + (least > 1 && threshold is > 0 and < ReadyThresholds.All
                        ? ": the canary gets so many more pods that these are those of its share, at most twice as many" : ""));
            else if (threshold == ReadyThresholds.All) continue;
            else if (spec.Set is { } set)
                yield return new SpecError($"{path}.{field}",
                    $"it is {threshold}, and the pods of {set} are updated one at a time, each when the one before it is ready; remove it");
            else if (spec.Traffic.Router is { SharesByPods: true, Key: var router })
                yield return new SpecError($"{path}.{field}",
                    $"it is {threshold}, and with spec.traffic.{router} the ready pods are the weight; remove it, or use another router");
        }
    }
}
