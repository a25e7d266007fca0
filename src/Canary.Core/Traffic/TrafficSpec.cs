using System.Collections.Generic;
using Canary.Core.Validation;

namespace Canary.Core.Traffic;

/// <summary>Where the requests of a service go: two sides and the router that shares them out. Source: <c>spec.traffic</c>.</summary>
/// <param name="NamedStable">The side named <c>stable</c> in the spec.</param>
/// <param name="NamedCanary">The side named <c>canary</c> in the spec.</param>
/// <param name="Router">The one router.</param>
public sealed record TrafficSpec(SideSpec NamedStable, SideSpec NamedCanary, RouterSpec Router);

/// <summary>The router that shares requests out between the sides. Each router has a case of its own, with the fields of its part of
/// <c>spec.traffic</c>.</summary>
public abstract record RouterSpec
{
    /// <summary>The field of <c>spec.traffic</c> that configures it, such as <c>istio</c>.</summary>
    public abstract string Key { get; }

    /// <summary>False: it names nothing whose weights could be set.</summary>
    public abstract bool HasRoutes { get; }

    /// <summary>It can send requests to the canary by their headers, and copies of requests.</summary>
    public virtual bool HasManagedRoutes => false;

    /// <summary>The weight is the number of pods of each side behind one Service (<see cref="PodSplit"/>), so few weights can be met
    /// exactly. It needs <c>spec.workload</c>.</summary>
    public virtual bool SharesByPods => false;

    /// <summary>What a schema cannot say about it, each with its path from <c>spec</c>; empty where nothing is wrong.</summary>
    public abstract IEnumerable<SpecError> Check();
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

/// <summary>Which of the two sides of <see cref="TrafficSpec"/>, by the name that the spec gives it. The roles may be the other way round:
/// see <c>status.stableSide</c>.</summary>
public enum Side
{
    /// <summary><c>spec.traffic.stable</c>.</summary>
    NamedStable,

    /// <summary><c>spec.traffic.canary</c>.</summary>
    NamedCanary,
}
