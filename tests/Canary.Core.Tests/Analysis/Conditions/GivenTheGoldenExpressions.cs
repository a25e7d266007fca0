using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Conditions;

/// <summary>Expressions with the values that the definition of expr-lang 1.17 gives them.</summary>
public sealed class GivenTheGoldenExpressions
{
    private static readonly DateTimeOffset Now = new(2026, 8, 14, 12, 30, 0, TimeSpan.Zero);

    public static IEnumerable<TestCaseData> Rows() =>
        File.ReadAllLines(Documents.Find("tests", "Canary.Core.Tests", "Analysis", "Conditions", "Golden", "expressions.tsv"))
        .Select((line, index) => (Line: line, Number: index + 1))
        .Where(row => !row.Line.StartsWith('#') || row.Line.Contains('\t', StringComparison.Ordinal))
        .Select(row => row.Line.Split('\t') is [var expression, var measurement, var expected]
            ? new TestCaseData(expression, measurement, expected).SetArgDisplayNames($"{row.Number}: {expression}")
            : throw new InvalidOperationException($"line {row.Number} has not three columns"));

    [Test]
    public void WhenTheyAreCounted_ThenEveryFunctionIsAmongThem()
    {
        string[] expressions = [.. Rows().Select(row => (string)row.Arguments[0]!)];

        Assert.That(expressions, Has.Length.GreaterThanOrEqualTo(400));
        Assert.That(LanguageReference.Functions.Select(one => one.Name)
            .Where(name => !expressions.Any(text => text.Contains($"{name}(", StringComparison.Ordinal))), Is.Empty);
        Assert.That(LanguageReference.Operators.Where(symbol => !expressions.Any(text => text.Contains(symbol, StringComparison.Ordinal))),
            Is.Empty);
    }

    [TestCaseSource(nameof(Rows))]
    public void WhenOneIsEvaluated_ThenItHasTheValueOfExprLang(string expression, string measurement, string expected)
    {
        if (MetricCondition.Parse(expression) is ConditionParse.Invalid invalid)
        {
            Assert.That(expected, Is.EqualTo("refused"), invalid.ToString());
            Assert.That(invalid.Position, Is.InRange(1, expression.Length + 1));
            return;
        }

        // What is asked is the value: the text of it, which tells a list from a number and a whole number from another.
        var text = $"string(({expression}\n)) == {Quoted(expected)}";
        var outcome = ((ConditionParse.Valid)MetricCondition.Parse(text)).Condition.Evaluate(Measured(measurement), Now);
        var known = ((ConditionParse.Valid)MetricCondition.Parse($"string(({expression}\n)) == \"true\"")).Condition.Evaluate(
            Measured(measurement), Now);
        var found = known is ConditionOutcome.Unknown ? "unknown" : outcome is ConditionOutcome.Error or ConditionOutcome.NotBoolean
            ? "error" : outcome is ConditionOutcome.True ? expected : $"not {expected}: {outcome}";
        Assert.That(found, Is.EqualTo(expected), outcome.ToString());
    }

    private static string Quoted(string text) => $"`{text.Replace("`", "``", StringComparison.Ordinal)}`";

    private static MetricAnswer Measured(string text) => text[0] switch
    {
        '\'' => Answers.Text(text.Trim('\'')),
        '[' =>
            Answers.Vector(
                [.. text.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Number)]),
        _ => Answers.Scalar(Number(text)),
    };

    private static double Number(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
