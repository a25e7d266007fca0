using System.Collections.Generic;
using Canary.Core.Rollouts;
using Canary.Core.Validation;

namespace Canary.Core.Planning;

/// <summary>Header routes whose requests the canary may have too few pods for: nobody knows how many requests have a header, so that no
/// capacity follows from it.</summary>
public static class HeaderRouteWarnings
{
    /// <summary>A warning for each route that is set while nothing says how many pods the canary has. With <c>spec.workload</c>: the pods
    /// of a workload of the user's are for the user to scale.</summary>
    /// <param name="spec">The rollout.</param>
    public static IEnumerable<SpecError> Find(RolloutSpec spec)
    {
        if (spec.Workload is null) yield break;
        var isScaled = false;
        for (var index = 0; index < spec.Steps.Count; index++)
        {
            if (spec.Steps[index] is Step.SetCanaryScale { Scale: var scale }) isScaled = scale is not CanaryScale.MatchTrafficWeight;
            if (isScaled || spec.Steps[index] is not Step.SetHeaderRoute { Route: { Match.Count: > 0, Name: var name } }) continue;
            yield return spec.Test is null
                ? new SpecError($"{spec.StrategyPath}.steps[{index}].setHeaderRoute",
                    $"the canary has pods for its weight alone, one at weight 0, and how many requests route {name} gives it is not "
                        + "known; put a setCanaryScale before it, such as replicas: 3")
                : new SpecError($"{spec.StrategyPath}.match",
                    "the canary has one pod, and how many requests match is not known; if one is too few for them, write the steps in "
                        + "strategy.canary, with a setCanaryScale first");
        }
    }
}
