using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>The rules that are Canary's own. Each is a clone of one of the user's, with all of its fields and narrower matches.</summary>
/// <remarks>
/// In the Gateway API the most specific match wins, and the order of the rules only between equals. A clone that is more specific than its
/// base stands at the end, where it hides no rule that is as specific as itself; one that is not, a mirror of all requests, directly before
/// its base. What a name begins with says whose a rule is, also after the status was lost, or Git was applied.
/// </remarks>
internal static class GatewayManagedRules
{
    /// <summary>What the name of each begins with, and that of no other.</summary>
    public const string Prefix = "canary.delivery.";

    private const int MostRules = 16;
    private const int MostMatches = 128;
    private const int MostFilters = 16;
    private const int LongestName = 253;

    public static bool IsManaged(JsonNode? rule) => Json.Text(rule, "name")?.StartsWith(Prefix, StringComparison.Ordinal) is true;

    /// <summary>The rules of a route.</summary>
    public static ManagedList List { get; } = new("rules", IsManaged, Arrange, HoldsOwn);

    private static (IReadOnlyList<JsonNode?> Routes, IReadOnlyList<string> Problems) Arrange(JsonArray rules,
        IReadOnlyList<WeightedRoute> bases, ManagedRoutes managed, Side canary)
    {
        var (arranged, last, problems) = (new List<JsonNode?>(), new List<JsonNode?>(), new List<string>());
        JsonObject[] users = [.. rules.OfType<JsonObject>().Where(rule => !IsManaged(rule))];
        foreach (var user in users)
        {
            if (bases.FirstOrDefault(rule => ReferenceEquals(rules[rule.Index], user)) is { } found)
            {
                JsonObject[] others = [.. users.Where(other => other != user
                    && !bases.Any(one => ReferenceEquals(rules[one.Index], other)))];
                foreach (var clone in Clones(found, user, Array.IndexOf(users, user), others, managed, canary, problems))
                    (clone.IsNarrower ? last : arranged).Add(clone.Rule);
            }

            arranged.Add(user);
        }

        var count = arranged.Count + last.Count;
        var matches = arranged.Concat(last).Sum(rule => GatewayMatches.Read((JsonObject)rule!).Count);
        if (count > MostRules && count > users.Length)
            problems.Add($"it has {users.Length} rules and would have {count} with header and mirror routes; at most {MostRules} are "
                + "allowed");
        else if (matches > MostMatches && count > users.Length)
            problems.Add($"its rules would have {matches} matches with header and mirror routes; at most {MostMatches} are allowed");
        else return ([.. arranged, .. last], problems);
        return ([.. users], problems);
    }

    private static bool HoldsOwn(JsonObject found, JsonObject wanted, ManagedRoutes managed)
    {
        if (Json.Text(found, "name") != Json.Text(wanted, "name")) return false;
        var (kind, name) = Json.Text(wanted, "name")![Prefix.Length..].Split('.') is [var first, var second, ..] ? (first, second)
            : ("", "");
        return JsonNode.DeepEquals(found["backendRefs"], wanted["backendRefs"]) && (kind == "header"
            ? GatewayMatches.AreWithin(found, managed.Headers.First(route => route.Name == name).Match)
            : GatewayMatches.AreWithin(found, managed.Mirrors.First(route => route.Name == name).Match)
                && JsonNode.DeepEquals((found["filters"] as JsonArray)?.LastOrDefault(),
                    (wanted["filters"] as JsonArray)?.LastOrDefault()));
    }

