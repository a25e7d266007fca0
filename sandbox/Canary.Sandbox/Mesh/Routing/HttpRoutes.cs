using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>HTTPRoutes of the Gateway API as routes of hosts. Of a parent that is a Service its name is the host; of a Gateway the
/// hostnames of the route are, or all hosts.</summary>
/// <remarks>The mesh of the sandbox obeys a route as Istio does: each match of each rule is a route of its own, in the order of the API's
/// precedence.</remarks>
internal static class HttpRoutes
{
    private static readonly JsonObject AnyPath = new() { ["path"] = new JsonObject { ["type"] = "PathPrefix", ["value"] = "/" } };

    /// <summary>The routes of each host, as if a VirtualService had them.</summary>
    public static IReadOnlyList<VirtualService> Read(IEnumerable<JsonObject> routes)
    {
        var oldestFirst = routes.OrderBy(route => route.TextAt("metadata", "creationTimestamp") ?? "", StringComparer.Ordinal)
            .ThenBy(route => $"{route.Namespace()}/{route.Name()}", StringComparer.Ordinal).ToArray();
        // A stable sort: what is as specific stays in the order of age and of the rules.
        return [.. oldestFirst
            .SelectMany(route => Hosts(route).SelectMany(host => Rules(route).Select(one => (Host: host, one.Key, one.Route))))
            .GroupBy(one => one.Host).Select(host => new VirtualService("", $"httproutes of {host.Key}", "", [host.Key], [], [],
                [.. host.OrderByDescending(one => one.Key).Select(one => one.Route)]))];
    }

    private static IEnumerable<string> Hosts(JsonObject route)
    {
        foreach (var parent in route.ItemsAt("spec", "parentRefs"))
        {
            if (parent.TextAt("kind") is "Service")
                yield return MeshNames.OfService(parent.TextAt("name") ?? "", parent.TextAt("namespace") ?? route.Namespace());
            else if (route.At("spec", "hostnames") is JsonArray { Count: > 0 } names)
                foreach (var name in names) yield return (name?.GetValue<string>() ?? "").ToLowerInvariant();
            else yield return "*";
        }
    }

    // Exact paths first, then long prefixes, a method, many headers, many query parameters.
    private static IEnumerable<((int Exact, int Path, int Method, int Headers, int Query) Key, MeshRoute Route)> Rules(JsonObject route)
    {
        foreach (var rule in route.ItemsAt("spec", "rules"))
        {
            foreach (var match in rule.ItemsAt("matches").DefaultIfEmpty(AnyPath))
            {
                yield return ((match.TextAt("path", "type") is "Exact" ? 1 : 0, (match.TextAt("path", "value") ?? "/").Length,
                    match.TextAt("method") is null ? 0 : 1, match.ItemsAt("headers").Count(), match.ItemsAt("queryParams").Count()),
                    ReadRule(rule, match, route.Namespace()));
            }
        }
    }

    private static MeshRoute ReadRule(JsonObject rule, JsonObject match, string space)
    {
        JsonObject[] filters = [.. rule.ItemsAt("filters")];
        WeightedDestination[] destinations = [.. rule.ItemsAt("backendRefs").Select(backend => ReadBackend(backend, space))
            .Where(backend => backend.Weight > 0)];
        var redirect = Filter(filters, "RequestRedirect", "requestRedirect");
        return new MeshRoute(
            rule.TextAt("name"), [ReadMatch(match)], destinations,
            redirect is null ? null : new Redirect(redirect.TextAt("path", "replaceFullPath"), redirect.TextAt("hostname"),
                redirect.NumberAt("port"), redirect.TextAt("scheme"), redirect.NumberAt("statusCode") ?? 302),
            // Nothing to send to: the API asks for this answer.
            redirect is null && destinations.Length == 0 ? new DirectAnswer(500, "") : null,
            ReadRewrite(Filter(filters, "URLRewrite", "urlRewrite")), null,
            DocumentDuration.TryParse(rule.TextAt("timeouts", "request"), out var timeout) && timeout > TimeSpan.Zero ? timeout : null,
            RouteRetries.Default,
            [.. filters.Where(filter => filter.TextAt("type") is "RequestMirror").Select(filter => ReadMirror(filter, space))],
            ReadHeaders(Filter(filters, "RequestHeaderModifier", "requestHeaderModifier")),
            ReadHeaders(Filter(filters, "ResponseHeaderModifier", "responseHeaderModifier")));
    }

