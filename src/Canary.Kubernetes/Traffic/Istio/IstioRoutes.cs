using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>Finds the routes that a Rollout names in a VirtualService.</summary>
internal static class IstioRoutes
{
    /// <summary>How an http route shares requests out. A weight that is not written is 0, and sums above 32 bits are none.</summary>
    public static WeightForm Form { get; } = new("route", "destination", "route", Default: 0)
    {
        // Istio before 1.15 refuses any other sum.
        KeepsHundred = true,
        Reduces = false,
        Identity = "destination",
    };

    /// <param name="document">The VirtualService.</param>
    /// <param name="reference">What the Rollout names of it.</param>
    /// <param name="traffic">The two sides.</param>
    /// <param name="namespace">The Rollout's.</param>
    /// <param name="path">Field of the Rollout that names the VirtualService.</param>
    public static WeightedRoutes Find(JsonObject document, VirtualServiceReference reference, TrafficSpec traffic, string @namespace,
        string path)
    {
        var title = $"VirtualService {Json.Namespace(document)}/{Json.Name(document)}";
        var all = (Json.Array(document, "spec", "http") ?? []).Select((route, at) => new NumberedRoute(at, route))
            .Where(one => !IstioManagedRoutes.IsManaged(one.Route)).ToArray();
        if (all.Length == 0)
            return new WeightedRoutes([],
                [new SpecError($"{path}.name",
                    $"{title} has no http routes{OtherRoutes(document)}; weights are set on http routes alone")]);
        if (reference.Routes.Count == 0) return FindOnly(document, all, traffic, @namespace, path, title);

        var routes = new List<WeightedRoute>();
        var problems = new List<SpecError>();
        for (var index = 0; index < reference.Routes.Count; index++)
        {
            var name = reference.Routes[index];
            var field = $"{path}.routes[{index}]";
            var found = all.Where(one => Json.Text(one.Route, "name") == name).ToArray();
            switch (found)
            {
                case [var one]:
                    Read(document, one.Index, traffic, @namespace, field, $"{title} route {name}", routes, problems);
                    break;
                case []:
                    problems.Add(new SpecError(field, $"{title} has no http route named {name}; {Names(all)}"));
                    break;
                default:
                    problems.Add(new SpecError(field,
                        $"{title} has {found.Length} http routes named {name}, {string.Join(" and ", found.Select(one => $"http[{one.Index}]"))}: "
                            + "give each a name of its own"));
                    break;
            }
        }

        return new WeightedRoutes(routes, problems);
    }

    private static WeightedRoutes FindOnly(JsonObject document, NumberedRoute[] all, TrafficSpec traffic, string @namespace, string path,
        string title)
    {
        if (all.Length > 1)
            return new WeightedRoutes([],
                [new SpecError($"{path}.routes", $"{title} has {all.Length} http routes: say which by name; {Names(all)}")]);
        var routes = new List<WeightedRoute>();
        var problems = new List<SpecError>();
        var name = Json.Text(all[0].Route, "name") is { Length: > 0 } text ? text : "http[0]";
        Read(document, all[0].Index, traffic, @namespace, $"{path}.routes", $"{title} route {name}", routes, problems);
        return new WeightedRoutes(routes, problems);
    }

    private static void Read(
        JsonObject document, int at, TrafficSpec traffic, string @namespace, string field, string title, List<WeightedRoute> routes,
        List<SpecError> problems)
    {
        var route = Json.Object(Json.Array(document, "spec", "http")![at]);
        foreach (var kind in new[] { "delegate", "redirect", "directResponse" })
        {
            if (route?.ContainsKey(kind) is not true) continue;
            problems.Add(new SpecError(field, $"{title} has {kind}, not destinations: name a route that has both sides as destinations"));
            return;
        }

        var destinations =
            (Json.Array(route, "route") ?? []).Select((entry, index) => IstioDestination.Read(index, Json.Object(entry) ?? [])).ToList();
        var count = problems.Count;
        var first = Pick(destinations, traffic.NamedStable, "stable", document, @namespace, field, title, problems);
        var second = Pick(destinations, traffic.NamedCanary, "canary", document, @namespace, field, title, problems);
        if (first is not null && second is not null) CheckWeights(destinations, first, second, field, title, problems);
        if (problems.Count > count) return;
        var name = Json.Text(route, "name") is { Length: > 0 } text ? text : null;
        WeightedEntry[] entries = [.. destinations.Select(one => one.ToEntry())];
        // Without a name it is the user's only one.
        routes.Add(new WeightedRoute(Form, $"/spec/http/{at}", at, name, name ?? "http[0]", entries, entries[first!.Index],
            entries[second!.Index]));
    }

    private static IstioDestination? Pick(
        List<IstioDestination> destinations, SideSpec side, string role, JsonObject document, string @namespace, string field, string title,
        List<SpecError> problems)
    {
        var found = destinations.Where(destination => destination.Is(side.Service, side.Subset, @namespace, Json.Namespace(document)))
            .ToArray();
        if (found.Length == 1) return found[0];
        var wanted = side.Service + (side.Subset is null ? "" : $" (subset {side.Subset})");
        problems.Add(new SpecError(field, found.Length == 0
            ? $"{title} has no destination for spec.traffic.{role}, {wanted}; "
                + $"{(destinations.Count == 0 ? "it has no destinations" : "its destinations are " + string.Join(", ", destinations))}"
            : $"{title} has {found.Length} destinations for spec.traffic.{role}, {wanted}: "
                + $"{string.Join(" and ", found.Select(candidate => $"route[{candidate.Index}] {candidate}"))}; exactly one is allowed"));
        return null;
    }

    private static void CheckWeights(
        List<IstioDestination> destinations, IstioDestination first, IstioDestination second, string field, string title,
        List<SpecError> problems)
    {
        foreach (var destination in destinations)
        {
            if ((destination.Weight is null && destination.Entry["weight"] is not null) || destination.Weight is < 0 or > int.MaxValue)
                problems.Add(new SpecError(field,
                    $"{title} destination {destination} has weight {destination.Entry["weight"]!.ToJsonString()}: a whole number from 0 "
                        + "to 2147483647 is allowed"));
        }

        if ((decimal)(first.Weight ?? 0) + (second.Weight ?? 0) == 0)
            problems.Add(new SpecError(field,
                $"{title}: the weights of {first} and {second} sum to 0, so there is nothing to share out; write the safe state, such as "
                    + "100 and 0"));
        else if (destinations.Sum(destination => (decimal)(destination.Weight ?? 0)) > int.MaxValue)
            problems.Add(new SpecError(field, $"{title}: the weights sum to more than 2147483647"));
    }

    private static string OtherRoutes(JsonObject document) =>
        (Json.Array(document, "spec", "tls")?.Count > 0, Json.Array(document, "spec", "tcp")?.Count > 0) switch
        {
            (true, true) => ", only tls and tcp routes",
            (true, false) => ", only tls routes",
            (false, true) => ", only tcp routes",
            (false, false) => "",
        };

    private static string Names(NumberedRoute[] routes)
    {
        var names = routes.Select(one => Json.Text(one.Route, "name")).Where(name => !string.IsNullOrEmpty(name)).ToArray();
        return names.Length == 0 ? "none of its http routes has a name" : "its http routes are named " + string.Join(", ", names);
    }

    // Where it stands among all, those of Canary too.
    private sealed record NumberedRoute(int Index, JsonNode? Route);
}
