using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.StableScales;

/// <summary>One Deployment with <c>dynamicStableScale</c>, its copy and a route, with an engine around the machine. What the pods of each
/// side bear is compared with its share after every write and every second.</summary>
internal sealed class ScaledWorld
{
    private readonly List<string> _writes = [];
    private ManagedRoutes _managed = ManagedRoutes.None;
    private long? _sequence;
    private int? _full;
    private int? _written = 0;

    public ScaledWorld(int size, params Step[] steps)
    {
        Size = size;
        Copy.Scale(size, A.Start.AddMinutes(-5));
        Spec = A.Plain with
        {
            Steps = steps.ToEquatableArray(),
            IsStableScaled = true,
            Alerts = [A.Rule],
            Workload = new CopiedWorkload(new WorkloadReference("Deployment", "checkout"), null),
            Traffic = A.Traffic with
            {
                NamedCanary = new SideSpec("checkout-canary", null, new WorkloadReference("Deployment", "checkout")),
            },
        };
        Status = RolloutStatus.New with { StableRevision = "v1", CanaryRevision = "v1", Accepted = Spec, StableReplicas = size };
    }

    public RolloutSpec Spec { get; set; }

    public RolloutStatus Status { get; private set; }

    public ScaledPods Copy { get; } = new("v1");

    public ScaledPods Workload { get; } = new("v1");

    /// <summary>Pods that all of the traffic needs.</summary>
    public int Size { get; }

    /// <summary>The annotation of a copy that has fewer.</summary>
    public int? Full => _full;

    /// <summary>Somebody edits the annotation, or takes it off.</summary>
    public void Note(int? full) => _full = full;

    public decimal Weight { get; set; }

    public DateTimeOffset Now { get; private set; } = A.Start;

    public RolloutRequest? Request { get; private set; }

    public EquatableArray<SpecError> Problems { get; set; }

    public EquatableArray<FiringAlert> Alerts { get; set; }

    public AutoscalerObservation? Autoscaler { get; set; }

    public bool IsCopyUnknown { get; set; }

    /// <summary>What is decided and saved, and not carried out, as by a process that dies.</summary>
    public Func<bool> IsLost { get; set; } = () => false;

    /// <summary>Pods were lost, or a deadline passed: fewer than the share may be there. What is written goes to no worse place.</summary>
    public bool IsShort { get; set; }

    public List<RolloutEvent> Announced { get; } = [];

    public string Story => string.Join(", ", _writes);

    public IReadOnlyList<string> Writes => _writes;

    public Observation Look() => new(1,
        Side(Copy), Side(Workload),
        [new RouteObservation("VirtualService shop/checkout route primary", Core.Units.Weight.FromPercent(Weight))
        {
            Sequence = _sequence,
            Managed = _managed,
        }], [], Request, Problems, null)
    {
        Alerts = Alerts,
        Copy = IsCopyUnknown ? null
            : new CopyObservation(Workload.Replicas, _written, Copy.Replicas, Copy.IsRolledOut(Now), true, StableServing.Copy)
            {
                FullReplicas = _full,
                IsCopyObserved = Copy.IsObserved(Now),
                IsWorkloadAvailable = Workload.Replicas > 0 && Workload.IsRolledOut(Now),
                HasCopyPods = Copy.Alive(Now) > 0,
                Autoscaler = Autoscaler,
            },
    };

    private SideObservation Side(ScaledPods pods) =>
        new(pods.Revision, pods.Behind(Now), pods.Replicas, pods.IsRolledOut(Now), null) { IsUpdated = pods.IsUpdated(Now) };

    public Decision Pass()
    {
        Copy.Control(Now);
        Workload.Control(Now);
        var seen = Look();
        var decision = RolloutMachine.Decide(Spec, [], Status, seen, Now);
        var again = RolloutMachine.Decide(Spec, [], decision.Status, seen, Now);
        Assert.That(again.Status == decision.Status && again.Effects == decision.Effects, Is.True,
            () => $"deciding twice changes nothing: {decision.Status.Message} / {again.Status.Message}");
        if (decision.WakeAt is { } wake && wake > Now
            && RolloutMachine.Decide(Spec, [], decision.Status, seen, wake.AddTicks(-1)) is var later)
            Assert.That(later.Status == decision.Status && Arranged(later).SequenceEqual(Arranged(decision)), Is.True,
                () => $"nothing changes before WakeAt: {decision.Status.Message} / {later.Status.Message}");
        Status = decision.Status;
        Announced.AddRange(decision.Announcements);
        if (!IsLost())
        {
            foreach (var effect in decision.Effects) CarryOut(effect);
        }

        return decision;
    }

