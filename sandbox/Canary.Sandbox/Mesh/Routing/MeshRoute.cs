using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>One entry of <c>spec.http</c> as a proxy carries it out.</summary>
internal sealed record MeshRoute(
    string? Name, IReadOnlyList<RouteMatch> Matches, IReadOnlyList<WeightedDestination> Destinations, Redirect? Redirect,
    DirectAnswer? Direct,
    Rewrite? Rewrite, FaultInjection? Fault, TimeSpan? Timeout, RouteRetries Retries, IReadOnlyList<Mirror> Mirrors, HeaderChanges Request,
    HeaderChanges Response)
{
    /// <summary>The route that a Service has which no VirtualService speaks of.</summary>
    public static MeshRoute To(Destination destination) => new(
        null, [], [new(destination, 0, HeaderChanges.None, HeaderChanges.None)], null, null, null, null, null,
        RouteRetries.Default, [], HeaderChanges.None, HeaderChanges.None);

    public static MeshRoute Read(JsonObject route, string @namespace) => new(
        route.TextAt("name"),
        [.. route.ItemsAt("match").Select(RouteMatch.Read)],
        Weighted([.. route.ItemsAt("route").Select(entry => ReadDestination(entry, @namespace))]),
        Redirect.Read(route.At("redirect")), DirectAnswer.Read(route.At("directResponse")), Rewrite.Read(route.At("rewrite")),
        FaultInjection.Read(route.At("fault")),
        DocumentDuration.TryParse(route.TextAt("timeout"), out var timeout) && timeout > TimeSpan.Zero ? timeout : null,
        RouteRetries.Read(route.At("retries")), Mirror.Read(route, @namespace), HeaderChanges.Read(route, "request"),
        HeaderChanges.Read(route, "response"));

    /// <summary>The match that holds, or null; a route without matches holds always, and then <paramref name="match"/> is null.</summary>
    public bool Holds(MeshRequest request, MeshClient client, out RouteMatch? match)
    {
        match = Matches.FirstOrDefault(candidate => candidate.Holds(request, client));
        return match is not null || Matches.Count == 0;
    }

    /// <summary>Draws one destination by weight. A single one has all the traffic, whatever its weight says.</summary>
    public WeightedDestination? Pick(SeededDice dice)
    {
        if (Destinations.Count < 2) return Destinations.Count == 1 ? Destinations[0] : null;
        var drawn = dice.Roll() * Destinations.Sum(entry => (long)entry.Weight);
        foreach (var entry in Destinations)
        {
            drawn -= entry.Weight;
            if (drawn < 0) return entry;
        }

        return Destinations[^1];
    }

    // With more than one destination, those of weight 0 never reach the proxy's weighted cluster (pilot, route.go).
    private static IReadOnlyList<WeightedDestination> Weighted(IReadOnlyList<WeightedDestination> written) =>
        written.Count == 1 ? written : [.. written.Where(entry => entry.Weight > 0)];

    private static WeightedDestination ReadDestination(JsonObject entry, string @namespace) => new(
        Destination.Read(entry.At("destination"), @namespace), entry.NumberAt("weight") ?? 0,
        HeaderChanges.Read(entry, "request"), HeaderChanges.Read(entry, "response"));
}
