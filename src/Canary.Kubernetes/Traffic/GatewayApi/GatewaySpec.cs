using System.Collections.Generic;
using System.Linq;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>Gateway API: weights of the backends of routes. Source: <c>spec.traffic.gatewayApi</c>.</summary>
/// <param name="Routes">At least one.</param>
public sealed record GatewaySpec(EquatableArray<RouteReference> Routes) : RouterSpec
{
    /// <inheritdoc />
    public override string Key => GatewayApiDescriptor.Field;

    /// <inheritdoc />
    public override bool HasRoutes => Routes.Count > 0;

    // The other kinds have no filters of this kind, or no requests.
    /// <inheritdoc />
    public override bool HasManagedRoutes => Routes.All(route => route.Kind == GatewayKinds.HttpRoutes.Kind);

    /// <inheritdoc />
    public override IEnumerable<SpecError> Check()
    {
        const string path = "spec.traffic.gatewayApi.routes";
        if (Routes.Count == 0) yield return new SpecError(path, "it is empty; name at least one route");
        for (var i = 0; i < Routes.Count; i++)
        {
            var one = Routes[i];
            if (GatewayKinds.Find(one.Kind) is null)
                yield return new SpecError($"{path}[{i}].kind",
                    $"it is '{one.Kind}'; allowed are {string.Join(", ", GatewayKinds.All.Select(kind => kind.Kind))}");
            if (Routes.Take(i).Any(other => other.Kind == one.Kind && other.Name == one.Name))
                yield return new SpecError($"{path}[{i}].name",
                    $"{one.Kind} '{one.Name}' is named twice; name all its rules in one place");
            for (var r = 0; r < one.Rules.Count; r++)
            {
                if (one.Rules.Take(r).Contains(one.Rules[r]))
                    yield return new SpecError($"{path}[{i}].rules[{r}]", $"'{one.Rules[r]}' is named twice");
                if (one.Rules[r].StartsWith(GatewayManagedRules.Prefix, System.StringComparison.Ordinal))
                    yield return new SpecError($"{path}[{i}].rules[{r}]",
                        $"it is '{one.Rules[r]}', and names that begin with {GatewayManagedRules.Prefix} are of rules that Canary makes "
                            + "and removes; give the rule another name");
            }
        }
    }
}

/// <summary>The rules of one route in the Rollout's namespace.</summary>
/// <param name="Kind">Its kind, such as <c>HTTPRoute</c>.</param>
/// <param name="Name">Name of the route.</param>
/// <param name="Rules">Names of its rules; empty: each rule that has both sides as backends.</param>
public sealed record RouteReference(string Kind, string Name, EquatableArray<string> Rules);
