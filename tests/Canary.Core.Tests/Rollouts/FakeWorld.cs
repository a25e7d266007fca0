using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Tests.Rollouts;

/// <summary>Two sides, routes and analysis runs, with an engine around the machine. <see cref="Judge"/> sees every decision before it is
/// carried out.</summary>
internal sealed class FakeWorld
{
    private readonly Dictionary<RunKey, RunObservation> _runs = [];
    private readonly Dictionary<RouterSpec, List<decimal>> _routes = [];
    private readonly Dictionary<RouterSpec, long> _sequences = [];
    private readonly int _routeCount;

    public FakeWorld(RolloutSpec spec, int routes = 1)
    {
        Spec = spec;
        _routeCount = routes;
        if (spec.Revision is not null) First = Second = A.Side with { Revision = null, DesiredPods = 0 };
    }

    public RolloutSpec? Spec { get; set; }

    public EquatableArray<SpecError> Errors { get; set; }

    public EquatableArray<SpecError> Problems { get; set; }

    public RolloutStatus Status { get; set; } = RolloutStatus.New;

    public SideObservation First { get; set; } = A.Side;

    public SideObservation Second { get; set; } = A.Side;

    public RolloutRequest? Request { get; set; }

    public DateTimeOffset Now { get; set; } = A.Start;

    public bool RefusesRoutes { get; set; }

    public string? RouteRefusal { get; set; }

    /// <summary>Effects are lost, as after a crash that follows the write of the status.</summary>
    public bool DropsEffects { get; set; }

    /// <summary>A template that is written into stable is not rolled out at once.</summary>
    public bool IsSlow { get; set; }

    /// <summary>The phase that runs get as soon as they exist.</summary>
    public RunPhase Verdict { get; set; } = RunPhase.Running;

    /// <summary>The phase that a run after the last step gets as soon as it exists; null: that of any other.</summary>
    public RunPhase? PostVerdict { get; set; }

    public List<RolloutEvent> Announced { get; } = [];

    /// <summary>Every weight that was written, as the share of the side named canary.</summary>
    public List<decimal> Weights { get; } = [];

    /// <summary>The routes show what is wanted, and are to be written again.</summary>
    public bool IsBehind { get; set; }

    /// <summary>Everything that was written to the routes.</summary>
    public List<RoutePlan> Plans { get; } = [];

    /// <summary>The header and mirror routes that every route has before it; null: others than this Rollout knows.</summary>
    public ManagedRoutes? Managed { get; set; } = ManagedRoutes.None;

    public Action<FakeWorld, Decision> Judge { get; set; } = (_, _) => { };

    public IReadOnlyCollection<RunObservation> Runs => _runs.Values;

    /// <summary>Percent of the side named canary, a route each, of the router in force.</summary>
    public List<decimal> Routes => RoutesOf(Status);

    public SideObservation Stable => Status.StableSide == Side.NamedStable ? First : Second;

    public SideObservation Canary
    {
        get => Status.StableSide == Side.NamedStable ? Second : First;
        set => (First, Second) = Status.StableSide == Side.NamedStable ? (First, value) : (value, Second);
    }

    /// <summary>Write sequence of the claim on the routes of the router in force; null: they carry none.</summary>
    public long? Sequence => _sequences.TryGetValue(RouterOf(Status), out var sequence) ? sequence : null;

    /// <summary>The alerts that fire.</summary>
    public EquatableArray<FiringAlert> Alerts { get; set; }

    /// <summary>Since when the engine watches without a break; null: there was none.</summary>
    public DateTimeOffset? WatchedSince { get; set; }

    /// <summary>No AnalysisRun can be made: a quota, or a webhook.</summary>
    public bool MakesNoRuns { get; set; }

    public EquatableArray<OngoingAlert> OngoingAlerts { get; set; }

    /// <summary>Its name, as the others know it.</summary>
    public string Name { get; set; } = "shop/checkout";

    /// <summary>The other Rollouts that it waits for or belongs with.</summary>
    public EquatableArray<PeerRollout> Peers { get; set; }

    /// <summary>The revisions whose pod templates exist; null: nobody asked.</summary>
    public EquatableArray<string>? Templates { get; set; }

    public RunKey Background => new(Status.CanaryRevision!, Status.Attempt, null);

    /// <summary>The spec as the engine would read it.</summary>
    public RolloutSpec? ReadSpec => Errors.Count > 0 ? null : Spec;

    public bool IsBlocked => Errors.Count > 0 || Seen.Count > 0;

    /// <summary>What is missing, and the sides whose Services select pods of others.</summary>
    private EquatableArray<SpecError> Seen =>
        [.. Problems, .. new[] { First, Second }.Select(side => side.ForeignPods).OfType<string>()
            .Select(foreign => new SpecError("spec.traffic", foreign))];

    /// <summary>What the routes give to the canary, whichever side has that role.</summary>
    public IEnumerable<decimal> Shown => Routes.Select(second => Status.StableSide == Side.NamedStable ? second : 100 - second);

    public string[] Reasons => [.. Announced.Select(one => one.Reason)];

    public Observation Look() => new(
        1,
        First,
        Second,
        Problems.Count > 0 ? []
        : Routes.Select((weight, i) => new RouteObservation($"VirtualService shop/checkout route r{i}",
            Weight.FromPercent(weight))
        { Sequence = Sequence, Managed = Managed, IsBehind = IsBehind }).ToEquatableArray(),
        _runs.Values.ToEquatableArray(),
        Request,
        Seen,
        RouteRefusal)
    { Alerts = Alerts, OngoingAlerts = OngoingAlerts, WatchedSince = WatchedSince, Templates = Templates, Peers = Peers, Name = Name };

    public Decision Decide() => RolloutMachine.Decide(ReadSpec, Errors, Status, Look(), Now);

