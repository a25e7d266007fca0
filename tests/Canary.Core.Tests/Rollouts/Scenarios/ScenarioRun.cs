using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Testing.Routers;
using Canary.Testing.Scenarios;

namespace Canary.Core.Tests.Rollouts.Scenarios;

/// <summary>Lets a world suffer what a scenario holds, and then lets it be kind.</summary>
internal sealed class ScenarioRun
{
    private static readonly string[] Revisions = ["v1", "v2", "v3", "v4"];

    private int _requests;

    public ScenarioRun(Scenario<EventKind> scenario) => World = Begin(new Choices(scenario.World));

    public FakeWorld World { get; }

    public List<string> Story { get; } = [];

    public void Step(ScenarioEvent<EventKind> happening)
    {
        Story.Add(
            $"{happening.Kind} at {World.Now:HH:mm:ss} {World.Status.Phase} step {World.Status.CurrentStepIndex} routes "
                + $"{string.Join('/', World.Routes)}: {World.Status.Message}");
        var dice = new Choices(happening.Choices);
        Happen(happening.Kind, dice);
        for (var passes = dice.Next(4); passes > 0; passes--) World.Pass();
    }

    /// <summary>Nothing hinders any more; people let go on whatever waits for them. Returns once the rollout rests.</summary>
    public bool Settle()
    {
        (World.Errors, World.Problems, World.RefusesRoutes, World.DropsEffects, World.IsSlow) = ([], [], false, false, false);
        World.Alerts = [];
        World.Spec = World.Spec! with { IsPaused = false };
        for (var i = 0; i < 400; i++)
        {
            World.First =
                World.First with { ReadyEndpoints = 2, DesiredPods = World.Second.DesiredPods, IsRolledOut = true, ForeignPods = null };
            World.Second = World.Second with { ReadyEndpoints = 2, IsRolledOut = true, ForeignPods = null };
            foreach (var run in World.Runs.Where(run => run.Phase is RunPhase.Running or RunPhase.Pending or RunPhase.Error).ToArray())
                World.SetRun(run.Key, run.Key is { Step: null, Edge: null } ? RunPhase.Running : RunPhase.Successful, "good");
            foreach (var run in World.Runs.Where(run => !run.IsConclusive || run.MissingForFullWeight.Length > 0).ToArray())
                World.SetRun(run.Key, run.Phase, "good");
            World.Pass();
            if (World.Status.Phase is Phase.Healthy or Phase.RolledBack && World.Decide() is { Effects.Count: 0, WakeAt: null } still
                && still.Status == World.Status) return true;
            if (World.Status.Hold is { Reason: not HoldReason.PauseStep } hold)
                World.Request = Request(hold.Reason == HoldReason.InconclusiveAnalysis ? RequestAction.Promote : RequestAction.Resume);
            else if (World.Status.Hold is not null && World.Decide().WakeAt is null) World.Request = Request(RequestAction.Promote);
            World.Now = World.Now.AddSeconds(15);
        }

        return false;
    }

    private static FakeWorld Begin(Choices dice)
    {
        var spec = dice.Next(5) switch
        {
            0 => A.Rollout,
            1 => A.Plain,
            2 => A.Rollout with { Steps = [A.HeaderRoute("staff"), A.Mirror("shadow", 50), .. A.Rollout.Steps, A.HeaderRoute("staff", 0)] },
            3 => Switching(A.Plain, dice),
            _ => A.Alternating with { Steps = A.Rollout.Steps, Analysis = A.Rollout.Analysis }
        };
        var (routes, isSlow) = (1 + dice.Next(2), dice.Next(5) == 1);
        spec = spec with
        {
            PreAnalysis = dice.Next(3) == 1 ? A.Smoke with { Policy = Policy(dice) } : null,
            PostAnalysis = dice.Next(3) == 1 ? A.Smoke with { Policy = Policy(dice) } : null,
            Analysis = spec.Analysis is { } background ? background with { Analysis = background.Analysis with { Policy = Policy(dice) } }
            : null,
            Steps = [.. spec.Steps.Select(step => step is Step.Analyze ? new Step.Analyze(A.Red with { Policy = Policy(dice) }) : step)],
            Alerts = Alerts(dice),
            SkipsAnalysis = dice.Next(12) == 1,
            RollbackWindow = dice.Next(4) == 1 ? 2 : null,
        };
        return new FakeWorld(spec, routes) { Judge = Invariants.Judge, IsSlow = isSlow };
    }

