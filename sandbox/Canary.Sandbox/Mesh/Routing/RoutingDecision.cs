namespace Canary.Sandbox.Mesh.Routing;

/// <summary>What the table says about one request.</summary>
internal abstract record RoutingDecision
{
    private RoutingDecision() { }

    /// <summary>A route holds. <paramref name="Match"/> is the one of its matches that did, if it has any.</summary>
    public sealed record Routed(MeshRoute Route, RouteMatch? Match) : RoutingDecision;

    /// <summary>The host is known, and none of its routes holds: Envoy's flag NR.</summary>
    public sealed record NoRoute : RoutingDecision;

    /// <summary>Nobody in the mesh has this name, and nothing leaves the sandbox.</summary>
    public sealed record UnknownHost : RoutingDecision;
}
