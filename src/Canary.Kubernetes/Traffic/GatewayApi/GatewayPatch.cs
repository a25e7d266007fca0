using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>Makes the JSON Patch that changes the weights of backends, Canary's own rules and the claim of a route, and nothing
/// else.</summary>
internal static class GatewayPatch
{
    /// <summary>The operations; empty where the rules are like the plan already and the object carries the claim.</summary>
    public static JsonArray ForPlan(JsonObject document, IReadOnlyList<GatewayRule> rules, RoutePlan plan, Claim claim)
    {
        var changes = Changes(document, rules, plan);
        if (changes.Count == 0)
            // Before the first sequence nothing was sent that would have to be refused.
            return claim.Sequence == 0 ? [] : ForClaim(document, rules, claim);
        var patch = ClaimPatch.For(document, claim, IsPlaceAlone(rules, plan.Second));
        foreach (var operation in changes) patch.Add(operation);
        return patch;
    }

    /// <summary>The operations that stamp the claim and leave the weights; empty where the object carries it, or a later one.</summary>
    public static JsonArray ForClaim(JsonObject document, IReadOnlyList<GatewayRule> rules, Claim claim)
    {
        if (ClaimPatch.Believed(document, claim) is { } found && found.Covers(claim)) return [];
        var patch = ClaimPatch.For(document, claim, mustTestVersion: false);
        foreach (var operation in rules.SelectMany(Tests)) patch.Add(operation);
        return patch;
    }

    /// <summary>The operations that take the claim off, and write the share and take off Canary's own rules, where a share is given; empty
    /// where all is so already.</summary>
    public static JsonArray ForRelease(JsonObject document, IReadOnlyList<GatewayRule> rules, Weight? second, Claim claim)
    {
        var changes = second is { } share ? Changes(document, rules, RoutePlan.Only(share)) : [];
        var isClaimed = ClaimPatch.Read(document) is { } found && found.RolloutUid == claim.RolloutUid;
        if (changes.Count == 0 && !isClaimed) return [];
        var patch = new JsonArray();
        if (!isClaimed || (changes.Count > 0 && IsPlaceAlone(rules, second ?? Weight.Zero)))
            patch.Add(JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(document)));
        if (isClaimed) foreach (var operation in ClaimPatch.Off(document).ToArray()) patch.Add(operation!.DeepClone());
        foreach (var operation in changes) patch.Add(operation);
        return patch;
    }

    // A rule without a name is told by its place alone, and only the version says that the list is still the one that was read.
    private static bool IsPlaceAlone(IReadOnlyList<GatewayRule> rules, Weight second) =>
        rules.Any(rule => rule.Name is null && !rule.IsShowing(second));

    private static List<JsonObject> Changes(JsonObject document, IReadOnlyList<GatewayRule> rules, RoutePlan plan)
    {
        GatewayRule[] changing = [.. rules.Where(rule => !rule.IsShowing(plan.Second))];
        var weights = changing.SelectMany(rule => Weights(rule, plan.Second)).ToList();
        var list = Json.Array(document, "spec", "rules") ?? [];
        if (plan.Managed.IsNone && !list.Any(GatewayManagedRules.IsManaged)) return [.. changing.SelectMany(Tests), .. weights];

        // A clone has the weights of its base, as they are to be.
        var next = (JsonArray)list.DeepClone();
        foreach (var rule in changing)
        {
            foreach (var (backend, weight) in NextWeights(rule, plan.Second))
                next[rule.Index]!["backendRefs"]![backend]!["weight"] = weight;
        }

        var arranged = GatewayManagedRules.Arrange(next, rules, plan.Managed, plan.Canary).Rules;
        if (RouteLists.AreSame(next, arranged)) return [.. changing.SelectMany(Tests), .. weights];
        // Places move: the whole list is to be the one that was read.
        return [JsonPatchText.Test("/spec/rules", list), .. weights,
            .. RouteLists.Move("/spec/rules", list, arranged, GatewayManagedRules.IsManaged)];
    }

    private static IEnumerable<JsonObject> Tests(GatewayRule rule)
    {
        var path = $"/spec/rules/{rule.Index}";
        if (rule.Name is not null) yield return JsonPatchText.Test($"{path}/name", rule.Name);
        foreach (var backend in rule.Backends)
            yield return JsonPatchText.Test($"{path}/backendRefs/{backend.Index}", backend.Entry);
    }

    private static IEnumerable<JsonObject> Weights(GatewayRule rule, Weight second) => NextWeights(rule, second)
        .Select(one => JsonPatchText.Add($"/spec/rules/{rule.Index}/backendRefs/{one.Backend}/weight", one.Weight));

    // Of both sides the weight is written out: one that is left to the default is half of the traffic for whoever applies the route again.
    private static IEnumerable<(int Backend, long Weight)> NextWeights(GatewayRule rule, Weight second)
    {
        var weights = GatewayWeights.Share(rule, second);
        foreach (var backend in rule.Backends)
        {
            var isSide = backend == rule.First || backend == rule.Second;
            if (backend.Weight == weights[backend.Index] && !(isSide && backend.Entry["weight"] is null)) continue;
            yield return (backend.Index, weights[backend.Index]);
        }
    }
}
