using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Sandbox.Workloads.DaemonSets;

/// <summary>What a DaemonSet shall do next.</summary>
/// <param name="Nodes">Names of the Nodes that shall run a pod.</param>
/// <param name="IsRolling">Pods of an old template are replaced; otherwise they stay until somebody deletes them.</param>
/// <param name="MaxUnavailable">Nodes that may be without an available pod during an update; 0 where new pods come first.</param>
/// <param name="MaxSurge">Nodes that may have an old and a new pod during an update.</param>
/// <remarks>Source: kubernetes pkg/controller/daemon/daemon_controller.go and update.go.</remarks>
internal sealed record DaemonSetPlan(IReadOnlyList<string> Nodes, bool IsRolling, int MaxUnavailable, int MaxSurge)
{
    /// <returns>The Nodes that get a pod now, and the names of the pods that go.</returns>
    public (IReadOnlyList<string> Created, IReadOnlyList<string> Deleted) Next(IReadOnlyList<DaemonPod> pods)
    {
        var byNode = pods.ToLookup(pod => pod.Node);
        var created = Nodes.Where(node => !byNode[node].Any()).ToList();
        var deleted = pods.Where(pod => !pod.IsTerminating && (pod.IsEnded || !Nodes.Contains(pod.Node))).Select(pod => pod.Name).ToList();
        if (!IsRolling) return (created, deleted);
        var nodes = Nodes.Select(node => new NodePods(node, [.. byNode[node].Where(pod => !pod.IsTerminating && !pod.IsEnded)])).ToList();
        if (MaxSurge > 0) Surge(nodes, created, deleted);
        else Replace(nodes, deleted);
        return (created, deleted);
    }

    // Old pods that do not work go at once: taking them away costs nothing.
    private void Replace(List<NodePods> nodes, List<string> deleted)
    {
        var unavailable = nodes.Count(node => !node.All.Any(pod => pod.IsAvailable));
        var old = nodes.Where(node => node is { Old: not null, New: null }).Select(node => node.Old!).ToList();
        deleted.AddRange(old.Where(pod => !pod.IsAvailable).Select(pod => pod.Name));
        deleted.AddRange(old.Where(pod => pod.IsAvailable).Take(Math.Max(0, MaxUnavailable - unavailable)).Select(pod => pod.Name));
    }

    private void Surge(List<NodePods> nodes, List<string> created, List<string> deleted)
    {
        var both = nodes.Where(node => node is { Old: not null, New: not null }).ToList();
        deleted.AddRange(both.Where(node => node.New!.IsAvailable).Select(node => node.Old!.Name));
        var surging = both.Count(node => !node.New!.IsAvailable);
        var old = nodes.Where(node => node is { Old: not null, New: null }).ToList();
        created.AddRange(old.Where(node => !node.Old!.IsAvailable).Select(node => node.Name));
        created.AddRange(old.Where(node => node.Old!.IsAvailable).Take(Math.Max(0, MaxSurge - surging)).Select(node => node.Name));
    }

    private sealed record NodePods(string Name, IReadOnlyList<DaemonPod> All)
    {
        public DaemonPod? Old { get; } = All.FirstOrDefault(pod => !pod.IsUpdated);

        public DaemonPod? New { get; } = All.FirstOrDefault(pod => pod.IsUpdated);
    }
}
