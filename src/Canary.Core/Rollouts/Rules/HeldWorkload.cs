using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>A Rollout gives one workload back before it takes another: what Canary made of the first would be left with its
/// traffic.</summary>
public static class HeldWorkload
{
    /// <summary>Why a spec cannot be taken as it is; null: it can.</summary>
    /// <param name="spec">The spec as it was read; null where it has errors.</param>
    /// <param name="status">What it was accepted as before.</param>
    /// <remarks>A spec that names two Deployments instead is taken: the copy is one of them.</remarks>
    public static SpecError? Check(RolloutSpec? spec, RolloutStatus status)
    {
        if (spec is null || status.Accepted is not { IsOfOneWorkload: true } accepted) return null;
        var held = accepted.Set?.Reference ?? accepted.Workload!.Reference;
        var named = spec.Set?.Reference ?? spec.Workload?.Reference;
        return named == held || (named is null && accepted.Set is null) ? null
            : new SpecError("spec.workload.name",
                $"it was {held.Kind} '{held.Name}' before, which Canary holds. Delete this Rollout first, so that {held.Name} is given back, "
                    + $"or name {held.Name} again");
    }
}
