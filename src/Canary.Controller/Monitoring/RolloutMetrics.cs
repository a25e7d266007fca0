using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;
using Prometheus;

namespace Canary.Controller.Monitoring;

/// <summary>
/// Metrics of the rollouts as their last pass left them. Their series go with the rollout, and all of them with the leadership, so that no
/// rollout is counted twice.
/// </summary>
internal sealed class RolloutMetrics
{
    private const string Desired = "desired";
    private const string Applied = "applied";

    private readonly Lock _gate = new();
    private readonly Dictionary<RolloutName, Phase> _shown = [];
    private readonly Dictionary<Phase, Gauge.Child> _byPhase;
    private readonly Gauge _weights;
    private readonly Gauge _steps;
    private readonly Gauge _phases;
    private readonly Gauge _mismatches;
    private readonly Histogram _passes;
    private readonly Counter _failures;

    public RolloutMetrics(CollectorRegistry registry, Func<bool> isLeading)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        _passes = metrics.CreateHistogram(
            "canary_reconcile_duration_seconds",
            "Time of one evaluation of a rollout.",
            new HistogramConfiguration { Buckets = DurationBuckets.Bounds });
        _failures = metrics.CreateCounter("canary_reconcile_errors_total", "Evaluations that failed and are tried again.");
        _weights = metrics.CreateGauge(
            "canary_rollout_weight",
            "Weight of the canary in percent: kind desired is the target, kind applied is what every route shows.",
            "namespace",
            "rollout",
            "kind");
        _steps = metrics.CreateGauge("canary_rollout_step", "Index of the current step, from 0.", "namespace", "rollout");
        _mismatches = metrics.CreateGauge(
            "canary_rollout_traffic_mismatch",
            "1 while the canary's share of the requests stays off its weight, otherwise 0.",
            "namespace",
            "rollout");
        _phases = metrics.CreateGauge("canary_rollout_phase", "Phase of the rollout, always 1.", "namespace", "rollout", "phase");
        var rollouts = metrics.CreateGauge("canary_rollouts", "Rollouts by phase.", "phase");
        _byPhase = Enum.GetValues<Phase>().ToDictionary(phase => phase, phase => rollouts.WithLabels(phase.ToString()));
        var leader = metrics.CreateGauge("canary_leader", "1 if this process leads, otherwise 0.");
        registry.AddBeforeCollectCallback(() => leader.Set(isLeading() ? 1 : 0));
    }

    public void Show(RolloutName name, RolloutStatus status)
    {
        var (space, rollout) = (name.Namespace, name.Name);
        lock (_gate)
        {
            if (!_shown.TryGetValue(name, out var before) || before != status.Phase)
            {
                RemovePhase(name);
                _shown[name] = status.Phase;
                _byPhase[status.Phase].Inc();
                _phases.WithLabels(space, rollout, status.Phase.ToString()).Set(1);
            }

            _weights.WithLabels(space, rollout, Desired).Set((double)status.Weights.Desired.Percent);
            if (status.Weights.Applied is { } applied) _weights.WithLabels(space, rollout, Applied).Set((double)applied.Percent);
            else _weights.RemoveLabelled(space, rollout, Applied);
            _steps.WithLabels(space, rollout).Set(status.CurrentStepIndex);
            _mismatches.WithLabels(space, rollout)
                .Set(status.Conditions.Any(one => one is { Type: ConditionType.TrafficMismatch, IsTrue: true }) ? 1 : 0);
        }
    }

    public void Remove(RolloutName name)
    {
        lock (_gate)
        {
            RemovePhase(name);
            _weights.RemoveLabelled(name.Namespace, name.Name, Desired);
            _weights.RemoveLabelled(name.Namespace, name.Name, Applied);
            _steps.RemoveLabelled(name.Namespace, name.Name);
            _mismatches.RemoveLabelled(name.Namespace, name.Name);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            foreach (var name in _shown.Keys.ToArray()) Remove(name);
        }
    }

    public void Passed(TimeSpan took) => _passes.Observe(took.TotalSeconds);

    public void Failed() => _failures.Inc();

    private void RemovePhase(RolloutName name)
    {
        if (!_shown.Remove(name, out var phase)) return;
        _byPhase[phase].Dec();
        _phases.RemoveLabelled(name.Namespace, name.Name, phase.ToString());
    }
}
