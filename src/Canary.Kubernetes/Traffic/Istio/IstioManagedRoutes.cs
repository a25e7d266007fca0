using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>The http routes that are Canary's own. Each is a clone of one of the user's, with all of its fields, directly before it: there
/// it wins over that route, and hides no other one.</summary>
/// <remarks>A mirror is a clone too, with the weights of its base, and not a field of the user's route: a mirror there could be the user's.
/// What a name begins with says whose a route is, also after the status was lost, or Git was applied.</remarks>
internal static class IstioManagedRoutes
{
    /// <summary>What the name of each begins with, and that of no other.</summary>
    public const string Prefix = "canary.delivery/";

    public static bool IsManaged(JsonNode? route) => Json.Text(route, "name")?.StartsWith(Prefix, StringComparison.Ordinal) is true;

    /// <summary>The http routes of a VirtualService.</summary>
    public static ManagedList List { get; } = new("http", IsManaged, Arrange, HoldsOwn);

    private static (IReadOnlyList<JsonNode?> Routes, IReadOnlyList<string> Problems) Arrange(JsonArray http,
        IReadOnlyList<WeightedRoute> bases, ManagedRoutes managed, Side canary)
    {
        var (routes, problems) = (new List<JsonNode?>(), new List<string>());
        for (var index = 0; index < http.Count; index++)
        {
            if (IsManaged(http[index])) continue;
            if (bases.FirstOrDefault(route => route.Index == index) is { } route)
                routes.AddRange(Before(route, (JsonObject)http[index]!, managed, canary, problems));
            routes.Add(http[index]);
        }

        return (routes, problems);
    }

    private static bool HoldsOwn(JsonObject found, JsonObject wanted, ManagedRoutes managed)
    {
        if (Json.Text(found, "name") != Json.Text(wanted, "name")) return false;
        var (kind, name) = Json.Text(wanted, "name")!.Split('/') is [_, var first, var second, ..] ? (first, second) : ("", "");
        if (kind == "header")
            return IstioMatches.AreWithin(found, managed.Headers.First(route => route.Name == name).Match)
                && JsonNode.DeepEquals(found["route"], wanted["route"]);
        return IstioMatches.AreWithin(found, managed.Mirrors.First(route => route.Name == name).Match)
            && new[] { "route", "mirror", "mirrorPercentage", "mirrors" }.All(field => JsonNode.DeepEquals(found[field], wanted[field]));
    }

    private static IEnumerable<JsonObject> Before(WeightedRoute route, JsonObject entry, ManagedRoutes managed, Side canary,
        List<string> problems)
    {
        var to = canary == Side.NamedCanary ? route.Second : route.First;
        foreach (var header in managed.Headers)
        {
            if (Clone(route, entry, "header", header.Name, header.Match, problems) is not { } clone) continue;
            var destination = (JsonObject)to.Entry.DeepClone();
            // The only destination has all the traffic, whatever its weight says.
            destination.Remove("weight");
            clone["route"] = new JsonArray(destination);
            yield return clone;
        }

        foreach (var mirror in managed.Mirrors)
        {
            if (Clone(route, entry, "mirror", mirror.Name, mirror.Match, problems) is not { } clone) continue;
            AddMirror(clone, to.Entry["destination"]!, mirror.Percentage);
            yield return clone;
        }
    }

    private static JsonObject? Clone(WeightedRoute route, JsonObject entry, string kind, string name, EquatableArray<RequestMatch> match,
        List<string> problems)
    {
        var (matches, problem) = IstioMatches.Both(entry, match);
        if (problem is not null)
        {
            problems.Add($"{kind} route {name} cannot stand before route {route.Title}: {problem}");
            return null;
        }

        var clone = new JsonObject { ["name"] = $"{Prefix}{kind}/{name}{(route.Name is null ? "" : $"/{route.Name}")}" };
        if (matches is not null) clone["match"] = matches;
        foreach (var (field, value) in entry)
        {
            if (field is not ("name" or "match")) clone[field] = value?.DeepClone();
        }

        return clone;
    }

    // Istio refuses mirror and mirrors in one route; versions before 1.18 do not know mirrors.
    private static void AddMirror(JsonObject clone, JsonNode destination, Weight percentage)
    {
        var share = new JsonObject { ["value"] = (double)percentage.Percent };
        if (clone["mirror"] is null && clone["mirrors"] is not JsonArray { Count: > 0 })
        {
            RemoveMirror(clone);
            clone.Remove("mirrors");
            clone["mirror"] = destination.DeepClone();
            clone["mirrorPercentage"] = share;
            return;
        }

        if (clone["mirror"] is { } own)
        {
            var first = new JsonObject { ["destination"] = own.DeepClone() };
            if (clone["mirrorPercentage"] is { } given) first["percentage"] = given.DeepClone();
            else if ((clone["mirrorPercent"] ?? clone["mirror_percent"]) is { } whole)
                first["percentage"] = new JsonObject { ["value"] = whole.DeepClone() };
            RemoveMirror(clone);
            clone["mirrors"] = new JsonArray(first);
        }

        ((JsonArray)clone["mirrors"]!).Add((JsonNode)new JsonObject
        {
            ["destination"] = destination.DeepClone(),
            ["percentage"] = share,
        });
    }

    private static void RemoveMirror(JsonObject clone)
    {
        foreach (var field in new[] { "mirror", "mirrorPercentage", "mirrorPercent", "mirror_percent" }) clone.Remove(field);
    }
}
