using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Traefik;

/// <summary>A TraefikService, or an IngressRoute or IngressRouteTCP, that a Rollout names: the weights of its services.</summary>
/// <remarks>
/// A service without ready endpoints, whatever its weight is, takes all of the list away: Traefik answers 404 then. So the service of a
/// side is in the list only while it gets requests. It comes as a copy of that of the other side.
/// </remarks>
internal sealed record TraefikDocument(ResourceKind Kind, RouteReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : WeightedDocument(Kind, new ObjectName(Namespace, Reference.Name), Path,
        Kind == TraefikKinds.IngressRoutes ? IngressRouteManagedRoutes.List : null)
{
    private static readonly WeightForm Form = new("route", "service", "services", Default: 1) { DropsEmpty = true };

    /// <inheritdoc />
    protected override string RoutesField => "matches";

    private bool IsService => Kind == TraefikKinds.TraefikServices;

    /// <inheritdoc />
    public override WeightedRoutes Find(JsonObject document)
    {
        if (IsService && Json.Array(document, "spec", "weighted", "services") is null)
            return Problem("name", $"{Title} has no spec.weighted.services; its spec has "
                + $"{string.Join(", ", (Json.Object(document, "spec") ?? []).Select(field => field.Key).DefaultIfEmpty("no fields"))}");
        if (IsService && Reference.Rules.Count > 0) return Problem("matches", $"{Title} has no routes: leave matches out");
        TraefikRoute[] all = IsService ? [new(Json.Object(document, "spec", "weighted")!, 0, "/spec/weighted", "weighted")]
            : [.. (Json.Array(document, "spec", "routes") ?? []).Select((route, index) => (Route: route as JsonObject, Index: index))
                .Where(one => one.Route is not null && !IngressRouteManagedRoutes.IsManaged(one.Route))
                .Select(one => new TraefikRoute(one.Route!, one.Index, $"/spec/routes/{one.Index}",
                    Json.Text(one.Route, "match") ?? $"routes[{one.Index}]"))];
        if (Reference.Rules.Count > 0) return FindNamed(all);
        var found = all.Where(route => Sides(route.Entry).Any()).ToArray();
        if (found.Length == 1) return Read([(found[0], $"{Path}.name")]);
        return Problem(found.Length == 0 ? "name" : "matches", found.Length == 0
            ? $"{Title} has no route with {Traffic.NamedStable.Service} as a service: add it; its services are "
                + string.Join(", ", all.SelectMany(route => Services(route.Entry)).Select(TitleOf).DefaultIfEmpty("none"))
            : $"{Title} has {found.Length} routes with a side as a service: say which by their rules; they have "
                + string.Join(" and ", found.Select(route => route.Title)));
    }

    /// <inheritdoc />
    protected override IEnumerable<SpecError> FindObstacles(JsonObject document, WeightedRoutes found) =>
        from route in found.Routes
        where !route.AreAlike
        select new SpecError($"{Path}.name", $"{TitleOf(route)}: the entries of {route.First} and {route.Second} differ in more than name "
            + "and weight, and a side comes as a copy of the other one; give both Services the same port, make the entries alike, and "
            + "leave out the one of weight 0");

    /// <inheritdoc />
    protected override string TitleOf(WeightedRoute route) => IsService ? Title : base.TitleOf(route);

    private WeightedRoutes FindNamed(TraefikRoute[] all)
    {
        var (named, problems) = (new List<(TraefikRoute, string)>(), new List<SpecError>());
        for (var index = 0; index < Reference.Rules.Count; index++)
        {
            var (rule, field) = (Reference.Rules[index], $"{Path}.matches[{index}]");
            var found = all.Where(route => Json.Text(route.Entry, "match") == rule).ToArray();
            if (found is [var one]) named.Add((one, field));
            else
                problems.Add(new SpecError(field, $"{Title} has {(found.Length == 0 ? "no route" : $"{found.Length} routes")} with the "
                    + $"rule {rule}; its rules are {string.Join(", ", all.Select(route => route.Title).DefaultIfEmpty("none"))}"));
        }

        var read = Read(named);
        return new WeightedRoutes(read.Routes, [.. problems, .. read.Problems]);
    }

    private WeightedRoutes Read(IReadOnlyList<(TraefikRoute Route, string Field)> named)
    {
        var (routes, problems) = (new List<WeightedRoute>(), new List<SpecError>());
        foreach (var (route, field) in named)
        {
            var read = new RouteFinder(Form, Traffic, Title, (entry, service) => IsOf(entry.Entry, service)).Read(
                new CandidateRoute(route.Pointer, route.Index, null, route.Title, WithBoth(route.Entry)) { IsPlaceAlone = !IsService },
                field);
            routes.AddRange(read.Routes.Select(one => one with
            {
                AreAlike = JsonNode.DeepEquals(WithoutShare(one.First.Entry), WithoutShare(one.Second.Entry)),
            }));
            problems.AddRange(read.Problems);
        }

        return new WeightedRoutes(routes, problems);
    }

    // The side that is not there gets nothing, and would be like the other one.
    private List<WeightedEntry> WithBoth(JsonObject route)
    {
        var entries = WeightedEntry.Of(route, Form.List)
            .Select(one => WeightedEntry.Read(one.Index, one.Entry, TitleOf(one.Entry), Form)).ToList();
        string[] missing = [.. new[] { Traffic.NamedStable.Service, Traffic.NamedCanary.Service }
            .Where(service => !entries.Any(entry => IsOf(entry.Entry, service)))];
        if (missing.Length != 1 || Sides(route).FirstOrDefault() is not { } other) return entries;
        var copy = (JsonObject)other.DeepClone();
        copy["name"] = missing[0];
        copy.Remove("weight");
        entries.Add(new WeightedEntry(null, copy, TitleOf(copy), 0, 0));
        return entries;
    }

    private WeightedRoutes Problem(string field, string message) => new([], [new SpecError($"{Path}.{field}", message)]);

    private IEnumerable<JsonObject> Sides(JsonObject route) => Services(route).Where(service =>
        IsOf(service, Traffic.NamedStable.Service) || IsOf(service, Traffic.NamedCanary.Service));

    private static IEnumerable<JsonObject> Services(JsonObject route) => Json.Objects(route, "services");

    private bool IsOf(JsonObject entry, string service) => (Json.Text(entry, "kind") ?? "Service") is "" or "Service"
        && Json.Text(entry, "name") == service
        && (Json.Text(entry, "namespace") is not { Length: > 0 } space || space == Namespace);

    private static JsonObject WithoutShare(JsonObject entry)
    {
        var copy = (JsonObject)entry.DeepClone();
        copy.Remove("name");
        copy.Remove("weight");
        return copy;
    }

    private static string TitleOf(JsonObject entry) =>
        (Json.Text(entry, "kind") is { } kind and not ("" or "Service") ? kind + " " : "")
        + (Json.Text(entry, "namespace") is { Length: > 0 } space ? space + "/" : "") + Json.Text(entry, "name")
        + (entry["port"] is { } port ? ":" + (Json.Text(port) ?? port.ToJsonString()) : "");

    private sealed record TraefikRoute(JsonObject Entry, int Index, string Pointer, string Title);
}
