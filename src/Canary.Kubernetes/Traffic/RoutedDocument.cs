using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic;

/// <summary>An object of a user that has routes, as a Rollout names it: how its routes are read, and how they are patched. All of it is
/// pure.</summary>
/// <param name="Kind">The kind of the object.</param>
/// <param name="Name">The object.</param>
/// <param name="Path">The field of the Rollout that names it, such as <c>spec.traffic.istio.virtualServices[0]</c>.</param>
internal abstract record RoutedDocument(ResourceKind Kind, ObjectName Name, string Path)
{
    /// <summary>For people: <c>VirtualService shop/checkout</c>.</summary>
    public string Title => $"{Kind.Kind} {Name}";

    /// <summary>The routes as they are, compared with what the Rollout wants.</summary>
    public abstract DocumentReading Read(JsonObject document, RolloutStatus status);

    /// <summary>Why no weight can be written, each with the field of the Rollout; empty: all can.</summary>
    public abstract IReadOnlyList<SpecError> Check(JsonObject document);

    /// <summary>Why these routes of Canary's own cannot be among the routes; empty: they can.</summary>
    public abstract IReadOnlyList<SpecError> CheckManaged(JsonObject document, ManagedRoutes managed);

    /// <summary>Brings the routes to the plan, and stamps the claim.</summary>
    public abstract RoutePatch ForPlan(JsonObject document, RoutePlan plan, Claim claim);

    /// <summary>Stamps the claim, and leaves the weights.</summary>
    public abstract JsonArray ForClaim(JsonObject document, Claim claim);

    /// <summary>Takes the claim off and, where a share is given, writes it and takes off Canary's own routes.</summary>
    public abstract JsonArray ForRelease(JsonObject document, Weight? second, Claim claim);

    /// <summary>What <see cref="ForRelease"/> changes of the routes of this object, for people.</summary>
    public abstract IEnumerable<string> DescribeRelease(JsonObject document, Weight second);
}

/// <summary>The routes of one object.</summary>
/// <param name="Routes">Those that can be read; of the claim they say nothing.</param>
/// <param name="Problems">Why others cannot be.</param>
internal sealed record DocumentReading(IReadOnlyList<RouteObservation> Routes, IReadOnlyList<SpecError> Problems)
{
    /// <summary>What stands in the way of a raise, and keeps no route from being read, nor from being rolled back.</summary>
    public IReadOnlyList<SpecError> Obstacles { get; init; } = [];
}