    private static IEnumerable<(JsonObject Rule, bool IsNarrower)> Clones(WeightedRoute rule, JsonObject entry, int place,
        JsonObject[] others, ManagedRoutes managed, Side canary, List<string> problems)
    {
        var to = canary == Side.NamedCanary ? rule.Second : rule.First;
        var headers = new List<JsonObject>();
        foreach (var header in managed.Headers)
        {
            if (Clone(rule, entry, place, others, ("header", header.Name), header.Match, [], problems) is not { } clone) continue;
            var backend = (JsonObject)to.Entry.DeepClone();
            // A single backend of weight 0 gets nothing: the API answers 500 then.
            backend["weight"] = 1;
            clone.Rule["backendRefs"] = new JsonArray(backend);
            headers.AddRange(GatewayMatches.Read(clone.Rule));
            yield return clone;
        }

        foreach (var mirror in managed.Mirrors)
        {
            if (Clone(rule, entry, place, others, ("mirror", mirror.Name), mirror.Match, headers, problems) is not { } clone) continue;
            if (clone.Rule["filters"] is not JsonArray filters) clone.Rule["filters"] = filters = [];
            filters.Add((JsonNode)Mirror(to.Entry, mirror.Percentage));
            if (filters.Count > MostFilters)
                problems.Add($"mirror route {mirror.Name} cannot be beside rule {rule.Title}: it would have {filters.Count} filters; at "
                    + $"most {MostFilters} are allowed");
            else yield return clone;
        }
    }

    private static (JsonObject Rule, bool IsNarrower)? Clone(WeightedRoute rule, JsonObject entry, int place, JsonObject[] others,
        (string Kind, string Name) route, EquatableArray<RequestMatch> match, List<JsonObject> first, List<string> problems)
    {
        var (matches, problem) = GatewayMatches.Both(entry, match);
        var name = $"{Prefix}{route.Kind}.{route.Name}.{rule.Name ?? $"rules-{place}"}";
        if (name.Length > LongestName) problem ??= $"its name would have {name.Length} letters; at most {LongestName} are allowed";
        problem ??= Hidden(matches, others) ?? (matches.Any(one => first.Any(header => IsOver(one.Both, header)))
            ? "it is more specific than a header route, and would win over it; give both the same conditions besides" : null);
        if (problem is not null)
        {
            problems.Add($"{route.Kind} route {route.Name} cannot be beside rule {rule.Title}: {problem}");
            return null;
        }

        var clone = new JsonObject { ["name"] = name, ["matches"] = new JsonArray([.. matches.Select(one => (JsonNode)one.Both)]) };
        foreach (var (field, value) in entry)
        {
            if (field is not ("name" or "matches")) clone[field] = value?.DeepClone();
        }

        return (clone, matches.All(one => GatewayMatches.Precedence(one.Both).CompareTo(GatewayMatches.Precedence(one.Own)) > 0));
    }

    // A rule of the user that wins over the base, and would lose to the clone: its requests are no part of the release.
    private static string? Hidden(IReadOnlyList<(JsonObject Own, JsonObject Both)> matches, JsonObject[] others)
    {
        foreach (var other in others)
        {
            if (GatewayMatches.Read(other).Any(theirs => matches.Any(one => !IsOver(one.Own, theirs) && IsOver(one.Both, theirs))))
                return $"it would take requests from the rule {Json.Text(other, "name") ?? other["matches"]?.ToJsonString()}, which is no "
                    + "part of the release; give conditions that are not more specific, or that none of its requests meets";
        }

        return null;
    }

    private static bool IsOver(JsonObject one, JsonObject other) => !GatewayMatches.AreDisjoint(one, other)
        && GatewayMatches.Precedence(one).CompareTo(GatewayMatches.Precedence(other)) > 0;

    // percent is there since Gateway API 1.3: all requests can be written without it.
    private static JsonObject Mirror(JsonObject backend, Weight percentage)
    {
        var to = new JsonObject { ["group"] = Json.Text(backend, "group") ?? "", ["kind"] = "Service" };
        foreach (var field in new[] { "name", "namespace", "port" })
        {
            if (backend[field] is { } value) to[field] = value.DeepClone();
        }

        var mirror = new JsonObject { ["backendRef"] = to };
        if (percentage.BasisPoints % 100 != 0)
            mirror["fraction"] = new JsonObject { ["numerator"] = percentage.BasisPoints, ["denominator"] = 10_000 };
        else if (percentage != Weight.Full) mirror["percent"] = percentage.BasisPoints / 100;
        return new JsonObject { ["type"] = "RequestMirror", ["requestMirror"] = mirror };
    }
}
