using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>What a condition, or the bounds of a RED metric, say of an answer, and of which of its series.</summary>
internal static class SeriesJudge
{
    /// <param name="text">The condition.</param>
    /// <param name="answer">The measurement.</param>
    /// <param name="at">Its time.</param>
    /// <param name="isSuccess">It says what is good.</param>
    /// <param name="isArgo">As Argo Rollouts, which asks once, of the list.</param>
    public static (ConditionOutcome? Outcome, EquatableArray<Label>? Series) Ask(string text, MetricAnswer answer, DateTimeOffset at,
        bool isSuccess, bool isArgo)
    {
        if (MetricCondition.Parse(text) is not ConditionParse.Valid valid)
            return (new ConditionOutcome.Error(MetricCondition.Parse(text).ToString()!), null);
        var series = Apart(answer);
        if (isArgo || series.Count < 2 || valid.Condition.SpeaksOfAll) return (valid.Condition.Evaluate(answer, at, isArgo), null);

        // The one that says most: of success the one that does not hold, of failure the one that does.
        return series.Select(one => (Outcome: (ConditionOutcome?)valid.Condition.Evaluate(one.Answer, at),
            Series: (EquatableArray<Label>?)one.Labels)).MaxBy(one => Weight(one.Outcome!, isSuccess));
    }

    public static (ConditionOutcome? Outcome, EquatableArray<Label>? Series) Bounds(MetricSpec metric, MetricAnswer answer)
    {
        if (metric.Provider is not ProviderSpec.Red red || (red.Min, red.Max) is (null, null)) return (null, null);
        return Apart(answer)
            .Select(one => (Outcome: (ConditionOutcome?)Bounds(red, Numbers(one.Answer).FirstOrDefault(double.NaN)),
                Series: (EquatableArray<Label>?)one.Labels))
            .DefaultIfEmpty((new ConditionOutcome.Unknown("no series"), null))
            .MaxBy(one => Weight(one.Outcome!, isSuccess: true));
    }

    public static IEnumerable<double> Numbers(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Vector vector => vector.Samples.Select(sample => sample.Value),
        MetricAnswer.Scalar scalar => [scalar.Value],
        MetricAnswer.Matrix matrix => matrix.Series.SelectMany(series => series.Points).Select(point => point.Value),
        _ => [],
    };

    private static ConditionOutcome Bounds(ProviderSpec.Red red, double value)
    {
        if (double.IsNaN(value)) return new ConditionOutcome.Unknown("NaN");
        return (red.Min is not { } min || value >= min) && (red.Max is not { } max || value <= max) ? new ConditionOutcome.True()
            : new ConditionOutcome.False();
    }

    private static int Weight(ConditionOutcome outcome, bool isSuccess) => outcome switch
    {
        ConditionOutcome.True => isSuccess ? 0 : 4,
        ConditionOutcome.False => isSuccess ? 4 : 0,
        // It may be the one that decides.
        ConditionOutcome.Unknown => 3,
        _ => 2,
    };

    /// <summary>The series of an answer, each as an answer of its own.</summary>
    private static IReadOnlyList<(EquatableArray<Label> Labels, MetricAnswer Answer)> Apart(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Vector vector =>
            [.. vector.Samples.Select(sample => (sample.Labels, (MetricAnswer)new MetricAnswer.Vector([sample], [])))],
        MetricAnswer.Matrix matrix =>
            [.. matrix.Series.Where(series => series.Points.Count > 0)
                .Select(series => (series.Labels, (MetricAnswer)new MetricAnswer.Matrix([series], [])))],
        MetricAnswer.Scalar => [(default, answer)],
        _ => [],
    };
}
