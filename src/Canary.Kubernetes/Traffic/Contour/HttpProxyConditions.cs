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

    /// <summary>A route of the user that wins over the base, and could lose to the clone: its requests are no part of it.</summary>
    public static string? Hidden(JsonObject own, JsonObject clone, JsonObject[] others) =>
        others.FirstOrDefault(other => MayMeet(clone, other) && Count(other) > Count(own) && Count(other) <= Count(clone)) is { } hidden
            ? $"it could take requests from the route with {hidden["conditions"]!.ToJsonString()}, which is no part of the release; give "
                + "fewer headers, or one that none of its requests has" : null;

    /// <summary>Could this route get requests that are like the other one too?</summary>
    public static bool MayWin(JsonObject one, JsonObject other) => MayMeet(one, other) && Count(one) >= Count(other);

    // Another path is decided before any header is looked at.
    private static bool MayMeet(JsonObject one, JsonObject other) => PathOf(one) == PathOf(other)
        && !Headers(one).Any(test => Json.Text(test, "exact") is { } value && Headers(other).Any(otherTest =>
            string.Equals(Json.Text(test, "name"), Json.Text(otherTest, "name"), StringComparison.OrdinalIgnoreCase)
            && Json.Text(otherTest, "exact") is { } otherValue && value != otherValue));

    private static int Count(JsonObject route) => Headers(route).Count();

    private static IEnumerable<JsonObject> Headers(JsonObject route) =>
        Json.Objects(route, "conditions").Select(condition => Json.Object(condition, "header")).OfType<JsonObject>();

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
