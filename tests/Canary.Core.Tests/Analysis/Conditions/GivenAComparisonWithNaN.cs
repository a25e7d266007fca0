using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Conditions;

public sealed class GivenAComparisonWithNaN
{
    private static readonly string[] Atoms =
    [
        "(result[0] > 0.05)", "(result[0] < 0.05)", "(0.05 >= result[0])", "(result[0] == 1)", "(result[0] != 1)", "(result[0] in [1, 2])",
        "(result[0] + 1 > 0)", "(max(result) < 1)",
        "(sum(result) <= 1)", "(0 < result[0] < 1)", "([1] == [result[0]])", "any([1], result[0] < #)", "all(result, # < 0.05)",
        "none(result, # > 0.05)", "(int(result[0]) == 0)",
        "(sort(result)[0] < 1)", "(median(result) < 1)", "(1 in result)", "(round(result[0]) == 0)", "(0 / 0 < 1)",
    ];

    [TestCase("!(result[0] > 0.05)")]
    [TestCase("not (result[0] > 0.05)")]
    [TestCase("result[0] != 1")]
    [TestCase("result[0] not in [1, 2]")]
    [TestCase("result[0] > 0.05 ? false : true")]
    [TestCase("if result[0] > 0.05 { false } else { true }")]
    [TestCase("none(result, # > 0.05)")]
    [TestCase("count(result, # > 0.05) == 0")]
    [TestCase("len(filter(result, # > 0.05)) == 0")]
    [TestCase("find(result, # > 0.05) == nil")]
    [TestCase("max(result) <= 0.05")]
    [TestCase("min(result) <= 0.05")]
    [TestCase("median(result) <= 0.05")]
    [TestCase("sort(result)[0] <= 0.05")]
    [TestCase("sortBy(result, # * 2)[0] <= 0.05")]
    [TestCase("sum(result) <= 0.05")]
    [TestCase("mean(result) <= 0.05")]
    [TestCase("reduce(result, #acc + #) <= 0.05")]
    [TestCase("abs(result[0]) <= 0.05")]
    [TestCase("result[0] - 1 <= 0.05")]
    [TestCase("!(result[0] * 0 == 1)")]
    [TestCase("len(uniq(concat(result, [1]))) == 2")]
    [TestCase("(result[0] > 0.05) == false")]
    [TestCase("let bad = result[0] > 0.05; !bad")]
    [TestCase("!any(result, # > 0.05)")]
    [TestCase("asInt(result[0]) == 0")]
    [TestCase("len(groupBy(result, #)) == 1")]
    [TestCase("result[0] not in groupBy([0.5, 1.5], #)")]
    [TestCase("get(groupBy([0.5, 1.5], #), result[0]) == nil")]
    [TestCase("groupBy([0.5, 1.5], #)[result[0]] == nil")]
    [TestCase("fromPairs([[result[0], 1]])[1.5] == nil")]
    [TestCase("!isInf(result[0])")]
    [TestCase("'ab'[:int(result[0])] == ''")]
    public void WhenTheVerdictDependsOnIt_ThenThereIsNoDataEitherWay(string condition)
    {
        var answer = Answers.Vector(double.NaN);

        Assert.That(Evaluated.On(condition, answer), Is.EqualTo("unknown"));
        Assert.That(Judged(condition, null, answer), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(Judged(null, condition, answer), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(Judged($"!({condition})", null, answer), Is.EqualTo(RunPhase.Inconclusive));
    }

    [TestCase("isNaN(result[0]) || result[0] < 0.01", "true")]
    [TestCase("!isNaN(result[0]) && result[0] < 0.01", "false")]
    [TestCase("result[0] < 0.01 || true", "true")]
    [TestCase("result[0] < 0.01 && false", "false")]
    [TestCase("isNaN(result[0]) ? true : result[0] < 1", "true")]
    [TestCase("result[0] < 0.01 ? true : true", "true")]
    [TestCase("let x = result[0] < 0.01; x || !x", "true")]
    [TestCase("count(result, # < 1) >= 0", "true")]
    [TestCase("any(result, isNaN(#))", "true")]
    [TestCase("len(result) == 1", "true")]
    [TestCase("result[0] < 0.01 && result[7] < 1", "unknown")]
    [TestCase("result[0] < 0.01 || result[0] >= 0.01", "unknown")]
    public void WhenTheConditionDoesNotDependOnIt_ThenItIsKnown(string condition, string expected) =>
        Assert.That(Evaluated.On(condition, Answers.Vector(double.NaN)), Is.EqualTo(expected));

    [TestCase("any(result, # > 0.05)", "true")]
    [TestCase("all(result, # < 0.05)", "false")]
    [TestCase("none(result, # > 0.05)", "false")]
    [TestCase("0.06 in result", "true")]
    [TestCase("any(result, # > 0.5)", "unknown")]
    [TestCase("count(result, # > 0.05) >= 1", "true")]
    public void WhenOneOfManyIsKnown_ThenItDecides(string condition, string expected)
    {
        var answer = Answers.Vector([.. Enumerable.Repeat(double.NaN, 500), 0.06]);

        if (!condition.StartsWith("count", StringComparison.Ordinal)) Assert.That(Evaluated.On(condition, answer), Is.EqualTo(expected));
        Assert.That(Evaluated.On(condition, Answers.Vector(double.NaN, double.NaN, 0.06)), Is.EqualTo(expected));
    }

    [Test]
    public void WhenEitherOutcomeIsPutInItsPlace_ThenTheVerdictChangesWhereThereIsNoDataAndNowhereElse([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var atom = Atoms[random.Next(Atoms.Length)];
            var (success, failure) = (Formula(random, 3), random.Next(2) == 0 ? null : Formula(random, 2));
            RunPhase With(string outcome) =>
                Judged(Put(success, outcome), failure is null ? null : Put(failure, outcome), Answers.Vector(double.NaN));

            // Written once, so that it has one outcome.
            var (isTrue, isFalse) = (With("true"), With("false"));
            var judged =
                Judged($"let a = {atom}; {Put(success, "a")}", failure is null ? null : Put(failure, "false"), Answers.Vector(double.NaN));
            if (failure is not null && failure.Contains('@', StringComparison.Ordinal)) continue;

            Assert.That(judged, Is.EqualTo(isTrue == isFalse ? isTrue : RunPhase.Inconclusive),
                $"seed {seed}: {success}, {failure}, {atom}");
        }
    }

    private static string Put(string formula, string outcome) => formula.Replace("@", outcome, StringComparison.Ordinal);

    // The atom stands where @ does; everything else is known.
    private static string Formula(Random random, int depth) => depth == 0
        ? random.Next(5) switch { 0 => "true", 1 => "false", 2 => "isNaN(result[0])", _ => "@" }
        : random.Next(7) switch
        {
            0 => $"({Formula(random, depth - 1)} && {Formula(random, depth - 1)})",
            1 => $"({Formula(random, depth - 1)} || {Formula(random, depth - 1)})",
            2 => $"!({Formula(random, depth - 1)})",
            3 => $"({Formula(random, depth - 1)} ? {Formula(random, depth - 1)} : {Formula(random, depth - 1)})",
            4 => $"({Formula(random, depth - 1)} == {Formula(random, depth - 1)})",
            5 => $"(if {Formula(random, depth - 1)} {{ {Formula(random, depth - 1)} }} else {{ {Formula(random, depth - 1)} }})",
            _ => $"any([1, 2], {Formula(random, depth - 1)})",
        };

    private static RunPhase Judged(string? success, string? failure, MetricAnswer answer) =>
        MetricJudge.Judge(A.Metric with { SuccessCondition = success, FailureCondition = failure }, answer).Verdict;
}
