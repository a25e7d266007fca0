using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;

namespace Canary.Kubernetes.Traffic;

/// <summary>All that the rest of Canary needs to know of one router. A router is a folder with one of these, and a line in the
/// registry.</summary>
internal abstract class RouterDescriptor
{
    /// <summary>Its field in <c>spec.traffic</c>.</summary>
    public abstract string Key { get; }

    /// <summary>The schema of that field, for the definition and the reference page of the kind Rollout.</summary>
    public abstract Schema Schema { get; }

    /// <summary>The kinds that it reads or writes, which the controller watches. One that the cluster does not serve is a problem of the
    /// Rollouts that need it, and of no other.</summary>
    public abstract IReadOnlyList<RouterKind> Kinds { get; }

    /// <summary>Reads the field.</summary>
    public abstract RouterSpec Read(FieldReader fields);

    /// <summary>The field as <see cref="Read(FieldReader)"/> reads it.</summary>
    public abstract JsonObject Write(RouterSpec router);

    /// <summary>The objects that <c>spec.traffic</c> names for it, read or not: the spec may be wrong.</summary>
    /// <param name="traffic"><c>spec.traffic</c> as the user wrote it.</param>
    /// <param name="space">The Rollout's namespace.</param>
    public abstract IEnumerable<RouterReference> References(JsonObject traffic, string space);

    /// <summary>The labels that the subset of a side selects its pods by; null where it is not found.</summary>
    public abstract IReadOnlyDictionary<string, string>? FindSubset(RouterSpec router, string space, SideSpec side,
        Func<ResourceKind, ObjectLookup> lookup);

    /// <summary>Why <see cref="FindSubset"/> finds nothing.</summary>
    /// <param name="router">The router's part of the spec.</param>
    /// <param name="space">The Rollout's namespace.</param>
    /// <param name="side">The side.</param>
    /// <param name="role">The side's field in <c>spec.traffic</c>.</param>
    /// <param name="lookup">Finds the objects of a kind.</param>
    public abstract SpecError SubsetProblem(RouterSpec router, string space, SideSpec side, string role,
        Func<ResourceKind, ObjectLookup> lookup);

    /// <summary>The value of the router's own label for the version of a subset's pods, as its metrics have it; null where no label says
    /// one.</summary>
    public abstract string? VersionOf(IReadOnlyDictionary<string, string> subset);

    /// <summary>The preset that measures the two sides, where a plan needs one and no template names any.</summary>
    public abstract string PresetOf(SideSpec stable, SideSpec canary);

    /// <summary>Values of the presets' placeholders that only the router knows, such as the name of an Ingress.</summary>
    /// <param name="traffic">The spec.</param>
    /// <param name="space">The Rollout's namespace.</param>
    /// <param name="lookup">Finds the objects of a kind.</param>
    public virtual IEnumerable<Argument> Subject(TrafficSpec traffic, string space, Func<ResourceKind, ObjectLookup> lookup) => [];

    /// <summary>The object that Canary makes to tell the sides of a set apart, where they are subsets of one Service; null: the router
    /// has no subsets.</summary>
    /// <param name="traffic">The spec.</param>
    /// <param name="space">The Rollout's namespace.</param>
    public virtual OwnSubsets? FindOwnSubsets(TrafficSpec traffic, string space) => null;

    /// <summary>Why the sides of a set cannot be subsets as the spec says; empty: they can.</summary>
    /// <param name="traffic">The spec.</param>
    public virtual IEnumerable<SpecError> CheckOwnSubsets(TrafficSpec traffic) => [new SpecError("spec.traffic.stable.subset",
        $"the router {Key} has no subsets; remove it on both sides, and Canary makes a Service for each")];

    /// <summary>The objects that it reads and writes for a Rollout; none where its weights are in no object of a user.</summary>
    /// <param name="traffic">The spec.</param>
    /// <param name="space">The Rollout's namespace.</param>
    public virtual IReadOnlyList<RoutedDocument> Documents(TrafficSpec traffic, string space) => [];

    /// <summary>What is wrong between the spec and the objects that it names, among files.</summary>
    /// <param name="traffic">The spec.</param>
    /// <param name="space">The Rollout's namespace.</param>
    /// <param name="find">The object of a kind and name, which the field at the path names; null where it is not among the files, which is
    /// said already.</param>
    public virtual IEnumerable<SpecError> CheckObjects(TrafficSpec traffic, string space,
        Func<ResourceKind, string, string, JsonObject?> find) =>
        Documents(traffic, space).SelectMany(one => Read(one, find) is { } document ? one.Check(document) : []);

    /// <summary>Why header or mirror routes of the steps cannot be among the routes, among files; empty where nothing is wrong.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="space">The Rollout's namespace.</param>
    /// <param name="find">As for <see cref="CheckObjects"/>.</param>
    public virtual IEnumerable<SpecError> CheckManagedRoutes(RolloutSpec spec, string space,
        Func<ResourceKind, string, string, JsonObject?> find)
    {
        var all = ManagedRouteSteps.All(spec.Steps);
        return all.IsNone ? []
            : Documents(spec.Traffic, space).SelectMany(one => Read(one, find) is { } document ? one.CheckManaged(document, all) : []);
    }

    /// <summary>Reads and writes the routes.</summary>
    public virtual ITrafficRouter Create(ApiClient client, IRouterCaches caches) =>
        new DocumentRouter(client, caches, Kinds.Where(one => one.IsReferenced).Select(one => one.Kind), Documents);

    // A file need not say its namespace.
    private static JsonObject? Read(RoutedDocument one, Func<ResourceKind, string, string, JsonObject?> find)
    {
        if (find(one.Kind, one.Name.Name, $"{one.Path}.name") is not { } found) return null;
        var document = (JsonObject)found.DeepClone();
        document["metadata"]!["namespace"] = one.Name.Namespace;
        return document;
    }
}

/// <summary>A kind that a router reads or writes.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Project">What is kept of an object in memory.</param>
/// <param name="IsReferenced">True: an object is kept only if a Rollout names it. False: all are, because a Rollout need not name
/// them.</param>
internal sealed record RouterKind(ResourceKind Kind, Func<JsonObject, JsonObject> Project, bool IsReferenced);

/// <summary>An object that a Rollout's router names.</summary>
/// <param name="Reference">The object, or any of its kind in the namespace.</param>
/// <param name="Path">The field that names it.</param>
/// <param name="IsOwned">No other Rollout may name it.</param>
internal sealed record RouterReference(Reference Reference, string Path, bool IsOwned);
