using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts;

namespace Canary.Testing.Sets;

/// <summary>A DaemonSet with the update strategy <c>OnDelete</c>: one pod a Node, at the template that is there when it is made.</summary>
/// <param name="nodes">Its Nodes, each with a ready pod at version v1.</param>
internal sealed class FakeDaemonSet(int nodes) : FakeSet(nodes)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly HashSet<int> _silent = [];

    public override string Current => Update;

    // A pod that is gone is made again: it counts.
    public override int MostOfCanary(string? stable) =>
        Math.Max(1, Pods.Count(pod => !pod.IsTerminating) + Math.Max(0, Replicas - Pods.Count) - 1);

    /// <summary>The containers of a pod crash, and do not start again.</summary>
    public void Crash(int node) => Pods[Pods.FindIndex(pod => pod.Index == node)] =
        Pods.Find(pod => pod.Index == node)! with { ReadyAt = DateTimeOffset.MaxValue };

    /// <summary>A Node stops to answer: its pod is not ready, and one that is evicted stays in the API.</summary>
    public void Silence(int node) => _silent.Add(node);

    /// <summary>All Nodes answer again, and do what was asked of them.</summary>
    public void Heal()
    {
        _silent.Clear();
        Pods.RemoveAll(pod => pod.IsTerminating);
    }

    /// <summary>A Node leaves the cluster, its pod too, and another one comes.</summary>
    public override void Lose(int index)
    {
        _silent.Remove(index);
        base.Lose(index);
    }

    public override SideObservation ObserveStable(DateTimeOffset now, bool isReleased)
    {
        var living = Pods.Where(pod => !IsLost(pod, now)).ToList();
        var isRolledOut = Services.Stable is not { } stable || stable != Update
            || (Pods.Count >= Replicas && living.All(pod => pod.Revision == stable && (IsReady(pod, now) || !isReleased)));
        return new SideObservation(Services.Stable, Behind(isStable: true, now),
            Ready(Services.Stable, now), isRolledOut, null);
    }

    public override SideObservation ObserveCanary(DateTimeOffset now) => new(Update, Behind(isStable: false, now),
        Pods.Count(pod => !pod.IsTerminating && pod.Revision == Update), Services.Canary == Update, null);

    protected override bool ControlOnce(DateTimeOffset now)
    {
        if (Pods.RemoveAll(pod => pod.Index >= Replicas) > 0) return true;
        if (Enumerable.Range(0, Replicas).Except(Pods.Select(pod => pod.Index)).ToArray() is not [var node, ..]) return false;
        Pods.Add(new FakePod(node, Update, NextUid(), now + Start));
        return true;
    }

    protected override void Evict(string uid, DateTimeOffset now)
    {
        if (Pods.FirstOrDefault(pod => pod.Uid == uid) is not { } pod) return;
        Pods.Remove(pod);
        if (_silent.Contains(pod.Index)) Pods.Add(pod with { EvictedAt = now });
    }

    protected override bool IsReady(FakePod pod, DateTimeOffset now) => base.IsReady(pod, now) && !_silent.Contains(pod.Index);

    protected override bool IsLost(FakePod pod, DateTimeOffset now) => pod.EvictedAt + Grace <= now;

    protected override string Name(FakePod pod) => $"agent-{pod.Index}";
}
