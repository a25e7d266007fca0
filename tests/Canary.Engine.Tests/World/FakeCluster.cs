using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Testing;
using Canary.Testing.Sets;

namespace Canary.Engine.Tests.World;

/// <summary>The objects of a cluster in memory, with resource versions, and a record of every write. Processes reach it through a
/// <see cref="FakeConnection"/> each.</summary>
internal sealed class FakeCluster(ManualTime time, RolloutSpec spec)
{
    public static readonly RolloutName Name = new("shop", "checkout");
    public const string Uid = "0b7e";

    private long _version = 100;
    private int _excused;

    public ManualTime Time { get; } = time;

    public FakeDeployment Stable { get; } = new("v1");

    public FakeDeployment Canary { get; } = new("v1");

    /// <summary>One workload and its copy, instead of the two above; null: two workloads.</summary>
    public FakeOneWorkload? OneWorkload { get; set; }

    /// <summary>A set whose pods are both sides, instead of any of the above; null: none.</summary>
    public FakeSet? Set { get; set; }

    public List<FakeRoute> Routes { get; } = [new("VirtualService shop/checkout route primary")];

    /// <summary>The templates ask for something else than the runs that were made from them.</summary>
    public bool IsTemplateCorrected { get; set; }

    public Dictionary<string, RunSnapshot> Runs { get; } = new(StringComparer.Ordinal);

    public List<FakeWrite> Writes { get; } = [];

    /// <summary>Traffic that was sent to a side that was not ready, at the moment of the write.</summary>
    public List<string> Unsafe { get; } = [];

    public List<RolloutEvent> Events { get; } = [];

    public HashSet<string> EventNames { get; } = [];

    public RolloutSnapshot Rollout { get; private set; } = new(Name, Uid, "100", 1, spec, [], RolloutStatus.New, null);

    public (string Holder, long Term) Lease { get; set; } = ("one", 1);

    /// <summary>Metrics of every run that is made.</summary>
    public RunSpec Metrics { get; set; } = new([]);

    /// <summary>Metrics of a run by its key; null: <see cref="Metrics"/>.</summary>
    public Func<RunKey, RunSpec>? MetricsOf { get; set; }

    /// <summary>Why the Rollout's finalizer is not taken; null: it is.</summary>
    public string? FinalizerRefusal { get; set; }

    /// <summary>The Rollout was deleted, and nobody held it any more.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Why no AnalysisRun can be made; null: each can.</summary>
    public string? RunRefusal { get; set; }

    /// <summary>Why a route is not taken; null: it is.</summary>
    public string? RouteRefusal { get; set; }

    /// <summary>Why a Rollout's status is not taken; null: it is.</summary>
    public string? StatusRefusal { get; set; }

    public IReadOnlyList<string> Weights => [.. Writes.Where(write => write.Kind == "route").Select(write => write.What)];

    public int Count(string kind) => Writes.Count(write => write.Kind == kind);

    public string NextVersion() => (++_version).ToString(CultureInfo.InvariantCulture);

    /// <summary>A person ships a revision to the canary side.</summary>
    public void Ship(string revision)
    {
        Templates.Add(revision);
        if (Set is not null) Set.Update = revision;
        else if (OneWorkload is { } one) one.Workload.Ship(revision, Time.GetUtcNow(), TimeSpan.FromSeconds(3));
        else Canary.Ship(revision, Time.GetUtcNow(), TimeSpan.FromSeconds(3));
    }

    /// <summary>A person asks.</summary>
    public void Ask(RequestAction action, string id) =>
        Rollout = Rollout with { Request = new RolloutRequest(id, action, null, null, "ann", "", null), ResourceVersion = NextVersion() };

    /// <summary>A person asks for something that needs more than an action.</summary>
    public void Ask(RolloutRequest request) => Rollout = Rollout with { Request = request, ResourceVersion = NextVersion() };

    /// <summary>The other Rollouts of its group, and those that it depends on.</summary>
    public PeerReading Peers { get; set; } = PeerReading.None;

    /// <summary>Revisions whose pod templates are in ReplicaSets.</summary>
    public HashSet<string> Templates { get; } = ["v1"];

    /// <summary>A person edits the spec.</summary>
    public void Edit(RolloutSpec next) =>
        Rollout = Rollout with { Spec = next, Generation = Rollout.Generation + 1, ResourceVersion = NextVersion() };

    /// <summary>Somebody touches the Rollout without a change of meaning: whoever holds an older read loses.</summary>
    public void Touch() => Rollout = Rollout with { ResourceVersion = NextVersion() };

    /// <summary>Its spec is wrong.</summary>
    public void Break() =>
        Rollout = Rollout with
        {
            Spec = null,
            Errors = [new Canary.Core.Validation.SpecError("spec.traffic", "is missing")],
            ResourceVersion = NextVersion()
        };

    /// <summary>A person deletes it: it goes once nobody holds it.</summary>
    public void Delete(DeletionPolicy policy = DeletionPolicy.Restore)
    {
        Rollout =
            Rollout with { Deletion = new RolloutDeletionState(true, Rollout.Deletion.IsHeld, policy), ResourceVersion = NextVersion() };
        IsGone = !Rollout.Deletion.IsHeld;
    }

