using System.Collections.Generic;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>Where <c>dynamicStableScale</c> is not possible, and why.</summary>
internal static class StableScaleRules
{
    public static IEnumerable<SpecError> Check(RolloutSpec spec)
    {
        if (!spec.IsStableScaled) yield break;
        var path = $"{spec.StrategyPath}.dynamicStableScale";
        if (spec.BlueGreen is not null)
            yield return new SpecError(path,
                "it is true, and the old version of a blue-green release keeps all its pods, so that all traffic can return at once; "
                    + "remove it");
        else if (spec.Test is not null)
            yield return new SpecError(path,
                "it is true, and stable has all of the traffic during this test, so it needs all its pods; remove it");
        else if (spec.Set is not null)
            yield return new SpecError(path,
                "it is true, and both sides of a StatefulSet are its pods: stable has those that are not updated; remove it");
        else if (spec.Workload is null)
            yield return new SpecError(path,
                "it is true, and it needs spec.workload: Canary does not scale workloads that the sides name; remove it");
        else if (spec.Traffic.Router is { SharesByPods: true, Key: var router })
            yield return new SpecError(path,
                $"it is true, and with spec.traffic.{router} the pods of stable are its share of the traffic; remove it, or use another "
                    + "router");
        else if (spec.Capacity == CapacityPolicy.Ignore)
            yield return new SpecError(path,
                $"it is true, and {spec.StrategyPath}.capacity.policy is Ignore: nothing would keep traffic from a stable side that is "
                    + "small; remove one of them");
    }
}