    private static WeightedDestination ReadBackend(JsonObject backend, string space)
    {
        JsonObject[] filters = [.. backend.ItemsAt("filters")];
        return new WeightedDestination(ReadDestination(backend, space), backend.NumberAt("weight") ?? 1,
            ReadHeaders(Filter(filters, "RequestHeaderModifier", "requestHeaderModifier")),
            ReadHeaders(Filter(filters, "ResponseHeaderModifier", "responseHeaderModifier")));
    }

    private static Destination ReadDestination(JsonNode? backend, string space) => new(
        MeshNames.OfService(backend.TextAt("name") ?? "", backend.TextAt("namespace") ?? space), null, backend.NumberAt("port"));

    private static JsonNode? Filter(JsonObject[] filters, string type, string field) =>
        filters.FirstOrDefault(filter => filter.TextAt("type") == type).At(field);

    private static Mirror ReadMirror(JsonObject filter, string space)
    {
        var mirror = filter.At("requestMirror");
        var share = mirror.DecimalAt("fraction", "numerator") is { } part ? part / (mirror.DecimalAt("fraction", "denominator") ?? 100)
            : (mirror.DecimalAt("percent") ?? 100) / 100;
        return new Mirror(ReadDestination(mirror.At("backendRef"), space), share);
    }

    private static HeaderChanges ReadHeaders(JsonNode? filter) => filter is null ? HeaderChanges.None : new HeaderChanges(
        Pairs(filter, "set"), Pairs(filter, "add"),
        [.. filter.At("remove") is JsonArray names ? names.Select(name => name?.GetValue<string>() ?? "") : []]);

    private static Dictionary<string, string> Pairs(JsonNode filter, string field) => (filter.At(field) as JsonArray ?? [])
        .ToDictionary(pair => pair.TextAt("name") ?? "", pair => pair.TextAt("value") ?? "", StringComparer.OrdinalIgnoreCase);

    private static Rewrite? ReadRewrite(JsonNode? rewrite)
    {
        if (rewrite is null) return null;
        var whole = rewrite.TextAt("path", "replaceFullPath");
        return new Rewrite(rewrite.TextAt("path", "replacePrefixMatch")?.TrimEnd('/'), rewrite.TextAt("hostname"),
            whole is null ? null : new Regex("^.*$", RegexOptions.NonBacktracking), whole?.Replace("$", "$$", StringComparison.Ordinal));
    }

    private static RouteMatch ReadMatch(JsonObject match) => new(
        match.TextAt("path", "type") switch
        {
            "Exact" => new StringMatch.Exact(match.TextAt("path", "value") ?? "/"),
            "RegularExpression" => StringMatch.Read(new JsonObject { ["regex"] = match.TextAt("path", "value") }),
            _ => new StringMatch.PathElements((match.TextAt("path", "value") ?? "/").TrimEnd('/')),
        },
        false, match.TextAt("method") is { } method ? new StringMatch.Exact(method) : null, null, null, null,
        Tests(match, "headers"), new Dictionary<string, StringMatch>(), Tests(match, "queryParams"), [], new Dictionary<string, string>(),
        null);

    private static Dictionary<string, StringMatch> Tests(JsonObject match, string field) => match.ItemsAt(field).ToDictionary(
        test => test.TextAt("name") ?? "",
        test => StringMatch.Read(new JsonObject
        {
            [test.TextAt("type") is "RegularExpression" ? "regex" : "exact"] = test.TextAt("value"),
        }), StringComparer.OrdinalIgnoreCase);
}
