using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>
/// Gives an answer its verdict. With neither condition it is Successful; with one, that one decides; with both, failure wins and neither is
/// Inconclusive; a condition that is not true or false, or cannot be evaluated, is an Error. The bounds of a RED metric decide as
/// conditions do.
/// </summary>
/// <remarks>
/// That is Argo Rollouts' table, and <c>docs/conditions.md</c> has all of it; <c>compatibility: argo</c> gives its verdicts to the letter.
/// Otherwise three things differ. Where there is no data (no series, or a verdict that depends on a comparison with NaN or on what is said
/// of no series): <c>onNoData</c> decides, and without it a condition that holds on an empty answer because it names that case stands, and
/// anything else is Inconclusive, since no traffic says nothing about the canary. Where there are several series: a condition that speaks
/// of <c>result[0]</c> speaks of each of them, must hold for all of them to succeed and for one to fail, and one that speaks of the list
/// itself (<c>all(result, ...)</c>, <c>len(result) == 1</c>) is asked once. And a measurement of fewer samples than <c>minSamples</c> is
/// Inconclusive.
/// </remarks>
public static class MetricJudge
{
    private const int MaxValue = 200;

    private static readonly ConditionOutcome?[] Either = [new ConditionOutcome.True(), new ConditionOutcome.False()];

    /// <summary>The verdict on <paramref name="answer"/>.</summary>
    /// <param name="metric">What is good.</param>
    /// <param name="answer">What was measured.</param>
    /// <param name="samples">What the query for the number of samples answered; null: there was none.</param>
    /// <param name="at">The tick of the measurement, which is <c>now()</c> in a condition. UTC.</param>
    public static MetricJudgement Judge(MetricSpec metric, MetricAnswer answer, MetricAnswer? samples = null, DateTimeOffset at = default)
    {
        if (answer is MetricAnswer.Faulted faulted) return new(RunPhase.Error, "", faulted.Reason);
        var value = Show(answer);
        var reading = new MetricReading(metric, answer, value, SampleCount.Count(samples));
        var (verdict, why) = Decide(metric, answer, reading, at);
        if (verdict is RunPhase.Successful or RunPhase.Failed && TooFew(metric, samples, reading) is { } few) (verdict, why) = few;
        return new(verdict, value, string.Join("; ", new[] { why, Warnings(answer) }.Where(part => part.Length > 0)));
    }

    private static (RunPhase Verdict, string Why) Decide(MetricSpec metric, MetricAnswer answer, MetricReading reading, DateTimeOffset at)
    {
        var isArgo = metric.Compatibility == Compatibility.Argo;
        var (failure, failing) = metric.FailureCondition is { } failureText
            ? SeriesJudge.Ask(failureText, answer, at, isSuccess: false, isArgo) : (null, null);
        var (success, lacking) = metric.SuccessCondition is { } successText
            ? SeriesJudge.Ask(successText, answer, at, isSuccess: true, isArgo) : SeriesJudge.Bounds(metric, answer);
        if (!isArgo && IsEmpty(answer)) return OnEmpty(metric, reading, (failure, failing), success);
        if (!isArgo && (failure, success) is (null, null) && SeriesJudge.Numbers(answer).Any(double.IsNaN))
            return NoData(metric, $"no data: {reading.Shown}");
        // What is not known may be either: where that changes the verdict, there is none.
        var possible = Possible(failure).SelectMany(_ => Possible(success), Verdict).Distinct().ToArray();
        return possible.Length > 1 ? NoData(metric, $"no data: {reading.Shown}") : possible[0] switch
        {
            RunPhase.Failed when failure is ConditionOutcome.True => (RunPhase.Failed, reading.Failing(failing)),
            RunPhase.Failed => (RunPhase.Failed, reading.Lacking(lacking)),
            RunPhase.Error =>
                (RunPhase.Error, Wrong("failureCondition", metric.FailureCondition, failure)
                    ?? Wrong("successCondition", metric.SuccessCondition, success)!),
            RunPhase.Inconclusive =>
                (RunPhase.Inconclusive,
                    $"{reading.Shown}, neither successCondition \"{metric.SuccessCondition}\" nor failureCondition "
                        + $"\"{metric.FailureCondition}\" holds"),
            var verdict => (verdict, ""),
        };
    }

    // The table of Argo Rollouts.
    private static RunPhase Verdict(ConditionOutcome? failure, ConditionOutcome? success) => (failure, success) switch
    {
        (ConditionOutcome.Error or ConditionOutcome.NotBoolean, _) or (_, ConditionOutcome.Error or ConditionOutcome.NotBoolean) =>
            RunPhase.Error,
        (ConditionOutcome.True, _) => RunPhase.Failed,
        (_, ConditionOutcome.True) or (_, null) => RunPhase.Successful,
        (null, _) => RunPhase.Failed,
        _ => RunPhase.Inconclusive,
    };

