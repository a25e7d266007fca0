using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>The labels that tell the pods of two sides apart.</summary>
internal static class SideLabels
{
    /// <summary>The scheme by what selects pods now; null: a workload is missing.</summary>
    /// <param name="first">The side that the spec names stable.</param>
    /// <param name="second">The side that it names canary.</param>
    /// <param name="isOneWorkload">The first is a copy of the second.</param>
    public static RevisionScheme? Find(SideObjects first, SideObjects second, bool isOneWorkload = false)
    {
        if (first.Deployment is null || second.Deployment is null) return null;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var side in new[] { first, second })
        {
            names.UnionWith(Json.Map(side.Service, "spec", "selector").Keys);
            names.UnionWith(side.Subset?.Keys ?? []);
            names.UnionWith(DeploymentReading.SelectingLabels(side.Deployment!));
        }

        if (isOneWorkload) names.UnionWith(CopyLabels.OfPods);
        var (one, other) = (Labels(first), Labels(second));
        // The revision that a pod says it is of changes with each promotion, and is no part of the scheme.
        return new RevisionScheme(isOneWorkload ? RevisionScheme.OfOneWorkload : RevisionScheme.OfTwoWorkloads,
            names.Select(name => isOneWorkload && name == CopyLabels.Revision ? new SideLabel(name, null, null)
                : new SideLabel(name, one.GetValueOrDefault(name), other.GetValueOrDefault(name))).ToEquatableArray());
    }

    private static IReadOnlyDictionary<string, string> Labels(SideObjects side) =>
        Json.Map(side.Deployment, "spec", "template", "metadata", "labels");
}
