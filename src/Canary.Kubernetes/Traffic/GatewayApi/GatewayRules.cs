using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>Finds the rules that a Rollout names in a route.</summary>
/// <param name="Rules">Those that can be written.</param>
/// <param name="Problems">Why others cannot.</param>
internal sealed record GatewayRules(IReadOnlyList<GatewayRule> Rules, IReadOnlyList<SpecError> Problems)
{
    /// <param name="document">The route.</param>
    /// <param name="reference">What the Rollout names of it.</param>
    /// <param name="traffic">The two sides.</param>
    /// <param name="space">The Rollout's namespace, which is the route's.</param>
    /// <param name="path">Field of the Rollout that names the route.</param>
    public static GatewayRules Find(JsonObject document, RouteReference reference, TrafficSpec traffic, string space, string path)
    {
        var reading = new Reading(document, traffic, space, $"{reference.Kind} {space}/{reference.Name}");
        var all = (Json.Array(document, "spec", "rules") ?? []).Select((rule, index) => (Index: index, Name: Json.Text(rule, "name")))
            .Where(one => one.Name?.StartsWith(GatewayManagedRules.Prefix, System.StringComparison.Ordinal) is not true).ToArray();
        if (all.Length == 0) return new GatewayRules([], [new SpecError($"{path}.name", $"{reading.Title} has no rules")]);
        if (reference.Rules.Count == 0)
        {
            foreach (var one in all.Where(one => reading.HasBoth(one.Index))) reading.Read(one.Index, $"{path}.rules");
            if (reading is { Rules.Count: 0, Problems.Count: 0 })
                reading.Problems.Add(new SpecError($"{path}.rules",
                    $"{reading.Title} has no rule with both {traffic.NamedStable.Service} and {traffic.NamedCanary.Service} as backends: "
                        + "add the missing one with weight 0, and give the other a weight such as 100; its rules have "
                        + string.Join("; ", all.Select(one => $"{one.Name ?? $"rules[{one.Index}]"}: {reading.Describe(one.Index)}"))));
        }

        for (var index = 0; index < reference.Rules.Count; index++)
        {
            var (name, field) = (reference.Rules[index], $"{path}.rules[{index}]");
            var found = all.Where(one => one.Name == name).ToArray();
            if (found is [var one]) reading.Read(one.Index, field);
            else if (found.Length == 0)
                reading.Problems.Add(new SpecError(field, $"{reading.Title} has no rule named {name}; "
                    + (all.Any(other => other.Name is not null)
                        ? $"its rules are named {string.Join(", ", all.Select(other => other.Name).OfType<string>())}"
                        : "none of its rules has a name (rules have names since Gateway API 1.4): leave out rules, for each rule that has "
                            + "both sides as backends")));
            else
                reading.Problems.Add(new SpecError(field, $"{reading.Title} has {found.Length} rules named {name}, "
                    + $"{string.Join(" and ", found.Select(other => $"rules[{other.Index}]"))}: give each a name of its own"));
        }

        return new GatewayRules(reading.Rules, reading.Problems);
    }

    private sealed class Reading(JsonObject document, TrafficSpec traffic, string space, string title)
    {
        public string Title => title;

        public List<GatewayRule> Rules { get; } = [];

        public List<SpecError> Problems { get; } = [];

        public bool HasBoth(int at)
        {
            var backends = Backends(at);
            return backends.Any(backend => backend.Is(traffic.NamedStable.Service, space))
                && backends.Any(backend => backend.Is(traffic.NamedCanary.Service, space));
        }

        public string Describe(int at) => Backends(at) is { Count: > 0 } all ? string.Join(", ", all) : "no backends";

        public void Read(int at, string field)
        {
            var rule = Json.Object(Json.Array(document, "spec", "rules")![at]);
            var name = Json.Text(rule, "name");
            var titled = $"{title} rule {name ?? $"rules[{at}]"}";
            var (backends, count) = (Backends(at), Problems.Count);
            var first = Pick(backends, traffic.NamedStable, "stable", field, titled);
            var second = Pick(backends, traffic.NamedCanary, "canary", field, titled);
            foreach (var backend in backends.Where(backend => backend.IsWeightWrong))
                Problems.Add(new SpecError(field, $"{titled} backend {backend} has weight {backend.Entry["weight"]!.ToJsonString()}: a "
                    + $"whole number from 0 to {GatewayBackend.LargestWeight} is allowed"));
            if (Problems.Count > count) return;
            var read = new GatewayRule(at, name, backends, first!, second!);
            if (read.Budget == 0)
                Problems.Add(new SpecError(field, $"{titled}: the weights of {first} and {second} are both 0, so there is nothing to share "
                    + "out; write the safe state, such as 100 and 0"));
            else if (GatewayWeights.Problem(read) is { } problem) Problems.Add(new SpecError(field, $"{titled}: {problem}"));
            else Rules.Add(read);
        }

        private List<GatewayBackend> Backends(int at) =>
            [.. Json.Objects(Json.Array(document, "spec", "rules")![at], "backendRefs")
                .Select((entry, index) => new GatewayBackend(index, entry, space))];

        private GatewayBackend? Pick(List<GatewayBackend> backends, SideSpec side, string role, string field, string titled)
        {
            var found = backends.Where(backend => backend.Is(side.Service, space)).ToArray();
            if (found.Length == 1) return found[0];
            Problems.Add(new SpecError(field, found.Length == 0
                ? $"{titled} has no backend for spec.traffic.{role}, Service {side.Service}; "
                    + (backends.Count == 0 ? "it has no backends" : $"its backends are {string.Join(", ", backends)}")
                : $"{titled} has {found.Length} backends for spec.traffic.{role}, Service {side.Service}: "
                    + $"{string.Join(" and ", found.Select(one => $"backendRefs[{one.Index}] {one}"))}; exactly one is allowed"));
            return null;
        }
    }
}
