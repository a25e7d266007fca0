using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Contour;

/// <summary>The routes of an HTTPProxy that are Canary's own. Each is a clone of one of the user's, with all of its fields and more
/// conditions, directly before it.</summary>
/// <remarks>
/// Routes have no names, so each of ours has a condition that always holds, and whose name says whose it is: a header that nobody sends is
/// not present. Of routes with one path, one with a method wins, then that with the most conditions on headers, then that with the most on
/// query parameters. So a clone wins over its base, and the order of the list does not count.
/// </remarks>
internal static class HttpProxyManagedRoutes
{
    /// <summary>What the name of the header begins with that marks a route.</summary>
    public const string Prefix = "x-canary-delivery-";

    /// <summary>The routes of an HTTPProxy.</summary>
    public static ManagedList List { get; } = new("routes", IsManaged, Arrange, HoldsOwn);

    public static bool IsManaged(JsonNode? route) => MarkOf(route) is not null;

    private static (IReadOnlyList<JsonNode?> Routes, IReadOnlyList<string> Problems) Arrange(JsonArray routes,
        IReadOnlyList<WeightedRoute> bases, ManagedRoutes managed, Side canary)
    {
        var (arranged, problems) = (new List<JsonNode?>(), new List<string>());
        JsonObject[] others = [.. routes.Select((route, index) => (Route: route as JsonObject, Index: index))
            .Where(one => one.Route is not null && !IsManaged(one.Route) && bases.All(route => route.Index != one.Index))
            .Select(one => one.Route!)];
        for (var index = 0; index < routes.Count; index++)
        {
            if (IsManaged(routes[index])) continue;
            if (bases.FirstOrDefault(route => route.Index == index) is { } route)
                arranged.AddRange(Clones(route, (JsonObject)routes[index]!, others, managed, canary, problems));
            arranged.Add(routes[index]);
        }

        return (arranged, problems);
    }

    private static bool HoldsOwn(JsonObject found, JsonObject wanted, ManagedRoutes managed) => MarkOf(found) == MarkOf(wanted)
        && Own(wanted).All(own => Json.Objects(found, "conditions").Any(condition => JsonNode.DeepEquals(condition, own)))
        && JsonNode.DeepEquals(found["services"], wanted["services"]);

    // From the mark on, the conditions are ours.
    private static IEnumerable<JsonObject> Own(JsonObject route) =>
        Json.Objects(route, "conditions").SkipWhile(condition => !IsMark(condition));

    private static IEnumerable<JsonObject> Clones(WeightedRoute route, JsonObject entry, JsonObject[] others, ManagedRoutes managed,
        Side canary, List<string> problems)
    {
        var to = canary == Side.NamedCanary ? route.Second : route.First;
        var headers = new List<JsonObject>();
        foreach (var header in managed.Headers)
        {
            foreach (var clone in Clone(route, entry, others, ("header", header.Name), header.Match, [], problems))
            {
                var service = (JsonObject)to.Entry.DeepClone();
                // The only service has all of the requests, whatever its weight says.
                service.Remove("weight");
                clone["services"] = new JsonArray([service, .. Mirrors(entry).Select(mirror => mirror.DeepClone())]);
                headers.Add(clone);
                yield return clone;
            }
        }

        foreach (var mirror in managed.Mirrors)
        {
            var problem = Mirrors(entry).Any() ? "it has a mirror of its own, and one is allowed"
                : mirror.Percentage.BasisPoints % 100 != 0 ? $"its percentage is {mirror.Percentage}, and whole percent are allowed" : null;
            if (problem is not null)
            {
                problems.Add($"mirror route {mirror.Name} cannot be beside route {route.Title}: {problem}");
                continue;
            }

            foreach (var clone in Clone(route, entry, others, ("mirror", mirror.Name), mirror.Match, headers, problems))
            {
                var service = (JsonObject)to.Entry.DeepClone();
                service["mirror"] = true;
                service["weight"] = (long)mirror.Percentage.Percent;
                ((JsonArray)clone["services"]!).Add((JsonNode)service);
                yield return clone;
            }
        }
    }

    // A route has one list of conditions, of which all hold: each match is a route of its own.
    private static IEnumerable<JsonObject> Clone(WeightedRoute route, JsonObject entry, JsonObject[] others, (string Kind, string Name) own,
        EquatableArray<RequestMatch> matches, List<JsonObject> first, List<string> problems)
    {
        foreach (var (match, index) in matches.DefaultIfEmpty().Select((match, index) => (match, index)))
        {
            var clone = (JsonObject)entry.DeepClone();
            if (clone["conditions"] is not JsonArray conditions) clone["conditions"] = conditions = [];
            conditions.Add((JsonNode)new JsonObject
            {
                ["header"] = new JsonObject { ["name"] = $"{Prefix}{own.Kind}-{own.Name}-{index}", ["notpresent"] = true },
            });
            var problem = (match is null ? null : HttpProxyConditions.Narrow(conditions, match))
                ?? HttpProxyConditions.Hidden(entry, clone, others)
                ?? (first.Any(header => HttpProxyConditions.MayWin(clone, header))
                    ? "it has as many conditions on headers as a header route, and could win over it; give it fewer" : null);
            if (problem is null) yield return clone;
            else problems.Add($"{own.Kind} route {own.Name} cannot be beside route {route.Title}: {problem}");
        }
    }

    private static IEnumerable<JsonObject> Mirrors(JsonObject route) =>
        Json.Objects(route, "services").Where(HttpProxyDocument.IsMirror);

    private static bool IsMark(JsonNode? condition) => Json.Flag(condition, "header", "notpresent") is true
        && Json.Text(condition, "header", "name")?.StartsWith(Prefix, StringComparison.Ordinal) is true;

    private static string? MarkOf(JsonNode? route) =>
        Json.Objects(route, "conditions").Where(IsMark).Select(condition => Json.Text(condition, "header", "name")).FirstOrDefault();
}
