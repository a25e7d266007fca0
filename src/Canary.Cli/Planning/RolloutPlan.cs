using System;
using System.Collections.Generic;
using Canary.Core.Units;
using Canary.Kubernetes.Stores;

namespace Canary.Cli.Planning;

/// <summary>What a rollout will see before it is begun.</summary>
/// <param name="Rollout">The Rollout and its analyses.</param>
/// <param name="Window">How far back its service was looked at.</param>
/// <param name="Metrics">Each sequential metric whose service could be looked at.</param>
/// <param name="Advice">Steps instead of its own; null: they were not asked for.</param>
internal sealed record RolloutPlan(RolloutAnalyses Rollout, TimeSpan Window, IReadOnlyList<MetricPlan> Metrics, StepAdvice? Advice)
{
    /// <summary>Each metric that is held to an objective.</summary>
    public required IReadOnlyList<ObjectiveSection> Objectives { get; init; }

    /// <summary>Pods that the steps need and that the workloads do not ask for.</summary>
    public required EquatableArray<string> LackingPods { get; init; }

    /// <summary>What the Rollout alone shows that a comparison cannot see.</summary>
    public required EquatableArray<string> Warnings { get; init; }
}
