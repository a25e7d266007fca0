namespace Canary.ApiServer.Catalogue;

/// <summary>Where the scale subresource finds its three values in an object, as dotted paths with a leading dot.</summary>
internal sealed record ScalePaths(string SpecReplicas, string StatusReplicas, string? LabelSelector)
{
    /// <summary>The built-in workloads: their selector is structured, and its text is computed.</summary>
    public static readonly ScalePaths Workload = new(".spec.replicas", ".status.replicas", ".spec.selector");
}
