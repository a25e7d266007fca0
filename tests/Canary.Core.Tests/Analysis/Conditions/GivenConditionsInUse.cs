using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Conditions;

/// <summary>The conditions that templates of Argo Rollouts use, on answers that decide them either way.</summary>
public sealed class GivenConditionsInUse
{
    private static readonly object[] Cases =
    [
        new object[] { "result[0] >= 0.95", Answers.Vector(0.95), "true" },
        new object[] { "result[0] >= 0.95", Answers.Vector(0.94), "false" },
        new object[] { "result[0] >= 0.95", Answers.Empty, "error" },
        new object[] { "result[0] >= 0.95", Answers.Vector(double.NaN), "unknown" },
        new object[] { "result[0] >= 0.95", Answers.Vector(double.PositiveInfinity), "true" },
        new object[] { "result[0] >= 0.95", Answers.Scalar(1), "error" },
        new object[] { "result >= 0.95", Answers.Scalar(0.96), "true" },
        new object[] { "result >= 0.95", Answers.Vector(0.96), "error" },
        new object[] { "result == true", Answers.Scalar(1), "error" },
        new object[] { "result == 'true'", Answers.Text("true"), "true" },
        new object[] { "result == \"I am OK\"", Answers.Text("I am not"), "false" },
        new object[] { "result == 'true'", Answers.Scalar(1), "error" },
        new object[] { "default(result, 0) < 5", Answers.Scalar(4), "true" },
        new object[] { "default(result, 0) < 5", Answers.Vector(4), "error" },
        new object[] { "default(result, 0) < 0.05", Answers.Scalar(0.05), "false" },
        new object[] { "result[0] < 0.50", Answers.Vector(0.1, 9), "true" },
        new object[] { "max(result) < 0.05", Answers.Vector(0.01, 0.04), "true" },
        new object[] { "max(result) < 0.05", Answers.Vector(0.01, 0.06), "false" },
        new object[] { "max(result) < 0.05", Answers.Vector(0.01, double.NaN), "unknown" },
        new object[] { "max(result) < 0.05", Answers.Empty, "unknown" },
        new object[] { "len(result[0].Values) >= 5 and all(result[0].Values, {# <= 0.01})", Answers.Matrix([0, 0, 0, 0, 0.01]), "true" },
        new object[] { "len(result[0].Values) >= 5 and all(result[0].Values, {# <= 0.01})", Answers.Matrix([0, 0, 0, 0]), "false" },
        new object[] { "len(result[0].Values) >= 5 and all(result[0].Values, {# <= 0.01})", Answers.Matrix([0, 0, 0, 0, 0.02]), "false" },
        new object[] { "len(result) > 0 && result[0] >= 0.95", Answers.Empty, "false" },
        new object[] { "len(result) > 0 && result[0] >= 0.95", Answers.Vector(0.95), "true" },
        new object[] { "len(result) == 0 || result[0] >= 0.95", Answers.Empty, "true" },
        new object[] { "len(result) == 0 || result[0] >= 0.95", Answers.Vector(0.1), "false" },
        new object[] { "isNaN(result) || result >= 0.95", Answers.Scalar(double.NaN), "true" },
        new object[] { "isNaN(result) || result >= 0.95", Answers.Scalar(0.5), "false" },
        new object[] { "isNaN(result) || result >= 0.95", Answers.Vector(0.99), "error" },
        new object[] { "isInf(result)", Answers.Scalar(double.NegativeInfinity), "true" },
        new object[] { "isInf(result)", Answers.Scalar(1), "false" },
        new object[] { "isInf(result[0])", Answers.Vector(double.PositiveInfinity), "true" },
        new object[] { "asFloat(result) >= 9900", Answers.Text("9900.5"), "true" },
        new object[] { "asInt(result) == 12", Answers.Text("12"), "true" },
        new object[] { "asInt(result) == 12", Answers.Scalar(12.9), "true" },
        new object[] { "asInt(result) == 12", Answers.Text("12.5"), "error" },
        new object[] { "result", Answers.Scalar(1), "not boolean" },
        new object[] { "result[0] + 1", Answers.Vector(1), "not boolean" },
        new object[] { "true", Answers.Faulted("connection refused"), "error" },
    ];

    [TestCaseSource(nameof(Cases))]
    public void WhenTheyAreEvaluated_ThenTheySayWhatArgoSays(string condition, MetricAnswer answer, string expected)
    {
        var outcome = Evaluated.On(condition, answer);

        Assert.That(outcome, Is.EqualTo(expected));
    }

    [Test]
    public void WhenAnIndexIsOutOfRange_ThenTheErrorNamesItAndTheLength()
    {
        var condition = (ConditionParse.Valid)MetricCondition.Parse("result[2] < 1");

        var outcome = condition.Condition.Evaluate(Answers.Vector(0.1));

        Assert.That(outcome, Is.EqualTo(new ConditionOutcome.Error("index 2 is out of range: the list has 1 members")));
    }
}