    private static RolloutSpec Switching(RolloutSpec spec, Choices dice)
    {
        var strategy = new BlueGreenStrategy
        {
            IsAutoPromotionEnabled = dice.Next(3) != 0,
            AutoPromotionAfter = TimeSpan.FromSeconds(dice.Next(3) * 40),
            ScaleDownDelay = TimeSpan.FromSeconds(dice.Next(4) * 30),
        };
        return spec with { BlueGreen = strategy, Steps = strategy.Steps() };
    }

    private static VerdictPolicy Policy(Choices dice) =>
        new((FailedAction)dice.Next(2), (InconclusiveAction)dice.Next(3), (ErrorAction)dice.Next(4));

    private static EquatableArray<AlertRule> Alerts(Choices dice) =>
        [.. new[] { "CheckoutErrors", "CheckoutSlow" }.Take(dice.Next(3))
            .Select(name => new AlertRule([new Label("alertname", name)], (AlertAction)dice.Next(2), dice.Next(3) == 0))];

    private static NamedRouter Router(int which) => new(which == 0 ? "checkout" : "other");

    private void Happen(EventKind kind, Choices dice)
    {
        switch (kind)
        {
            case EventKind.Push: World.Push(Revisions[dice.Next(Revisions.Length)]); break;
            case EventKind.CanaryPods: World.Canary = Pods(World.Canary, dice); break;
            case EventKind.FirstPods: if (dice.Next(3) == 0) World.First = Pods(World.First, dice); break;
            case EventKind.CanaryReady: World.Canary = World.Canary with { ReadyEndpoints = 2, IsRolledOut = true }; break;
            case EventKind.FirstReady: World.First = World.First with { ReadyEndpoints = 2, IsRolledOut = true }; break;
            case EventKind.RefuseRoutes: World.RefusesRoutes = dice.Next(2) == 0; break;
            case EventKind.DropEffects: World.DropsEffects = dice.Next(2) == 0; break;
            case EventKind.ForeignWrite:
                World.Write(dice.Next(5) * 25, dice.Next(World.Routes.Count));
                World.Managed = dice.Next(3) switch { 0 => ManagedRoutes.None, 1 => null, _ => World.Managed }; break;
            case EventKind.Measurement: Measure(dice); break;
            case EventKind.Request: Ask(dice); break;
            case EventKind.Crash: Forget(); break;
            case EventKind.Alerts: Fire(dice); break;
            case EventKind.NewLeader:
                World.Now = World.Now.AddMinutes(dice.Next(20) - 5);
                World.WatchedSince = World.Now; break;
            case EventKind.Time: World.Now = World.Now.AddSeconds(dice.Next(120)); break;
            case EventKind.DesiredPods or EventKind.ForeignPodsOfFirst or EventKind.ForeignPodsOfSecond or EventKind.FirstRevision:
                ChangeWorkload(kind, dice); break;
            case EventKind.Pause or EventKind.Steps or EventKind.SpecErrors or EventKind.Problems or EventKind.Router
                or EventKind.AlertRules:
                ChangeSpec(kind, dice); break;
            default: throw new UnreachableException();
        }
    }

    private static SideObservation Pods(SideObservation side, Choices dice) =>
        side with { ReadyEndpoints = dice.Next(3), IsRolledOut = dice.Next(2) == 0 };

