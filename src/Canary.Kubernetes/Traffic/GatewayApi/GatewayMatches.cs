using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>The matches of a rule that holds where one of the user's does and, besides, requests are like this.</summary>
internal static class GatewayMatches
{
    private const int MostMatches = 64;
    private const int MostHeaders = 16;

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    /// <summary>The matches of a rule; what the API means where there are none.</summary>
    public static IReadOnlyList<JsonObject> Read(JsonObject rule) => Json.Objects(rule, "matches").ToArray() is { Length: > 0 } matches
        ? matches : [new JsonObject { ["path"] = Path("PathPrefix", "/") }];

    /// <summary>The matches, one for each pair, each with the user's that it is made of. Or why there are none.</summary>
    /// <param name="rule">The user's rule.</param>
    /// <param name="ours">What requests are like, besides; empty: nothing is asked.</param>
    public static (IReadOnlyList<(JsonObject Own, JsonObject Both)> Matches, string? Problem) Both(JsonObject rule,
        EquatableArray<RequestMatch> ours)
    {
        var matches = new List<(JsonObject Own, JsonObject Both)>();
        foreach (var (own, index) in Read(rule).Select((own, index) => (own, index)))
        {
            foreach (var one in ours.DefaultIfEmpty())
            {
                var both = (JsonObject)own.DeepClone();
                if (one is not null && Narrow(both, one) is { } problem) return ([], $"its matches[{index}] {problem}");
                matches.Add((own, both));
            }
        }

        var isPrefixReplaced = rule.ToJsonString().Contains("\"replacePrefixMatch\"", StringComparison.Ordinal);
        if (isPrefixReplaced && (matches.Count > 1 || ours.Any(one => one.Path is not null)))
            return ([], "it replaces the prefix that matched, so it may have one match alone, and its path must stay; give one match "
                + "without a path");
        return matches.Count > MostMatches ? ([], $"it would have {matches.Count} matches; at most {MostMatches} are allowed")
            : (matches, null);
    }

    /// <summary>Does a rule take only requests that are like one of these? Empty: any are.</summary>
    public static bool AreWithin(JsonObject rule, EquatableArray<RequestMatch> ours) => ours.Count == 0
        || Read(rule).All(match => ours.Any(one => (JsonObject)match.DeepClone() is var both && Narrow(both, one) is null
            && JsonNode.DeepEquals(both, match)));

    /// <summary>Which match wins of those that hold: the larger one.</summary>
    public static (int Exact, int Path, int Method, int Headers, int Query) Precedence(JsonObject match) => (
        PathOf(match).Type == "Exact" ? 1 : 0, PathOf(match).Value.Length, match["method"] is null ? 0 : 1,
        Json.Objects(match, "headers").Count(), Json.Objects(match, "queryParams").Count());

    /// <summary>No request is like both.</summary>
    public static bool AreDisjoint(JsonObject one, JsonObject other)
    {
        if (Json.Text(one, "method") is { } method && Json.Text(other, "method") is { } otherMethod && method != otherMethod) return true;
        if (!MayMeet(PathOf(one), PathOf(other))) return true;
        return new[] { "headers", "queryParams" }.Any(list => Json.Objects(one, list).Any(test => IsExact(test)
            && Json.Objects(other, list).Any(otherTest => IsExact(otherTest)
                && string.Equals(Json.Text(test, "name"), Json.Text(otherTest, "name"), StringComparison.OrdinalIgnoreCase)
                && Json.Text(test, "value") != Json.Text(otherTest, "value"))));
    }

    private static string? Narrow(JsonObject match, RequestMatch ours)
    {
        foreach (var header in ours.Headers)
        {
            var wanted = Write(header);
            var headers = match["headers"] as JsonArray;
            if (headers?.FirstOrDefault(own => string.Equals(Json.Text(own, "name"), Json.Text(wanted, "name"),
                StringComparison.OrdinalIgnoreCase)) is { } own)
            {
                if (Json.Text(own, "value") == Json.Text(wanted, "value") && IsExact(own) == IsExact(wanted)) continue;
                return $"has a condition of its own on header {Json.Text(own, "name")}, and one match cannot hold two; give another header";
            }

            if (headers is null) match["headers"] = headers = [];
            headers.Add((JsonNode)wanted);
            if (headers.Count > MostHeaders) return $"would have {headers.Count} headers; at most {MostHeaders} are allowed";
        }

        return NarrowMethod(match, ours.Method) ?? NarrowPath(match, ours.Path);
    }

    private static string? NarrowMethod(JsonObject match, TextTest? ours)
    {
        if (ours is null || Json.Text(match, "method") == ours.Text) return null;
        if (ours.Kind != TextTestKind.Exact || !Methods.Contains(ours.Text))
            return $"cannot ask for a method that {ours}: allowed is a whole one of {string.Join(", ", Methods)}";
        if (match["method"] is not null) return $"has the method {Json.Text(match, "method")}; leave the method out";
        match["method"] = ours.Text;
        return null;
    }

    private static string? NarrowPath(JsonObject match, TextTest? ours)
    {
        if (ours is null) return null;
        if (ours.Kind == TextTestKind.Regex)
            return "cannot ask for a path by an expression: which rule wins then is up to the implementation; give exact or prefix";
        var (own, wanted) = (PathOf(match), (Type: ours.Kind == TextTestKind.Exact ? "Exact" : "PathPrefix", Value: ours.Text));
        if (own == wanted) return null;
        if (own.Type != "PathPrefix" || !IsUnder(wanted.Value, own.Value))
            return $"has the path {own.Value} ({own.Type}); leave the path out, or give one within it";
        match["path"] = Path(wanted.Type, wanted.Value);
        return null;
    }

    private static JsonObject Path(string type, string value) => new() { ["type"] = type, ["value"] = value };

    private static (string Type, string Value) PathOf(JsonObject match) =>
        (Json.Text(match, "path", "type") ?? "PathPrefix", Json.Text(match, "path", "value") ?? "/");

    // A prefix ends where a part of the path does.
    private static bool IsUnder(string path, string prefix) => prefix.TrimEnd('/') is var start
        && (path.TrimEnd('/') == start || path.StartsWith(start + "/", StringComparison.Ordinal));

    private static bool MayMeet((string Type, string Value) one, (string Type, string Value) other) => (one.Type, other.Type) switch
    {
        ("Exact", "Exact") => one.Value == other.Value,
        ("Exact", "PathPrefix") => IsUnder(one.Value, other.Value),
        ("PathPrefix", "Exact") => IsUnder(other.Value, one.Value),
        ("PathPrefix", "PathPrefix") => IsUnder(one.Value, other.Value) || IsUnder(other.Value, one.Value),
        _ => true,
    };

    private static bool IsExact(JsonNode? test) => (Json.Text(test, "type") ?? "Exact") == "Exact";

    // The API has no cookies and no prefixes: an expression finds them. Implementations that know expressions match the whole value.
    private static JsonObject Write(HeaderTest header)
    {
        var name = header.IsCookie ? "cookie" : header.Name;
        return HeaderExpressions.Write(header) is { } expression ? Header(name, "RegularExpression", expression)
            : Header(name, "Exact", header.Value.Text);
    }

    private static JsonObject Header(string name, string type, string value) =>
        new() { ["type"] = type, ["name"] = name, ["value"] = value };
}