    private static IEnumerable<ConditionOutcome?> Possible(ConditionOutcome? outcome) =>
        outcome is ConditionOutcome.Unknown ? Either : [outcome];

    // No series: a condition that holds has named the case, since what is said of nothing is not known.
    private static (RunPhase, string) OnEmpty(MetricSpec metric, MetricReading reading,
        (ConditionOutcome? Outcome, EquatableArray<Label>? Series) failure, ConditionOutcome? success) =>
        (metric.OnNoData, failure.Outcome, success) switch
        {
            (null, ConditionOutcome.True, _) => (RunPhase.Failed, reading.Failing(failure.Series)),
            (null, _, ConditionOutcome.True) => (RunPhase.Successful, ""),
            _ => NoData(metric, "no data: the query gives no series"),
        };

    private static (RunPhase, string) NoData(MetricSpec metric, string what) =>
        metric.OnNoData is { } policy ? (Verdict(policy), Policy(what, policy)) : (RunPhase.Inconclusive, what);

    private static string Policy(string what, EmptyVerdict policy) => $"{what}; onNoData is {policy.ToString().ToLowerInvariant()}";

    private static RunPhase Verdict(EmptyVerdict policy) => policy switch
    {
        EmptyVerdict.Success => RunPhase.Successful,
        EmptyVerdict.Failure => RunPhase.Failed,
        EmptyVerdict.Error => RunPhase.Error,
        EmptyVerdict.Inconclusive => RunPhase.Inconclusive,
    };

    private static (RunPhase, string)? TooFew(MetricSpec metric, MetricAnswer? samples, MetricReading reading)
    {
        if (metric.MinSamples is not { } least) return null;
        if (samples is MetricAnswer.Faulted faulted) return (RunPhase.Error, $"the number of samples is not known: {faulted.Reason}");
        var count = SampleCount.Count(samples);
        if (count is not { } known) return (RunPhase.Inconclusive, "the number of samples is not known, and minSamples asks for it");
        return known >= least ? null
            : (RunPhase.Inconclusive,
                $"{reading.Value}: {NumberText.Short(Math.Floor(known), 6)} of the {least} samples that minSamples asks for");
    }

    private static string? Wrong(string field, string? text, ConditionOutcome? outcome) => outcome switch
    {
        ConditionOutcome.NotBoolean other => $"{field} \"{text}\" must be true or false, and is {other.Found}",
        ConditionOutcome.Error error => $"{field} \"{text}\" cannot be evaluated: {error.Message}",
        _ => null,
    };

    private static bool IsEmpty(MetricAnswer answer) =>
        answer is MetricAnswer.Vector or MetricAnswer.Matrix && !SeriesJudge.Numbers(answer).Any();

    private static string Warnings(MetricAnswer answer)
    {
        var warnings = answer switch
        {
            MetricAnswer.Vector vector => vector.Warnings,
            MetricAnswer.Scalar scalar => scalar.Warnings,
            MetricAnswer.Matrix matrix => matrix.Warnings,
            _ => default(EquatableArray<string>),
        };
        return warnings.Count == 0 ? "" : Clip($"the source warns: {string.Join("; ", warnings)}");
    }

    private static string Show(MetricAnswer answer) => Clip(answer switch
    {
        MetricAnswer.Vector vector => List(vector.Samples.Select(sample => sample.Value)),
        MetricAnswer.Scalar scalar => NumberText.Format(scalar.Value),
        MetricAnswer.Matrix matrix =>
            $"[{string.Join(", ", matrix.Series.Select(series => List(series.Points.Select(point => point.Value))))}]",
        MetricAnswer.Text text => $"\"{text.Value}\"",
        _ => "",
    });

    private static string List(IEnumerable<double> numbers) => $"[{string.Join(", ", numbers.Select(NumberText.Format))}]";

    private static string Clip(string text) => text.Length <= MaxValue ? text : $"{text[..MaxValue]}...";
}

/// <summary>What one answer means for its metric.</summary>
/// <param name="Verdict">Successful, Failed, Inconclusive or Error.</param>
/// <param name="Value">The answer as text: <c>[0.041]</c>.</param>
/// <param name="Message">Why; empty where it is good and nothing is to be said.</param>
public sealed record MetricJudgement(RunPhase Verdict, string Value, string Message)
{
    /// <summary>Of a sequential comparison: the odds that the canary is worse, to 1; null: another judge.</summary>
    public double? Odds { get; init; }

    /// <summary>What a sequential comparison knows now; null: nothing yet.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>What Mann and Whitney's test says now; null: another judge.</summary>
    public MannWhitneyFinding? Finding { get; init; }
}
