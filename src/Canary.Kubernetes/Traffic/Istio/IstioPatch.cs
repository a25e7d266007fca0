using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>Makes the JSON Patch that changes weights and the claim of a VirtualService, and nothing else.</summary>
internal static class IstioPatch
{
    /// <summary>The operations; empty where the routes show the share already and the object carries the claim.</summary>
    public static JsonArray ForWeights(JsonObject document, IReadOnlyList<IstioRoute> routes, Weight second, Claim claim)
    {
        var changing = routes.Where(route => !route.IsShowing(second)).ToArray();
        // Before the first sequence nothing was sent that would have to be refused.
        if (changing.Length == 0) return claim.Sequence == 0 ? [] : ForClaim(document, routes, claim);

        // A route without a name is told by its place alone, and only the version says that the list is still the one that was read.
        var patch = ClaimPatch.For(document, claim, mustTestVersion: changing.Any(route => route.Name is null));
        foreach (var route in changing) AddTests(patch, route);
        foreach (var route in changing) AddWeights(patch, route, IstioWeights.For(route, second));
        return patch;
    }

    /// <summary>The operations that stamp the claim and leave the weights; empty where the object carries it, or a later one.</summary>
    public static JsonArray ForClaim(JsonObject document, IReadOnlyList<IstioRoute> routes, Claim claim)
    {
        if (ClaimPatch.Believed(document, claim) is { } found && found.Covers(claim)) return [];
        var patch = ClaimPatch.For(document, claim, mustTestVersion: false);
        foreach (var route in routes) AddTests(patch, route);
        return patch;
    }

    /// <summary>The operations that take the claim off and write the share, where one is given; empty where both are so already.</summary>
    public static JsonArray ForRelease(JsonObject document, IReadOnlyList<IstioRoute> routes, Weight? second, Claim claim)
    {
        var changing = second is { } share ? routes.Where(route => !route.IsShowing(share)).ToArray() : [];
        var isClaimed = ClaimPatch.Read(document) is { } found && found.RolloutUid == claim.RolloutUid;
        if (changing.Length == 0 && !isClaimed) return [];
        var patch = new JsonArray();
        if (!isClaimed || changing.Any(route => route.Name is null))
            patch.Add(JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(document)));
        if (isClaimed) foreach (var operation in ClaimPatch.Off(document).ToArray()) patch.Add(operation!.DeepClone());
        foreach (var route in changing) AddTests(patch, route);
        foreach (var route in changing) AddWeights(patch, route, IstioWeights.For(route, second!.Value));
        return patch;
    }

    private static void AddTests(JsonArray patch, IstioRoute route)
    {
        var path = $"/spec/http/{route.Index}";
        if (route.Name is not null) patch.Add(JsonPatchText.Test($"{path}/name", route.Name));
        foreach (var destination in route.Destinations)
        {
            var entry = $"{path}/route/{destination.Index}";
            if (destination.Weight is null)
            {
                // RFC 6902 cannot test that a member is absent: the whole entry says so.
                patch.Add(JsonPatchText.Test(entry, destination.Entry));
                continue;
            }

            patch.Add(JsonPatchText.Test($"{entry}/destination", destination.Entry["destination"]));
            patch.Add(JsonPatchText.Test($"{entry}/weight", destination.Entry["weight"]));
        }
    }

    private static void AddWeights(JsonArray patch, IstioRoute route, IReadOnlyList<long> weights)
    {
        foreach (var destination in route.Destinations)
        {
            var isSide = destination == route.First || destination == route.Second;
            var weight = weights[destination.Index];
            if (destination.Weight == weight || (destination.Weight is null && weight == 0 && !isSide)) continue;
            patch.Add(JsonPatchText.Add($"/spec/http/{route.Index}/route/{destination.Index}/weight", weight));
        }
    }
}
