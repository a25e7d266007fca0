using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Traefik;

/// <summary>The routes of an IngressRoute that are Canary's own. Each is a clone of one of the user's, with all of its fields, a narrower
/// rule and a higher priority, directly before it.</summary>
/// <remarks>
/// Routes have no names, so the rule of each of ours says that nobody sends a header with its name. The priority of a route is what it
/// says, or else the length of its rule: ours have the next ones above that of the base, so that they win over it, and over no other route.
/// </remarks>
internal static class IngressRouteManagedRoutes
{
    private const string Mark = "X-Canary-Delivery";

    /// <summary>The routes of an IngressRoute.</summary>
    public static ManagedList List { get; } = new("routes", IsManaged, Arrange, HoldsOwn);

    public static bool IsManaged(JsonNode? route) => MarkOf(route) is not null;

    private static (IReadOnlyList<JsonNode?> Routes, IReadOnlyList<string> Problems) Arrange(JsonArray routes,
        IReadOnlyList<WeightedRoute> bases, ManagedRoutes managed, Side canary)
    {
        var (arranged, problems) = (new List<JsonNode?>(), new List<string>());
        for (var index = 0; index < routes.Count; index++)
        {
            if (IsManaged(routes[index])) continue;
            if (bases.FirstOrDefault(route => route.Index == index) is { } route)
                arranged.AddRange(Clones(route, (JsonObject)routes[index]!, routes, managed, canary, problems));
            arranged.Add(routes[index]);
        }

        return (arranged, problems);
    }

    private static bool HoldsOwn(JsonObject found, JsonObject wanted, ManagedRoutes managed) => MarkOf(found) == MarkOf(wanted)
        && JsonNode.DeepEquals(found["services"], wanted["services"]);

    private static IEnumerable<JsonObject> Clones(WeightedRoute route, JsonObject entry, JsonArray routes, ManagedRoutes managed,
        Side canary, List<string> problems)
    {
        foreach (var mirror in managed.Mirrors)
            problems.Add($"mirror route {mirror.Name} cannot be beside route {route.Title}: Traefik copies requests in a TraefikService of "
                + "its own, which Canary does not make; use setHeaderRoute or setWeight, or another router");
        var (own, count) = (PriorityOf(entry), managed.Headers.Count);
        if (count == 0) yield break;
        if (own > int.MaxValue || routes.OfType<JsonObject>().FirstOrDefault(other => !ReferenceEquals(other, entry) && !IsManaged(other)
            && PriorityOf(other) > own && PriorityOf(other) <= own + count) is not null)
        {
            problems.Add($"header routes cannot stand before route {route.Title}: its priority is {own}, and they need the {count} above, one "
                + "of which another route has; give the routes priorities that are further apart");
            yield break;
        }

        var to = canary == Side.NamedCanary ? route.Second : route.First;
        for (var index = 0; index < count; index++)
        {
            var header = managed.Headers[index];
            var (rule, problem) = IngressRouteRules.Narrow(Json.Text(entry, "match") ?? "", header.Match,
                IngressRouteRules.IsVersion2(entry), (Mark, $"header.{header.Name}"));
            if (problem is not null)
            {
                problems.Add($"header route {header.Name} cannot stand before route {route.Title}: {problem}");
                continue;
            }

            var (clone, service) = ((JsonObject)entry.DeepClone(), (JsonObject)to.Entry.DeepClone());
            service.Remove("weight");
            clone["match"] = rule;
            // The first of them wins.
            clone["priority"] = own + count - index;
            clone["services"] = new JsonArray(service);
            yield return clone;
        }
    }

    private static long PriorityOf(JsonObject route) =>
        Json.Whole(route, "priority") is { } priority and not 0 ? priority : Encoding.UTF8.GetByteCount(Json.Text(route, "match") ?? "");

    private static string? MarkOf(JsonNode? route)
    {
        if (Json.Text(route, "match") is not { } rule) return null;
        var start = rule.IndexOf($"(`{Mark}`, `", StringComparison.Ordinal);
        if (start < 0) return null;
        start = rule.LastIndexOf('!', start);
        return start < 0 ? null : rule[start..];
    }
}
