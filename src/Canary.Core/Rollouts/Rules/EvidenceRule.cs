using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Rules;

/// <summary>Which analysis steps go on until there is evidence. In the background the increase of the weight waits for it; where nothing
/// runs there, the last step that compares is the last chance to see a regression.</summary>
public static class EvidenceRule
{
    /// <summary>The run as the rollout makes it: with the time that it goes on for after its count, and, where it is the last before all of
    /// the traffic and nothing runs in the background, with evidence as its requirement.</summary>
    /// <param name="run">The run, of its templates.</param>
    /// <param name="spec">The rollout.</param>
    /// <param name="key">Where in the rollout the run is.</param>
    public static RunSpec Apply(RunSpec run, RolloutSpec spec, RunKey key)
    {
        if (key.Step is not { } step || step < 0 || step >= spec.Steps.Count
            || spec.Steps[step] is not Step.Analyze { Analysis: var analysis }) return run;
        var isLast = IsLast(spec, step);
        return run with
        {
            Metrics = [.. run.Metrics.Select(metric => metric.IsSequentialTest && (metric.Comparison!.Require == Requirement.Evidence
                || (isLast && metric.Comparison.Require == Requirement.EvidenceForFullWeight))
                ? metric with
                {
                    Comparison = metric.Comparison with
                    {
                        Require = Requirement.Evidence,
                        CountExtension = analysis.Policy.EvidenceWithin,
                    },
                }
                : metric)],
        };
    }

    private static bool IsLast(RolloutSpec spec, int step)
    {
        var weight = spec.Steps.Take(step).OfType<Step.SetWeight>().LastOrDefault()?.Weight ?? Weight.Zero;
        return spec.Analysis is null && weight > Weight.Zero && weight < Weight.Full
            && spec.Steps.Skip(step + 1).TakeWhile(next => next is not Step.SetWeight { Weight: var full } || full != Weight.Full)
                .All(next => next is not Step.Analyze);
    }
}
