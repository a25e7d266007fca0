using System;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;

namespace Canary.Core.Tests.Analysis.Conditions;

internal static class Evaluated
{
    private static readonly DateTimeOffset Now = new(2026, 8, 14, 12, 30, 0, TimeSpan.Zero);

    /// <summary>The outcome in a word.</summary>
    public static string On(string condition, MetricAnswer answer) => MetricCondition.Parse(condition) is ConditionParse.Valid valid
        ? valid.Condition.Evaluate(answer, Now) switch
        {
            ConditionOutcome.True => "true",
            ConditionOutcome.Unknown => "unknown",
            ConditionOutcome.False => "false",
            ConditionOutcome.NotBoolean => "not boolean",
            ConditionOutcome.Error => "error",
            var other => throw new InvalidOperationException($"{other}"),
        }
        : "does not parse";
}
