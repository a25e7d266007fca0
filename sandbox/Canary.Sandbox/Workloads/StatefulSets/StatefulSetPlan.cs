using System.Collections.Generic;
using System.Linq;

namespace Canary.Sandbox.Workloads.StatefulSets;

/// <summary>What a StatefulSet shall do next.</summary>
/// <param name="Start">Ordinal of the first pod.</param>
/// <param name="Replicas">Number of pods wanted.</param>
/// <param name="IsOrdered">One after the other, each only when those before it are available.</param>
/// <param name="IsRolling">Pods of an old revision are replaced; otherwise they stay until somebody deletes them.</param>
/// <param name="Partition">Pods with a lower ordinal keep the current revision.</param>
/// <param name="CurrentRevision">The revision before the update.</param>
/// <param name="UpdateRevision">The revision of the present template.</param>
/// <remarks>Source: kubernetes pkg/controller/statefulset/stateful_set_control.go. As there, an ordered set waits for a pod that never
/// becomes ready, also when the template is corrected: somebody has to delete the pod.</remarks>
internal sealed record StatefulSetPlan(int Start, int Replicas, bool IsOrdered, bool IsRolling, int Partition, string CurrentRevision,
    string UpdateRevision)
{
    /// <summary>A pod to create, by its ordinal, and the revision that it gets.</summary>
    public sealed record Creation(int Ordinal, string Revision);

    /// <returns>What to create and what to delete now; nothing where the set has to wait or is done.</returns>
    public (IReadOnlyList<Creation> Created, IReadOnlyList<StatefulPod> Deleted) Next(IReadOnlyList<StatefulPod> pods)
    {
        var byOrdinal = pods.ToDictionary(pod => pod.Ordinal);
        var created = new List<Creation>();
        var deleted = new List<StatefulPod>();
        for (var ordinal = Start; ordinal < Start + Replicas; ordinal++)
        {
            var pod = byOrdinal.GetValueOrDefault(ordinal);
            if (pod is null) created.Add(new Creation(ordinal, RevisionOf(ordinal)));
            else if (pod is { IsEnded: true, IsTerminating: false }) deleted.Add(pod);
            if (IsOrdered && pod is not { IsHealthy: true }) return (created, deleted);
        }

        var condemned = pods.Where(pod => pod.Ordinal < Start || pod.Ordinal >= Start + Replicas).OrderByDescending(pod => pod.Ordinal)
            .ToList();
        if (Condemn(condemned, pods, deleted)) return (created, deleted);
        if (created.Count == 0 && IsRolling) Update(byOrdinal, deleted);
        return (created, deleted);
    }

    // True where the set has to wait.
    private bool Condemn(List<StatefulPod> condemned, IReadOnlyList<StatefulPod> pods, List<StatefulPod> deleted)
    {
        var firstUnhealthy = pods.Where(pod => !pod.IsHealthy).MinBy(pod => pod.Ordinal);
        foreach (var pod in condemned)
        {
            var waits = pod.IsTerminating || (!pod.IsHealthy && pod != firstUnhealthy);
            if (IsOrdered && waits) return true;
            if (!pod.IsTerminating) deleted.Add(pod);
            if (IsOrdered) return true;
        }

        return false;
    }

    // From the highest ordinal down, one at a time.
    private void Update(Dictionary<int, StatefulPod> pods, List<StatefulPod> deleted)
    {
        for (var ordinal = Start + Replicas - 1; ordinal >= (long)Start + Partition; ordinal--)
        {
            var pod = pods[ordinal];
            if (pod.Revision != UpdateRevision && !pod.IsTerminating)
            {
                deleted.Add(pod);
                return;
            }

            if (!pod.IsHealthy) return;
        }
    }

    private string RevisionOf(int ordinal) => IsRolling && ordinal < (long)Start + Partition ? CurrentRevision : UpdateRevision;
}