    /// <summary>Evaluates every 400 ms until it is so: also while the endpoints still have pods that ended.</summary>
    public ScaledWorld Until(Func<ScaledWorld, bool> isSo, int seconds = 600)
    {
        for (var passes = 0; !isSo(this); passes++)
        {
            if (passes > seconds * 5 / 2)
                Assert.Fail($"not within {seconds} s: {Status.Phase}: {Status.Message}; weight {Weight}, {Pods}; {Story}");
            Pass();
            Now = Now.AddMilliseconds(400);
            Check("a moment");
        }

        return this;
    }

    /// <summary>Until it is so, or for so long.</summary>
    public ScaledWorld UntilOver(Func<ScaledWorld, bool> isSo, int seconds)
    {
        var end = Now.AddSeconds(seconds);
        return Until(world => isSo(world) || world.Now >= end, seconds + 1);
    }

    public ScaledWorld Advance(int seconds)
    {
        var end = Now.AddSeconds(seconds);
        return Until(world => world.Now >= end, seconds + 1);
    }

    public ScaledWorld Push(string revision)
    {
        Workload.Ship(revision, Now);
        return this;
    }

    public ScaledWorld Ask(RequestAction action, string id)
    {
        Request = new RolloutRequest(id, action, null, null, "ana", "", null);
        return this;
    }

    public void Lose(ScaledPods side, int index)
    {
        side.Lose(index);
        IsShort = true;
    }

    public string Pods => $"stable {Copy.Alive(Now)}/{Copy.Replicas} ({_full}), canary {Workload.Alive(Now)}/{Workload.Replicas}";

    private static IEnumerable<Effect> Arranged(Decision decision) => decision.Effects.OfType<Effect.Arrange>();

    private int Missing => Math.Max(0, Needed(100 - Weight) - Copy.Alive(Now)) + Math.Max(0, Needed(Weight) - Workload.Alive(Now));

    private int Needed(decimal percent) => Capacity.PodsFor(Core.Units.Weight.FromPercent(percent), Size);

    // The ready pods of each side are at least its share.
    private void Check(string what)
    {
        if (!IsShort)
            Assert.That(Missing, Is.Zero, () => $"weight {Weight}, {Pods} after {what} at {Now:HH:mm:ss}: {Status.Message}; {Story}");
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Route route:
                var (before, missed) = (Weight, Missing);
                (Weight, _managed, _sequence) = (route.Second.Percent, route.Plan.Managed, Status.WriteSequence);
                if (before != Weight) _writes.Add($"weight {Weight.ToString(CultureInfo.InvariantCulture)}");
                if (Status.Abort is not null || Status.IsRestarting)
                    Assert.That(Weight, Is.LessThanOrEqualTo(before), $"a way back only lowers: {Story}");
                if (Workload.Alive(Now) > 0 && !IsShort)
                    Assert.That(Missing, Is.LessThanOrEqualTo(missed), $"from {before} to {Weight}, {Pods}: {Story}");
                break;
            case Effect.FenceRoutes:
                _sequence = Status.WriteSequence;
                break;
            case Effect.Arrange(var levels):
                Arrange(levels);
                break;
            case Effect.PromoteTemplate promotion:
                _writes.Add($"promote {promotion.Revision}");
                Copy.Ship(promotion.Revision, Now);
                break;
        }

        Check(effect.ToString());
    }

    private void Arrange(CopyLevels levels)
    {
        if (levels.StableReplicas is { } stable)
        {
            _writes.Add($"stable {stable}{(levels.FullReplicas is { } full ? $" of {full}" : "")}");
            if (stable < Copy.Replicas)
                Assert.That(stable, Is.GreaterThanOrEqualTo(Math.Max(1, Needed(100 - Weight))), $"shrunk below its share: {Story}");
            _full = levels.FullReplicas;
            Copy.Scale(stable, Now);
        }

        if (levels.WorkloadReplicas is not { } replicas) return;
        _writes.Add($"canary {replicas}");
        _written = replicas;
        Workload.Scale(replicas, Now);
    }
}
