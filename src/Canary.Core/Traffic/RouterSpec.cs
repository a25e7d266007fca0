using Canary.Core.Units;

namespace Canary.Core.Traffic;

/// <summary>The router that shares requests out between the sides.</summary>
public abstract record RouterSpec
{
    private RouterSpec() { }

    /// <summary>Istio: weights of the destinations of VirtualService routes. Source: <c>spec.traffic.istio</c>.</summary>
    /// <param name="VirtualServices">At least one.</param>
    /// <param name="DestinationRule">Where the sides are subsets: the DestinationRule that defines them; null to look in no particular
    /// one.</param>
    public sealed record Istio(EquatableArray<VirtualServiceReference> VirtualServices, string? DestinationRule) : RouterSpec;
}
