using Canary.Core.Units;

namespace Canary.Core.Traffic;

/// <summary>Where the requests of a service go: two sides and the router that shares them out. Source: <c>spec.traffic</c>.</summary>
/// <param name="NamedStable">The side named <c>stable</c> in the spec.</param>
/// <param name="NamedCanary">The side named <c>canary</c> in the spec.</param>
/// <param name="Router">The one router.</param>
public sealed record TrafficSpec(SideSpec NamedStable, SideSpec NamedCanary, RouterSpec Router);

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

/// <summary>One of the two sides that traffic is shared between.</summary>
/// <param name="Service">Name of the Service in the Rollout's namespace; of the shared host where <paramref name="Subset"/> is
/// given.</param>
/// <param name="Subset">Name of the DestinationRule subset; null where the side is a Service of its own.</param>
/// <param name="Workload">The workload behind it; null where only <c>spec.revision</c> says what runs.</param>
public sealed record SideSpec(string Service, string? Subset, WorkloadReference? Workload);

/// <summary>A workload in the Rollout's namespace.</summary>
/// <param name="Kind">Only <c>Deployment</c> for now.</param>
/// <param name="Name">Its name.</param>
public sealed record WorkloadReference(string Kind, string Name);

/// <summary>The routes of one VirtualService in the Rollout's namespace.</summary>
/// <param name="Name">Name of the VirtualService.</param>
/// <param name="Routes">Names of its http routes; empty: its only http route, named or not.</param>
public sealed record VirtualServiceReference(string Name, EquatableArray<string> Routes);

/// <summary>Which of the two sides of <see cref="TrafficSpec"/>, by the name that the spec gives it. The roles may be the other way round:
/// see <c>status.stableSide</c>.</summary>
public enum Side
{
    /// <summary><c>spec.traffic.stable</c>.</summary>
    NamedStable,

    /// <summary><c>spec.traffic.canary</c>.</summary>
    NamedCanary,
}
