using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Tests.Rollouts;

/// <summary>Lets a world suffer everything that can happen, decided by a seed; and then lets it be kind.</summary>
internal sealed class RandomScenario(int seed)
{
    private static readonly string[] Revisions = ["v1", "v2", "v3", "v4"];

    private readonly Random _dice = new(seed);
    private int _requests;

    public FakeWorld World { get; } = Begin(seed);

    public List<string> Story { get; } = [];

    public void Step()
    {
        var step = _dice.Next(30);
        Story.Add(
            $"{step} at {World.Now:HH:mm:ss} {World.Status.Phase} step {World.Status.CurrentStepIndex} routes "
                + $"{string.Join('/', World.Routes)}: {World.Status.Message}");
        switch (step)
        {
            case 0 or 1: World.Push(Revisions[_dice.Next(Revisions.Length)]); break;
            case 2: World.Canary = World.Canary with { ReadyEndpoints = _dice.Next(3), IsRolledOut = _dice.Next(2) == 0 }; break;
            case 3:
                if (_dice.Next(3) == 0)
                    World.First = World.First with { ReadyEndpoints = _dice.Next(3), IsRolledOut = _dice.Next(2) == 0 }; break;
            case 4: World.RefusesRoutes = _dice.Next(2) == 0; break;
            case 5: World.DropsEffects = _dice.Next(2) == 0; break;
            case 6: World.Write(_dice.Next(5) * 25, _dice.Next(World.Routes.Count)); break;
            case 7 or 8 or 9: Measure(); break;
            case 10 or 11 or 12: Ask(); break;
            case 13: World.Spec = World.Spec! with { IsPaused = _dice.Next(3) == 0 }; break;
            case 14:
                if (_dice.Next(4) == 0)
                    World.Spec = World.Spec! with { Steps = [A.SetWeight(_dice.Next(20)), A.Pause(20), A.SetWeight(60)] }; break;
            case 15: World.Errors = _dice.Next(3) == 0 ? [new SpecError("spec", "wrong")] : []; break;
            case 16: World.Problems = _dice.Next(3) == 0 ? [new SpecError("spec.traffic", "not there")] : []; break;
            case 17:
                if (_dice.Next(4) == 0)
                    World.First = World.First with { Revision = World.Spec!.Revision is null ? Revisions[_dice.Next(3)] : null }; break;
            case 18:
                if (_dice.Next(4) == 0)
                    World.Spec = World.Spec! with { Traffic = World.Spec.Traffic with { Router = Router(_dice.Next(2)) } }; break;
            case 19: World.Canary = World.Canary with { ReadyEndpoints = 2, IsRolledOut = true }; break;
            case 27: World.First = World.First with { DesiredPods = World.Spec!.Revision is null ? 1 + _dice.Next(6) : 0 }; break;
            case 20: World.First = World.First with { ReadyEndpoints = 2, IsRolledOut = true }; break;
            // A crash before the status is written: decided, and forgotten. The weight 0 of an abort may have been sent all the same.
            case 21: Forget(); break;
            case 22: Fire(); break;
            // Another process leads, after a while without any; or its clock is behind that of the last one.
            case 24:
                (World.Now, World.WatchedSince) =
                (World.Now.AddMinutes(_dice.Next(20) - 5), null); World.WatchedSince = World.Now; break;
            case 23: if (_dice.Next(3) == 0) World.Spec = World.Spec! with { Alerts = Alerts(_dice) }; break;
            case 26:
                World.Second =
                World.Second with { ForeignPods = _dice.Next(2) == 0 ? "Service checkout-canary selects pods of stable" : null }; break;
            case 25:
                World.First =
                World.First with { ForeignPods = _dice.Next(3) == 0 ? "Service checkout-stable selects pods of canary" : null }; break;
            default: World.Now = World.Now.AddSeconds(_dice.Next(120)); break;
        }

        for (var passes = _dice.Next(4); passes > 0; passes--) World.Pass();
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
            if (World.Status.Phase is Phase.Healthy or Phase.RolledBack && World.Decide() is { Effects.Count: 0 } still
                && still.Status == World.Status) return true;
            if (World.Status.Hold is { Reason: not HoldReason.PauseStep } hold)
                World.Request = Request(hold.Reason == HoldReason.InconclusiveAnalysis ? RequestAction.Promote : RequestAction.Resume);
            else if (World.Status.Hold is not null && World.Decide().WakeAt is null) World.Request = Request(RequestAction.Promote);
            World.Now = World.Now.AddSeconds(15);
        }

