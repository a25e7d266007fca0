using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Units;

namespace Canary.Testing.Sets;

/// <summary>A set, its controller and the Services of its sides, as far as pods, revisions and selectors go.</summary>
internal abstract class FakeSet
{
    /// <summary>From the making of a pod until it is ready.</summary>
    protected static readonly TimeSpan Start = TimeSpan.FromSeconds(3);

    private int _uids;

    /// <param name="replicas">Its pods, all ready at version v1.</param>
    protected FakeSet(int replicas)
    {
        Replicas = replicas;
        Pods = [.. Enumerable.Range(0, replicas).Select(index => new FakePod(index, "v1", NextUid(), default))];
    }

    public int Replicas { get; set; }

    /// <summary>Null: it has none.</summary>
    public int? Partition { get; set; }

    /// <summary>The revision that pods below the partition, or without one all pods, come back at.</summary>
    public abstract string Current { get; }

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
    public string Revisions => string.Join(' ', Pods.OrderBy(pod => pod.Index).Select(pod => pod.Revision));

    protected List<FakePod> Pods { get; }

    /// <summary>The most pods that the canary can be asked to have before stable has no traffic.</summary>
    public abstract int MostOfCanary(string? stable);

    /// <summary>Ready pods of a revision; null: of any.</summary>
    public int Ready(string? revision, DateTimeOffset now) =>
        Pods.Count(pod => (revision is null || pod.Revision == revision) && IsReady(pod, now));

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
    public virtual void Lose(int index) => Pods.RemoveAll(pod => pod.Index == index);

    public SetObservation Observe(DateTimeOffset now) => new(Replicas, Partition, Current, Update, Services,
        Pods.OrderBy(pod => pod.Index).Select(pod => new SetPod(Name(pod), pod.Uid, pod.Index, pod.Revision, IsReady(pod, now),
            pod.IsTerminating)
        {
            IsLost = IsLost(pod, now),
        }).ToEquatableArray());

    /// <param name="now">The time.</param>
    /// <param name="isReleased">A release is under way.</param>
    public abstract SideObservation ObserveStable(DateTimeOffset now, bool isReleased);

    public abstract SideObservation ObserveCanary(DateTimeOffset now);

    /// <summary>The writes of one pass, each as it would be sent.</summary>
    public IEnumerable<(string What, Action Do)> Arrange(SetLevels levels, DateTimeOffset now)
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
            yield return ($"evict {pod.Name}", () => Evict(pod.Uid, now));
    }

    protected abstract bool ControlOnce(DateTimeOffset now);

    protected virtual void Evict(string uid, DateTimeOffset now) => Pods.RemoveAll(one => one.Uid == uid);

    protected virtual bool IsReady(FakePod pod, DateTimeOffset now) =>
        pod.ReadyAt <= now && !pod.IsTerminating && !Broken.Contains(pod.Revision);

    protected virtual bool IsLost(FakePod pod, DateTimeOffset now) => false;

    protected virtual string Name(FakePod pod) => $"web-{pod.Index}";

    protected string NextUid() => $"uid-{++_uids}";

    protected sealed record FakePod(int Index, string Revision, string Uid, DateTimeOffset ReadyAt, DateTimeOffset? EvictedAt = null)
    {
        public bool IsTerminating => EvictedAt is not null;
    }
}
