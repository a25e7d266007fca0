namespace Canary.Sandbox.Workloads.StatefulSets;

/// <summary>A pod of a StatefulSet.</summary>
/// <param name="Ordinal">The number at the end of its name.</param>
/// <param name="Revision">Name of the revision that it was made from.</param>
/// <param name="IsAvailable">It has been ready for <c>minReadySeconds</c>.</param>
/// <param name="IsTerminating">It is being deleted.</param>
/// <param name="IsEnded">Its phase is Failed or Succeeded.</param>
internal sealed record StatefulPod(int Ordinal, string Revision, bool IsAvailable, bool IsTerminating = false, bool IsEnded = false)
{
    /// <summary>Others need not wait for it.</summary>
    public bool IsHealthy => IsAvailable && !IsTerminating && !IsEnded;
}
