using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Nginx;

/// <summary>What an Ingress of the user has for a Service.</summary>
/// <param name="Rules">Its rules with the paths that lead to the Service alone, as they are; empty: none does.</param>
/// <param name="Port">The port of the first of them, by number or name; null: none is given.</param>
/// <param name="Services">The Services that any of its paths leads to.</param>
internal sealed record MainIngress(IReadOnlyList<JsonObject> Rules, string? Port, IReadOnlyList<string> Services)
{
    /// <summary>Reads them.</summary>
    /// <param name="ingress">The Ingress.</param>
    /// <param name="service">Name of the Service.</param>
    public static MainIngress Find(JsonObject ingress, string service)
    {
        var rules = Json.Objects(ingress, "spec", "rules").Select(rule => Only(rule, service)).OfType<JsonObject>().ToArray();
        var port = Paths(rules).Select(path => Json.Object(path, "backend", "service", "port"))
            .Select(found => Json.Text(found, "name") ?? (Json.Whole(found, "number") is { } number ? $"{number}" : null))
            .FirstOrDefault();
        return new MainIngress(rules, port,
            [.. Paths(Json.Objects(ingress, "spec", "rules")).Select(ServiceOf).OfType<string>().Distinct()]);
    }

    /// <summary>The rules, to the same ports of another Service.</summary>
    public JsonArray To(string service)
    {
        var rules = new JsonArray([.. Rules.Select(rule => rule.DeepClone())]);
        foreach (var path in Paths(rules.OfType<JsonObject>())) path["backend"]!["service"]!["name"] = service;
        return rules;
    }

    private static JsonObject? Only(JsonObject rule, string service)
    {
        JsonObject[] paths = [.. Json.Objects(rule, "http", "paths").Where(path => ServiceOf(path) == service)];
        if (paths.Length == 0) return null;
        var only = new JsonObject();
        if (rule["host"] is { } host) only["host"] = host.DeepClone();
        only["http"] = new JsonObject { ["paths"] = new JsonArray([.. paths.Select(path => path.DeepClone())]) };
        return only;
    }

    private static IEnumerable<JsonObject> Paths(IEnumerable<JsonObject> rules) =>
        rules.SelectMany(rule => Json.Objects(rule, "http", "paths"));

    private static string? ServiceOf(JsonObject path) => Json.Text(path, "backend", "service", "name");
}
