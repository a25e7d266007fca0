using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using Canary.Testing.Scenarios;

namespace Canary.Engine.Tests.Scenarios;

/// <summary>Lets one workload, its copy and the controller suffer what a scenario holds, and then lets the world be kind.</summary>
internal sealed class ReleaseRun
{
    private static readonly string[] Revisions = ["v1", "v2", "v3", "v4"];
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(3);

    private readonly FakeSource _source = new();
    private long _term = 1;
    private int _requests;
    private FakeHost _host;

    public ReleaseRun(Scenario<Happening> scenario)
    {
        Cluster = Begin(new Choices(scenario.World));
        _host = Process(new Choices([]));
    }

    public FakeCluster Cluster { get; }

    public List<string> Story { get; } = [];

    private FakeOneWorkload One => Cluster.OneWorkload!;

    private DateTimeOffset Now => Cluster.Time.GetUtcNow();

    public async Task StepAsync(ScenarioEvent<Happening> happening)
    {
        var status = Cluster.Rollout.Status;
        Story.Add($"{happening.Kind} at {Now:HH:mm:ss} {status.Phase} step {status.CurrentStepIndex} weight {Cluster.Routes[0].Second}, "
            + $"{One.Serving} serves, {One.Workload.Ready(Now)}/{One.Workload.Replicas} of {One.Workload.Revision}, "
            + $"{One.Copy?.Ready(Now)}/{One.Copy?.Replicas} of {One.Copy?.Revision} copied: {status.Message}");
        var dice = new Choices(happening.Choices);
        Happen(happening.Kind, dice);
        // What others do to the pods is not our doing; what becomes less by a write after it is.
        Cluster.Excuse();
        await LiveAsync(() => false, TimeSpan.FromSeconds(dice.Next(60)));
    }

    /// <summary>Nothing hinders any more. Returns whether a last version was released, and rests.</summary>
    public async Task<bool> SettleAsync()
    {
        (One.Workload.IsBroken, One.Workload.Unready, Cluster.RouteRefusal, _source.Value) = (false, 0, null, 0.001);
        Cluster.Ship("last");
        for (var turn = 0; turn < 60; turn++)
        {
            if (await LiveAsync(IsOver, TimeSpan.FromMinutes(2))) return true;
            if (Cluster.Rollout.Status.Hold is { Reason: not HoldReason.PauseStep } hold)
                Ask(hold.Reason is HoldReason.InconclusiveAnalysis ? RequestAction.Promote : RequestAction.Resume);
            else if (Cluster.Rollout.Status.Hold is not null) Ask(RequestAction.Promote);
            else if (Cluster.Rollout.Status.Phase == Phase.RolledBack) Ask(RequestAction.Retry);
        }

        return false;
    }

    /// <summary>The Rollout is deleted. Returns whether it went.</summary>
    public Task<bool> DeleteAsync()
    {
        Cluster.Delete();
        return LiveAsync(() => Cluster.IsGone, TimeSpan.FromMinutes(30));
    }

    private static FakeCluster Begin(Choices dice)
    {
        var one = new FakeOneWorkload(1 + dice.Next(7)) { Autoscaler = dice.Next(3) == 1 ? (1 + dice.Next(3), 12) : null };
        var cluster = OneWorkloadRelease.Cluster(one);
        var spec = cluster.Rollout.Spec!;
        var analysis = dice.Next(2) == 0 ? spec.Analysis : null;
        cluster.Edit(dice.Next(5) switch
        {
            0 => spec with { Analysis = analysis },
            1 => spec with
            {
                Analysis = analysis,
                Steps = new WeightRamp(Percent(1 + dice.Next(30)), Percent(40 + dice.Next(60)),
                Percent(5 + dice.Next(20)), null, TimeSpan.FromSeconds(5 + dice.Next(20))).Steps().ToEquatableArray()
            },
            2 => spec with
            {
                Analysis = analysis,
                Steps = [new Step.SetCanaryScale(new CanaryScale.Replicas(dice.Next(5))),
                Set(dice.Next(50)), new Step.Pause(TimeSpan.FromSeconds(dice.Next(30))),
                new Step.SetCanaryScale(new CanaryScale.MatchTrafficWeight()), Set(dice.Next(100))]
            },
            3 => spec with { Analysis = analysis, Steps = A.WithRoutes.Steps },
            _ => Switching(spec, dice),
        });
        var chosen = cluster.Rollout.Spec!;
        if (one.Autoscaler is null && chosen.BlueGreen is null) cluster.Edit(chosen with { IsStableScaled = dice.Next(3) == 1 });
        if (dice.Next(3) == 1)
            cluster.Edit(cluster.Rollout.Spec! with { ReadyThresholds = new ReadyThresholds(40 + dice.Next(61), 50 + dice.Next(51)) });
        return cluster;
    }

