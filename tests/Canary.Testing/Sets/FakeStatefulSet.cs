using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Units;

namespace Canary.Testing.Sets;

/// <summary>A StatefulSet, its controller and the Services of its sides, as far as pods, revisions and selectors go. Pods come and go one
/// after the other, as with <c>podManagementPolicy: OrderedReady</c>.</summary>
internal sealed class FakeStatefulSet
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(3);

    private readonly List<FakePod> _pods;
    private int _uids;

    /// <param name="replicas">Its pods, all ready at version v1.</param>
    public FakeStatefulSet(int replicas)
    {
        Replicas = replicas;
        _pods = [.. Enumerable.Range(0, replicas).Select(index => new FakePod(index, "v1", NextUid(), default))];
    }

    public int Replicas { get; set; }

    public int Partition { get; set; }

    /// <summary>The revision that pods below the partition come back at.</summary>
    public string Current { get; private set; } = "v1";

    /// <summary>The revision of the template.</summary>
    public string Update { get; set; } = "v1";

    public SetServices Services { get; set; } = new(false, null, null);

    /// <summary>Pods of these revisions never become ready.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>Its controller does nothing for now.</summary>
    public bool IsAsleep { get; set; }

    /// <summary>A PodDisruptionBudget allows no eviction.</summary>
    public bool RefusesEvictions { get; set; }

    /// <summary>The revisions of its pods, in order: <c>v1 v1 v2</c>.</summary>
    public string Revisions => string.Join(' ', _pods.OrderBy(pod => pod.Index).Select(pod => pod.Revision));

    /// <summary>Ready pods of a revision; null: of any.</summary>
    public int Ready(string? revision, DateTimeOffset now) =>
        _pods.Count(pod => (revision is null || pod.Revision == revision) && IsReady(pod, now));

    /// <summary>Ready pods behind the Service of a side.</summary>
    public int Behind(bool isStable, DateTimeOffset now) =>
        Services.AreThere ? Ready(isStable ? Services.Stable : Services.Canary, now) : 0;

    /// <summary>Its controller does all that it can do now.</summary>
    public void Control(DateTimeOffset now)
    {
        while (!IsAsleep && ControlOnce(now))
        {
        }
    }

    /// <summary>A Node is drained, or somebody deletes the pod.</summary>
    public void Lose(int index) => _pods.RemoveAll(pod => pod.Index == index);

    public SetObservation Observe(DateTimeOffset now) => new(Replicas, Partition, Current, Update, Services,
        _pods.OrderBy(pod => pod.Index).Select(pod => new SetPod($"web-{pod.Index}", pod.Uid, pod.Index, pod.Revision, IsReady(pod, now)))
            .ToEquatableArray());

    public SideObservation ObserveStable(DateTimeOffset now)
    {
        var isRolledOut = Services.Stable != Update || (Current == Update && Ready(Update, now) == Replicas);
        return new SideObservation(Services.Stable, Behind(isStable: true, now),
            Services.Stable is null || Services.Stable == Update ? Replicas : _pods.Count(pod => pod.Revision == Services.Stable),
            Services.Stable is null || isRolledOut, null);
    }

    public SideObservation ObserveCanary(DateTimeOffset now) =>
        new(Update, Behind(isStable: false, now), Math.Max(0, Replicas - Partition), Services.Canary == Update, null);

    /// <summary>The writes of one pass, each as it would be sent.</summary>
    public IEnumerable<(string What, Action Do)> Arrange(SetLevels levels)
    {
        var (isThere, template) = (Services.AreThere, Update);
        if (!isThere)
            yield return ("services", () => Services = new SetServices(true, levels.StableRevision, levels.CanaryRevision));
        if (isThere && levels.StableRevision is { } stable && stable != Services.Stable)
            yield return ($"stable {stable}", () => Services = Services with { Stable = stable });
        if (isThere && levels.CanaryRevision is { } canary && canary != Services.Canary)
            yield return ($"canary {canary}", () => Services = Services with { Canary = canary });
        if (levels.Partition is { } partition && partition != Partition)
            yield return ($"partition {(partition == SetLevels.Held ? "held" : partition)}",
                () => Partition = template == Update ? partition : Partition);
        if (levels.Evicted is { } pod && !RefusesEvictions)
            yield return ($"evict {pod.Name}", () => _pods.RemoveAll(one => one.Uid == pod.Uid));
    }

    private bool ControlOnce(DateTimeOffset now)
    {
        if (_pods.Where(pod => pod.Index >= Replicas).MaxBy(pod => pod.Index) is { } tooMany) return _pods.Remove(tooMany);
        for (var index = 0; index < Replicas; index++)
        {
            if (_pods.FirstOrDefault(pod => pod.Index == index) is { } there)
            {
                if (!IsReady(there, now)) return false;
                continue;
            }

            _pods.Add(new FakePod(index, index < Partition ? Current : Update, NextUid(), now + Start));
            return true;
        }

        if (_pods.Where(pod => pod.Index >= Partition && pod.Revision != Update).MaxBy(pod => pod.Index) is { } old)
            return _pods.Remove(old);
        if (Current != Update && _pods.All(pod => pod.Revision == Update)) Current = Update;
        return false;
    }

    private bool IsReady(FakePod pod, DateTimeOffset now) => pod.ReadyAt <= now && !Broken.Contains(pod.Revision);

    private string NextUid() => $"uid-{++_uids}";

    private sealed record FakePod(int Index, string Revision, string Uid, DateTimeOffset ReadyAt);
}
