using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

/// <summary>Counters that an exporter or a recording rule may well show, and that no service has counted.</summary>
public sealed class GivenCountersBeyondCounting
{
    private static readonly MetricSpec Errors = A.Metric with
    {
        SuccessCondition = null,
        Provider = A.Red,
        Interval = TimeSpan.FromSeconds(30),
        InconclusiveLimit = int.MaxValue,
        Comparison = new Comparison(ComparisonKind.Sequential, [])
    };

    [TestCase(1e19, 1.1e19, "1E+19")]
    [TestCase(0, 1e300, "1E+300")]
    [TestCase(0, 9.3e15, "9300000000000000")]
    [TestCase(-1e300, 0, "-1E+300")]
    [TestCase(0, -1, "-1")]
    [TestCase(0, 1e15, "more than any service serves")]
    public void WhenACounterShowsSuchANumber_ThenTheMeasurementIsAnErrorThatNamesIt(double first, double last, string expected)
    {
        var canary = new Scraped().Requests("a", "200", 0, first, last, last).Requests("b", "500", 0, first, last, last);
        var stable = new Scraped().Requests("c", "200", 0, 1, 2, 3).Requests("d", "500", 0, first, last, last);

        var (judgement, evidence) = Judge(canary, stable);

        Assert.That(judgement.Verdict, Is.EqualTo(RunPhase.Error));
        Assert.That(JudgementText.Describe(Errors, judgement), Does.Contain(expected));
        Assert.That(evidence, Is.EqualTo(Evidence.None).Or.Null);
    }

    [Test]
    public void WhenACounterIsLargeAndStillCounts_ThenItIsCounted()
    {
        var (_, evidence) = Judge(
            new Scraped().Requests("a", "200", 0, 8e15, 8e15 + 100, 8e15 + 200),
            new Scraped().Requests("b", "200", 0, 8e15, 8e15 + 100, 8e15 + 200));

        Assert.That(evidence!.Requests, Is.EqualTo(200));
    }

    [Test]
    public void WhenALabelStandsTwice_ThenAConditionIsStillEvaluated()
    {
        var answer = new MetricAnswer.Matrix([new Series([new Label("pod", "a"), new Label("pod", "b")], [new Point(A.Start, 0.5)])], []);

        var judgement = MetricJudge.Judge(A.Metric with { SuccessCondition = "result[0].Labels.pod == \"b\"" }, answer);

        Assert.That(judgement.Verdict, Is.EqualTo(RunPhase.Successful));
    }

    [TestCase("rate(x[36000y])")]
    [TestCase("rate(x[36000y36000y])")]
    [TestCase("rate(x[9999w9999w9999w])")]
    public void WhenAQueryLooksBackForAges_ThenItsRangeIsTheLongestThereIs(string query) =>
        Assert.That(PromQlRanges.Longest(query), Is.EqualTo(GoDuration.Longest));

    private static (MetricJudgement Judgement, Evidence? Evidence) Judge(Scraped canary, Scraped stable)
    {
        var finished = A.Measured(70, canary.Answer) with { Baseline = stable.Answer };
        var look =
            ComparisonJudge.Judge(Errors, new MetricStatus("errors", RunPhase.Running, "", 0, 0, 0, 0, 0, null, []), finished, A.Start);
        return (look, look.Evidence);
    }
}
