using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;

namespace Canary.Kubernetes.Workloads;

/// <summary>Says whether the endpoints of a side are pods of its workload: one that is not is measured, and gets traffic, in the name of a
/// version that it does not run.</summary>
internal sealed class EndpointOwners(PodReader pods)
{
    /// <summary>What is wrong with a side; null: nothing. The second: EndpointSlices name a pod that the selector does not match, which may
    /// be over in a moment.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="side">The side, with its Service, its subset where it has one, and its Deployment.</param>
    /// <param name="role">What the spec calls it.</param>
    /// <param name="other">The other side.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="ApiException">Pods or ReplicaSets cannot be read.</exception>
    public async Task<(string? Problem, string? Doubt)> CheckAsync(string ns, SideObjects side, string role, SideObjects other,
        CancellationToken cancel)
    {
        if (side is not { Service: { } service, Deployment: { } deployment } || (side.Spec.Subset is not null && side.Subset is null))
            return (null, null);
        var selector = Json.Map(service, "spec", "selector");
        var only = $"the {role} side must contain only pods of Deployment {ns}/{Json.Name(deployment)}";
        if (selector.Count == 0)
            return ($"Service {ns}/{Json.Name(service)} has no selector, so nobody knows what is behind it, but {only}. Give it a "
                + "selector that only these pods match", null);

        var behind = await pods.ReadAsync(ns, service, cancel);
        string? doubt = null;
        var foreign = new SortedDictionary<string, string>(System.StringComparer.Ordinal);
        foreach (var endpoint in pods.Slices(ns, Json.Name(service)).SelectMany(slice => Json.Objects(slice, "endpoints")))
        {
            if (Json.Text(endpoint, "pod") is not { } name)
            {
                // No subset selects it: it has no labels.
                if (side.Subset is null)
                    foreign[$"{Json.Text(Json.Array(endpoint, "addresses")?.FirstOrDefault())}"] = "has the endpoint {0}, which is no pod";
            }
            else if (behind.Pods.TryGetValue(name, out var pod) && (side.Subset is null || SidePods.Has(pod, side.Subset))
                && pod.Deployment?.Uid != Documents.Uid(deployment))
            {
                if (pod.IsSelected || behind.IsConfirmed) foreign[name] = "selects pod {0} " + Owner(ns, pod, other);
                else doubt =
                    $"an EndpointSlice of Service {ns}/{Json.Name(service)} names pod {name}, which is not of "
                        + $"Deployment {Json.Name(deployment)}";
            }
        }

        if (foreign.Count == 0) return (null, doubt);
        var (first, what) = foreign.First();
        var more = foreign.Count > 1 ? $", and {foreign.Count - 1} more like it," : ",";
        var found = string.Format(System.Globalization.CultureInfo.InvariantCulture, what, first);
        return (side.Subset is null
            ? $"Service {ns}/{Json.Name(service)} {found}{more} but {only}. Change its selector, which is {Text(selector)}"
            : $"subset {side.Spec.Subset} of Service {ns}/{Json.Name(service)} {found}{more} but {only}. Change the labels of the subset, "
                + $"which are {Text(side.Subset)}", null);
    }

    /// <summary>What is wrong with two sides that name no workloads: the same endpoints must not be behind both.</summary>
    /// <exception cref="ApiException">The pods of a subset cannot be read.</exception>
    public async Task<string?> CheckOverlapAsync(string ns, SideObjects first, SideObjects second, CancellationToken cancel)
    {
        if (first.Service is null || second.Service is null
            || (first.Spec.Subset is not null && (first.Subset is null || second.Subset is null))) return null;
        var both = (await EndpointsAsync(ns, first, cancel)).Intersect(await EndpointsAsync(ns, second, cancel))
            .Order(System.StringComparer.Ordinal).ToArray();
        if (both.Length == 0) return null;
        var more = both.Length > 1 ? $" and {both.Length - 1} more" : "";
        var sides = first.Subset is null ? $"Service {ns}/{first.Spec.Service} and Service {ns}/{second.Spec.Service}"
            : $"subset {first.Spec.Subset} and subset {second.Spec.Subset}";
        return $"{sides} both contain {both[0]}{more}, so canary would be measured on stable's pods. Let each side select only its own "
            + "pods";
    }

    private async Task<IEnumerable<string>> EndpointsAsync(string ns, SideObjects side, CancellationToken cancel)
    {
        var endpoints = pods.Slices(ns, side.Spec.Service).SelectMany(slice => Json.Objects(slice, "endpoints"));
        if (side.Subset is not null)
        {
            var behind = await pods.ReadAsync(ns, side.Service!, cancel);
            endpoints = endpoints.Where(endpoint => Json.Text(endpoint, "pod") is { } name && behind.Pods.TryGetValue(name, out var pod)
                && SidePods.Has(pod, side.Subset));
        }

        return endpoints.Select(endpoint => Json.Text(endpoint, "pod") is { } pod ? $"pod {pod}"
            : $"endpoint {Json.Text(Json.Array(endpoint, "addresses")?.FirstOrDefault())}");
    }

    private static string Owner(string ns, BackingPod pod, SideObjects other) => pod switch
    {
        { Deployment: { } deployment } when deployment.Uid == (other.Deployment is { } its ? Documents.Uid(its) : null) =>
            $"of Deployment {ns}/{deployment.Name}, the workload of the other side",
        { Deployment: { } deployment } => $"of Deployment {ns}/{deployment.Name}",
        { Owner: { } owner } => $"of {owner.Kind} {ns}/{owner.Name}",
        _ => "that no workload owns",
    };

    private static string Text(IReadOnlyDictionary<string, string> labels) =>
        string.Join(",", labels.OrderBy(label => label.Key, System.StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
