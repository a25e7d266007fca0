using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenAMetricToJudge
{
    private const string Good = "result[0] < 0.01";
    private const string Bad = "result[0] > 0.05";

    private static readonly object?[][] Table =
    [
        [null, null, Answers.Vector(9), RunPhase.Successful],
        [null, null, Answers.Empty, RunPhase.Inconclusive],
        [null, null, Answers.Scalar(double.NaN), RunPhase.Inconclusive],
        [Good, null, Answers.Vector(0.001), RunPhase.Successful],
        [Good, null, Answers.Vector(0.02), RunPhase.Failed],
        [Good, null, Answers.Empty, RunPhase.Inconclusive],
        [Good, null, Answers.Vector(double.NaN), RunPhase.Inconclusive],
        [Good, null, Answers.Vector(double.PositiveInfinity), RunPhase.Failed],
        [Good, null, Answers.Vector(0.001, double.NaN), RunPhase.Inconclusive],
        [Good, null, Answers.Vector(0.02, double.NaN), RunPhase.Failed],
        [Good, null, Answers.Faulted("connection refused"), RunPhase.Error],
        [null, Bad, Answers.Vector(0.02), RunPhase.Successful],
        [null, Bad, Answers.Vector(0.06), RunPhase.Failed],
        [null, Bad, Answers.Empty, RunPhase.Inconclusive],
        [null, Bad, Answers.Vector(double.NaN), RunPhase.Inconclusive],
        [Good, Bad, Answers.Vector(0.001), RunPhase.Successful],
        [Good, Bad, Answers.Vector(0.02), RunPhase.Inconclusive],
        [Good, Bad, Answers.Vector(0.06), RunPhase.Failed],
        ["result[0] > 0", "result[0] > 0", Answers.Vector(1), RunPhase.Failed],
        [Good, Bad, Answers.Vector(double.NaN), RunPhase.Inconclusive],
        ["len(result) == 0 || result[0] < 0.01", null, Answers.Empty, RunPhase.Successful],
        ["len(result) == 0 || result[0] < 0.01", Bad, Answers.Empty, RunPhase.Successful],
        [Good, "len(result) == 0", Answers.Empty, RunPhase.Failed],
        ["isNaN(result[0]) || result[0] < 0.01", null, Answers.Vector(double.NaN), RunPhase.Successful],
        ["result[0]", null, Answers.Vector(1), RunPhase.Error],
        ["result[1] < 1", null, Answers.Vector(1), RunPhase.Error],
        ["result[1] < 1", Bad, Answers.Vector(1), RunPhase.Error],
        ["result[0] <", null, Answers.Vector(1), RunPhase.Error],
        [Good, null, Answers.Matrix([]), RunPhase.Inconclusive],
        ["all(result, # < 0.01)", null, Answers.Matrix([0, 0.02]), RunPhase.Failed],
        ["all(result[0], # < 0.01)", null, Answers.Matrix([0, 0.02]), RunPhase.Error],
        // Several series: every one must hold, wherever it stands, unless the condition speaks of the list.
        [Good, null, Answers.Vector(0.001, 0.02), RunPhase.Failed],
        [Good, null, Answers.Vector(0.02, 0.001), RunPhase.Failed],
        [Good, null, Answers.Vector(0.001, 0.002, 0.003), RunPhase.Successful],
        [Good, null, Answers.Vector(double.NaN, double.NaN), RunPhase.Inconclusive],
        [null, Bad, Answers.Vector(0.001, 0.06), RunPhase.Failed],
        [null, Bad, Answers.Vector(0.001, 0.002), RunPhase.Successful],
        [null, Bad, Answers.Vector(0.06, double.NaN), RunPhase.Failed],
        [Good, Bad, Answers.Vector(0.001, 0.02), RunPhase.Inconclusive],
        ["len(result) > 0 && result[0] < 0.01", null, Answers.Vector(0.001, 0.02), RunPhase.Successful],
        ["len(result) == 1 && result[0] == 1", null, Answers.Vector(1, 1), RunPhase.Failed],
        ["len(result) == 1 && result[0] == 1", null, Answers.Vector(1), RunPhase.Successful],
        ["any(result, {# < 0.01})", null, Answers.Vector(0.001, 0.02), RunPhase.Successful],
        ["max(result) < 0.01", null, Answers.Vector(0.001, 0.02), RunPhase.Failed],
        ["result[1] < 0.01", null, Answers.Vector(0.02, 0.001), RunPhase.Successful],
        ["len(result) == 2", null, Answers.Vector(0.02, 0.001), RunPhase.Successful],
        ["all(result[0].Values, {# < 0.01})", null, Answers.Matrix([0.001], [0.02]), RunPhase.Failed],
        ["all(result[0].Values, {# < 0.01})", null, Answers.Matrix([0.001], [0.002]), RunPhase.Successful],
        // A scalar, a text, a list that is compared as if it were a number.
        ["result < 0.01", null, Answers.Scalar(0.001), RunPhase.Successful],
        ["result < 0.01", null, Answers.Scalar(double.PositiveInfinity), RunPhase.Failed],
        ["result < 0.01", null, Answers.Vector(0.001), RunPhase.Error],
        ["result[0] < 0.01", null, Answers.Scalar(0.001), RunPhase.Error],
        ["result == 'ok'", null, Answers.Text("ok"), RunPhase.Successful],
        ["result == 'ok'", null, Answers.Text("no"), RunPhase.Failed],
        [Good, null, Answers.Text("ok"), RunPhase.Error],
        [null, null, Answers.Text("ok"), RunPhase.Successful],
        ["isInf(result[0])", null, Answers.Vector(double.NegativeInfinity), RunPhase.Successful],
    ];

    [TestCaseSource(nameof(Table))]
    public void WhenAnAnswerComes_ThenTheTableDecides(string? success, string? failure, MetricAnswer answer, RunPhase verdict)
    {
        var judgement = MetricJudge.Judge(A.Metric with { SuccessCondition = success, FailureCondition = failure }, answer);

        Assert.That(judgement.Verdict, Is.EqualTo(verdict));
    }

    [Test]
    public void WhenItFails_ThenTheValueAndTheConditionAreSaid()
    {
        var judgement = MetricJudge.Judge(A.Metric, Answers.Vector(0.041));

        Assert.That(judgement, Is.EqualTo(new MetricJudgement(RunPhase.Failed, new JudgementReason.SuccessFails(null))
        {
            Shown = "[0.041]",
            Value = 0.041,
            Limit = new MetricBounds(null, 0.01),
        }));
        Assert.That(JudgementText.Describe(A.Metric, judgement),
            Is.EqualTo("result [0.041], successCondition \"result[0] < 0.01\" does not hold"));
    }

    [TestCase(RedSignal.Errors, 0.041234, "error rate 4.1%, successCondition")]
    [TestCase(RedSignal.Errors, 0.3333, "error rate 33.3%, successCondition")]
    [TestCase(RedSignal.Duration, 812.34, "p99 812.3 ms, successCondition")]
    [TestCase(RedSignal.Requests, 12.345, "12.3 requests a second, successCondition")]
    public void WhenARedMetricFails_ThenTheValueHasItsUnit(RedSignal signal, double value, string expected)
    {
        var metric = A.Metric with { SuccessCondition = "false", Provider = A.Red with { Signal = signal } };

        Assert.That(Message(metric, Answers.Vector(value)), Does.StartWith(expected));
    }

    [Test]
    public void WhenThereIsNoData_ThenItSaysSo()
    {
        Assert.That(Message(A.Metric, Answers.Empty), Is.EqualTo("no data: the query gives no series"));
        Assert.That(Message(A.Metric, Answers.Vector(double.NaN)), Is.EqualTo("no data: result [NaN]"));
    }

    [Test]
    public void WhenTheSourceWarns_ThenTheWarningIsKept()
    {
        var judgement = MetricJudge.Judge(A.Metric, new MetricAnswer.Vector([new Sample([], 0)], ["remote read is down"]));

        Assert.That((judgement.Verdict, judgement.Warnings[0]), Is.EqualTo((RunPhase.Successful, "remote read is down")));
        Assert.That(JudgementText.Describe(A.Metric, judgement), Is.EqualTo("the source warns: remote read is down"));
    }

    [TestCase(RedSignal.Errors, "result[0] <= 0.01", null, 0.041, 902.0, "error rate 4.1% (limit 1%), 37 of 902 requests in 60 s")]
    [TestCase(RedSignal.Errors, null, "result[0] > 0.05", 0.5, 2.0, "error rate 50% (limit 5%), 1 of 2 requests in 60 s")]
    [TestCase(RedSignal.Errors, "result[0] <= 0.01", null, 0.041, null, "error rate 4.1% (limit 1%)")]
    [TestCase(RedSignal.Duration, "result[0] < 500", null, 812.0, 902.0, "p99 812 ms (limit 500 ms), 902 requests in 60 s")]
    [TestCase(RedSignal.Requests, "result[0] >= 1", null, 0.2, null, "0.2 requests a second (at least 1)")]
    public void WhenARedMetricFails_ThenTheLimitAndTheRequestsAreSaid(RedSignal signal, string? success, string? failure, double value,
        double? samples, string expected)
    {
        var metric = A.Metric with { SuccessCondition = success, FailureCondition = failure, Provider = A.Red with { Signal = signal } };

        var judgement = MetricJudge.Judge(metric, Answers.Vector(value), samples is { } count ? Answers.Vector(count) : null);

        Assert.That((judgement.Verdict, judgement.Value, judgement.Samples), Is.EqualTo((RunPhase.Failed, (double?)value, samples)));
        Assert.That(JudgementText.Describe(metric, judgement), Is.EqualTo(expected));
    }

    [TestCase(null, 0.01, 0.004, RunPhase.Successful)]
    [TestCase(null, 0.01, 0.01, RunPhase.Successful)]
    [TestCase(null, 0.01, 0.011, RunPhase.Failed)]
    [TestCase(0.5, null, 0.4, RunPhase.Failed)]
    [TestCase(0.5, 0.7, 0.6, RunPhase.Successful)]
    [TestCase(0.5, 0.7, double.NaN, RunPhase.Inconclusive)]
    [TestCase(0.5, 0.7, double.PositiveInfinity, RunPhase.Failed)]
    public void WhenARedMetricHasBounds_ThenTheyDecide(double? min, double? max, double value, RunPhase expected)
    {
        var metric = A.Metric with { SuccessCondition = null, Provider = A.Red with { Min = min, Max = max } };

        Assert.That(MetricJudge.Judge(metric, Answers.Vector(value)).Verdict, Is.EqualTo(expected));
        Assert.That(MetricJudge.Judge(metric, Answers.Empty).Verdict, Is.EqualTo(RunPhase.Inconclusive));
    }

    [TestCase(EmptyVerdict.Success, RunPhase.Successful)]
    [TestCase(EmptyVerdict.Failure, RunPhase.Failed)]
    [TestCase(EmptyVerdict.Error, RunPhase.Error)]
    [TestCase(EmptyVerdict.Inconclusive, RunPhase.Inconclusive)]
    public void WhenThereIsNoDataAndAPolicyForIt_ThenThePolicyDecides(EmptyVerdict policy, RunPhase expected)
    {
        var metric = A.Metric with { OnNoData = policy };

        var empty = MetricJudge.Judge(metric, Answers.Empty);

        Assert.That((empty.Verdict, empty.Reason),
            Is.EqualTo((expected, (JudgementReason)new JudgementReason.NoValue(IsEmpty: true, policy))));
        Assert.That(JudgementText.Describe(metric, empty),
            Is.EqualTo($"no data: the query gives no series; onNoData is {policy.ToString().ToLowerInvariant()}"));
        Assert.That(MetricJudge.Judge(metric, Answers.Vector(double.NaN)).Verdict, Is.EqualTo(expected));
        Assert.That(MetricJudge.Judge(metric, Answers.Vector(0.001)).Verdict, Is.EqualTo(RunPhase.Successful));
        Assert.That(MetricJudge.Judge(metric with { SuccessCondition = "isNaN(result[0])" }, Answers.Vector(double.NaN)).Verdict,
            Is.EqualTo(RunPhase.Successful), "what a condition says of it goes first");
    }

    [TestCase(99.0, RunPhase.Inconclusive, "result [0.02]: 99 of the 100 samples that minSamples asks for")]
    [TestCase(100.0, RunPhase.Failed, "result [0.02], 100 samples, successCondition \"result[0] < 0.01\" does not hold")]
    [TestCase(null, RunPhase.Inconclusive, "the number of samples is not known, and minSamples asks for it")]
    public void WhenThereAreFewSamples_ThenTheyDecideNothing(double? samples, RunPhase expected, string message)
    {
        var metric = A.Metric with { MinSamples = 100 };

        var judgement = MetricJudge.Judge(metric, Answers.Vector(0.02), samples is { } count ? Answers.Scalar(count) : null);

        Assert.That((judgement.Verdict, judgement.Samples), Is.EqualTo((expected, samples)));
        Assert.That(JudgementText.Describe(metric, judgement), Is.EqualTo(message));
    }

    [Test]
    public void WhenTheSamplesCannotBeHad_ThenItIsAnErrorWhereTheyCount()
    {
        Assert.That(MetricJudge.Judge(A.Metric with { MinSamples = 100 }, Answers.Vector(0.02), Answers.Faulted("timed out")).Verdict,
            Is.EqualTo(RunPhase.Error));
        Assert.That(MetricJudge.Judge(A.Metric, Answers.Vector(0.02), Answers.Faulted("timed out")).Verdict, Is.EqualTo(RunPhase.Failed));
    }

    [Test]
    public void WhenOneSeriesOfSeveralFails_ThenItIsNamed()
    {
        var answer = new MetricAnswer.Vector([new Sample([new Label("pod", "a")], 0.001), new Sample([new Label("pod", "b")], 0.3)], []);

        Assert.That(Message(A.Metric, answer),
            Is.EqualTo("result [0.001, 0.3], successCondition \"result[0] < 0.01\" does not hold in {pod=\"b\"}"));
    }

    private static string Message(MetricSpec metric, MetricAnswer answer) =>
        JudgementText.Describe(metric, MetricJudge.Judge(metric, answer));

    [TestCase("result[0] <= 0.01", null, "limit 0.01")]
    [TestCase(null, "result[0] < 5", "at least 5")]
    [TestCase("len(result) > 0", null, "len(result) > 0")]
    [TestCase("result[0] <= 0.05", "result[0] > 0.05", "limit 0.05")]
    [TestCase("result[0] < 1", "result[0] > 2", "result[0] < 1, not result[0] > 2")]
    [TestCase(null, null, "")]
    public void WhenItIsShown_ThenItsThresholdIsSaid(string? success, string? failure, string expected) =>
        Assert.That(MetricThreshold.Describe(A.Metric with { SuccessCondition = success, FailureCondition = failure }),
            Is.EqualTo(expected));
}
