using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Reporting;

/// <summary>The judgement of a measurement in words: <c>error rate 4.1% (limit 1%), 37 of 902 requests in 60 s</c>.</summary>
public static class JudgementText
{
    /// <summary>Points of a series from which on Mann and Whitney's test is not advised against.</summary>
    private const int FewPoints = 50;

    private const int MostOfWarnings = 200;

    /// <summary>Why the measurement has its verdict, and what the source warns of; empty: nothing is to be said.</summary>
    public static string Describe(MetricSpec metric, MetricJudgement judgement) =>
        string.Join("; ", new[] { DescribeReason(metric, judgement), DescribeWarnings(judgement) }.Where(part => part.Length > 0));

    /// <summary>What is asked of a metric, where it is one number or a range: <c>limit 1%</c>, <c>at least 5</c>.</summary>
    public static string Describe(ProviderSpec provider, MetricBounds bounds) => (bounds.Min, bounds.Max) switch
    {
        ({ } low, { } high) => $"from {Bound(provider, low)} to {Bound(provider, high)}",
        ({ } low, null) => $"at least {Bound(provider, low)}",
        (null, var high) => $"limit {Bound(provider, high ?? double.PositiveInfinity)}",
    };

    private static string DescribeReason(MetricSpec metric, MetricJudgement judgement) => judgement.Reason switch
    {
        JudgementReason.Good => "",
        JudgementReason.NoAnswer none => none.Problem,
        JudgementReason.FailureHolds holds => Limited(metric, judgement, IsUnited(metric, judgement),
            $"failureCondition \"{metric.FailureCondition}\" holds") + Where(holds.Series),
        JudgementReason.SuccessFails fails =>
            Limited(metric, judgement, IsUnited(metric, judgement) || metric.SuccessCondition is null,
                $"successCondition \"{metric.SuccessCondition}\" does not hold") + Where(fails.Series),
        JudgementReason.NeitherHolds =>
            $"{Value(metric, judgement)}{Extent(metric, judgement)}, neither successCondition \"{metric.SuccessCondition}\" nor "
                + $"failureCondition \"{metric.FailureCondition}\" holds",
        JudgementReason.NoValue { IsEmpty: true } none => $"no data: the query gives no series{Policy(none)}",
        JudgementReason.NoValue none => $"no data: {Value(metric, judgement)}{Extent(metric, judgement)}{Policy(none)}",
        JudgementReason.TooFewSamples few => $"{Value(metric, judgement)}: {NumberText.Short(Math.Floor(few.Seen), 6)} of the "
            + $"{few.Least} samples that minSamples asks for",
        JudgementReason.SamplesUnknown { Problem: { } problem } => $"the number of samples is not known: {problem}",
        JudgementReason.SamplesUnknown => "the number of samples is not known, and minSamples asks for it",
        JudgementReason.NotEvaluated { IsFailure: true } wrong => Wrong("failureCondition", metric.FailureCondition, wrong.Outcome),
        JudgementReason.NotEvaluated wrong => Wrong("successCondition", metric.SuccessCondition, wrong.Outcome),
        JudgementReason.Compared compared => EvidenceText.Describe(metric, compared.Finding) + Seen(metric, judgement, compared.Finding)
            + Open(metric, judgement, compared.Finding),
        JudgementReason.HeldToObjective held => ObjectiveText.Describe(metric, held.Finding) + Open(judgement, held.Finding),
        JudgementReason.Classified classified =>
            $"{(classified.IsShown ? classified.As : "not enough points to show a difference")}: {classified.Explanation}"
                + (classified.Points is > 0 and < FewPoints
                    ? $"; {classified.Points} points, and {FewPoints} or more are advised" : ""),
        _ => throw new UnreachableException(),
    };

    private static string Limited(MetricSpec metric, MetricJudgement judgement, bool isLimitSaid, string condition) =>
        judgement.Limit is { } limit && isLimitSaid
            ? $"{Value(metric, judgement)} ({Describe(metric.Provider, limit)}){Extent(metric, judgement)}"
            : $"{Value(metric, judgement)}{Extent(metric, judgement)}, {condition}";

