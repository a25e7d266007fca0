using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Templates;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

/// <summary>With <c>compatibility: argo</c> a measurement has the verdict that Argo Rollouts gives it, and docs/conditions.md has
/// both.</summary>
public sealed class GivenATemplateOfArgoRollouts
{
    private static readonly (string Name, MetricAnswer Answer)[] _answers =
    [
        ("no series", Answers.Empty),
        ("NaN", Answers.Vector(double.NaN)),
        ("0.001 and NaN", Answers.Vector(0.001, double.NaN)),
        ("NaN and 0.001", Answers.Vector(double.NaN, 0.001)),
        ("0.001 and 0.06", Answers.Vector(0.001, 0.06)),
        ("0.06 and 0.001", Answers.Vector(0.06, 0.001)),
        ("a range without series", Answers.Matrix()),
        ("a range, 0.001 and 0.06", Answers.Matrix([0.001, 0.06])),
        ("a scalar, NaN", Answers.Scalar(double.NaN)),
    ];

    private static readonly (string? Success, string? Failure)[] _conditions =
    [
        (null, null), ("result[0] < 0.01", null), (null, "result[0] > 0.05"), ("result[0] < 0.01", "result[0] > 0.05"),
        ("!(result[0] > 0.05)", null), ("all(result, # < 0.01)", null),
        ("none(result, # > 0.05)", null), ("len(result) > 0 && result[0] < 0.01", null), ("len(result) == 0 || result[0] < 0.01", null),
        ("isNil(result) || result[0] < 0.01", null),
        ("default(result, 0) < 0.01", null), ("max(result) < 0.05", null), ("sum(result) < 0.05", null), ("result < 0.01", null),
        ("!(result > 0.05)", null), ("isNaN(result) || result < 0.01", null),
    ];

    [TestCase("result[0] < 0.01", null, RunPhase.Error, 0)]
    [TestCase(null, "result[0] > 0.05", RunPhase.Error, 0)]
    [TestCase("all(result, # < 0.01)", null, RunPhase.Successful, 0)]
    [TestCase(null, "any(result, # > 0.05)", RunPhase.Successful, 0)]
    [TestCase("none(result, # > 0.05)", null, RunPhase.Successful, 0)]
    [TestCase("len(result) > 0 && result[0] < 0.01", null, RunPhase.Failed, 0)]
    [TestCase("len(result) == 0 || result[0] < 0.01", null, RunPhase.Successful, 0)]
    [TestCase("isNil(result)", null, RunPhase.Failed, 0)]
    [TestCase("default(result, 0) < 0.01", null, RunPhase.Error, 0)]
    [TestCase("sum(result) == 0", null, RunPhase.Successful, 0)]
    [TestCase("mean(result) == 0 && median(result) == 0", null, RunPhase.Successful, 0)]
    [TestCase("max(result) < 1", null, RunPhase.Error, 0)]
    [TestCase("first(result) == nil", null, RunPhase.Successful, 0)]
    [TestCase("find(result, # > 1) == nil", null, RunPhase.Successful, 0)]
    [TestCase("count(result, # > 1) == 0", null, RunPhase.Successful, 0)]
    [TestCase(null, null, RunPhase.Successful, 0)]
    [TestCase("result[0] < 0.01", null, RunPhase.Failed, 1)]
    [TestCase(null, "result[0] > 0.05", RunPhase.Successful, 1)]
    [TestCase("result[0] < 0.01", "result[0] > 0.05", RunPhase.Inconclusive, 1)]
    [TestCase("!(result[0] > 0.05)", null, RunPhase.Successful, 1)]
    [TestCase("result[0] != 1", null, RunPhase.Successful, 1)]
    [TestCase("result[0] == result[0]", null, RunPhase.Failed, 1)]
    [TestCase("isNaN(result[0])", null, RunPhase.Successful, 1)]
    [TestCase(null, null, RunPhase.Successful, 1)]
    [TestCase("max(result) < 0.05", null, RunPhase.Successful, 2)]
    [TestCase("max(result) < 0.05", null, RunPhase.Failed, 3)]
    [TestCase("result[0] < 0.01", null, RunPhase.Successful, 4)]
    [TestCase("result[0] < 0.01", null, RunPhase.Failed, 5)]
    [TestCase("all(result, # < 0.01)", null, RunPhase.Failed, 4)]
    [TestCase("len(result) == 1 && result[0] < 0.01", null, RunPhase.Failed, 4)]
    public void WhenAnAnswerComes_ThenItHasTheVerdictOfArgoRollouts(string? success, string? failure, RunPhase expected, int answer) =>
        Assert.That(Verdict(success, failure, _answers[answer].Answer, Compatibility.Argo), Is.EqualTo(expected));

    [Test]
    public void WhenThereIsADifference_ThenTheDocumentationHasIt()
    {
        var rows = from condition in _conditions
                   from answer in _answers
                   let canary = Verdict(condition.Success, condition.Failure, answer.Answer, Compatibility.Canary)
                   let argo = Verdict(condition.Success, condition.Failure, answer.Answer, Compatibility.Argo)
                   where canary != argo
                   select $"| {Said(condition.Success)} | {Said(condition.Failure)} | {answer.Name} | {canary} | {argo} |\n";

        Documents.AssertPart("conditions.md", "argo",
            $"| successCondition | failureCondition | answer | Canary | `compatibility: argo` "
                + $"|\n|---|---|---|---|---|\n{string.Concat(rows)}");
    }

