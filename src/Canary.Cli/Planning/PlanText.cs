using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Canary.Cli.Output;
using Canary.Core.Analysis;
using Canary.Core.Planning;
using Canary.Core.Units;

namespace Canary.Cli.Planning;

/// <summary>A plan in words and tables.</summary>
internal static class PlanText
{
    public static string Render(RolloutPlan plan)
    {
        var text = new StringBuilder();
        Line(text, "Rollout",
            $"{plan.Rollout.Title}, {Steps(plan)}; 1 false rollback in {Count(1 / plan.Rollout.Spec.Alpha)} healthy ones is allowed "
                + $"(alpha {NumberText.Short(plan.Rollout.Spec.Alpha, 4)})");
        if (plan.Rollout.IsDefault)
            Line(text, "Note",
                $"the Rollout has no sequential metric; this is what errors of "
                    + $"preset {((ProviderSpec.Red)plan.Metrics[0].Metric.Provider).Preset} in the background, compared with stable, "
                    + "would see");
        foreach (var lack in plan.LackingPods) text.Append("warning: ").Append(lack).Append('\n');
        foreach (var warning in plan.Warnings) text.Append("warning: ").Append(warning).Append('\n');
        foreach (var metric in plan.Metrics) Render(text, plan, metric);
        foreach (var objective in plan.Objectives) objective.Render(text, plan.Window);
        if (plan.Advice is { } advice) text.Append('\n').Append(Advice(advice));
        return text.ToString();
    }

    /// <summary>Steps as YAML, to be pasted under <c>strategy.canary</c>.</summary>
    public static string Yaml(StepSuggestion suggestion) =>
        "steps:\n" + string.Concat(suggestion.Steps.Select(step =>
            $"  - setWeight: {step.Weight}\n  - pause: {{ duration: {GoDuration.Format(step.Length!.Value)} }}\n"));

    /// <summary>A length as a person reads it: to the second below an hour, to the minute below two days.</summary>
    public static string Length(TimeSpan length) => length switch
    {
        { TotalHours: <= 1 } => GoDuration.Format(TimeSpan.FromSeconds(Math.Ceiling(length.TotalSeconds))),
        { TotalDays: <= 2 } => GoDuration.Format(TimeSpan.FromMinutes(Math.Ceiling(length.TotalMinutes))),
        _ => Terminal.Age.Format(length),
    };

    private static void Render(StringBuilder text, RolloutPlan plan, MetricPlan metric)
    {
        var red = (ProviderSpec.Red)metric.Metric.Provider;
        var baseline = metric.Baseline;
        text.Append('\n');
        var tolerated = metric.Metric.Comparison!.Tolerate == 1 ? ""
            : $", {NumberText.Short(metric.Metric.Comparison.Tolerate, 4)} times as many tolerated";
        Line(text, "Metric",
            $"{metric.Metric.Name}, {What(metric)} by preset {red.Preset}{tolerated}; "
                + $"alpha {NumberText.Short(metric.Metric.Comparison.Alpha, 3)}; a window each {GoDuration.Format(metric.Interval)}, "
                + $"read {GoDuration.Format(metric.Planned.Lag)} later");
        Line(text, "Service",
            string.Create(CultureInfo.InvariantCulture,
                $"{Rate(baseline.RequestsPerSecond)} requests/s; in the last {GoDuration.Format(plan.Window)} {Seen(metric)}"));
        if (metric.Ramp.Steps.Count > 0)
        {
            text.Append("\nBy each step alone, until odds of ").Append(Count(1 / metric.Metric.Comparison.Alpha))
                .Append(":1, on average\n\n");
            var (table, isLong) = Alone(metric);
            text.Append(table);
            if (isLong) text.Append("* is longer than the rollout stays at that weight\n");
            text.Append("\nOn the whole way, with the evidence that is carried from step to step\n\n").Append(Whole(metric));
        }

        if (baseline is { IsUpperBound: true, Bound: null }) text.Append(Absolute(metric));
        text.Append(Evidence(metric));
        foreach (var warning in metric.Warnings) text.Append("warning: ").Append(warning).Append('\n');
    }

