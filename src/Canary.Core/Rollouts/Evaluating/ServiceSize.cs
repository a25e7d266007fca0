namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// Replicas of a service whose copy gave pods away for a release (<c>dynamicStableScale</c>). The status remembers them. The note on the
/// copy says the same, but anybody may edit or lose it, and a copy that Canary made small says nothing of the service.
/// </summary>
internal static class ServiceSize
{
    /// <summary>Puts what is remembered in the place of the note. Where the status was lost, the note counts.</summary>
    /// <param name="spec">The spec as it was read; null where it has errors.</param>
    /// <param name="status">The status that the last evaluation left.</param>
    /// <param name="seen">The world.</param>
    public static Observation Settle(RolloutSpec? spec, RolloutStatus status, Observation seen)
    {
        if (seen.Copy is not { } copy) return seen;
        var noted = copy with { NotedReplicas = copy.FullReplicas };
        // The replicas of a copy with an autoscaler are what that one says.
        if (status.StableReplicas is not { } known || copy is not { CopyReplicas: { } there, Autoscaler: null })
            return seen with { Copy = noted };
        var isSmall = copy.FullReplicas is not null || (status.IsRunning && status.Governing(spec) is { IsStableScaled: true });
        return seen with { Copy = noted with { FullReplicas = isSmall && known > there ? known : null } };
    }
}
