using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Planning;

/// <summary>Where a rollout asks a comparison with stable for more than it can see.</summary>
public static class EvidenceWarnings
{
    private const string Steps = "spec.strategy.canary.steps";

    /// <summary>What the Rollout alone shows, by the field that says it.</summary>
    /// <param name="spec">The rollout; it compares with stable.</param>
    /// <param name="stablePods">Pods that stable asks for; null: not known, or an autoscaler sets them.</param>
    public static IEnumerable<SpecError> Find(RolloutSpec spec, int? stablePods)
    {
        if (stablePods == 1)
            yield return new SpecError("spec.traffic.stable.workload",
                "stable has one pod: how much pods differ by themselves is not known, so that a canary on a bad node looks like a bad "
                    + "version; three pods show it");
        for (var index = 0; index < spec.Steps.Count; index++)
            if (spec.Steps[index] is Step.SetWeight { Weight: var weight } && weight > Weight.FromPercent(50) && weight < Weight.Full)
                yield return new SpecError($"{Steps}[{index}].setWeight",
                    $"weight {weight} leaves stable {Weight.Full.Percent - weight.Percent} %: beyond 50 the comparison sees less with each "
                        + "raise, while more users get the canary; end with 50, and promote from there");
    }

    /// <summary>Steps that end the comparison. A plan says so of each metric.</summary>
    /// <param name="spec">The rollout; it compares with stable.</param>
    public static IEnumerable<SpecError> FindFull(RolloutSpec spec) =>
        spec.Steps.Select((step, index) => (step, index))
            .Where(one => one.step is Step.SetWeight { Weight: var weight } && weight == Weight.Full)
            .Select(one => new SpecError($"{Steps}[{one.index}].setWeight",
                "weight 100 leaves stable no traffic, so that nothing is compared from there; leave the step out: the promotion raises the "
                    + "weight to 100 itself"));

    /// <summary>What the traffic is too little for, each a sentence.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="baseline">The service as it is.</param>
    /// <param name="ramp">The steps.</param>
    /// <param name="policy">The policy of the analysis in the background; null: nothing runs there, so that no raise waits.</param>
    public static IEnumerable<string> Find(MetricSpec metric, Baseline baseline, Ramp ramp, VerdictPolicy? policy)
    {
        if (policy is null || baseline.RequestsPerSecond <= 0) yield break;
        var within = policy.EvidenceWithin;
        var (asked, seen) = (EvidenceOutlook.RequestsAsked(metric, baseline), 0.0);
        foreach (var step in ramp.Steps.Where(step => step.Weight > Weight.Zero && step.Weight < Weight.Full))
        {
            var rate = baseline.RequestsPerSecond * step.Weight.BasisPoints / Weight.Full.BasisPoints;
            if (step.Length is not { } length) yield break;
            var time = Capped(Math.Max(0, asked - seen) / rate);
            if (time > length + within)
            {
                yield return
                    $"step {step.Index + 1} (weight {step.Weight}) gives the canary {NumberText.Short(rate, 2)} requests per second: the "
                    + $"{NumberText.Short(Math.Ceiling(asked), 6)} that the next raise waits for take {Length(time)}, and after "
                    + $"{Length(length + within)} onInconclusive ({Name(policy)}) decides{Instead(asked, baseline, length + within)}";
                yield break;
            }

            seen += rate * (time > length ? time : length).TotalSeconds;
        }

        if (metric.Comparison!.Require == Requirement.NoHarm || baseline.Bound is not null || ramp.Steps.Count == 0) yield break;
        var stay = ramp.Steps.LastOrDefault(step => step.Weight < Weight.Full)?.Length ?? TimeSpan.Zero;
        if (!ramp.Stages.Any(stage => stage.IsCompared)) yield break;
        var needed = EvidenceOutlook.UntilHarmless(metric, baseline, ramp);
        if (needed <= stay + within) yield break;
        yield return "the evidence that the raise to 100 waits for takes "
            + $"{(needed is { } average ? $"{Length(average)} on average" : "more than a day")}, "
            + $"and after {Length(stay + within)} onInconclusive ({Name(policy)}) decides: a longer evidenceWithin, a larger last weight "
            + "up to 50, or a larger compare.negligible would help";
    }

    private static string Instead(double asked, Baseline baseline, TimeSpan time)
    {
        var percent = (int)Math.Ceiling(100 * asked / (baseline.RequestsPerSecond * time.TotalSeconds));
        return percent <= 50 ? $"; weight {percent} would be enough" : "; there is too little traffic: an objective of its own, or a fixed "
            + "limit over a longer window, sees more";
    }

    private static string Name(VerdictPolicy policy) => policy.OnInconclusive.ToString().ToLowerInvariant();

    private static TimeSpan Capped(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(365).TotalSeconds));

    private static string Length(TimeSpan length) => GoDuration.Format(TimeSpan.FromMinutes(Math.Ceiling(length.TotalMinutes)));
}
