using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Conditions;

/// <summary>What is said of no series says nothing of any: a misspelt metric must not be promoted.</summary>
public sealed class GivenAnAnswerOfNothing
{
    [TestCase("all(result, # < 0.01)")]
    [TestCase("all(result, {# < 0.01})")]
    [TestCase("result | all(# < 0.01)")]
    [TestCase("let r = result; all(r, # < 0.01)")]
    [TestCase("none(result, # > 0.05)")]
    [TestCase("!any(result, # > 0.05)")]
    [TestCase("not one(result, # > 0.05)")]
    [TestCase("any(result, # > 0.05) == false")]
    [TestCase("any(result, # > 0.05) != true")]
    [TestCase("any(result, # > 0.05) ? false : true")]
    [TestCase("if any(result, # > 0.05) { false } else { true }")]
    [TestCase("count(result, # > 0.05) == 0")]
    [TestCase("count(result, # > 0.05) < 1")]
    [TestCase("len(filter(result, # > 0.05)) == 0")]
    [TestCase("filter(result, # > 0.05) | len() == 0")]
    [TestCase("let bad = filter(result, # > 0.05); len(bad) == 0")]
    [TestCase("filter(result, # > 0.05) == []")]
    [TestCase("result[1:] == []")]
    [TestCase("sum(result) == 0")]
    [TestCase("sum(result) < 1")]
    [TestCase("sum(result, # * 2) < 1")]
    [TestCase("mean(result) < 0.01")]
    [TestCase("median(result) < 0.01")]
    [TestCase("max(result) < 0.05")]
    [TestCase("min(result) >= 0")]
    [TestCase("max(result, 0) < 0.05")]
    [TestCase("max(map(result, # * 2)) < 0.05")]
    [TestCase("abs(sum(result)) < 1")]
    [TestCase("sum(result) + 1 < 2")]
    [TestCase("-sum(result) <= 0")]
    [TestCase("reduce(result, #acc + #, 0) == 0")]
    [TestCase("find(result, # > 0.05) == nil")]
    [TestCase("(find(result, # > 0.05) ?? 0) < 0.05")]
    [TestCase("isNil(find(result, # > 0.05))")]
    [TestCase("findIndex(result, # > 0.05) == nil")]
    [TestCase("1 not in result")]
    [TestCase("!(1 in result)")]
    [TestCase("result != [1]")]
    [TestCase("first(result) != 1")]
    [TestCase("last(result) not in [1, 2]")]
    [TestCase("all(sort(result), # < 0.01)")]
    [TestCase("all(map(result, # * 100), # < 1)")]
    [TestCase("none(concat(result, []), # > 0.05)")]
    [TestCase("all(0..len(result) - 1, result[#] < 0.01)")]
    [TestCase("all(result[0:3], # < 0.01)")]
    [TestCase("len(result[1:]) == 0")]
    [TestCase("join(map(result, string(#))) == ''")]
    [TestCase("len(groupBy(result, # > 0.05)) == 0")]
    [TestCase("all(result, # < 0.01) && true")]
    [TestCase("all(result, # < 0.01) || false")]
    [TestCase("all(result, # < 0.01) and none(result, # > 1)")]
    [TestCase("[all(result, # < 0.01)] == [true]")]
    [TestCase("{ok: all(result, # < 0.01)}.ok")]
    [TestCase("reduce([1], all(#acc, # < 0.01), result)")]
    [TestCase("reduce([1], none(#acc, # > 0.05), map(result, # * 100))")]
    [TestCase("first(result)?.Labels?.pod != 'a'")]
    [TestCase("!(first(result)?.Labels?.pod startsWith 'a')")]
    [TestCase("'a' not in first(result)?.Labels")]
    public void WhenAConditionAsksOfIt_ThenThereIsNoData(string condition)
    {
        Assert.That(Evaluated.On(condition, Answers.Empty), Is.EqualTo("unknown"));
        Assert.That(Judged(condition, null, Answers.Empty), Is.EqualTo(RunPhase.Inconclusive), "as a success condition");
        Assert.That(Judged(null, condition, Answers.Empty), Is.EqualTo(RunPhase.Inconclusive), "as a failure condition");
        Assert.That(Judged(condition, null, Answers.Matrix()), Is.EqualTo(RunPhase.Inconclusive), "of a range");
    }

    [TestCase("all(result, all(.Values, # < 0.01))")]
    [TestCase("all(result[0].Values, # < 0.01)")]
    public void WhenASeriesHasNoValues_ThenThereIsNoDataEither(string condition) =>
        Assert.That(Judged(condition, null, Answers.Matrix([])), Is.EqualTo(RunPhase.Inconclusive));

    [TestCase("len(result) == 0")]
    [TestCase("0 == len(result)")]
    [TestCase("result | len() == 0")]
    [TestCase("len(result) < 1")]
    [TestCase("len(result) == 0 || result[0] < 0.01")]
    [TestCase("len(result) == 0 || all(result, # < 0.01)")]
    [TestCase("all(result, # < 0.01) || len(result) == 0")]
    [TestCase("len(result) > 0 ? result[0] < 0.01 : true")]
    [TestCase("if len(result) > 0 { result[0] < 0.01 } else { true }")]
    [TestCase("let n = len(result); n == 0 || result[0] < 0.01")]
    [TestCase("let r = result; len(r) == 0")]
    [TestCase("not (len(result) > 0)")]
    [TestCase("result == []")]
    [TestCase("result == nil")]
    [TestCase("isNil(result)")]
    [TestCase("isNil(result) || result[0] < 0.01")]
    [TestCase("isNil(first(result))")]
    [TestCase("first(result) == nil")]
    [TestCase("get(result, 0) == nil")]
    [TestCase("(first(result) ?? 0) < 0.01")]
    [TestCase("(get(result, 0) ?? 0) < 0.01")]
    [TestCase("default(result, 0) < 0.01")]
    [TestCase("default(first(result), 0) < 0.01")]
    [TestCase("(result ?? 0) == 0")]
    [TestCase("true")]
    [TestCase("all([], # > 1)")]
    public void WhenAConditionNamesTheCase_ThenItDecides(string condition)
    {
        Assert.That(Evaluated.On(condition, Answers.Empty), Is.EqualTo("true"));
        Assert.That(Judged(condition, null, Answers.Empty), Is.EqualTo(RunPhase.Successful));
        Assert.That(Judged(null, condition, Answers.Empty), Is.EqualTo(RunPhase.Failed));
    }

    [TestCase("all(result, # < 0.01)")]
    [TestCase("none(result, # > 0.05)")]
    [TestCase("count(result, # > 0.05) == 0")]
    [TestCase("len(filter(result, # > 0.05)) == 0")]
    [TestCase("find(result, # > 0.05) == nil")]
    [TestCase("sum(filter(result, # > 0.05)) == 0")]
    [TestCase("all(filter(result, # > 0.05), false)")]
    public void WhenThereAreSeries_ThenWhatIsSaidOfNoneOfThemHolds(string condition) =>
        Assert.That(Evaluated.On(condition, Answers.Vector(0.001, 0.002)), Is.EqualTo("true"));

    private static RunPhase Judged(string? success, string? failure, MetricAnswer answer) =>
        MetricJudge.Judge(A.Metric with { SuccessCondition = success, FailureCondition = failure }, answer).Verdict;
}
