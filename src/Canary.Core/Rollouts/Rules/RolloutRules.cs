using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>What a schema cannot say about a Rollout.</summary>
public static class RolloutRules
{
    private const string Canary = "spec.strategy.canary";

    private const int MostServiceLetters = 63;

    /// <summary>All that is wrong with a spec, each with its path; empty where nothing is.</summary>
    /// <remarks>Steps that lower the weight are allowed, as in Argo Rollouts.</remarks>
    public static EquatableArray<SpecError> Check(RolloutSpec spec) =>
        [.. CheckSides(spec.Traffic, !spec.IsOfOneWorkload), .. CheckWorkload(spec),
            .. CheckRevision(spec), .. spec.Traffic.Router.Check(),
            .. CheckStrategy(spec), .. CheckAnalysis(spec), .. AlertRules.Check(spec.Alerts), .. CheckDeadline(spec),
            .. CheckGroup(spec), .. StableScaleRules.Check(spec), .. ReadyThresholdRules.Check(spec)];

    private static IEnumerable<SpecError> CheckSides(TrafficSpec traffic, bool isNamed)
    {
        var (first, second) = (traffic.NamedStable, traffic.NamedCanary);
        if ((first.Subset is null) != (second.Subset is null))
        {
            var (with, without) = first.Subset is null ? ("canary", "stable") : ("stable", "canary");
            yield return new SpecError($"spec.traffic.{without}.subset",
                $"it is missing, and spec.traffic.{with}.subset is given; name a subset on both sides or on neither");
        }
        else if (first.Subset is null && first.Service == second.Service)
        {
            yield return new SpecError("spec.traffic.canary.service",
                $"it is '{second.Service}' on both sides; two Services, or two subsets of one, are needed");
        }
        else if (first.Subset is not null && first.Service != second.Service)
        {
            yield return new SpecError("spec.traffic.canary.service",
                $"it is '{second.Service}', and the subset of stable belongs to '{first.Service}'; two subsets of one Service are needed");
        }
        else if (first.Subset is not null && first.Subset == second.Subset)
        {
            yield return new SpecError("spec.traffic.canary.subset", $"it is '{second.Subset}' on both sides; two subsets are needed");
        }

        foreach (var (name, side) in new[] { ("stable", first), ("canary", second) })
        {
            if (side.Workload is { Kind: not "Deployment" } workload && (isNamed || name == "canary"))
                yield return new SpecError(isNamed ? $"spec.traffic.{name}.workload.kind" : "spec.workload.kind",
                    $"it is '{workload.Kind}'; "
                        + (isNamed ? "allowed is Deployment" : "allowed are Deployment, StatefulSet and DaemonSet"));
        }

        if (first.Workload is not null && first.Workload == second.Workload)
            yield return new SpecError("spec.traffic.canary.workload.name",
                $"it is '{second.Workload!.Name}' on both sides; two workloads are needed");
    }

    // Who waits for a place is not being released, so the others would be promoted without it.
    private static IEnumerable<SpecError> CheckGroup(RolloutSpec spec)
    {
        if (spec.Group is { PromotesTogether: true, MaxConcurrent: not null })
            yield return new SpecError("spec.group.maxConcurrent",
                "it is given, and spec.group.promoteTogether is true; those that are promoted together are released at the same time: remove "
                    + "one of them");
    }

    private static IEnumerable<SpecError> CheckWorkload(RolloutSpec spec)
    {
        if (spec.Workload is null && spec.Traffic.Router is { SharesByPods: true, Key: var router })
            yield return new SpecError($"spec.traffic.{router}",
                "it needs spec.workload: the Service that clients call selects pods of the workload and of its stable copy; name the one "
                    + "Deployment there, or use another router");
        if ((spec.Workload?.Reference ?? spec.Set?.Reference) is { Name: { Length: > MostServiceLetters } longer })
            yield return new SpecError("spec.workload.name",
                string.Create(CultureInfo.InvariantCulture, $"it has {longer.Length} letters, and Canary writes it into labels: at most "
                    + $"{MostServiceLetters} are allowed"));
        if ((spec.Workload?.ClientService ?? spec.Set?.ClientService) is not { } clients) yield break;
        foreach (var (role, side) in new[] { ("stable", spec.Traffic.NamedStable), ("canary", spec.Traffic.NamedCanary) })
        {
            if (side.Service == clients && side.Subset is null)
                yield return new SpecError($"spec.traffic.{role}.service",
                    $"it is '{side.Service}', the Service that clients call, which selects both sides; give the side a name of its own, or "
                        + "leave it out");
            else if (side.Service.Length > MostServiceLetters)
                yield return new SpecError($"spec.traffic.{role}.service",
                    $"it would be '{side.Service}', which has {side.Service.Length} letters; at most {MostServiceLetters} are allowed in "
                        + "the name of a Service: give a shorter one");
        }
    }

