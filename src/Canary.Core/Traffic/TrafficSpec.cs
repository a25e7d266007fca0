namespace Canary.Core.Traffic;

/// <summary>Where the requests of a service go: two sides and the router that shares them out. Source: <c>spec.traffic</c>.</summary>
/// <param name="NamedStable">The side named <c>stable</c> in the spec.</param>
/// <param name="NamedCanary">The side named <c>canary</c> in the spec.</param>
/// <param name="Router">The one router.</param>
public sealed record TrafficSpec(SideSpec NamedStable, SideSpec NamedCanary, RouterSpec Router);
