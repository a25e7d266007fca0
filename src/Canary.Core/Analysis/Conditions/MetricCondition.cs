using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions.Evaluation;
using Canary.Core.Analysis.Conditions.Syntax;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions;

/// <summary>
/// A success or failure condition, parsed: expr-lang 1.17 with the functions that Argo Rollouts adds. <c>result</c> is the measurement: a
/// list of numbers for a vector or a range, one number for a scalar. A condition that asks a range for <c>Values</c> or <c>Labels</c> is
/// given a list of its series instead.
/// </summary>
/// <remarks>It has no loops, no assignment and no access to anything but the measurement and its time; length, depth, steps and sizes are
/// bounded. Source: expr-lang's language definition and parser.</remarks>
public sealed class MetricCondition
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxLength = 4096;

    private const int MaxMessage = 300;

    private readonly Node _root;

    private MetricCondition(string text, Node root)
    {
        Text = text;
        _root = root;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>It speaks of all series at once, and not of one: <c>all(result, {# &lt; 1})</c>, <c>len(result) == 1</c>.</summary>
    public bool SpeaksOfAll => ResultUse.SpeaksOfAll(_root);

    /// <summary>Reads a condition.</summary>
    public static ConditionParse Parse(string text)
    {
        try
        {
            if (text.Length > MaxLength)
                throw new SyntaxException(MaxLength + 1, $"a condition has at most {MaxLength} characters, this one has {text.Length}");
            return new ConditionParse.Valid(new MetricCondition(text, Parser.Parse(text)));
        }
        catch (SyntaxException wrong)
        {
            return new ConditionParse.Invalid(wrong.Position, wrong.Message);
        }
    }

    /// <summary>What it says of <paramref name="answer"/>; an answer that is <see cref="MetricAnswer.Faulted"/> is an error.</summary>
    /// <param name="answer">The measurement.</param>
    /// <param name="now">The time of the measurement, which <c>now()</c> gives. UTC.</param>
    /// <param name="isArgo">
    /// As Argo Rollouts: NaN compares false, what is asked of nothing has the answer of expr-lang (<c>all</c> of no series is true), and an
    /// empty answer is not nil. Never
    /// <see cref="ConditionOutcome.Unknown"/>.
    /// </param>
    public ConditionOutcome Evaluate(MetricAnswer answer, DateTimeOffset now = default, bool isArgo = false)
    {
        return answer is MetricAnswer.Faulted faulted ? new ConditionOutcome.Error(faulted.Reason)
            : Evaluate(new EvaluationState(AsValue(answer), now, isArgo));
    }

    /// <summary>Why it is a mistake on every answer there is: <c>1 &lt; "a"</c> in it; null: some answers may decide it.</summary>
    public string? Mistake =>
        Evaluate(new EvaluationState(new Value.Unknown("the measurement"), DateTimeOffset.UnixEpoch, isArgo: false)) switch
        {
            ConditionOutcome.Error error => $"it cannot be evaluated on any answer: {error.Message}",
            ConditionOutcome.NotBoolean other => $"it must be true or false, and is {other.Found} on every answer",
            _ => null,
        };

    private ConditionOutcome Evaluate(EvaluationState state)
    {
        Value? other = null;
        try
        {
            var holds = state.Settle(() =>
            {
                var value = new Evaluator(state).Evaluate(_root);
                if (value is Value.Bool bit) return bit.IsTrue;
                if (value is Value.Unknown unknown) return state.Assume(unknown.Why);
                other ??= value;
                return false;
            });
            return (holds, other) switch
            {
                (null, _) => new ConditionOutcome.Unknown(state.Doubt ?? "it takes too many steps to say"),
                (_, not null) => new ConditionOutcome.NotBoolean(Clip($"{other.Kind}: {other}")),
                (true, _) => new ConditionOutcome.True(),
                (false, _) => new ConditionOutcome.False(),
            };
        }
        catch (EvaluationException wrong)
        {
            return new ConditionOutcome.Error(Clip(wrong.Message));
        }
    }

    private static string Clip(string message) => message.Length <= MaxMessage ? message : $"{message[..MaxMessage]}...";

    private Value AsValue(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Vector vector => Numbers(vector.Samples.Select(sample => sample.Value)),
        MetricAnswer.Scalar scalar => new Value.Number(scalar.Value),
        MetricAnswer.Matrix matrix when ResultUse.AsksForSeries(_root) =>
            new Value.List([.. matrix.Series.Where(series => series.Points.Count > 0).Select(AsValue)]),
        MetricAnswer.Matrix matrix => Numbers(matrix.Series.SelectMany(series => series.Points).Select(point => point.Value)),
        MetricAnswer.Text text => new Value.Text(text.Value),
        _ => new Value.Nil(),
    };

    private static Value.Map AsValue(Series series)
    {
        var values = Numbers(series.Points.Select(point => point.Value));
        // A source that gives a label twice is at fault; it must not take the measuring of others down.
        var labels = new Dictionary<Value, Value>();
        foreach (var label in series.Labels) labels[new Value.Text(label.Name)] = new Value.Text(label.Value);
        return new(new Dictionary<Value, Value> { [new Value.Text("Values")] = values, [new Value.Text("Labels")] = new Value.Map(labels) },
            values);
    }

    private static Value.List Numbers(IEnumerable<double> numbers) => new([.. numbers.Select(number => new Value.Number(number))]);
}