        return false;
    }

    private static FakeWorld Begin(int seed)
    {
        var spec = (seed % 3) switch
        {
            0 =>
            A.Rollout,
            1 => A.Plain,
            _ => A.Alternating with { Steps = A.Rollout.Steps, Analysis = A.Rollout.Analysis }
        };
        var dice = new Random(seed);
        spec = spec with
        {
            PreAnalysis = dice.Next(3) == 0 ? A.Smoke with { Policy = Policy(dice) } : null,
            PostAnalysis = dice.Next(3) == 0 ? A.Smoke with { Policy = Policy(dice) } : null,
            Analysis = spec.Analysis is { } background ? background with { Analysis = background.Analysis with { Policy = Policy(dice) } }
            : null,
            Steps = [.. spec.Steps.Select(step => step is Step.Analyze ? new Step.Analyze(A.Red with { Policy = Policy(dice) }) : step)],
            Alerts = Alerts(dice),
        };
        return new FakeWorld(spec, routes: 1 + (seed % 2)) { Judge = Invariants.Judge, IsSlow = seed % 5 == 0 };
    }

    private static VerdictPolicy Policy(Random dice) =>
        new((FailedAction)dice.Next(2), (InconclusiveAction)dice.Next(3), (ErrorAction)dice.Next(4));

    private static EquatableArray<AlertRule> Alerts(Random dice) =>
        [.. new[] { "CheckoutErrors", "CheckoutSlow" }.Take(dice.Next(3))
            .Select(name => new AlertRule([new Label("alertname", name)], (AlertAction)dice.Next(2), dice.Next(3) == 0))];

    private static RouterSpec.Istio Router(int which) =>
        new([new VirtualServiceReference(which == 0 ? "checkout" : "other", ["primary"])], null);

    private void Measure()
    {
        if (World.Runs.Count == 0) return;
        var run = World.Runs.ElementAt(_dice.Next(World.Runs.Count));
        var phase = _dice.Next(8) switch
        {
            0 =>
            RunPhase.Failed,
            1 => RunPhase.Inconclusive,
            2 => RunPhase.Error,
            3 => RunPhase.Successful,
            _ => RunPhase.Running
        };
        var isHeld = _dice.Next(4) == 0;
        var (isConclusive, isPastBudget) = (_dice.Next(2) == 0, isHeld && _dice.Next(2) == 0);
        World.SetRun(run.Key, phase, $"measured {_dice.Next(100)}", isHeld, isConclusive, isPastBudget, isConclusive || _dice.Next(2) == 0
            ? "" : "errors leans to worse", isConclusive ? "" : "errors has shown nothing");
    }

    private void Fire()
    {
        string[] names = ["CheckoutErrors", "CheckoutSlow", "Other"];
        World.Alerts = [.. names.Where(_ => _dice.Next(3) == 0).Select(name => A.Alert(World.Now.AddSeconds(-_dice.Next(90)), name))];
    }

    private void Ask()
    {
        var actions = Enum.GetValues<RequestAction>();
        World.Request = Request(actions[_dice.Next(actions.Length)]);
        if (_dice.Next(4) == 0)
            World.Request = World.Request with
            {
                Revision = Revisions[_dice.Next(Revisions.Length)],
                Step = _dice.Next(4),
                Edge = _dice.Next(3) switch { 0 => AnalysisPlacement.Pre, 1 => AnalysisPlacement.Post, _ => null }
            };
        if (_dice.Next(10) == 0) World.Request = World.Request with { Action = null, Problem = "cannot be read" };
    }

    private RolloutRequest Request(RequestAction action) => new($"request-{_requests++}", action, null, null, "scenario", "", null);

    private void Forget()
    {
        var decision = World.Decide();
        Invariants.Judge(World, decision);
        if (decision.Status.Abort is not null) World.CarryOut(decision with { Effects = [.. decision.Effects.OfType<Effect.Route>()] });
    }
}
