using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Contour;

/// <summary>The conditions of a route that holds where one of the user's does and, besides, requests are like this.</summary>
internal static class HttpProxyConditions
{
    /// <summary>Adds what requests are like; or says why that cannot be.</summary>
    public static string? Narrow(JsonArray conditions, RequestMatch ours)
    {
        if (ours.Path is not null) return "a header route has the path of its base, because the longest path wins; leave the path out";
        if (ours.Method is not null) return "an HTTPProxy has no condition on the method; leave the method out";
        foreach (var header in ours.Headers)
        {
            var name = header.IsCookie ? "cookie" : header.Name;
            if (conditions.FirstOrDefault(one => string.Equals(Json.Text(one, "header", "name"), name,
                StringComparison.OrdinalIgnoreCase)) is not null)
                return $"it has a condition of its own on header {name}, and two may exclude each other; give another header";
            var condition = new JsonObject { ["name"] = name };
            if (HeaderExpressions.Write(header) is { } expression) condition["regex"] = expression;
            else condition["exact"] = header.Value.Text;
            conditions.Add((JsonNode)new JsonObject { ["header"] = condition });
        }

        return null;
    }

    /// <summary>A route of the user that could lose to the clone, and is not surely below the base: its requests are no part of
    /// it.</summary>
    public static string? Hidden(JsonObject own, JsonObject clone, JsonObject[] others) =>
        others.FirstOrDefault(other => MayMeet(clone, other) && Precedence(other).CompareTo(Precedence(own)) >= 0
            && Precedence(other).CompareTo(Precedence(clone)) <= 0) is { } hidden
            ? $"it could take requests from the route with {hidden["conditions"]?.ToJsonString() ?? "no conditions"}, which is no "
                + "part of the release; give fewer headers, or one that none of its requests has, or give that route more conditions on "
                + "headers" : null;

    /// <summary>Could this route get requests that are like the other one too?</summary>
    public static bool MayWin(JsonObject one, JsonObject other) =>
        MayMeet(one, other) && Precedence(one).CompareTo(Precedence(other)) >= 0;

    // Which route wins of those with one path: the larger one. Contour looks at the method first, and does not count it among the headers.
    private static (int Method, int Headers, int Query) Precedence(JsonObject route) => (
        Headers(route).Any(IsMethod) ? 1 : 0, Headers(route).Count(test => !IsMethod(test)), Tests(route, "queryParameter").Count());

    // Another path is decided before anything else is looked at.
    private static bool MayMeet(JsonObject one, JsonObject other) => PathOf(one) == PathOf(other)
        && !AreDisjoint(one, other, "header", StringComparison.OrdinalIgnoreCase)
        && !AreDisjoint(one, other, "queryParameter", StringComparison.Ordinal);

    private static bool AreDisjoint(JsonObject one, JsonObject other, string kind, StringComparison names) =>
        Tests(one, kind).Any(test => Tests(other, kind).Any(otherTest =>
            string.Equals(Json.Text(test, "name"), Json.Text(otherTest, "name"), names)
            && (Exclude(test, otherTest) || Exclude(otherTest, test))));

    // No value passes both.
    private static bool Exclude(JsonObject test, JsonObject other)
    {
        var comparison = Json.Flag(test, "ignoreCase") is true || Json.Flag(other, "ignoreCase") is true
            ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (Json.Flag(test, "notpresent") is true)
            return Json.Flag(other, "present") is true
                || new[] { "exact", "contains", "regex" }.Any(field => Json.Text(other, field) is not null);
        if (Json.Text(test, "exact") is { } value)
            return (Json.Text(other, "exact") is { } otherValue && !string.Equals(value, otherValue, comparison))
                || (Json.Text(other, "notexact") is { } excluded && string.Equals(value, excluded, StringComparison.Ordinal));
        return Json.Text(test, "contains") is { } part && Json.Text(other, "notcontains") is { } none
            && string.Equals(part, none, StringComparison.Ordinal);
    }

    private static bool IsMethod(JsonObject header) =>
        string.Equals(Json.Text(header, "name"), ":method", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<JsonObject> Headers(JsonObject route) => Tests(route, "header");

    private static IEnumerable<JsonObject> Tests(JsonObject route, string kind) =>
        Json.Objects(route, "conditions").Select(condition => Json.Object(condition, kind)).OfType<JsonObject>();

    private static (string Kind, string Path) PathOf(JsonObject route)
    {
        foreach (var kind in new[] { "exact", "regex", "prefix" })
        {
            if (Json.Objects(route, "conditions").Select(condition => Json.Text(condition, kind)).OfType<string>().FirstOrDefault()
                is { } path) return (kind, path);
        }

        return ("prefix", "/");
    }
}
