using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Conditions;

public sealed class GivenSeveralSeries
{
    [TestCase("len(result) == 1 && result[0] == 1")]
    [TestCase("result[0] == 1 && len(result) == 1")]
    [TestCase("len(result) > 0 && result[0] < 0.01")]
    [TestCase("1 == len(result)")]
    [TestCase("(result | len()) == 1 && result[0] == 1")]
    [TestCase("let r = result; len(r) == 1 && r[0] == 1")]
    [TestCase("let n = len(result); n == 1 && result[0] == 1")]
    [TestCase("let r = result; let s = r; len(s) == 1")]
    [TestCase("all(result, # < 0.01)")]
    [TestCase("result | all(# < 0.01)")]
    [TestCase("none(result, # > 1) && result[0] == 1")]
    [TestCase("count(result, # == 1) == 1 && result[0] == 1")]
    [TestCase("result[1] < 0.01")]
    [TestCase("result[-1] < 0.01")]
    [TestCase("result[len([])] < 0.01")]
    [TestCase("result[0:1] == [1]")]
    [TestCase("1 in result")]
    [TestCase("result[0] in result")]
    [TestCase("result == []")]
    [TestCase("[1, 2] == result")]
    [TestCase("result == result")]
    [TestCase("first(result) == 1")]
    [TestCase("max(result) < 1")]
    [TestCase("sum(result) < 1")]
    [TestCase("get(result, 0) == 1")]
    [TestCase("string(result) == '[1]'")]
    [TestCase("[result] == [[1]]")]
    [TestCase("{r: result}.r[0] == 1")]
    [TestCase("any([1], # in result)")]
    [TestCase("any(1..3, len(result) == #)")]
    [TestCase("true ? len(result) == 1 : false")]
    [TestCase("if len(result) == 1 { result[0] == 1 } else { false }")]
    [TestCase("(result ?? []) == [1]")]
    public void WhenAConditionSpeaksOfTheList_ThenItIsAskedOnce(string condition)
    {
        var parsed = (ConditionParse.Valid)MetricCondition.Parse(condition);

        Assert.That(parsed.Condition.SpeaksOfAll, Is.True);
        Assert.That(Judged(condition, 1, 1), Is.EqualTo(Verdict(parsed, Answers.Vector(1, 1))));
        Assert.That(Judged(condition, 0, 1), Is.EqualTo(Verdict(parsed, Answers.Vector(0, 1))));
    }

    [TestCase("result[0] < 0.01")]
    [TestCase("result[0] < 0.01 && result[0] >= 0")]
    [TestCase("0 <= result[0] < 0.01")]
    [TestCase("let x = result[0]; x < 0.01")]
    [TestCase("let r = result; r[0] < 0.01")]
    [TestCase("isNaN(result[0]) || result[0] < 0.01")]
    [TestCase("isNil(result) || result[0] < 0.01")]
    [TestCase("abs(result[0]) < 0.01")]
    [TestCase("[result[0]] != [0.02]")]
    [TestCase("any([0.01], result[0] < #)")]
    [TestCase("result != nil && result[0] < 0.01")]
    [TestCase("if result[0] < 0.01 { true } else { false }")]
    public void WhenAConditionSpeaksOfOne_ThenItIsAskedOfEach(string condition)
    {
        Assert.That(Judged(condition, 0.001, 0.02), Is.EqualTo(RunPhase.Failed));
        Assert.That(Judged(condition, 0.02, 0.001), Is.EqualTo(RunPhase.Failed));
        Assert.That(Judged(condition, 0.001, 0.002), Is.EqualTo(RunPhase.Successful));
    }

    private static RunPhase Judged(string condition, params double[] values) =>
        MetricJudge.Judge(A.Metric with { SuccessCondition = condition }, Answers.Vector(values)).Verdict;

    private static RunPhase Verdict(ConditionParse.Valid condition, MetricAnswer answer) => condition.Condition.Evaluate(answer) switch
    {
        ConditionOutcome.True => RunPhase.Successful,
        ConditionOutcome.False => RunPhase.Failed,
        _ => RunPhase.Error,
    };
}
