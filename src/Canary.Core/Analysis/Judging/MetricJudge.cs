using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics;
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
        if (answer is MetricAnswer.Faulted faulted) return new(RunPhase.Error, new JudgementReason.NoAnswer(faulted.Reason));
        var (verdict, reason) = Decide(metric, answer, at);
        if (verdict is RunPhase.Successful or RunPhase.Failed && TooFew(metric, samples) is { } few) (verdict, reason) = few;
        var seen = SampleCount.Count(samples);
        return new(verdict, reason)
        {
            Shown = Show(answer),
            Value = answer is MetricAnswer.Vector { Samples: [{ Value: var value }] } ? value : null,
            Limit = reason is JudgementReason.FailureHolds or JudgementReason.SuccessFails
                ? MetricBounds.Find(metric, isFailure: reason is JudgementReason.FailureHolds) : null,
            Samples = seen,
            Interval = Interval(metric, answer, seen),
            Warnings = Warnings(answer),
        };
    }

    private static (RunPhase Verdict, JudgementReason Reason) Decide(MetricSpec metric, MetricAnswer answer, DateTimeOffset at)
    {
        var isArgo = metric.Compatibility == Compatibility.Argo;
        var (failure, failing) = metric.FailureCondition is { } failureText
            ? SeriesJudge.Ask(failureText, answer, at, isSuccess: false, isArgo) : (null, null);
        var (success, lacking) = metric.SuccessCondition is { } successText
            ? SeriesJudge.Ask(successText, answer, at, isSuccess: true, isArgo) : SeriesJudge.Bounds(metric, answer);
        if (!isArgo && IsEmpty(answer)) return OnEmpty(metric, (failure, failing), success);
        if (!isArgo && (failure, success) is (null, null) && SeriesJudge.Numbers(answer).Any(double.IsNaN))
            return NoData(metric, isEmpty: false);
        // What is not known may be either: where that changes the verdict, there is none.
        var possible = Possible(failure).SelectMany(_ => Possible(success), Verdict).Distinct().ToArray();
        return possible.Length > 1 ? NoData(metric, isEmpty: false) : (possible[0], possible[0] switch
        {
            RunPhase.Failed when failure is ConditionOutcome.True => new JudgementReason.FailureHolds(failing),
            RunPhase.Failed => new JudgementReason.SuccessFails(lacking),
            RunPhase.Error when failure is ConditionOutcome.Error or ConditionOutcome.NotBoolean =>
                new JudgementReason.NotEvaluated(IsFailure: true, failure),
            RunPhase.Error => new JudgementReason.NotEvaluated(IsFailure: false, success!),
            RunPhase.Inconclusive => new JudgementReason.NeitherHolds(),
            _ => new JudgementReason.Good(),
        });
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
    private static (RunPhase, JudgementReason) OnEmpty(MetricSpec metric,
        (ConditionOutcome? Outcome, EquatableArray<Label>? Series) failure, ConditionOutcome? success) =>
        (metric.OnNoData, failure.Outcome, success) switch
        {
            (null, ConditionOutcome.True, _) => (RunPhase.Failed, new JudgementReason.FailureHolds(failure.Series)),
            (null, _, ConditionOutcome.True) => (RunPhase.Successful, new JudgementReason.Good()),
            _ => NoData(metric, isEmpty: true),
        };

    private static (RunPhase, JudgementReason) NoData(MetricSpec metric, bool isEmpty) =>
        (metric.OnNoData is { } policy ? Verdict(policy) : RunPhase.Inconclusive, new JudgementReason.NoValue(isEmpty, metric.OnNoData));

    private static RunPhase Verdict(EmptyVerdict policy) => policy switch
    {
        EmptyVerdict.Success => RunPhase.Successful,
        EmptyVerdict.Failure => RunPhase.Failed,
        EmptyVerdict.Error => RunPhase.Error,
        EmptyVerdict.Inconclusive => RunPhase.Inconclusive,
    };

    private static (RunPhase, JudgementReason)? TooFew(MetricSpec metric, MetricAnswer? samples)
    {
        if (metric.MinSamples is not { } least) return null;
        if (samples is MetricAnswer.Faulted faulted) return (RunPhase.Error, new JudgementReason.SamplesUnknown(faulted.Reason));
        if (SampleCount.Count(samples) is not { } seen) return (RunPhase.Inconclusive, new JudgementReason.SamplesUnknown(null));
        return seen >= least ? null : (RunPhase.Inconclusive, new JudgementReason.TooFewSamples(seen, least));
    }

    // The range that a share of failed requests lies in; null: it is no share, or nobody knows of how many.
    private static WilsonInterval? Interval(MetricSpec metric, MetricAnswer answer, double? samples) =>
        metric.Provider is ProviderSpec.Red { Signal: RedSignal.Errors }
        && answer is MetricAnswer.Vector { Samples: [{ Value: >= 0 and <= 1 and var share }] } && samples is > 0 and var all
        && double.IsFinite(all)
            ? WilsonInterval.Of(share * all, all)
            : null;

    private static bool IsEmpty(MetricAnswer answer) =>
        answer is MetricAnswer.Vector or MetricAnswer.Matrix && !SeriesJudge.Numbers(answer).Any();

    private static EquatableArray<string> Warnings(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Vector vector => vector.Warnings,
        MetricAnswer.Scalar scalar => scalar.Warnings,
        MetricAnswer.Matrix matrix => matrix.Warnings,
        _ => [],
    };

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
