using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Conditions;

/// <summary>
/// A success or failure condition, parsed: a small expression language, the same as Argo Rollouts' as far as conditions go. <c>result</c> is the measurement: a list of numbers for a vector,
/// one number for a scalar, a list of series for a range (each has <c>Values</c>, <c>Labels</c>, and is itself the list of its values).
/// </summary>
/// <remarks>It has no loops, no assignment and no access to anything but the measurement; length, depth and steps are bounded.</remarks>
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

    /// <summary>It speaks of all series at once, and not of one: <c>all(result, {# &lt; 1})</c>.</summary>
    public bool SpeaksOfAll => ResultUse.SpeaksOfAll(_root);

    /// <summary>Reads a condition.</summary>
    public static ConditionParse Parse(string text)
    {
        try
        {
            if (text.Length > MaxLength) throw new SyntaxException(MaxLength + 1, $"a condition has at most {MaxLength} characters, this one has {text.Length}");
            return new ConditionParse.Valid(new MetricCondition(text, Parser.Parse(text)));
        }
        catch (SyntaxException wrong)
        {
            return new ConditionParse.Invalid(wrong.Position, wrong.Message);
        }
    }

    /// <summary>What it says of <paramref name="answer"/>; an answer that is <see cref="MetricAnswer.Faulted"/> is an error.</summary>
    public ConditionOutcome Evaluate(MetricAnswer answer)
    {
        if (answer is MetricAnswer.Faulted faulted) return new ConditionOutcome.Error(faulted.Reason);
        var evaluator = new Evaluator(AsValue(answer));
        try
        {
            return evaluator.Evaluate(_root) switch
            {
                Value.Bool { IsTrue: true } => new ConditionOutcome.True(),
                Value.Bool => new ConditionOutcome.False(evaluator.HasComparedNaN),
                var other => new ConditionOutcome.NotBoolean(Clip($"{other.Kind}: {other}")),
            };
        }
        catch (EvaluationException wrong)
        {
            return new ConditionOutcome.Error(Clip(wrong.Message));
        }
    }

    private static string Clip(string message) => message.Length <= MaxMessage ? message : $"{message[..MaxMessage]}...";

    private static Value AsValue(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Vector vector => Numbers(vector.Samples.Select(sample => sample.Value)),
        MetricAnswer.Scalar scalar => new Value.Number(scalar.Value),
        MetricAnswer.Matrix matrix => new Value.List([.. matrix.Series.Select(AsValue)]),
        MetricAnswer.Text text => new Value.Text(text.Value),
        _ => new Value.Nil(),
    };

    private static Value.Fields AsValue(Series series)
    {
        var values = Numbers(series.Points.Select(point => point.Value));
        // A source that gives a label twice is at fault; it must not take the measuring of others down.
        var labels = new Dictionary<string, Value>();
        foreach (var label in series.Labels) labels[label.Name] = new Value.Text(label.Value);
        return new(new Dictionary<string, Value> { ["Values"] = values, ["Labels"] = new Value.Fields(labels, null) }, values);
    }

    private static Value.List Numbers(IEnumerable<double> numbers) => new([.. numbers.Select(number => new Value.Number(number))]);
}
