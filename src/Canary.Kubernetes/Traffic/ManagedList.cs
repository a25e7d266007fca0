using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic;

/// <summary>A list of routes among which Canary puts header and mirror routes of its own.</summary>
/// <param name="Field">The list, in <c>spec</c>.</param>
/// <param name="IsManaged">The route is Canary's own: what is written in it says so, also after the status was lost, or Git was
/// applied.</param>
/// <param name="Arrange">What the list is with these routes.</param>
/// <param name="HoldsOwn">The route that was found holds what Canary gives the one that is wanted.</param>
internal sealed record ManagedList(string Field, Func<JsonNode?, bool> IsManaged, ArrangeRoutes Arrange,
    Func<JsonObject, JsonObject, ManagedRoutes, bool> HoldsOwn)
{
    /// <summary>The list; empty where there is none.</summary>
    public JsonArray Read(JsonObject document) => Json.Array(document, "spec", Field) ?? [];

    /// <summary>Those of <paramref name="known"/> that the list has, exactly as they would be written; null: others.</summary>
    public ManagedRoutes? Find(JsonArray list, IReadOnlyList<WeightedRoute> bases, IEnumerable<ManagedRoutes> known, Side canary) =>
        !list.Any(IsManaged) ? ManagedRoutes.None
            : known.FirstOrDefault(managed => !managed.IsNone && RouteLists.AreSame(list, Arrange(list, bases, managed, canary).Routes));

    /// <summary>Those that the list has by mark and place, and that hold what Canary gives each: the fields that they have from the route
    /// of the user are those of before it was edited. False: others.</summary>
    public bool AreBehind(JsonArray list, IReadOnlyList<WeightedRoute> bases, ManagedRoutes managed, Side canary)
    {
        if (managed.IsNone) return false;
        var (arranged, problems) = Arrange(list, bases, managed, canary);
        return problems.Count == 0 && list.Count == arranged.Count && list.Zip(arranged).All(pair => IsManaged(pair.Second)
            ? pair.First is JsonObject found && HoldsOwn(found, (JsonObject)pair.Second!, managed)
            : ReferenceEquals(pair.First, pair.Second));
    }
}

/// <summary>What a list of routes is with header and mirror routes, and why some of them cannot be.</summary>
/// <param name="list">The list, whose own routes are passed over.</param>
/// <param name="bases">The routes of the user that the Rollout names in it.</param>
/// <param name="managed">The routes that are wanted for each.</param>
/// <param name="canary">The side that they send to.</param>
internal delegate (IReadOnlyList<JsonNode?> Routes, IReadOnlyList<string> Problems) ArrangeRoutes(JsonArray list,
    IReadOnlyList<WeightedRoute> bases, ManagedRoutes managed, Side canary);