    private static RolloutSpec Switching(RolloutSpec spec, Choices dice)
    {
        var strategy = new BlueGreenStrategy
        {
            PreviewReplicaCount = dice.Next(2) == 0 ? null : 1 + dice.Next(3),
            AutoPromotionAfter = TimeSpan.FromSeconds(dice.Next(40)),
            ScaleDownDelay = TimeSpan.FromSeconds(dice.Next(60)),
            AbortScaleDownDelay = TimeSpan.FromSeconds(dice.Next(60)),
        };
        return spec with
        {
            BlueGreen = strategy,
            Steps = strategy.Steps(),
            Analysis = null,
            PreAnalysis = dice.Next(2) == 0 ? A.Analysis : null,
            PostAnalysis = dice.Next(2) == 0 ? A.Analysis : null,
        };
    }

    private static Step.SetWeight Set(int percent) => new(Percent(percent));

    private static Weight Percent(int percent) => Weight.FromPercent(percent);

    private void Happen(Happening kind, Choices dice)
    {
        switch (kind)
        {
            case Happening.Push: Cluster.Ship(Revisions[dice.Next(Revisions.Length)]); break;
            case Happening.Break: One.Workload.IsBroken = !One.Workload.IsBroken; break;
            case Happening.Stick: One.Workload.Unready = One.Workload.Unready > 0 ? 0 : 1 + dice.Next(3); break;
            case Happening.Errors: _source.Value = dice.Next(3) switch { 0 => 0.5, 1 => null, _ => 0.001 }; break;
            case Happening.Scale: Scale(dice); break;
            case Happening.Request: Ask(Chosen(dice), 1 + dice.Next(4)); break;
            case Happening.RefuseRoutes: Cluster.RouteRefusal = Cluster.RouteRefusal is null ? "a webhook denied the request" : null; break;
            case Happening.ClientService: One.SelectsBoth = false; break;
            case Happening.Kill: _host = Process(dice); break;
            case Happening.Time: break;
            default: throw new UnreachableException();
        }
    }

    private static RequestAction Chosen(Choices dice)
    {
        var actions = Enum.GetValues<RequestAction>();
        return actions[dice.Next(actions.Length)];
    }

    // An autoscaler moves the side that serves, within its limits; a person scales the workload, which takes no pods from a side that
    // serves alone or has a share of the traffic.
    private void Scale(Choices dice)
    {
        if (dice.Next(2) == 0 && One is { Copy: { } copy, Autoscaler: var limits })
        {
            var to = 1 + dice.Next(12);
            if (limits is { } allowed) to = Math.Clamp(to, Math.Max(allowed.Min, One.CopyAutoscaler?.MinReplicas ?? 0), allowed.Max);
            var isFree = One.CopyAutoscaler is { IsScaleDownHeld: false } && Cluster.Routes[0].Second == Weight.Zero;
            if (to < copy.Replicas && !isFree) return;
            copy.Scale(to, Now, Start);
            return;
        }

        One.Scale(Math.Min(One.Workload.Replicas + dice.Next(4), One.Autoscaler?.Max ?? int.MaxValue), Now);
    }

    private void Ask(RequestAction action, int replicas = 4) =>
        Cluster.Ask(new RolloutRequest($"request-{_requests++}", action, null, null, "scenario", "", null)
        {
            Replicas = action == RequestAction.Scale ? replicas : null,
        });

    private FakeHost Process(Choices dice)
    {
        var connection = new FakeConnection(Cluster, $"process-{_term}", _term)
        {
            DiesAt = dice.Next(2) == 0 ? 0 : 1 + dice.Next(12),
            DiesAfterwards = dice.Next(2) == 0,
        };
        Cluster.Lease = ($"process-{_term}", _term++);
        return new FakeHost(Cluster, connection, _source);
    }

    private async Task<bool> LiveAsync(Func<bool> until, TimeSpan time)
    {
        for (var end = Now + time; ;)
        {
            try
            {
                await _host.RunAsync(() =>
                {
                    if (One.Autoscaler is not null) One.KeepFewest(Now);
                    return until() || Now >= end;
                }, time + TimeSpan.FromMinutes(5));
                return until();
            }
            catch (Killed)
            {
                _host = Process(new Choices([]));
                await _host.TakeOverAsync();
            }
        }
    }

    private bool IsOver() => Cluster.Rollout.Status is { StableRevision: "last", IsRunning: false } && One.Workload.Replicas == 0;
}
