using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Planning;

/// <summary>What a ramp cannot see, and what would help.</summary>
public static class PlanWarnings
{
    /// <summary>Below this chance a ramp is not said to see a regression.</summary>
    public const double Enough = 0.5;

    /// <summary>The warnings, each a sentence; none: every step sees something, and the whole ramp sees twice as many.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="ramp">The steps.</param>
    /// <param name="interval">Length of a window.</param>
    public static IReadOnlyList<string> Collect(PlannedMetric metric, Ramp ramp, TimeSpan interval)
    {
        var warnings = new List<string>();
        if (ramp.HasManagedRoutes)
            warnings.Add("how many requests header and mirror routes give the canary is not known, so nothing is planned with them: the "
                + "release sees more than the plan");
        else if (ramp.Steps.Count == 0)
            warnings.Add("there is no step that sets a weight: the canary gets all the traffic at once, and is compared with nothing");
        if (Most(metric) is { } most) warnings.Add(most);
        if (metric.Rate >= 1) return warnings;
        var gravest = DetectionWalk.Find(metric, ramp.Stages, 10);
        var end = TimeSpan.Zero;
        foreach (var step in ramp.Steps)
        {
            end += step.Length ?? TimeSpan.Zero;
            if (Collect(metric, ramp, step, interval, gravest, end) is { } warning)
                warnings.Add($"step {step.Index + 1} (weight {step.Weight}) {warning}");
        }

        if (ramp.Stages.Any(stage => stage.IsCompared) && Whole(metric, ramp) is { } whole) warnings.Add(whole);
        return warnings;
    }

    /// <summary>Where and when it is found at one weight alone, without evidence from before; null: never.</summary>
    public static Detection? Alone(PlannedMetric metric, int step, Weight weight, TimeSpan interval, double regression) =>
        weight <= Weight.Zero || weight >= Weight.Full ? null
        : DetectionWalk.Find(metric, [new PlannedStage(step, weight, null, interval) { IsNewRun = true }], regression);

    // What is said of ten times as many is otherwise taken for what it says.
    private static string? Most(PlannedMetric metric) => metric.Rate switch
    {
        >= 1 => "all of stable's requests count already: no canary can be worse, and nothing is seen",
        > 0.1 =>
            $"{NumberText.Short(metric.Rate * 100, 3)} % of stable's requests count already: no canary can have more "
                + $"than {NumberText.Short(1 / metric.Rate, 2)} times as many, and what is said of more is said of that",
        _ => null,
    };

    private static string? Collect(PlannedMetric metric, Ramp ramp, RampStep step, TimeSpan interval, Detection? gravest, TimeSpan end)
    {
        if (step.Weight == Weight.Full) return "leaves stable no traffic to compare with: from there on nothing is seen";
        if (step.Weight == Weight.Zero || step.Length is not { } length) return null;
        if (!ramp.Stages.Any(stage => stage.Step == step.Index && stage.IsCompared))
            return length == TimeSpan.Zero ? "is left at once: add a pause or an analysis behind it"
                : "is not measured by this metric: analysis in the background, or a step of analysis, would look at it";
        if (gravest is { IsIfNobodyPromotes: false } && gravest.After <= end) return null;
        var alone = Alone(metric, step.Index, step.Weight, interval, 10);
        if (alone?.After <= length) return null;
        var weights = Enumerable.Range(1, 50).Select(percent => Weight.FromPercent(percent))
            .Where(weight => weight > step.Weight && Alone(metric, step.Index, weight, interval, 10)?.After <= length).Take(1).ToArray();
        string[] help =
        [
            .. alone is null ? Array.Empty<string>() : [$"with a stay of {Length(alone.After)}"],
            .. weights.Select(weight => $"with weight {weight}"),
        ];
        return $"is too short with {GoDuration.Format(length)}: not even ten times as many would be found; "
            + (help.Length == 0 ? "only more traffic, or a larger share of alpha, would help"
                : $"they would be {string.Join(", or ", help)}");
    }

    private static string? Whole(PlannedMetric metric, Ramp ramp)
    {
        var found = DetectionWalk.Find(metric, ramp.Stages, 2);
        var chance = DetectionWalk.Chance(metric, ramp.Stages, 2);
        if (found is { IsIfNobodyPromotes: true } || chance >= Enough) return null;
        var last = ramp.Stages.Select((stage, index) => (stage, index)).Last(one => one.stage.IsCompared);
        PlannedStage[] longer = [.. ramp.Stages.Take(last.index), last.stage with { Length = null }];
        var before = longer.Aggregate(TimeSpan.Zero, (sum, stage) => sum + (stage.Length ?? TimeSpan.Zero));
        var help = DetectionWalk.Find(metric, longer, 2) is { } later
            ? $"with a stay of {Length(later.After - before)} at weight {last.stage.Weight} it would find half of them"
            : "a longer stay does not help: so many are tolerated, or there is too little traffic";
        return "the whole ramp does not find a canary with twice as "
            + $"many{(chance is { } share ? $", except in {Math.Round(share * 100):0} of 100 cases" : "")}; {help}";
    }

    /// <summary>A length without more digits than anybody reads: rounded up, to half minutes below an hour and to minutes above.</summary>
    private static string Length(TimeSpan length)
    {
        var unit = length < TimeSpan.FromHours(1) ? TimeSpan.FromSeconds(30) : TimeSpan.FromMinutes(1);
        return GoDuration.Format(unit * Math.Ceiling(length / unit));
    }
}
