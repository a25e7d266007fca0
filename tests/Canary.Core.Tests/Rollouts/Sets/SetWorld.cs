using System;
using System.Collections.Generic;
using System.Globalization;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Testing.Sets;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Sets;

/// <summary>A set behind one route, with an engine around the machine. What must hold at every moment is checked after every
/// write.</summary>
internal sealed class SetWorld(FakeSet set, params Step[] steps)
{
    private readonly List<string> _writes = [];
    private ManagedRoutes _managed = ManagedRoutes.None;
    private long? _sequence;

    public FakeSet Set { get; } = set;

    public RolloutSpec Spec { get; set; } = A.Plain with
    {
        Steps = steps.ToEquatableArray(),
        Set = new SetWorkload(new WorkloadReference(set is FakeDaemonSet ? SetWorkload.DaemonSet : SetWorkload.StatefulSet, "web"), null),
        Traffic = A.Traffic with
        {
            NamedStable = new SideSpec("web-stable", null, null),
            NamedCanary = new SideSpec("web-canary", null, null),
        },
    };

    public RolloutStatus Status { get; private set; } = RolloutStatus.New;

    public RolloutRequest? Request { get; private set; }

    public EquatableArray<SpecError> Problems { get; set; }

    /// <summary>The problems are of the set alone: what it and its pods are like is known.</summary>
    public bool IsSeenAllTheSame { get; set; }

    public DateTimeOffset Now { get; private set; } = A.Start;

    public decimal Weight { get; set; }

    /// <summary>What is decided and saved, and not carried out, as by a process that dies.</summary>
    public Func<Decision, bool> IsLost { get; set; } = _ => false;

    public List<RolloutEvent> Announced { get; } = [];

    public IReadOnlyList<string> Writes => _writes;

    public string Story => string.Join(", ", _writes);

    public void Forget() => _writes.Clear();

    public Observation Look() => new(1, Set.ObserveStable(Now, Status.IsRunning), Set.ObserveCanary(Now),
        [new RouteObservation("VirtualService shop/web route primary", Core.Units.Weight.FromPercent(Weight))
        {
            Sequence = _sequence,
            Managed = _managed,
        }], [], Request, Problems, null)
    {
        Set = Problems.Count > 0 && !IsSeenAllTheSame ? null : Set.Observe(Now),
    };

    public Decision Pass()
    {
        Set.Control(Now);
        var decision = RolloutMachine.Decide(Spec, [], Status, Look(), Now);
        var again = RolloutMachine.Decide(Spec, [], decision.Status, Look(), Now);
        Assert.That(again.Status == decision.Status && again.Effects == decision.Effects, Is.True,
            () => $"deciding twice changes nothing: {decision.Status.Message} / {again.Status.Message}");
        Status = decision.Status;
        Announced.AddRange(decision.Announcements);
        if (!IsLost(decision))
        {
            foreach (var effect in decision.Effects) CarryOut(effect);
        }

        return decision;
    }

    /// <summary>Evaluates once a second until it is so.</summary>
    public SetWorld Until(Func<SetWorld, bool> isSo, int seconds = 600)
    {
        for (var passes = 0; !isSo(this); passes++)
        {
            if (passes > seconds)
                Assert.Fail($"not within {seconds} s: {Status.Phase}: {Status.Message}; {Set.Revisions}; weight {Weight}; {Story}");
            Pass();
            Pass();
            Now = Now.AddSeconds(1);
        }

        return this;
    }

    public SetWorld Advance(int seconds)
    {
        var end = Now.AddSeconds(seconds);
        return Until(world => world.Now >= end, seconds + 1);
    }

    public SetWorld Healthy() => Until(world => world.Status is { Phase: Phase.Healthy, IsRunning: false });

    public SetWorld Push(string revision)
    {
        Set.Update = revision;
        return this;
    }

    public SetWorld Ask(RequestAction action, string id)
    {
        Request = new RolloutRequest(id, action, null, null, "ana", "", null);
        return this;
    }

    // A side with traffic has a ready pod. What was lost before, others took.
    private void Check(string what, bool wasServed) =>
        Assert.That(IsServed || !wasServed, Is.True, () => $"weight {Weight}, pods {Set.Revisions}, {Set.Services} after {what}: {Story}");

    private bool IsServed =>
        ((Weight == 0 && _managed.IsNone) || Set.Behind(isStable: false, Now) > 0)
        && (Weight == 100 || Set.Behind(isStable: true, Now) > 0);

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Route route:
                var wasServed = IsServed;
                CheckRaise(route.Second.Percent);
                (Weight, _managed) = (route.Second.Percent, route.Plan.Managed);
                _sequence = Status.WriteSequence;
                _writes.Add(Weight.ToString(CultureInfo.InvariantCulture) + (_managed.IsNone ? "" : " and by headers"));
                Check("a shift", wasServed);
                break;
            case Effect.FenceRoutes:
                _sequence = Status.WriteSequence;
                break;
            case Effect.ArrangeSet(var levels):
                if (levels.Evicted is { } pod) CheckEviction(pod);
                foreach (var (what, act) in Set.Arrange(levels, Now))
                {
                    var before = IsServed;
                    _writes.Add(what);
                    act();
                    Check(what, before);
                    Set.Control(Now);
                    Check($"{what}, and what the set made of it", before);
                }

                break;
            case Effect.PromoteTemplate or Effect.Arrange:
                Assert.Fail($"{effect} for a set");
                break;
        }
    }

    // Without a partition a pod comes back at the template: it goes only where that is what it is to run.
    private void CheckEviction(SetPod pod)
    {
        if (Set.Partition is not null) return;
        Assert.That((pod.Revision != Set.Update, Set.Update == Status.StableRevision
                || (Set.Update == Status.CanaryRevision && Status is { IsRunning: true, Abort: null })),
            Is.EqualTo((true, true)), () => $"{pod} evicted at template {Set.Update}: {Status.Message}");
    }

    // The canary has the pods for a raise, or all but one.
    private void CheckRaise(decimal to)
    {
        if (to <= Weight) return;
        Assert.That(Set.Services.Canary, Is.EqualTo(Status.CanaryRevision), "the canary's Service selects what is released");
        var most = Set.MostOfCanary(Status.StableRevision);
        var needed = Math.Min(most, Capacity.PodsFor(Core.Units.Weight.FromPercent(to), Set.Replicas));
        Assert.That(Set.Behind(isStable: false, Now), Is.GreaterThanOrEqualTo(needed), $"raised to {to}: {Story}");
    }
}