    /// <summary>One evaluation: decide, save, carry out.</summary>
    public Decision Pass()
    {
        var decision = Decide();
        Judge(this, decision);
        Status = decision.Status;
        Announced.AddRange(decision.Announcements);
        if (!DropsEffects) CarryOut(decision);
        return decision;
    }

    public void CarryOut(Decision decision)
    {
        foreach (var effect in decision.Effects) CarryOut(effect, decision.Status);
    }

    /// <summary>Evaluates until nothing changes at this time.</summary>
    public FakeWorld Settle()
    {
        for (var i = 0; i < 50; i++)
        {
            var before = Picture();
            Pass();
            if (before.Equals(Picture())) return this;
        }

        throw new InvalidOperationException($"never settles: {Status.Message}");
    }

    /// <summary>Lets time pass, with an evaluation whenever one is due.</summary>
    public FakeWorld Advance(TimeSpan time)
    {
        var end = Now + time;
        Settle();
        while (Decide().WakeAt is { } wake && wake <= end)
        {
            Now = wake > Now ? wake : Now.AddSeconds(1);
            Settle();
        }

        Now = end;
        return Settle();
    }

    /// <summary>The canary's pods run another template, and are ready.</summary>
    public FakeWorld Push(string revision)
    {
        if (Spec is { Revision: not null }) Spec = Spec with { Revision = revision };
        else Second = Second with
        {
            Revision = revision,
            Workload = new ObservedWorkload("checkout-canary", "uid-canary", (Second.Workload?.Generation ?? 0) + 1)
        };
        return this;
    }

    public FakeWorld Write(decimal second, int route = 0)
    {
        Routes[route] = second;
        return this;
    }

    /// <summary>Weights that were sent and lost are carried out after all.</summary>
    public FakeWorld Arrive()
    {
        foreach (var route in Decide().Effects.OfType<Effect.Route>()) CarryOut(route, Status);
        return this;
    }

    public FakeWorld Ask(RequestAction action, string id, string? revision = null, int? step = null)
    {
        Request = new RolloutRequest(id, action, revision, step, "ana", "", null);
        return Settle();
    }

    public FakeWorld SetRun(RunKey key, RunPhase phase, string message = "", bool isHeldByErrors = false, bool isConclusive = true,
        bool isPastErrorBudget = false, string lacksToRaise = "", string lacksToFill = "", string trafficMismatch = "",
        bool? isConclusiveWithoutComparisons = null)
    {
        _runs[key] = new RunObservation(key, phase, message, isHeldByErrors, isConclusive)
        {
            // What a comparison lacks is no lack of the other metrics.
            IsConclusiveWithoutComparisons = isConclusiveWithoutComparisons
                ?? (isConclusive || lacksToRaise.Length + lacksToFill.Length > 0),
            IsPastErrorBudget = isPastErrorBudget,
            TrafficMismatch = trafficMismatch,
            MissingForRaise = lacksToRaise,
            MissingForFullWeight = lacksToFill.Length > 0 ? lacksToFill : lacksToRaise,
        };
        return this;
    }

    public RunKey Inline(int step) => new(Status.CanaryRevision!, Status.Attempt, step);

    public RunKey At(AnalysisPlacement edge) => new(Status.CanaryRevision!, Status.Attempt, null, edge);

    private object Picture() =>
        (Status, string.Join(",", Routes), Managed, Sequence, First, Second, RouteRefusal,
            string.Join(",", _runs.Values.Select(run => $"{run.Key} {run.Phase}")));

    private List<decimal> RoutesOf(RolloutStatus status)
    {
        var router = RouterOf(status);
        if (!_routes.TryGetValue(router, out var routes)) _routes[router] = routes = [.. Enumerable.Repeat(0m, _routeCount)];
        return routes;
    }

    private RouterSpec RouterOf(RolloutStatus status) => (status.Governing(ReadSpec) ?? Spec!).Traffic.Router;

    private void CarryOut(Effect effect, RolloutStatus status)
    {
        switch (effect)
        {
            case Effect.Route(var plan):
                RouteRefusal = RefusesRoutes ? "admission webhook denied it" : null;
                if (RefusesRoutes) break;
                for (var i = 0; i < Routes.Count; i++) Routes[i] = plan.Second.Percent;
                Managed = plan.Managed;
                Plans.Add(plan);
                Weights.Add(plan.Second.Percent);
                _sequences[RouterOf(Status)] = status.WriteSequence;
                break;
            case Effect.FenceRoutes:
                RouteRefusal = RefusesRoutes ? "admission webhook denied it" : null;
                if (!RefusesRoutes) _sequences[RouterOf(Status)] = status.WriteSequence;
                break;
            case Effect.FenceStable:
                First = First with { Sequence = status.WriteSequence };
                break;
            case Effect.Analyze when MakesNoRuns:
                break;
            case Effect.Analyze(var key, _):
                var verdict = key.Edge == AnalysisPlacement.Post ? PostVerdict ?? Verdict : Verdict;
                _runs.TryAdd(key,
                    new RunObservation(key, key is { Step: null, Edge: null } ? verdict : verdict == RunPhase.Running ? RunPhase.Successful
                        : verdict, "error rate 0.2%", false, true));
                break;
            case Effect.EndAnalysis(var key, _):
                if (_runs.TryGetValue(key, out var run)) _runs[key] = run with { Phase = RunPhase.Successful };
                break;
            case Effect.RestoreTemplate(var old, var from):
                if (Second.Revision == from) Push(old);
                break;
            case Effect.PromoteTemplate(var revision):
                if (Second.Revision == revision)
                    First = First with { Revision = revision, IsRolledOut = !IsSlow, Sequence = status.WriteSequence };
                break;
        }
    }
}