    private static IEnumerable<SpecError> CheckRevision(RolloutSpec spec)
    {
        if (spec is { IsOfOneWorkload: true, Revision: { } given })
        {
            yield return new SpecError("spec.revision",
                $"it is '{given}', and spec.workload is given, whose pod template is the revision; remove one of them");
            yield break;
        }

        if (spec.Set is not null) yield break;
        var (first, second) = (spec.Traffic.NamedStable.Workload, spec.Traffic.NamedCanary.Workload);
        if ((first is null) != (second is null))
        {
            var (with, without) = first is null ? ("canary", "stable") : ("stable", "canary");
            yield return new SpecError($"spec.traffic.{without}.workload",
                $"it is missing, and spec.traffic.{with}.workload is given; name workloads on both sides, or on neither and give "
                    + "spec.revision");
        }
        else if (first is null && spec.Revision is null)
        {
            yield return new SpecError("spec.revision",
                "it is missing, and neither side names a workload; nothing says what is released: name workloads on both sides or give a "
                    + "revision");
        }
        else if (first is not null && spec.Revision is not null)
        {
            yield return new SpecError("spec.revision",
                $"it is '{spec.Revision}', and the sides name workloads, whose pod template is the revision; give one or the other");
        }
        else if (spec.Revision is { } revision && string.IsNullOrWhiteSpace(revision))
        {
            yield return new SpecError("spec.revision", "it is empty; give the version that the canary side runs");
        }
    }

    // The steps of a test are Canary's own: what is wrong with them is wrong with the test.
    private static IEnumerable<SpecError> CheckStrategy(RolloutSpec spec) => spec.BlueGreen is not null ? BlueGreenRules.Check(spec)
        : spec.Test is not null ? TestStrategyRules.Check(spec)
        : CheckSteps(spec.Steps, spec.Workload is not null).Concat(ManagedRouteRules.Check(spec));

    private static IEnumerable<SpecError> CheckSteps(EquatableArray<Step> steps, bool isOneWorkload)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var error = steps[i] switch
            {
                Step.SetWeight { Weight: var weight } when weight.BasisPoints % 100 != 0 =>
                    new SpecError($"{Canary}.steps[{i}].setWeight", $"it is {weight}; allowed are whole percent, 0 to 100"),
                Step.Pause { Duration: { } length } when length < TimeSpan.Zero =>
                    new SpecError($"{Canary}.steps[{i}].pause.duration",
                        $"it is {GoDuration.Format(length)}; a pause cannot be shorter than 0s"),
                Step.Pause { Duration: { } length } when length > GoDuration.Longest =>
                    new SpecError($"{Canary}.steps[{i}].pause.duration",
                        $"it is {GoDuration.Format(length)}; at most {GoDuration.Format(GoDuration.Longest)} is allowed: leave the "
                            + "duration out to pause until a person promotes"),
                Step.SetCanaryScale when !isOneWorkload =>
                    new SpecError($"{Canary}.steps[{i}].setCanaryScale",
                        "it needs spec.workload of kind Deployment: Canary does not scale other workloads; remove it"),
                Step.SetCanaryScale { Scale: CanaryScale.Replicas { Count: < 1 or > CanaryScale.MostReplicas } replicas } =>
                    new SpecError($"{Canary}.steps[{i}].setCanaryScale.replicas",
                        $"it is {replicas.Count}; 1 to {CanaryScale.MostReplicas} are allowed"),
                Step.Analyze { Analysis.Templates.Count: 0 } =>
                    new SpecError($"{Canary}.steps[{i}].analysis.templates", "it is empty; name at least one template"),
                _ => null,
            };
            if (error is not null) yield return error;
        }
    }

    private static IEnumerable<SpecError> CheckAnalysis(RolloutSpec spec)
    {
        if (spec.PreAnalysis is { Templates.Count: 0 })
            yield return new SpecError($"{spec.PreAnalysisPath}.templates", "it is empty; name at least one template");
        if (spec.PostAnalysis is { Templates.Count: 0 })
            yield return new SpecError($"{spec.PostAnalysisPath}.templates", "it is empty; name at least one template");
        if (spec.Alpha is not (> 0 and < 1))
            yield return new SpecError($"{spec.StrategyPath}.analysis.alpha",
                string.Create(CultureInfo.InvariantCulture,
                    $"it is {spec.Alpha}; false rollbacks allowed per rollout are above 0 and below 1, such as 0.01"));
        if (spec.Analysis is not { } background) yield break;
        if (background.Analysis.Templates.Count == 0)
            yield return new SpecError($"{spec.StrategyPath}.analysis.templates", "it is empty; name at least one template");
        var last = Math.Max(0, spec.Steps.Count - 1);
        if (background.StartingStep < 0 || background.StartingStep > last)
            yield return new SpecError($"{spec.StrategyPath}.analysis.startingStep",
                $"it is {background.StartingStep}; with {spec.Steps.Count} steps 0 to {last} are allowed");
    }

    private static IEnumerable<SpecError> CheckDeadline(RolloutSpec spec)
    {
        if (spec.RollbackWindow is < 1 or > RolloutSpec.MostRollbackWindow)
            yield return new SpecError("spec.rollbackWindow.revisions",
                $"it is {spec.RollbackWindow}; 1 to {RolloutSpec.MostRollbackWindow} are allowed");
        if (spec.UnreadyLimit is < 1 or > RolloutSpec.MostUnreadyLimit)
            yield return new SpecError($"{spec.StrategyPath}.unreadyLimit",
                $"it is {spec.UnreadyLimit}; 1 to {RolloutSpec.MostUnreadyLimit} losses of all ready pods are allowed");
        if (spec.ProgressDeadline <= TimeSpan.Zero)
            yield return new SpecError("spec.progressDeadline",
                $"it is {GoDuration.Format(spec.ProgressDeadline)}; it must be longer than 0s");
        else if (spec.ProgressDeadline > GoDuration.Longest)
            yield return new SpecError("spec.progressDeadline",
                $"it is {GoDuration.Format(spec.ProgressDeadline)}; at most {GoDuration.Format(GoDuration.Longest)} is allowed");
    }
}
