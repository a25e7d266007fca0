using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>The matches of a route that holds where one of the user's does and, besides, requests are like this.</summary>
internal static class IstioMatches
{
    /// <summary>The matches, one for each pair; null: the route holds always. Or why there are none.</summary>
    /// <param name="route">The user's route.</param>
    /// <param name="ours">What requests are like, besides; empty: nothing is asked.</param>
    public static (JsonArray? Matches, string? Problem) Both(JsonObject route, EquatableArray<RequestMatch> ours)
    {
        var theirs = route["match"] as JsonArray;
        if (ours.Count == 0) return ((JsonArray?)theirs?.DeepClone(), null);
        var isRewritten = route["rewrite"] is not null;
        var matches = new JsonArray();
        foreach (var (entry, index) in (theirs is { Count: > 0 } ? theirs.OfType<JsonObject>() : [[]]).Select((entry, i) => (entry, i)))
        {
            foreach (var one in ours)
            {
                var both = (JsonObject)entry.DeepClone();
                if (Narrow(both, one, isRewritten) is { } problem) return (null, $"its match[{index}] {problem}");
                matches.Add((JsonNode)both);
            }
        }

        return (matches, null);
    }

    /// <summary>Does a route take only requests that are like one of these? Empty: any are.</summary>
    public static bool AreWithin(JsonObject route, EquatableArray<RequestMatch> ours) => ours.Count == 0
        || (route["match"] is JsonArray { Count: > 0 } matches && matches.All(entry => entry is JsonObject match
            && ours.Any(one => (JsonObject)match.DeepClone() is var both && Narrow(both, one, isRewritten: false) is null
                && JsonNode.DeepEquals(both, match))));

    private static string? Narrow(JsonObject match, RequestMatch ours, bool isRewritten)
    {
        foreach (var header in ours.Headers)
        {
            var (name, wanted) = header.IsCookie
                ? ("cookie", new JsonObject { ["regex"] = HeaderExpressions.Cookie(header) }) : (header.Name, Write(header.Value));
            if (Without(match, name) is { Key: not null } barred && !IsOtherText(barred.Value, wanted))
                return $"has a condition of its own on header {barred.Key} in withoutHeaders, so that no such request may match; give "
                    + "another header, or take it out there";
            var headers = match["headers"] as JsonObject;
            if (headers?.FirstOrDefault(one => string.Equals(one.Key, name, StringComparison.OrdinalIgnoreCase)) is { Key: not null } own)
            {
                if (JsonNode.DeepEquals(own.Value, wanted)) continue;
                return $"has a condition of its own on header {own.Key}, and one match cannot hold two; give another header";
            }

            if (headers is null) match["headers"] = headers = [];
            headers[name] = wanted;
        }

        return NarrowText(match, "method", ours.Method, canNarrow: false)
            ?? NarrowText(match, "uri", ours.Path, canNarrow: !isRewritten && Json.Flag(match, "ignoreUriCase") is not true,
                // The part of the path that a rewrite replaces is what matched.
                mustBeSame: isRewritten);
    }

    private static KeyValuePair<string, JsonNode?> Without(JsonObject match, string name) => (match["withoutHeaders"] as JsonObject)
        ?.FirstOrDefault(one => string.Equals(one.Key, name, StringComparison.OrdinalIgnoreCase)) ?? default;

    // Two whole values that differ: whoever has the one does not have the other.
    private static bool IsOtherText(JsonNode? barred, JsonNode wanted) => Json.Text(barred, "exact") is { } one
        && Json.Text(wanted, "exact") is { } other && one != other;

    private static string? NarrowText(JsonObject match, string field, TextTest? ours, bool canNarrow, bool mustBeSame = false)
    {
        if (ours is null) return null;
        var (own, wanted) = (match[field], Write(ours));
        if (JsonNode.DeepEquals(own, wanted)) return null;
        if (own is null && mustBeSame)
            return "is of a route with a rewrite, which a condition on the path would change; leave the path out";
        if (own is not null && !(canNarrow && ours.Kind != TextTestKind.Regex && Json.Text(own, "prefix") is { } prefix
            && ours.Text.StartsWith(prefix, StringComparison.Ordinal)))
            return $"has a {field} of its own, and one match cannot hold two; leave it out, or give one within it";
        match[field] = wanted;
        return null;
    }

    private static JsonObject Write(TextTest test) => new()
    {
        [test.Kind switch { TextTestKind.Exact => "exact", TextTestKind.Prefix => "prefix", TextTestKind.Regex => "regex" }] = test.Text,
    };
}