    private static (string Table, bool IsLong) Alone(MetricPlan metric)
    {
        var isLong = false;
        List<IReadOnlyList<string>> rows =
            [["STEP", "WEIGHT", "TIME", .. MetricPlan.Regressions.Select(regression => $"{Times(regression)} IN")]];
        foreach (var step in metric.Ramp.Steps)
        {
            rows.Add(
            [
                $"{step.Index + 1}",
                $"{step.Weight} %",
                step.Length is { } length ? Length(length) : "until a person promotes",
                .. MetricPlan.Regressions.Select(regression => Cell(step, metric.Alone(step, regression))),
            ]);
        }

        return (Columns.Render(rows), isLong);

        string Cell(RampStep step, Detection? found)
        {
            if (step.Weight >= Weight.Full) return "no stable";
            if (step.Weight <= Weight.Zero) return "no canary";
            if (found is null) return "never";
            var isLonger = found.After > step.Length;
            isLong |= isLonger;
            return $"{Length(found.After)}{(isLonger ? "*" : "")}, {Count(found.Requests)} req";
        }
    }

    private static string Whole(MetricPlan metric)
    {
        List<IReadOnlyList<string>> rows =
            [["REGRESSION", "OF 100", "ON AVERAGE IN", "AFTER", "CANARY REQUESTS", metric.Baseline.Bound is null ? "FAILED" : "SLOW"]];
        foreach (var regression in MetricPlan.Regressions)
        {
            var chance = metric.Chance(regression);
            rows.Add(metric.Found(regression) is { } found
                ? [Times(regression), Percent(chance),
                    $"step {found.Step + 1}, weight {metric.Ramp.Stages.First(stage => stage.Step == found.Step).Weight}"
                        + $"{(found.IsIfNobodyPromotes ? ", if nobody promotes" : "")}", Length(found.After), Count(found.Requests),
                        Count(found.Events)]
                : [Times(regression), Percent(chance), "later than its end", "", "", ""]);
        }

        return string.Concat(Columns.Render(rows).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.TrimEnd() + "\n"));
    }

    // What the last raise waits for.
    private static string Evidence(MetricPlan metric)
    {
        if (!metric.IsAwaited) return "";
        var last = metric.Ramp.Stages.Last(stage => stage.IsCompared);
        var healthy = metric.UntilHarmless is { } needed ? $": a healthy canary needs {Length(needed)} at weight {last.Weight} on average"
            : metric.Baseline.Bound is null ? ": a healthy canary needs more than a day" : "";
        var found = MetricPlan.Regressions.Select(regression => (regression, Chance: metric.ChanceWithWait(regression)))
            .Where(one => one.Chance is not null).Select(one => $"{Times(one.regression)} in {Percent(one.Chance)}").ToArray();
        return $"The raise to 100 waits for evidence{healthy}\n" + (found.Length == 0 ? ""
            : $"With that wait of at most {GoDuration.Format(metric.Policy!.EvidenceWithin)} are found, of 100: {string.Join(", ", found)}\n");
    }

    // Many times nothing is nothing: what a stable without errors leaves to say is how soon a canary with some is found.
    private static string Absolute(MetricPlan metric)
    {
        const double Failing = 0.01;
        var regression = Failing / metric.Planned.Rate;
        if (regression <= 1) return "";
        if (metric.Found(regression) is not { } found) return "A canary of which 1 % fails is not found in this rollout\n";
        var share = metric.Chance(regression) is { } chance ? $"in {Percent(chance)} of 100, on average " : "on average ";
        return $"A canary of which 1 % fails is found {share}within {Length(found.After)} (step "
            + $"{found.Step + 1}): {Count(found.Requests)} requests, {Count(found.Events)} failed\n";
    }

    private static string Advice(StepAdvice advice)
    {
        var metric = advice.For;
        var within = GoDuration.Format(advice.Within);
        if (advice.Suggestion is not { } suggestion)
        {
            var least = advice.Least is { } regression ? $"the least that can be seen by then is {Times(regression)}"
                : "nothing can be seen by then, not even a hundred times as many";
            return $"By {metric.Metric.Name} no steps find nine of ten canaries with {Times(StepSuggestion.Regression)} within "
                + $"{within}; {least}. {Times(StepSuggestion.Regression)} takes {Needed(advice)}.\n";
        }

        var events = metric.Baseline.Bound is null ? "failed" : "slow";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"Suggested, within {within}, by {metric.Metric.Name}: {Cost(suggestion.Expected)}, on average "
                + $"after {Length(suggestion.Found.After)}\n");
        text.Append("The steps as they are: ")
            .Append(metric.Expected(StepSuggestion.Regression) is { } now ? Cost(now)
                : "a person ends a pause, so that nothing can be said of their cost");
        text.Append(metric.Found(StepSuggestion.Regression) is { } found ? $", on average after {Length(found.After)}\n" : "\n");
        if (advice.IsNoBetter) text.Append("Keep them: they find as many, and cost no more\n");
        text.Append('\n').Append(Yaml(suggestion));
        if (advice.NeedsBackground)
            text.Append("# with the metric in the background from the first step on, without a count: strategy.canary.analysis\n");
        return text.ToString();

        string Cost(RampOutcome expected) =>
            $"{Times(StepSuggestion.Regression)} is found in {Percent(expected.Chance)} of 100, and "
                + $"costs {Count(expected.Requests)} requests to the canary, {Count(expected.Events)} {events}";
    }

    // A length that is to be typed, as --within reads it.
    private static string Needed(StepAdvice advice) => advice.Needed switch
    {
        null => "more than a year",
        { } needed when needed <= StepAdvice.Longest =>
            $"{GoDuration.Format(TimeSpan.FromMinutes(Math.Ceiling(needed.TotalMinutes)))}: give it with --within",
        { } needed => $"{Length(needed)}, which is longer than --within may be",
    };

    private static string Steps(RolloutPlan plan)
    {
        var steps = plan.Metrics.Select(metric => metric.Ramp).Concat(plan.Objectives.Select(objective => objective.Ramp)).First().Steps;
        var length = steps.Aggregate((TimeSpan?)TimeSpan.Zero, (sum, step) => sum + step.Length);
        return steps.Count == 0 ? "no weights"
            : $"{steps.Count} weight{(steps.Count == 1 ? "" : "s")}"
                + $"{(length is { } whole ? $" in {Length(whole)}" : ", with a pause that a person ends")}";
    }

    private static string What(MetricPlan metric) =>
        metric.Baseline.Bound is { } bound ? $"requests slower than {NumberText.Short(bound, 6)} ms" : "failed requests";

    private static string Seen(MetricPlan metric)
    {
        var baseline = metric.Baseline;
        var what = baseline.Bound is { } bound ? $"slower than {NumberText.Short(bound, 6)} ms" : "errors";
        var of =
            $"{Count(baseline.Events)} {(what == "errors" && Math.Round(baseline.Events) == 1 ? "error" : what)} in "
                + $"{Count(baseline.Requests)} requests to stable";
        return baseline.IsUpperBound
            ? $"{of}: planned with at most {Share(baseline.Rate)} (95 % by Wilson), so this is the best that can be hoped for"
            : $"{of}: {Share(baseline.Rate)} ({Share(baseline.Interval.Low)} to {Share(baseline.Interval.High)})";
    }

    private static string Share(double share) => $"{NumberText.Short(share * 100, 2)} %";

    private static string Percent(double? chance) => chance is { } share ? $"{Math.Round(share * 100):0}" : "";

    private static string Times(double regression) => $"{NumberText.Short(regression, 4)}x";

    private static string Rate(double rate) => rate >= 100 ? Count(rate) : NumberText.Short(rate, 3);

    private static string Count(double number) => Math.Round(number).ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append($"{name}:".PadRight(10)).Append(value).Append('\n');
}
