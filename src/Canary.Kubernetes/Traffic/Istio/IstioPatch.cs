using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>Makes the JSON Patch that changes weights, Canary's own routes and the claim of a VirtualService, and nothing else.</summary>
internal static class IstioPatch
{
    /// <summary>The operations; empty where the routes are like the plan already and the object carries the claim.</summary>
    public static JsonArray ForPlan(JsonObject document, IReadOnlyList<IstioRoute> routes, RoutePlan plan, Claim claim)
    {
        var changes = Changes(document, routes, plan);
        if (changes.Count == 0)
            // Before the first sequence nothing was sent that would have to be refused.
            return claim.Sequence == 0 ? [] : ForClaim(document, routes, claim);

        // A route without a name is told by its place alone, and only the version says that the list is still the one that was read.
        var patch = ClaimPatch.For(document, claim, mustTestVersion: IsPlaceAlone(changes, routes, plan.Second));
        foreach (var operation in changes) patch.Add(operation);
        return patch;
    }

    /// <summary>The operations that stamp the claim and leave the weights; empty where the object carries it, or a later one.</summary>
    public static JsonArray ForClaim(JsonObject document, IReadOnlyList<IstioRoute> routes, Claim claim)
    {
        if (ClaimPatch.Believed(document, claim) is { } found && found.Covers(claim)) return [];
        var patch = ClaimPatch.For(document, claim, mustTestVersion: false);
        foreach (var operation in routes.SelectMany(Tests)) patch.Add(operation);
        return patch;
    }

    /// <summary>The operations that take the claim off, and write the share and take off Canary's own routes, where a share is given;
    /// empty where all is so already.</summary>
    public static JsonArray ForRelease(JsonObject document, IReadOnlyList<IstioRoute> routes, Weight? second, Claim claim)
    {
        var changes = second is { } share ? Changes(document, routes, RoutePlan.Only(share)) : [];
        var isClaimed = ClaimPatch.Read(document) is { } found && found.RolloutUid == claim.RolloutUid;
        if (changes.Count == 0 && !isClaimed) return [];
        var patch = new JsonArray();
        if (!isClaimed || IsPlaceAlone(changes, routes, second ?? Weight.Zero))
            patch.Add(JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(document)));
        if (isClaimed) foreach (var operation in ClaimPatch.Off(document).ToArray()) patch.Add(operation!.DeepClone());
        foreach (var operation in changes) patch.Add(operation);
        return patch;
    }

    private static bool IsPlaceAlone(IReadOnlyList<JsonObject> changes, IReadOnlyList<IstioRoute> routes, Weight second) =>
        changes.Count > 0 && routes.Any(route => route.Name is null && !route.IsShowing(second));

    private static List<JsonObject> Changes(JsonObject document, IReadOnlyList<IstioRoute> routes, RoutePlan plan)
    {
        var changing = routes.Where(route => !route.IsShowing(plan.Second)).ToArray();
        var weights = changing.SelectMany(route => Weights(route, IstioWeights.For(route, plan.Second))).ToList();
        var http = Json.Array(document, "spec", "http") ?? [];
        if (plan.Managed.IsNone && !http.Any(IstioManagedRoutes.IsManaged)) return [.. changing.SelectMany(Tests), .. weights];

        // A clone has the weights of its base, as they are to be.
        var next = (JsonArray)http.DeepClone();
        foreach (var route in changing)
        {
            foreach (var (destination, weight) in NextWeights(route, IstioWeights.For(route, plan.Second)))
                next[route.Index]!["route"]![destination]!["weight"] = weight;
        }

        var arranged = IstioManagedRoutes.Arrange(next, routes, plan.Managed, plan.Canary).Routes;
        if (RouteLists.AreSame(next, arranged)) return [.. changing.SelectMany(Tests), .. weights];
        // Places move: the whole list is to be the one that was read.
        return [JsonPatchText.Test("/spec/http", http), .. weights,
            .. RouteLists.Move("/spec/http", http, arranged, IstioManagedRoutes.IsManaged)];
    }

    private static IEnumerable<JsonObject> Tests(IstioRoute route)
    {
        var path = $"/spec/http/{route.Index}";
        if (route.Name is not null) yield return JsonPatchText.Test($"{path}/name", route.Name);
        foreach (var destination in route.Destinations)
        {
            var entry = $"{path}/route/{destination.Index}";
            if (destination.Weight is null)
            {
                // RFC 6902 cannot test that a member is absent: the whole entry says so.
                yield return JsonPatchText.Test(entry, destination.Entry);
                continue;
            }

            yield return JsonPatchText.Test($"{entry}/destination", destination.Entry["destination"]);
            yield return JsonPatchText.Test($"{entry}/weight", destination.Entry["weight"]);
        }
    }

    private static IEnumerable<JsonObject> Weights(IstioRoute route, IReadOnlyList<long> weights) => NextWeights(route, weights)
        .Select(one => JsonPatchText.Add($"/spec/http/{route.Index}/route/{one.Destination}/weight", one.Weight));

    private static IEnumerable<(int Destination, long Weight)> NextWeights(IstioRoute route, IReadOnlyList<long> weights)
    {
        foreach (var destination in route.Destinations)
        {
            var isSide = destination == route.First || destination == route.Second;
            var weight = weights[destination.Index];
            if (destination.Weight == weight || (destination.Weight is null && weight == 0 && !isSide)) continue;
            yield return (destination.Index, weight);
        }
    }
}
