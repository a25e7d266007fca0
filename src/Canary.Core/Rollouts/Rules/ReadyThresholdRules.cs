using System.Collections.Generic;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>Where ready thresholds are not possible, and why.</summary>
internal static class ReadyThresholdRules
{
    public static IEnumerable<SpecError> Check(RolloutSpec spec)
    {
        var path = $"{spec.StrategyPath}.capacity";
        foreach (var (field, threshold) in new[]
        {
            ("stableReadyThreshold", spec.ReadyThresholds.Stable), ("canaryReadyThreshold", spec.ReadyThresholds.Canary),
        })
        {
            if (threshold is < 1 or > ReadyThresholds.All)
                yield return new SpecError($"{path}.{field}", $"it is {threshold}; a percentage from 1 to 100 is needed");
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
