using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

/// <summary>The table of docs/conditions.md is what the judge says.</summary>
public sealed class GivenTheTableOfAnswers
{
    private const string Good = "result[0] < 0.01";
    private const string Bad = "result[0] > 0.05";

    private static readonly (string Name, MetricAnswer Answer)[] _answers =
    [
        ("one series, 0.001", Answers.Vector(0.001)),
        ("one series, 0.02", Answers.Vector(0.02)),
        ("one series, 0.06", Answers.Vector(0.06)),
        ("no series", Answers.Empty),
        ("NaN", Answers.Vector(double.NaN)),
        ("+Inf", Answers.Vector(double.PositiveInfinity)),
        ("-Inf", Answers.Vector(double.NegativeInfinity)),
        ("two series, 0.001 and 0.002", Answers.Vector(0.001, 0.002)),
        ("two series, 0.001 and 0.06", Answers.Vector(0.001, 0.06)),
        ("two series, 0.06 and 0.001", Answers.Vector(0.06, 0.001)),
        ("two series, 0.001 and NaN", Answers.Vector(0.001, double.NaN)),
        ("two series, 0.06 and NaN", Answers.Vector(0.06, double.NaN)),
        ("a range of one series", Answers.Matrix([0.001, 0.002])),
        ("a range without series", Answers.Matrix()),
        ("a scalar, 0.001", Answers.Scalar(0.001)),
        ("a text", Answers.Text("ok")),
        ("no answer", Answers.Faulted("connection refused")),
    ];

    private static string Table()
    {
        var lines = new List<string> { "| answer | neither | G | B | G and B | G, `onNoData: failure` |", "|---|---|---|---|---|---|" };
        foreach (var (name, answer) in _answers)
        {
            var verdicts = new[] { (null, null, null), (Good, null, null), (null, Bad, null), (Good, Bad, null),
                ((string?)Good, (string?)null, (EmptyVerdict?)EmptyVerdict.Failure) }
                .Select(one => MetricJudge.Judge(
                    A.Metric with { SuccessCondition = one.Item1, FailureCondition = one.Item2, OnNoData = one.Item3 }, answer).Verdict);
            lines.Add($"| {name} | {string.Join(" | ", verdicts)} |");
        }

        return string.Join('\n', lines) + "\n";
    }

    [Test]
    public void WhenTheJudgeSaysSomethingElse_ThenTheDocumentationDoesToo() => Documents.AssertPart("conditions.md", "answers", Table());
}
