using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>Where evidence is required. The increase to 100 waits for a comparison in the background; where none runs there, the last step
/// that compares is the last chance to see a regression, and goes on until there is evidence.</summary>
public static class EvidenceRule
{
    /// <summary>The run as the rollout makes it. In the background, a comparison whose evidence the increase to 100 waits for has no count:
    /// it must not end before. In a step, it has the time that it goes on for after its count, and, in the last one, evidence as its
    /// requirement.</summary>
    /// <param name="run">The run, of its templates.</param>
    /// <param name="spec">The rollout.</param>
    /// <param name="key">Where in the rollout the run is.</param>
    /// <param name="compares">The run of an analysis of the rollout has a comparison with stable that decides.</param>
    public static RunSpec Apply(RunSpec run, RolloutSpec spec, RunKey key, Func<AnalysisReference, bool> compares) => key switch
    {
        { Step: null, Edge: null } => run with
        {
            Metrics = [.. run.Metrics.Select(metric => IsCompared(metric, Requirement.EvidenceForFullWeight)
                ? metric with { Count = null } : metric)],
        },
        { Step: { } step } when step >= 0 && step < spec.Steps.Count && spec.Steps[step] is Step.Analyze { Analysis: var analysis } =>
            InStep(run, analysis.Policy.EvidenceWithin, IsLast(spec, step, compares)),
        _ => run,
    };

    /// <summary>Comparisons with stable that can never see anything: after a blue-green switch stable has no traffic, so that nothing would
    /// ever be promoted.</summary>
    /// <param name="run">The run, of its templates.</param>
    /// <param name="spec">The rollout.</param>
    /// <param name="path">Field that names the analysis.</param>
    public static EquatableArray<SpecError> FindImpossible(RunSpec run, RolloutSpec spec, string path) =>
        spec.BlueGreen is null || path != spec.PostAnalysisPath ? []
        : [.. run.Metrics.Where(metric => metric.IsComparedWithStable).Select(metric => new SpecError($"{path}.templates",
            $"metric {metric.Name} compares with stable, which has no traffic after the switch; use compare.objective, or a limit"))];

    private static RunSpec InStep(RunSpec run, TimeSpan within, bool isLast) => run with
    {
        Metrics = [.. run.Metrics.Select(metric => IsCompared(metric, Requirement.Evidence)
            || (isLast && IsCompared(metric, Requirement.EvidenceForFullWeight))
            ? metric with
            {
                Comparison = metric.Comparison! with { Require = Requirement.Evidence, CountExtension = within },
            }
            : metric)],
    };

    private static bool IsCompared(MetricSpec metric, Requirement requirement) =>
        metric.IsSequentialTest && metric.Comparison!.Require == requirement;

    private static bool IsLast(RolloutSpec spec, int step, Func<AnalysisReference, bool> compares)
    {
        var weight = spec.Steps.Take(step).OfType<Step.SetWeight>().LastOrDefault()?.Weight ?? Weight.Zero;
        return weight > Weight.Zero && weight < Weight.Full
            && !(spec.Analysis is { } background && compares(background.Analysis))
            && spec.Steps.Skip(step + 1).TakeWhile(next => next is not Step.SetWeight { Weight: var full } || full != Weight.Full)
                .OfType<Step.Analyze>().All(next => !compares(next.Analysis));
    }
}
