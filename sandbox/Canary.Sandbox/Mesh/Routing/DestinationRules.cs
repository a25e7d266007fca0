using System.Collections.Generic;
using System.Linq;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>All DestinationRules, asked as a sidecar is: which labels make up this subset of this host?</summary>
/// <remarks>
/// The namespace of the client is looked at first, then that of the Service, then the root namespace; the first one with a rule wins and is
/// not merged with others. Rules of one namespace are merged: subsets are joined, the oldest rule wins a name that occurs twice (pilot,
/// mergeDestinationRule).
/// </remarks>
internal sealed class DestinationRules(IEnumerable<DestinationRule> rules)
{
    private const string RootNamespace = "istio-system";
    private readonly List<DestinationRule> _byAge =
        [.. rules.OrderBy(rule => rule.Created, System.StringComparer.Ordinal).ThenBy(rule => rule.Name, System.StringComparer.Ordinal)];

    public IReadOnlyDictionary<string, string>? LabelsOf(string subset, string host, string serviceNamespace, string clientNamespace)
    {
        foreach (var @namespace in new[] { clientNamespace, serviceNamespace, RootNamespace })
        {
            var here = _byAge.Where(rule => rule.Namespace == @namespace && rule.Covers(host)
                && Visibility.Reaches(rule.ExportTo, rule.Namespace, clientNamespace)).ToList();
            if (here.Count == 0) continue;
            return here.Where(rule => rule.Subsets.ContainsKey(subset)).Select(rule => rule.Subsets[subset]).FirstOrDefault();
        }

        return null;
    }
}
