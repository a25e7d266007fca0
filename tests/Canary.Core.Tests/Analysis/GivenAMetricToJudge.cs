using Canary.Core.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenAMetricToJudge
{
    private const string Good = "result[0] < 0.01";
    private const string Bad = "result[0] > 0.05";

    private static readonly object?[][] _table =
    [
        [null, null, Answers.Vector(9), RunPhase.Successful],
        [null, null, Answers.Empty, RunPhase.Inconclusive],
        [null, null, Answers.Scalar(double.NaN), RunPhase.Inconclusive],
        [Good, null, Answers.Vector(0.001), RunPhase.Successful],
        [Good, null, Answers.Vector(0.02), RunPhase.Failed],
        [Good, null, Answers.Empty, RunPhase.Inconclusive],
        [Good, null, Answers.Vector(double.NaN), RunPhase.Inconclusive],
        [Good, null, Answers.Vector(double.PositiveInfinity), RunPhase.Failed],
        [Good, null, Answers.Vector(0.001, double.NaN), RunPhase.Successful],
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
        ["all(result[0], # < 0.01)", null, Answers.Matrix([0, 0.02]), RunPhase.Failed],
    ];

    [TestCaseSource(nameof(_table))]
    public void WhenAnAnswerComes_ThenTheTableDecides(string? success, string? failure, MetricAnswer answer, RunPhase verdict)
    {
        var judgement = MetricJudge.Judge(A.Metric with { SuccessCondition = success, FailureCondition = failure }, answer);

        Assert.That(judgement.Verdict, Is.EqualTo(verdict));
    }

    [Test]
    public void WhenItFails_ThenTheValueAndTheConditionAreSaid()
    {
        var judgement = MetricJudge.Judge(A.Metric, Answers.Vector(0.041));

        Assert.That(judgement, Is.EqualTo(new Judgement(RunPhase.Failed, "[0.041]", "result [0.041], successCondition \"result[0] < 0.01\" does not hold")));
    }

    [TestCase(RedSignal.Errors, 0.041234, "error rate 4.12% (result [0.041234])")]
    [TestCase(RedSignal.Duration, 812.34, "p99 812.3 ms (result [812.34])")]
    [TestCase(RedSignal.Requests, 12.345, "12.3 requests a second (result [12.345])")]
    public void WhenARedMetricFails_ThenTheValueHasItsUnit(RedSignal signal, double value, string expected)
    {
        var metric = A.Metric with { SuccessCondition = "false", Provider = A.Red with { Signal = signal } };

        Assert.That(MetricJudge.Judge(metric, Answers.Vector(value)).Message, Does.StartWith(expected));
    }

    [Test]
    public void WhenThereIsNoData_ThenItSaysSo()
    {
        Assert.That(MetricJudge.Judge(A.Metric, Answers.Empty).Message, Is.EqualTo("no data: the query gives no series"));
        Assert.That(MetricJudge.Judge(A.Metric, Answers.Vector(double.NaN)).Message, Is.EqualTo("no data: result [NaN]"));
    }

    [Test]
    public void WhenTheSourceWarns_ThenTheWarningIsKept()
    {
        var judgement = MetricJudge.Judge(A.Metric, new MetricAnswer.Vector([new Sample([], 0)], ["remote read is down"]));

        Assert.That(judgement, Is.EqualTo(new Judgement(RunPhase.Successful, "[0]", "the source warns: remote read is down")));
    }
}
