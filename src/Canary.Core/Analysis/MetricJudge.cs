using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>
/// Gives an answer its verdict. With neither condition it is Successful; with one, that one decides; with both, failure wins and neither is Inconclusive; a condition that is not true or false,
/// or cannot be evaluated, is an Error. The bounds of a RED metric decide as conditions do.
/// </summary>
/// <remarks>
/// That is Argo Rollouts' table, and <c>docs/analysis.md</c> has all of it. It differs in three places. Where there is no data (no series, or a NaN that was compared): <c>onNoData</c> decides, and without
/// it a condition that holds all the same stands, and anything else is Inconclusive, since no traffic says nothing about the canary. Where there are several series: a condition that speaks of
/// <c>result[0]</c> speaks of each of them, must hold for all of them to succeed and for one to fail, and only one that speaks of the list itself (<c>all(result, ...)</c>, <c>result[1]</c>) is asked once.
/// And a measurement of fewer samples than <c>minSamples</c> is Inconclusive.
/// </remarks>
public static class MetricJudge
{
    private const int MaxValue = 200;

    /// <summary>The verdict on <paramref name="answer"/>.</summary>
    /// <param name="metric">What is good.</param>
    /// <param name="answer">What was measured.</param>
    /// <param name="samples">What the query for the number of samples answered; null: there was none.</param>
    public static Judgement Judge(MetricSpec metric, MetricAnswer answer, MetricAnswer? samples = null)
    {
        if (answer is MetricAnswer.Faulted faulted) return new(RunPhase.Error, "", faulted.Reason);
        var value = Show(answer);
        var reading = new MetricReading(metric, answer, value, SampleCount.Of(samples));
        var (verdict, why) = Decide(metric, answer, reading);
        if (verdict is RunPhase.Successful or RunPhase.Failed && TooFew(metric, samples, reading) is { } few) (verdict, why) = few;
        return new(verdict, value, string.Join("; ", new[] { why, Warnings(answer) }.Where(part => part.Length > 0)));
    }

    private static (RunPhase Verdict, string Why) Decide(MetricSpec metric, MetricAnswer answer, MetricReading reading)
    {
        var (failure, failing) = metric.FailureCondition is { } failureText ? Evaluate(failureText, answer, isSuccess: false) : (null, null);
        var (success, lacking) = metric.SuccessCondition is { } successText ? Evaluate(successText, answer, isSuccess: true) : Bounds(metric, answer);
        var isEmpty = IsEmpty(answer);
        if (isEmpty || HasNaN(failure) || HasNaN(success) || ((failure, success) is (null, null) && HasNaN(answer)))
        {
            var what = isEmpty ? "no data: the query gives no series" : $"no data: {reading.Shown}";
            return (metric.OnNoData, failure, success) switch
            {
                ({ } policy, _, _) when isEmpty => (Verdict(policy), Policy(what, policy)),
                (_, ConditionOutcome.True, _) => (RunPhase.Failed, reading.Failing(failing)),
                (_, _, ConditionOutcome.True) => (RunPhase.Successful, ""),
                ({ } policy, _, _) => (Verdict(policy), Policy(what, policy)),
                (null, _, _) => (RunPhase.Inconclusive, what),
            };
        }

        return Wrong("failureCondition", metric.FailureCondition, failure) ?? Wrong("successCondition", metric.SuccessCondition, success) ?? (failure, success) switch
        {
            (null, null) => (RunPhase.Successful, ""),
            (ConditionOutcome.True, _) => (RunPhase.Failed, reading.Failing(failing)),
            (_, ConditionOutcome.True) => (RunPhase.Successful, ""),
            (null, _) => (RunPhase.Failed, reading.Lacking(lacking)),
            (_, null) => (RunPhase.Successful, ""),
            _ => (RunPhase.Inconclusive, $"{reading.Shown}, neither successCondition \"{metric.SuccessCondition}\" nor failureCondition \"{metric.FailureCondition}\" holds"),
        };
    }

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
        var count = SampleCount.Of(samples);
        if (count is not { } known) return (RunPhase.Inconclusive, "the number of samples is not known, and minSamples asks for it");
        return known >= least ? null : (RunPhase.Inconclusive, $"{reading.Value}: {NumberText.Short(Math.Floor(known), 6)} of the {least} samples that minSamples asks for");
    }

    /// <summary>What a condition says of an answer, and of which of its series.</summary>
    private static (ConditionOutcome? Outcome, EquatableArray<Label>? Series) Evaluate(string text, MetricAnswer answer, bool isSuccess)
    {
        if (MetricCondition.Parse(text) is not ConditionParse.Valid valid) return (new ConditionOutcome.Error(MetricCondition.Parse(text).ToString()!), null);
        var series = Apart(answer);
        if (series.Count < 2 || valid.Condition.SpeaksOfAll) return (valid.Condition.Evaluate(answer), null);

        // The one that says most: of success the one that does not hold, of failure the one that does.
        return series.Select(one => (Outcome: (ConditionOutcome?)valid.Condition.Evaluate(one.Answer), Series: (EquatableArray<Label>?)one.Labels)).MaxBy(one => Weight(one.Outcome!, isSuccess));
    }

    private static int Weight(ConditionOutcome outcome, bool isSuccess) => outcome switch
    {
        ConditionOutcome.True => isSuccess ? 0 : 4,
        ConditionOutcome.False { HasComparedNaN: false } => isSuccess ? 4 : 0,
        ConditionOutcome.False => 1,
        _ => 2,
    };

    private static (ConditionOutcome? Outcome, EquatableArray<Label>? Series) Bounds(MetricSpec metric, MetricAnswer answer)
    {
        if (metric.Provider is not ProviderSpec.Red red || (red.Min, red.Max) is (null, null)) return (null, null);
        return Apart(answer)
            .Select(one => (Outcome: (ConditionOutcome?)Bounds(red, Numbers(one.Answer).FirstOrDefault(double.NaN)), Series: (EquatableArray<Label>?)one.Labels))
            .DefaultIfEmpty((new ConditionOutcome.False(true), null))
            .MaxBy(one => Weight(one.Outcome!, isSuccess: true));
    }

    private static ConditionOutcome Bounds(ProviderSpec.Red red, double value)
    {
        if (double.IsNaN(value)) return new ConditionOutcome.False(true);
        return (red.Min is not { } min || value >= min) && (red.Max is not { } max || value <= max) ? new ConditionOutcome.True() : new ConditionOutcome.False(false);
    }

    /// <summary>The series of an answer, each as an answer of its own.</summary>
    private static IReadOnlyList<(EquatableArray<Label> Labels, MetricAnswer Answer)> Apart(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Vector vector => [.. vector.Samples.Select(sample => (sample.Labels, (MetricAnswer)new MetricAnswer.Vector([sample], [])))],
        MetricAnswer.Matrix matrix => [.. matrix.Series.Select(series => (series.Labels, (MetricAnswer)new MetricAnswer.Matrix([series], [])))],
        MetricAnswer.Scalar => [(default, answer)],
        _ => [],
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
}
