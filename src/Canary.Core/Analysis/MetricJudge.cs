using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>
/// Gives an answer its verdict. With neither condition it is Successful; with one, that one decides; with both, failure wins and neither is Inconclusive; a condition that is not true or false,
/// or cannot be evaluated, is an Error.
/// </summary>
/// <remarks>
/// That is Argo Rollouts' table. It differs where there is no data (no series, or a NaN that was compared): a condition that holds all the same stands, and anything else is Inconclusive,
/// since no traffic says nothing about the canary. Of several series <c>result[0]</c> is the first, in the order of the answer; a query that may give several should aggregate them.
/// </remarks>
public static class MetricJudge
{
    private const int MaxValue = 200;

    /// <summary>The verdict on <paramref name="answer"/>.</summary>
    public static Judgement Judge(MetricSpec metric, MetricAnswer answer)
    {
        if (answer is MetricAnswer.Faulted faulted) return new(RunPhase.Error, "", faulted.Reason);
        var value = Show(answer);
        var (verdict, why) = Decide(metric, answer, Reading(metric.Provider, answer, value));
        return new(verdict, value, string.Join("; ", new[] { why, Warnings(answer) }.Where(part => part.Length > 0)));
    }

    private static (RunPhase Verdict, string Why) Decide(MetricSpec metric, MetricAnswer answer, string reading)
    {
        var failure = metric.FailureCondition is { } failureText ? Evaluate(failureText, answer) : null;
        var success = metric.SuccessCondition is { } successText ? Evaluate(successText, answer) : null;
        var isEmpty = IsEmpty(answer);
        if (isEmpty || HasNaN(failure) || HasNaN(success) || ((failure, success) is (null, null) && HasNaN(answer)))
        {
            return (failure, success) switch
            {
                (ConditionOutcome.True, _) => (RunPhase.Failed, $"{reading}, failureCondition \"{metric.FailureCondition}\" holds"),
                (_, ConditionOutcome.True) => (RunPhase.Successful, ""),
                _ => (RunPhase.Inconclusive, isEmpty ? "no data: the query gives no series" : $"no data: {reading}"),
            };
        }

        return Wrong("failureCondition", metric.FailureCondition, failure) ?? Wrong("successCondition", metric.SuccessCondition, success) ?? (failure, success) switch
        {
            (null, null) => (RunPhase.Successful, ""),
            (ConditionOutcome.True, _) => (RunPhase.Failed, $"{reading}, failureCondition \"{metric.FailureCondition}\" holds"),
            (_, ConditionOutcome.True) => (RunPhase.Successful, ""),
            (null, _) => (RunPhase.Failed, $"{reading}, successCondition \"{metric.SuccessCondition}\" does not hold"),
            (_, null) => (RunPhase.Successful, ""),
            _ => (RunPhase.Inconclusive, $"{reading}, neither successCondition \"{metric.SuccessCondition}\" nor failureCondition \"{metric.FailureCondition}\" holds"),
        };
    }

    private static ConditionOutcome Evaluate(string text, MetricAnswer answer) => MetricCondition.Parse(text) switch
    {
        ConditionParse.Valid valid => valid.Condition.Evaluate(answer),
        ConditionParse.Invalid invalid => new ConditionOutcome.Error(invalid.ToString()),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static (RunPhase, string)? Wrong(string field, string? text, ConditionOutcome? outcome) => outcome switch
    {
        ConditionOutcome.NotBoolean other => (RunPhase.Error, $"{field} \"{text}\" must be true or false, and is {other.Found}"),
        ConditionOutcome.Error error => (RunPhase.Error, $"{field} \"{text}\" cannot be evaluated: {error.Message}"),
        _ => null,
    };

    private static bool HasNaN(ConditionOutcome? outcome) => outcome is ConditionOutcome.False { HasComparedNaN: true };

    private static bool HasNaN(MetricAnswer answer) => Numbers(answer).Any(double.IsNaN);

    private static bool IsEmpty(MetricAnswer answer) => answer is MetricAnswer.Vector or MetricAnswer.Matrix && !Numbers(answer).Any();

    private static IEnumerable<double> Numbers(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Vector vector => vector.Samples.Select(sample => sample.Value),
        MetricAnswer.Scalar scalar => [scalar.Value],
        MetricAnswer.Matrix matrix => matrix.Series.SelectMany(series => series.Points).Select(point => point.Value),
        _ => [],
    };

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
        MetricAnswer.Scalar scalar => NumberText.Of(scalar.Value),
        MetricAnswer.Matrix matrix => $"[{string.Join(", ", matrix.Series.Select(series => List(series.Points.Select(point => point.Value))))}]",
        MetricAnswer.Text text => $"\"{text.Value}\"",
        _ => "",
    });

    private static string List(IEnumerable<double> numbers) => $"[{string.Join(", ", numbers.Select(NumberText.Of))}]";

    private static string Clip(string text) => text.Length <= MaxValue ? text : $"{text[..MaxValue]}...";

    /// <summary>The value as a sentence needs it: with its unit where the metric has one.</summary>
    private static string Reading(ProviderSpec provider, MetricAnswer answer, string value) =>
        provider is ProviderSpec.Red red && answer is MetricAnswer.Vector { Samples: [var only] } && double.IsFinite(only.Value)
            ? $"{Unit(red, only.Value)} (result {value})"
            : $"result {value}";

    private static string Unit(ProviderSpec.Red red, double value) => red.Signal switch
    {
        RedSignal.Requests => $"{NumberText.Short(value, 3)} requests a second",
        RedSignal.Errors => $"error rate {NumberText.Short(value * 100, 3)}%",
        RedSignal.Duration => string.Create(CultureInfo.InvariantCulture, $"p{red.Quantile * 100:0.###} {NumberText.Short(value, 4)} ms"),
    };
}
