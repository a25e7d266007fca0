using System.Collections.Generic;
using System.Linq;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>Istio: weights of the destinations of VirtualService routes. Source: <c>spec.traffic.istio</c>.</summary>
/// <param name="VirtualServices">At least one.</param>
/// <param name="DestinationRule">Where the sides are subsets: the DestinationRule that defines them; null to look in no particular
/// one.</param>
public sealed record IstioSpec(EquatableArray<VirtualServiceReference> VirtualServices, string? DestinationRule) : RouterSpec
{
    /// <inheritdoc />
    public override string Key => IstioDescriptor.Field;

    /// <inheritdoc />
    public override bool HasRoutes => VirtualServices.Count > 0;

    /// <inheritdoc />
    public override bool HasManagedRoutes => true;

    /// <inheritdoc />
    public override IEnumerable<SpecError> Check()
    {
        const string path = "spec.traffic.istio.virtualServices";
        if (VirtualServices.Count == 0) yield return new SpecError(path, "it is empty; name at least one VirtualService");
        for (var i = 0; i < VirtualServices.Count; i++)
        {
            var one = VirtualServices[i];
            if (VirtualServices.Take(i).Any(other => other.Name == one.Name))
                yield return new SpecError($"{path}[{i}].name", $"'{one.Name}' is named twice; name all its routes in one place");
            for (var r = 0; r < one.Routes.Count; r++)
            {
                if (one.Routes.Take(r).Contains(one.Routes[r]))
                    yield return new SpecError($"{path}[{i}].routes[{r}]", $"'{one.Routes[r]}' is named twice");
                if (one.Routes[r].StartsWith(IstioManagedRoutes.Prefix, System.StringComparison.Ordinal))
                    yield return new SpecError($"{path}[{i}].routes[{r}]",
                        $"it is '{one.Routes[r]}', and names that begin with {IstioManagedRoutes.Prefix} are of routes that Canary makes and "
                            + "removes; give the route another name");
            }
        }
    }
}

/// <summary>The routes of one VirtualService in the Rollout's namespace.</summary>
/// <param name="Name">Name of the VirtualService.</param>
/// <param name="Routes">Names of its http routes; empty: its only http route, named or not.</param>
public sealed record VirtualServiceReference(string Name, EquatableArray<string> Routes);
