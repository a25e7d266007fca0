using System.Collections.Generic;
using Canary.Core.Rollouts;
using Canary.Core.Validation;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>How the templates of two sides become revisions.</summary>
internal static class SideSchemes
{
    /// <summary>
    /// The scheme in force, and the one of a rollout that begins now. A status of a version that kept none has revisions of version 1, by
    /// the labels that select now; with something missing these are not known.
    /// </summary>
    /// <param name="status">The status.</param>
    /// <param name="first">The side that the spec names stable.</param>
    /// <param name="second">The side that it names canary.</param>
    /// <param name="configuration">What the canary's pods read.</param>
    /// <param name="problems">What is missing; a scheme that this version does not know is added.</param>
    public static (RevisionScheme? Scheme, RevisionScheme? Current) Find(RolloutStatus status, SideObjects first, SideObjects second,
        ConfigurationView configuration, List<SpecError> problems)
    {
        var isOneWorkload = first.Deployment is { } copy && Json.Text(copy, "metadata", "labels", CopyLabels.Rollout) is not null;
        var current = problems.Count > 0 ? null : SideLabels.Find(first, second, isOneWorkload);
        if (isOneWorkload) current = configuration.Extend(current);
        if (status.RevisionScheme is not { } scheme)
            return (status.CanaryRevision is null || current is null || isOneWorkload ? current : current with { Version = 1 }, current);
        if (scheme.Version <= RevisionScheme.Newest) return (scheme, current);
        problems.Add(new SpecError(
            "status.revisionScheme.version",
            $"it is {scheme.Version}, written by a newer version of Canary; this version knows 1 to {RevisionScheme.Newest}: run the "
                + "newer version again"));
        return (null, null);
    }

    /// <summary>A label that tells the sides apart only since the rollout was accepted would be promoted, and take stable's pods out of its
    /// Service.</summary>
    public static IEnumerable<SpecError> CheckSelectors(RolloutStatus status, RevisionScheme? scheme, RevisionScheme? current,
        SideObjects first, SideObjects second)
    {
        if (scheme is null || current is null || status is not { IsRunning: true, IsRestarting: false }) yield break;
        foreach (var label in scheme.Lacks(current))
        {
            foreach (var (side, role) in new[] { (first, "stable"), (second, "canary") })
            {
                if (side.Subset?.ContainsKey(label.Name) is true)
                    yield return new SpecError($"spec.traffic.{role}.subset",
                        $"subset {side.Spec.Subset} selects pods by label {label.Name} {Since(label)}");
                else if (Json.Map(side.Service, "spec", "selector").ContainsKey(label.Name))
                    yield return new SpecError($"spec.traffic.{role}.service",
                        $"Service {side.Spec.Service} selects pods by label {label.Name} {Since(label)}");
            }
        }

        string Since(SideLabel label) =>
            $"since revision {status.CanaryRevision} was accepted; the label is {label.First ?? "absent"} in the template of stable's "
                + $"workload and {label.Second ?? "absent"} in that of canary's, "
            + "so a promotion would overwrite it: remove the label from the selector, or abort the rollout; the next rollout takes the "
            + "label into account";
    }
}