    [Test]
    public void WhenItToleratesFailures_ThenAnIdleWindowDoesNotEndIt()
    {
        var metric = A.Metric with { FailureLimit = 3, Count = 5, Window = TimeSpan.FromMinutes(1), Compatibility = Compatibility.Argo };
        MetricAnswer[] answers = [Answers.Vector(double.NaN), Answers.Empty, Answers.Vector(double.NaN), Answers.Vector(0.001),
            Answers.Vector(0.001), Answers.Vector(0.001)];

        Assert.That(Run(metric, answers).Phase, Is.EqualTo(RunPhase.Successful));
        Assert.That(Run(metric with { Compatibility = Compatibility.Canary, Window = TimeSpan.Zero }, answers).Phase,
            Is.EqualTo(RunPhase.Inconclusive), "without it no data is no verdict");
    }

    [Test]
    public void WhenNothingIsConclusive_ThenTheCountEndsItWell()
    {
        var metric =
            A.Metric with { FailureCondition = "result[0] > 0.05", Count = 2, InconclusiveLimit = 2, Compatibility = Compatibility.Argo };

        Assert.That(Run(metric, [Answers.Vector(0.02), Answers.Vector(0.02)]).Phase, Is.EqualTo(RunPhase.Successful));
        Assert.That(Run(metric with { Compatibility = Compatibility.Canary }, [Answers.Vector(0.02), Answers.Vector(0.02)]).Phase,
            Is.EqualTo(RunPhase.Inconclusive));
    }

    [Test]
    public void WhenARunBegins_ThenTheFirstMeasurementIsTakenAtOnce()
    {
        var metric = A.Metric with { Window = TimeSpan.FromMinutes(5), Compatibility = Compatibility.Argo };

        Assert.That(FirstDue(metric), Is.EqualTo(A.Start));
        Assert.That(FirstDue(metric with { InitialDelay = TimeSpan.FromSeconds(30) }), Is.EqualTo(A.At(30)));
        Assert.That(FirstDue(metric with { Compatibility = Compatibility.Canary }), Is.EqualTo(A.At(300)));
    }

    [TestCase("argo", null, Compatibility.Argo)]
    [TestCase(null, "argo", Compatibility.Argo)]
    [TestCase("argo", "canary", Compatibility.Canary)]
    [TestCase(null, null, Compatibility.Canary)]
    public void WhenATemplateNamesIt_ThenItsMetricsHaveIt(string? ofTemplate, string? ofMetric, Compatibility expected)
    {
        var resolution = TemplateResolver.Resolve(Request(ofTemplate, Template with { Compatibility = ofMetric }));

        Assert.That(((TemplateResolution.Resolved)resolution).Run.Metrics[0].Compatibility, Is.EqualTo(expected));
    }

    [Test]
    public void WhenItIsAskedForSomethingElse_ThenItIsRefused()
    {
        Assert.That(Problems("flagger", Template),
            Has.Some.Contains("spec.metrics[0].compatibility").And.Some.Contains("allowed are canary, argo"));
        Assert.That(Problems("argo", Template with { OnNoData = "success" }),
            Has.Some.Contains("spec.metrics[0].onNoData").And.Some.Contains("leave one of them out"));
    }

    private static MetricTemplate Template =>
        new("m", null, null, null, null, "result[0] < 1", null, null, null, null, PrometheusTemplate.Default with { Query = "up" }, null);

    private static TemplateRequest Request(string? compatibility, MetricTemplate metric) =>
        new([new AnalysisTemplateSpec("AnalysisTemplate t", [], [metric]) { Compatibility = compatibility }], [], [], [], MustEnd: false);

    private static IEnumerable<string> Problems(string? compatibility, MetricTemplate metric) =>
        ((TemplateResolution.Invalid)TemplateResolver.Resolve(Request(compatibility, metric))).Problems.Select(problem =>
            problem.ToString());

    private static string Said(string? condition) =>
        condition is null ? "" : $"`{condition.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static RunPhase Verdict(string? success, string? failure, MetricAnswer answer, Compatibility compatibility) =>
        MetricJudge.Judge(A.Metric with { SuccessCondition = success, FailureCondition = failure, Compatibility = compatibility },
            answer).Verdict;

    private static RunStatus Run(MetricSpec metric, MetricAnswer[] answers)
    {
        var spec = new RunSpec([metric]);
        return answers.Select((answer, index) => A.Measured(10 * (index + 1), answer))
            .Aggregate(AnalysisMachine.Start(spec, RunStatus.New, A.Start),
                (status, one) => AnalysisMachine.Advance(spec, status, [one], one.FinishedAt));
    }

    private static DateTimeOffset? FirstDue(MetricSpec metric)
    {
        var spec = new RunSpec([metric]);
        return AnalysisGrid.NextDueAt(spec, AnalysisMachine.Start(spec, RunStatus.New, A.Start), A.Start);
    }
}
