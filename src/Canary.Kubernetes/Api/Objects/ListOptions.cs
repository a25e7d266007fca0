namespace Canary.Kubernetes.Api.Objects;

/// <summary>What a list shows.</summary>
/// <param name="LabelSelector">Selector such as <c>app=checkout</c>; null for all.</param>
/// <param name="FieldSelector">Selector such as <c>metadata.name=checkout</c>; null for all.</param>
/// <param name="ResourceVersion">Null: the newest state. <c>0</c>: any state that the server has at hand.</param>
/// <param name="Limit">Largest number of items of a page; null leaves it to the server.</param>
/// <param name="Continue">Token of the next page, from the page before.</param>
/// <param name="IsMetadataOnly">Names, labels and owners alone: of pods that is a tenth of the whole. A server that cannot leave the rest
/// out sends it.</param>
public sealed record ListOptions(
    string? LabelSelector = null,
    string? FieldSelector = null,
    string? ResourceVersion = null,
    int? Limit = null,
    string? Continue = null,
    bool IsMetadataOnly = false)
{
    /// <summary>Everything, as it is now.</summary>
    public static ListOptions All { get; } = new();
}
