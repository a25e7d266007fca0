namespace Canary.Core.Rollouts;

/// <summary>A label that tells the pods of the two sides apart, with the value that each side's pod template had when the rollout was
/// accepted.</summary>
/// <param name="Name">The label's key.</param>
/// <param name="First">Value in the template of <c>spec.traffic.stable.workload</c>; null: the template does not have it.</param>
/// <param name="Second">Value in the template of <c>spec.traffic.canary.workload</c>; null: the template does not have it.</param>
public sealed record SideLabel(string Name, string? First, string? Second)
{
    /// <summary>Both sides have a value of their own: a selector that names one of the values names a side.</summary>
    public bool NamesSides => First is not null && Second is not null && First != Second;
}