    private static bool IsUnited(MetricSpec metric, MetricJudgement judgement) =>
        metric.Provider is ProviderSpec.Red && judgement.Value is not null;

    // The value with its unit where the metric has one, and the answer as it came where it has none.
    private static string Value(MetricSpec metric, MetricJudgement judgement) =>
        metric.Provider is ProviderSpec.Red red && judgement.Value is { } value && double.IsFinite(value) ? Unit(red, value)
        : $"result {judgement.Shown}";

    private static string Extent(MetricSpec metric, MetricJudgement judgement)
    {
        if (judgement.Samples is not { } samples) return "";
        if (metric.Provider is not ProviderSpec.Red red) return $", {Count(samples)} samples";
        var window = string.Create(CultureInfo.InvariantCulture, $" in {red.Window.TotalSeconds:0.###} s");
        return red.Signal == RedSignal.Errors && judgement.Value is >= 0 and <= 1 and var share
            ? $", {Count(share * samples)} of {Count(samples)} requests{window}" : $", {Count(samples)} requests{window}";
    }

    private static string Count(double number) => Math.Round(number).ToString("0", CultureInfo.InvariantCulture);

    private static string Where(EquatableArray<Label>? series) =>
        series is { Count: > 0 } labels ? $" in {{{string.Join(", ", labels.Select(label => $"{label.Name}=\"{label.Value}\""))}}}" : "";

    private static string Policy(JudgementReason.NoValue none) =>
        none.Policy is { } policy ? $"; onNoData is {policy.ToString().ToLowerInvariant()}" : "";

    private static string Wrong(string field, string? text, ConditionOutcome outcome) => outcome switch
    {
        ConditionOutcome.NotBoolean other => $"{field} \"{text}\" must be true or false, and is {other.Found}",
        ConditionOutcome.Error error => $"{field} \"{text}\" cannot be evaluated: {error.Message}",
        _ => throw new UnreachableException(),
    };

    // What has decided has seen enough.
    private static string Seen(MetricSpec metric, MetricJudgement judgement, EvidenceFinding finding) =>
        judgement.Verdict == RunPhase.Failed || finding.Requests == 0 || finding.StableRequests == 0 ? ""
        : $"; {EvidenceText.Describe(metric, finding.Seen)}";

    private static string Open(MetricSpec metric, MetricJudgement judgement, EvidenceFinding finding) =>
        judgement.Verdict != RunPhase.Inconclusive ? ""
        : finding.Gap.Length > 0 ? $"; {finding.Gap}"
        : finding.Lack is { } lack ? $"; {EvidenceText.Describe(metric, lack)}"
        : "";

    private static string Open(MetricJudgement judgement, ObjectiveFinding finding) =>
        judgement.Verdict != RunPhase.Inconclusive ? ""
        : finding.Gap.Length > 0 ? $"; {finding.Gap}"
        : finding.Lack is { } lack ? $"; {ObjectiveText.Describe(lack, finding.Bound is not null)}"
        : "";

    private static string DescribeWarnings(MetricJudgement judgement)
    {
        if (judgement.Warnings.Count == 0) return "";
        var text = $"the source warns: {string.Join("; ", judgement.Warnings)}";
        return text.Length <= MostOfWarnings ? text : $"{text[..MostOfWarnings]}...";
    }

    private static string Bound(ProviderSpec provider, double value) => provider switch
    {
        ProviderSpec.Red { Signal: RedSignal.Errors } => $"{NumberText.Short(value * 100, 3)}%",
        ProviderSpec.Red { Signal: RedSignal.Duration } => $"{NumberText.Short(value, 4)} ms",
        _ => NumberText.Short(value, 6),
    };

    private static string Unit(ProviderSpec.Red red, double value) => (red.Side == RedSide.Stable ? "stable: " : "") + red.Signal switch
    {
        RedSignal.Requests => $"{NumberText.Short(value, 3)} requests a second",
        RedSignal.Errors => $"error rate {NumberText.Short(value * 100, 2 + (value is >= 0.1 and <= 1 ? 1 : 0))}%",
        RedSignal.Duration => string.Create(CultureInfo.InvariantCulture, $"p{red.Quantile * 100:0.###} {NumberText.Short(value, 4)} ms"),
    };
}
