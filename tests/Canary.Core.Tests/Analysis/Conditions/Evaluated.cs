using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Conditions;

namespace Canary.Core.Tests.Analysis.Conditions;

internal static class Evaluated
{
    /// <summary>The outcome in a word.</summary>
    public static string On(string condition, MetricAnswer answer) => MetricCondition.Parse(condition) is ConditionParse.Valid valid
        ? valid.Condition.Evaluate(answer) switch
        {
            ConditionOutcome.True => "true",
            ConditionOutcome.False { HasComparedNaN: true } => "false NaN",
            ConditionOutcome.False => "false",
            ConditionOutcome.NotBoolean => "not boolean",
            ConditionOutcome.Error => "error",
            var other => throw new InvalidOperationException($"{other}"),
        }
        : "does not parse";
}
