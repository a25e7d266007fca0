using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>The labels that tell the pods of two sides apart.</summary>
internal static class SideLabels
{
    /// <summary>The scheme by what selects pods now; null: a workload is missing.</summary>
    public static RevisionScheme? Find(SideObjects first, SideObjects second)
    {
        if (first.Deployment is null || second.Deployment is null) return null;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var side in new[] { first, second })
        {
            names.UnionWith(Json.Map(side.Service, "spec", "selector").Keys);
            names.UnionWith(side.Subset?.Keys ?? []);
            names.UnionWith(DeploymentReading.SelectingLabels(side.Deployment!));
        }

        var (one, other) = (Labels(first), Labels(second));
        return new RevisionScheme(RevisionScheme.Newest,
            names.Select(name => new SideLabel(name, one.GetValueOrDefault(name), other.GetValueOrDefault(name))).ToEquatableArray());
    }

    private static IReadOnlyDictionary<string, string> Labels(SideObjects side) =>
        Json.Map(side.Deployment, "spec", "template", "metadata", "labels");
}
