using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>Finds the rules that a Rollout names in a route.</summary>
internal static class GatewayRules
{
    /// <param name="document">The route.</param>
    /// <param name="reference">What the Rollout names of it.</param>
    /// <param name="traffic">The two sides.</param>
    /// <param name="space">The Rollout's namespace, which is the route's.</param>
    /// <param name="path">Field of the Rollout that names the route.</param>
    public static WeightedRoutes Find(JsonObject document, RouteReference reference, TrafficSpec traffic, string space, string path)
    {
        var all = (Json.Array(document, "spec", "rules") ?? []).Select((rule, index) => (Rule: rule, Index: index))
            .Where(one => !GatewayManagedRules.IsManaged(one.Rule))
            .Select(one => BackendRefs.ReadRule(one.Rule, one.Index, Json.Text(one.Rule, "name"), space)).ToArray();
        return new RouteFinder(BackendRefs.Form, traffic, $"{reference.Kind} {space}/{reference.Name}",
            (entry, service) => BackendRefs.IsService(entry.Entry, service, space))
        {
            NoNames = " (rules have names since Gateway API 1.4)",
        }.Find(all, reference.Rules, path, "rules");
    }
}