    private void ChangeWorkload(EventKind kind, Choices dice)
    {
        switch (kind)
        {
            case EventKind.DesiredPods:
                World.First = World.First with { DesiredPods = World.Spec!.Revision is null ? 1 + dice.Next(6) : 0 }; break;
            case EventKind.ForeignPodsOfFirst:
                World.First =
                    World.First with { ForeignPods = dice.Next(3) == 0 ? "Service checkout-stable selects pods of canary" : null }; break;
            case EventKind.ForeignPodsOfSecond:
                World.Second =
                    World.Second with { ForeignPods = dice.Next(2) == 0 ? "Service checkout-canary selects pods of stable" : null }; break;
            default:
                if (dice.Next(4) == 0)
                    World.First = World.First with { Revision = World.Spec!.Revision is null ? Revisions[dice.Next(3)] : null }; break;
        }
    }

    private void ChangeSpec(EventKind kind, Choices dice)
    {
        var isRare = dice.Next(4) == 0;
        World.Spec = kind switch
        {
            EventKind.Pause => World.Spec! with { IsPaused = dice.Next(3) == 0 },
            EventKind.Steps when World.Spec!.BlueGreen is not null => Switching(World.Spec, dice),
            EventKind.Steps when isRare => World.Spec! with
            {
                Steps = [A.SetWeight(dice.Next(20)), A.HeaderRoute("other"), A.Pause(20), A.SetWeight(60)],
            },
            EventKind.Router when isRare => World.Spec! with { Traffic = World.Spec.Traffic with { Router = Router(dice.Next(2)) } },
            EventKind.AlertRules when isRare => World.Spec! with { Alerts = Alerts(dice) },
            _ => World.Spec,
        };
        if (kind == EventKind.SpecErrors) World.Errors = dice.Next(3) == 0 ? [new SpecError("spec", "wrong")] : [];
        if (kind == EventKind.Problems) World.Problems = dice.Next(3) == 0 ? [new SpecError("spec.traffic", "not there")] : [];
    }

    private void Measure(Choices dice)
    {
        if (World.Runs.Count == 0) return;
        var run = World.Runs.ElementAt(dice.Next(World.Runs.Count));
        // An analysis that gave its verdict takes no further measurement.
        if (run.Phase is RunPhase.Successful or RunPhase.Failed or RunPhase.Inconclusive) return;
        var phase = dice.Next(8) switch
        {
            0 =>
            RunPhase.Failed,
            1 => RunPhase.Inconclusive,
            2 => RunPhase.Error,
            3 => RunPhase.Successful,
            _ => RunPhase.Running
        };
        var isHeld = dice.Next(4) == 0;
        var (isConclusive, isPastBudget) = (dice.Next(2) == 0, isHeld && dice.Next(2) == 0);
        World.SetRun(run.Key, phase, $"measured {dice.Next(100)}", isHeld, isConclusive, isPastBudget, isConclusive || dice.Next(2) == 0
            ? "" : "errors leans to worse", isConclusive ? "" : "errors has shown nothing");
    }

    private void Fire(Choices dice)
    {
        string[] names = ["CheckoutErrors", "CheckoutSlow", "Other"];
        World.Alerts = [.. names.Where(_ => dice.Next(3) == 0).Select(name => A.Alert(World.Now.AddSeconds(-dice.Next(90)), name))];
    }

    private void Ask(Choices dice)
    {
        var actions = Enum.GetValues<RequestAction>();
        World.Request = Request(actions[dice.Next(actions.Length)]);
        if (dice.Next(4) == 0)
            World.Request = World.Request with
            {
                Revision = Revisions[dice.Next(Revisions.Length)],
                Step = dice.Next(4),
                Edge = dice.Next(3) switch { 0 => AnalysisPlacement.Pre, 1 => AnalysisPlacement.Post, _ => null }
            };
        if (dice.Next(10) == 0) World.Request = World.Request with { Action = null, Problem = "cannot be read" };
    }

    private RolloutRequest Request(RequestAction action) => new($"request-{_requests++}", action, null, null, "scenario", "", null);

    private void Forget()
    {
        var decision = World.Decide();
        Invariants.Judge(World, decision);
        if (decision.Status.Abort is not null) World.CarryOut(decision with { Effects = [.. decision.Effects.OfType<Effect.Route>()] });
    }
}
