using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;

namespace Canary.Kubernetes.Traffic;

/// <summary>Makes the JSON Patch that changes weights, Canary's own routes and the claim of an object, and nothing else.</summary>
internal static class WeightPatch
{
    /// <summary>The operations; empty where the routes are like the plan already and the object carries the claim.</summary>
    public static JsonArray ForPlan(JsonObject document, IReadOnlyList<WeightedRoute> routes, RoutePlan plan, Claim claim,
        ManagedList? managed)
    {
        var changes = Changes(document, routes, plan, managed);
        if (changes.Count == 0)
            // Before the first sequence nothing was sent that would have to be refused.
            return claim.Sequence == 0 ? [] : ForClaim(document, routes, claim);

        var patch = ClaimPatch.For(document, claim, mustTestVersion: IsPlaceAlone(changes, routes, plan.Second));
        foreach (var operation in changes) patch.Add(operation);
        return patch;
    }

    /// <summary>The operations that stamp the claim and leave the weights; empty where the object carries it, or a later one.</summary>
    public static JsonArray ForClaim(JsonObject document, IReadOnlyList<WeightedRoute> routes, Claim claim)
    {
        if (ClaimPatch.Believed(document, claim) is { } found && found.Covers(claim)) return [];
        var patch = ClaimPatch.For(document, claim, mustTestVersion: false);
        foreach (var operation in routes.SelectMany(Tests)) patch.Add(operation);
        return patch;
    }

    /// <summary>The operations that take the claim off and, where a share is given, write it and take off Canary's own routes; empty where
    /// all is so already.</summary>
    public static JsonArray ForRelease(JsonObject document, IReadOnlyList<WeightedRoute> routes, Weight? second, Claim claim,
        ManagedList? managed)
    {
        var changes = second is { } share ? Changes(document, routes, RoutePlan.Only(share), managed) : [];
        var isClaimed = ClaimPatch.Read(document) is { } found && found.RolloutUid == claim.RolloutUid;
        if (changes.Count == 0 && !isClaimed) return [];
        var patch = new JsonArray();
        if (!isClaimed || IsPlaceAlone(changes, routes, second ?? Weight.Zero))
            patch.Add(JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(document)));
        if (isClaimed) foreach (var operation in ClaimPatch.Off(document).ToArray()) patch.Add(operation!.DeepClone());
        foreach (var operation in changes) patch.Add(operation);
        return patch;
    }

    // A route without a name is told by its place alone, and only the version says that the list is still the one that was read.
    private static bool IsPlaceAlone(IReadOnlyList<JsonObject> changes, IReadOnlyList<WeightedRoute> routes, Weight second) =>
        changes.Count > 0 && routes.Any(route => route.IsPlaceAlone && !route.IsWritten(second));

    private static List<JsonObject> Changes(JsonObject document, IReadOnlyList<WeightedRoute> routes, RoutePlan plan, ManagedList? managed)
    {
        WeightedRoute[] changing = [.. routes.Where(route => !route.IsWritten(plan.Second))];
        var writes = changing.SelectMany(route => Operations(route, plan.Second)).ToList();
        var list = managed?.Read(document) ?? [];
        if (managed is null || (plan.Managed.IsNone && !list.Any(managed.IsManaged))) return [.. changing.SelectMany(Tests), .. writes];

        // A clone has the weights of its base, as they are to be.
        var next = (JsonArray)list.DeepClone();
        foreach (var route in changing) Edit((JsonArray)next[route.Index]![route.Form.List]!, route, plan.Second);
        var arranged = managed.Arrange(next, routes, plan.Managed, plan.Canary).Routes;
        if (RouteLists.AreSame(next, arranged)) return [.. changing.SelectMany(Tests), .. writes];
        // Places move: the whole list is to be the one that was read.
        return [JsonPatchText.Test($"/spec/{managed.Field}", list), .. writes,
            .. RouteLists.Move($"/spec/{managed.Field}", list, arranged, managed.IsManaged)];
    }

    private static IEnumerable<JsonObject> Tests(WeightedRoute route)
    {
        if (route.Name is not null) yield return JsonPatchText.Test($"{route.Pointer}/name", route.Name);
        foreach (var one in route.Entries.Where(one => one.Index is not null))
        {
            var entry = $"{route.ListPointer}/{one.Index}";
            if (route.Form.Identity is not { } identity || one.Written is null)
            {
                // RFC 6902 cannot test that a member is absent: the whole entry says so.
                yield return JsonPatchText.Test(entry, one.Entry);
                continue;
            }

            yield return JsonPatchText.Test($"{entry}/{identity}", one.Entry[identity]);
            yield return JsonPatchText.Test($"{entry}/weight", one.Entry["weight"]);
        }
    }

    private static IEnumerable<JsonObject> Operations(WeightedRoute route, Weight second) => route.Edits(second).Select(edit => edit switch
    {
        { Weight: null } => JsonPatchText.Remove($"{route.ListPointer}/{edit.Index}"),
        { Inserted: { } entry, Weight: { } weight } =>
            JsonPatchText.Add($"{route.ListPointer}/{edit.Index}", WithWeight(route, entry, weight)),
        { Weight: { } weight } => JsonPatchText.Add($"{route.ListPointer}/{edit.Index}/weight", route.Write(weight)),
    });

    private static void Edit(JsonArray list, WeightedRoute route, Weight second)
    {
        foreach (var edit in route.Edits(second).ToArray())
        {
            if (edit.Weight is not { } weight) list.RemoveAt(edit.Index);
            else if (edit.Inserted is { } entry) list.Insert(edit.Index, WithWeight(route, entry, weight));
            else list[edit.Index]!["weight"] = route.Write(weight);
        }
    }

    private static JsonObject WithWeight(WeightedRoute route, JsonObject entry, long weight)
    {
        var written = (JsonObject)entry.DeepClone();
        written["weight"] = route.Write(weight);
        return written;
    }
}