    public void Hold(bool isHeld)
    {
        Rollout = Rollout with { Deletion = Rollout.Deletion with { IsHeld = isHeld }, ResourceVersion = NextVersion() };
        IsGone = Rollout.Deletion is { IsAsked: true, IsHeld: false };
    }

    public void Save(RolloutStatus status, string by)
    {
        Rollout = Rollout with { Status = status, ResourceVersion = NextVersion() };
        Writes.Add(new FakeWrite("status", $"{status.Phase} step {status.CurrentStepIndex} {status.Message}", by, Time.GetUtcNow()));
    }

    public void Save(RunSnapshot run, RunStatus status, string by)
    {
        Runs[run.Uid] = Runs[run.Uid] with { Status = status, ResourceVersion = NextVersion() };
        Writes.Add(new FakeWrite("run", $"{run.ObjectName} {status.Phase}", by, Time.GetUtcNow()));
    }

    public RunSnapshot Make(RunKey key, string by)
    {
        var name = $"checkout-{key.Suffix}";
        if (Runs.TryGetValue(name, out var there)) return there;
        Writes.Add(new FakeWrite("newRun", name, by, Time.GetUtcNow()));
        return Runs[name] =
            new RunSnapshot(key, name, name, NextVersion(), Time.GetUtcNow(), MetricsOf?.Invoke(key) ?? Metrics, RunStatus.New);
    }

    public void Shift(FakeRoute route, RoutePlan plan, string by)
    {
        var second = plan.Second;
        if (OneWorkload is { Workload: { } canary } && (second > route.Second || !plan.Managed.IsNone)
            && canary.Read != canary.Configuration)
            Unsafe.Add($"{second}% to pods that have read {canary.Read}, and {canary.Configuration} is released");
        (route.Second, route.Managed) = (second, plan.Managed);
        route.Shifts.Add(plan.Managed.IsNone ? second.ToString() : $"{second}, {plan.Managed}");
        Writes.Add(new FakeWrite("route", route.Shifts[^1], by, Time.GetUtcNow()));
        if (!plan.Managed.IsNone && Observe(Side.NamedCanary).ReadyEndpoints == 0) Unsafe.Add($"{plan.Managed} to a canary without pods");
        if (OneWorkload is not null || Set is not null)
        {
            CheckPods();
            return;
        }

        if (second > Weight.Zero && !Observe(Side.NamedCanary).IsReady) Unsafe.Add($"{second}% to a canary that is not ready");
        if (second < Weight.Full && !Observe(Side.NamedStable).IsReady)
            Unsafe.Add($"{100 - second.Percent}% to a stable that is not ready");
    }

    /// <summary>No side may have less than its share of the pods at the weight that the routes show.</summary>
    public void CheckPods()
    {
        if (Set is { } set && Routes[0].Second is var share
            && ((share > Weight.Zero && set.Behind(isStable: false, Time.GetUtcNow()) == 0)
                || (share < Weight.Full && set.Behind(isStable: true, Time.GetUtcNow()) == 0)))
            Unsafe.Add($"a side without a ready pod at weight {share}: {set.Revisions}");
        if (OneWorkload is not { } one || one.Serving == StableServing.Neither) return;
        var (now, weight) = (Time.GetUtcNow(), Routes[0].Second);
        var serving = one.Serving == StableServing.Copy ? one.Copy : one.Workload;
        if (weight < Weight.Full && serving?.Ready(now) is null or 0) Unsafe.Add($"stable's Service has no ready pod at weight {weight}");
        var missing = MissingOfCanary();
        if (missing > _excused) Unsafe.Add($"{one.Workload.Ready(now)} pods of the canary at weight {weight}, {missing} more needed");
        _excused = Math.Min(_excused, missing);
        var ofStable = global::Canary.Core.Rollouts.Evaluating.Capacity.PodsFor(
            Weight.FromBasisPoints(Weight.Full.BasisPoints - weight.BasisPoints), one.Full ?? 0);
        // Pods of the canary that do not run serve nobody: the traffic leaves them for those that there are.
        if (one is { Copy: { } copy, Workload.IsBroken: false } && copy.Ready(now) < ofStable)
            Unsafe.Add($"{copy.Ready(now)} pods of stable at weight {weight}, {ofStable} needed");
    }

    /// <summary>Pods that the canary lacks now are lacking because of somebody else: a write of ours may not make them more.</summary>
    public void Excuse() => _excused = MissingOfCanary();

    private int MissingOfCanary() => OneWorkload is not { Copy: { } copy } one ? 0
        : Math.Max(0, global::Canary.Core.Rollouts.Evaluating.Capacity.PodsFor(Routes[0].Second, one.Full ?? copy.Replicas)
            - one.Workload.Ready(Time.GetUtcNow()));

    public SideObservation Observe(Side side) => side switch
    {
        Side.NamedStable when Set is { } set => set.ObserveStable(Time.GetUtcNow(), Rollout.Status.IsRunning),
        Side.NamedCanary when Set is { } set => set.ObserveCanary(Time.GetUtcNow()),
        Side.NamedStable when OneWorkload is { } one => one.ObserveStable(Time.GetUtcNow()),
        Side.NamedCanary when OneWorkload is { } one => one.ObserveCanary(Time.GetUtcNow()),
        Side.NamedStable => Stable.Observe(Time.GetUtcNow()),
        Side.NamedCanary => Canary.Observe(Time.GetUtcNow()),
    };
}
