using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenARun
{
    private static readonly MetricAnswer Good = Answers.Vector(0.001);
    private static readonly MetricAnswer Bad = Answers.Vector(0.02);
    private static readonly MetricAnswer Fault = Answers.Faulted("connection refused");

    private static RunStatus After(MetricSpec metric, params MetricAnswer[] answers) => After(new RunSpec([metric]), answers);

    private static RunStatus After(RunSpec spec, params MetricAnswer[] answers) => answers
        .Select((answer, index) => A.Measured(10 * index, answer))
        .Aggregate(AnalysisMachine.Start(spec, RunStatus.New, A.Start),
            (status, measured) => AnalysisMachine.Advance(spec, status, [measured], measured.FinishedAt));

    [Test]
    public void WhenItStarts_ThenItsClockIsTheNextWholeSecond()
    {
        var status = AnalysisMachine.Advance(new RunSpec([A.Metric]), RunStatus.New, [], A.At(0.4));

        Assert.That((status.Phase, status.StartedAt, status.EndedAt),
            Is.EqualTo((RunPhase.Running, (DateTimeOffset?)A.At(1), (DateTimeOffset?)null)));
    }

    [TestCase(0, 1)]
    [TestCase(1, 2)]
    [TestCase(3, 4)]
    public void WhenThereIsOneFailureMoreThanTheLimit_ThenItFails(int limit, int failures)
    {
        var metric = A.Metric with { FailureLimit = limit };

        Assert.That(After(metric, [Good, .. Enumerable.Repeat(Bad, failures - 1)]).Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(After(metric, [Good, .. Enumerable.Repeat(Bad, failures)]).Phase, Is.EqualTo(RunPhase.Failed));
    }

    [Test]
    public void WhenItFails_ThenTheMessageHasTheNumbersThatDecided()
    {
        var status = After(A.Metric with { FailureLimit = 1, Provider = A.Red }, Good, Bad, Good, Answers.Vector(0.041));

        Assert.That(status.Message, Is.EqualTo("error rate 4.1% (limit 1%), 2 of 4 measurements failed, failureLimit 1"));
        Assert.That(status.EndedAt, Is.EqualTo(A.At(30.2)));
    }

    [Test]
    public void WhenTheSourceSpeaksOfAnErrorRate_ThenTheMetricIsNamedAllTheSame()
    {
        var metric = A.Metric with { ConsecutiveErrorLimit = 0, Provider = A.Red };

        var status = After(metric, Answers.Faulted("error rate of the proxy too high"));

        Assert.That((status.Message, status.Metrics[0].Reason), Is.EqualTo((
            "errors: more than 0 measurements in a row without an answer: error rate of the proxy too high", MetricReason.NoAnswer)));
    }

    [Test]
    public void WhenTheFailureLimitIsOff_ThenNoFailureEndsIt() =>
        Assert.That(After(A.Metric with { FailureLimit = -1 }, Enumerable.Repeat(Bad, 20).ToArray()).Phase, Is.EqualTo(RunPhase.Running));

    [Test]
    public void WhenThereAreInconclusiveOnesPastTheLimit_ThenItIsInconclusive()
    {
        var metric = A.Metric with { InconclusiveLimit = 1 };

        Assert.That(After(metric, Answers.Empty, Good).Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(After(metric, Answers.Empty, Good, Answers.Empty).Phase, Is.EqualTo(RunPhase.Inconclusive));
    }

    [Test]
    public void WhenErrorsPassTheLimit_ThenItHoldsAndGoesOnAndTheNextAnswerLiftsIt()
    {
        var spec = new RunSpec([A.Metric with { ConsecutiveErrorLimit = 2 }]);

        var before = After(spec, Good, Fault, Fault);
        var held = After(spec, Good, Fault, Fault, Fault);
        var heldLonger = After(spec, Good, Fault, Fault, Fault, Answers.Faulted("timed out"), Fault);
        var lifted = After(spec, Good, Fault, Fault, Fault, Good);

        Assert.That(new[] { before, held, heldLonger, lifted }.Select(status => AnalysisMachine.IsHeldByErrors(spec, status)),
            Is.EqualTo(new[] { false, true, true, false }));
        Assert.That(new[] { before, held, heldLonger, lifted }.Select(status => status.Phase), Is.All.EqualTo(RunPhase.Running));
        Assert.That(held.Message, Is.EqualTo("errors: more than 2 measurements in a row without an answer: connection refused"));
        Assert.That(heldLonger.Message, Is.EqualTo(held.Message));
        Assert.That(lifted.Message, Is.Empty);
    }

    [Test]
    public void WhenTheCountIsReached_ThenItIsSuccessfulAndErrorsDoNotCount()
    {
        var metric = A.Metric with { Count = 3, FailureLimit = 1 };

        Assert.That(After(metric, Good, Fault, Good).Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(After(metric, Good, Fault, Good, Bad).Phase, Is.EqualTo(RunPhase.Successful));
        Assert.That(After(metric, Good, Fault, Good, Bad).Message,
            Is.EqualTo("errors: 4 measurements: 2 successful, 1 failed, 1 without an answer"));
    }

    [Test]
    public void WhenTheCountIsReachedWithoutAnyData_ThenItIsInconclusive()
    {
        var status = After(A.Metric with { Count = 3, InconclusiveLimit = 3 }, Answers.Empty, Answers.Empty, Answers.Empty);

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(status.Message, Is.EqualTo("errors: no data: the query gives no series; 3 measurements: 3 inconclusive"));
    }

    [Test]
    public void WhenThereIsNoInterval_ThenOneAnswerEndsIt()
    {
        var metric = A.Metric with { Interval = null };

        Assert.That(After(metric, Fault).Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(After(metric, Fault, Good).Phase, Is.EqualTo(RunPhase.Successful));
        Assert.That(After(metric, Bad).Phase, Is.EqualTo(RunPhase.Failed));
    }

    [Test]
    public void WhenAMetricFails_ThenTheOthersEndWithIt()
    {
        var spec = new RunSpec(
            [A.Metric, A.Metric with { Name = "latency" }, A.Metric with { Name = "rate", InitialDelay = TimeSpan.FromMinutes(5) }]);

        var status = AnalysisMachine.Advance(spec, RunStatus.New, [A.Measured(0, Bad), A.Measured(0, Good, "latency")], A.At(1));

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Failed));
        Assert.That(status.Metrics.Select(metric => (metric.Phase, metric.Message)).Skip(1), Is.EqualTo(new[]
        {
            (RunPhase.Successful, "ended early; 1 measurement: 1 successful"),
            (RunPhase.Successful, "ended before its first measurement"),
        }));
        Assert.That(status.Message, Does.StartWith("errors: ").And.Not.Contain("latency"));
    }

    [Test]
    public void WhenTheSameMeasurementIsToldAgain_ThenItCountsOnce()
    {
        var spec = new RunSpec([A.Metric with { FailureLimit = 1 }]);
        var once = After(spec, Bad);

        var twice = AnalysisMachine.Advance(spec, once, [A.Measured(0, Bad), A.Measured(0, Good)], A.At(5));

        Assert.That(twice, Is.EqualTo(once));
    }

    [Test]
    public void WhenItAdvancesWithoutNews_ThenNothingChanges()
    {
        var spec = new RunSpec([A.Metric, A.Metric with { Name = "latency", Count = 1 }]);
        var status = AnalysisMachine.Advance(spec, RunStatus.New, [A.Measured(0, Good), A.Measured(0, Good, "latency")], A.At(1));

        Assert.That(AnalysisMachine.Advance(spec, status, [], A.At(100)), Is.EqualTo(status));
        Assert.That(AnalysisMachine.Observe(new RunKey("9d21aa", 1, null), spec, status).Message, Is.Empty);
    }

    [Test]
    public void WhenManyAreMeasured_ThenTenAreKeptAndAllAreCounted()
    {
        var metric = After(A.Metric, Enumerable.Repeat(Good, 25).ToArray()).Metrics[0];

        Assert.That((metric.Measurements.Count, metric.Measurements[^1].At, metric.Successful, metric.LastDueAt),
            Is.EqualTo((10, A.At(240), 25, (DateTimeOffset?)A.At(240))));
    }

    [Test]
    public void WhenTheRolloutEndsIt_ThenWhatRanIsSuccessfulAndTheRunSaysWhatWasMeasured()
    {
        var spec = new RunSpec([A.Metric, A.Metric with { Name = "latency" }]);
        var running = AnalysisMachine.Advance(spec, RunStatus.New, [A.Measured(0, Good)], A.At(1));

        var ended = AnalysisMachine.End(spec, running, "the rollout was promoted", A.At(12));

        Assert.That((ended.Phase, ended.EndedAt), Is.EqualTo((RunPhase.Successful, (DateTimeOffset?)A.At(12))));
        Assert.That(ended.Message,
            Is.EqualTo(
                "the rollout was promoted; errors: ended early; 1 measurement: 1 successful; latency: ended before its first measurement"));
        Assert.That(ended.StopReason, Is.EqualTo("the rollout was promoted"));
        Assert.That(ended.Metrics.Select(metric => metric.Reason), Is.All.EqualTo(MetricReason.Stopped));
        Assert.That(AnalysisMachine.End(spec, ended, "again", A.At(20)), Is.EqualTo(ended));
        Assert.That(AnalysisMachine.Advance(spec, ended, [A.Measured(10, Bad)], A.At(20)), Is.EqualTo(ended));
    }

    [Test]
    public void WhenOneMetricHasNoVerdictYet_ThenItIsNotConclusive()
    {
        var spec = new RunSpec([A.Metric with { InconclusiveLimit = 5 }, A.Metric with { Name = "latency" }]);
        var some = AnalysisMachine.Advance(spec, RunStatus.New, [A.Measured(0, Answers.Empty), A.Measured(0, Good, "latency")], A.At(1));
        var all = AnalysisMachine.Advance(spec, some, [A.Measured(10, Good)], A.At(11));

        Assert.That((AnalysisMachine.IsConclusive(spec, RunStatus.New), AnalysisMachine.IsConclusive(spec, some),
            AnalysisMachine.IsConclusive(spec, all)), Is.EqualTo((false, false, true)));
    }

    [Test]
    public void WhenTheNewestVerdictIsAFailureThatTheLimitTolerates_ThenItIsNoGroundToPromoteOn()
    {
        var spec = new RunSpec([A.Metric with { FailureLimit = 2 }]);
        var failed = AnalysisMachine.Advance(spec, RunStatus.New, [A.Measured(0, Bad)], A.At(1));
        var silent = AnalysisMachine.Advance(spec, failed, [A.Measured(10, new MetricAnswer.Faulted("no answer"))], A.At(11));
        var good = AnalysisMachine.Advance(spec, silent, [A.Measured(20, Good)], A.At(21));
        var neverFails = new RunSpec([A.Metric with { FailureLimit = -1 }]);

        Assert.That(new[] { failed, silent, good }.Select(status => AnalysisMachine.IsConclusive(spec, status)),
            Is.EqualTo(new[] { false, false, true }));
        Assert.That(AnalysisMachine.IsConclusive(neverFails,
            AnalysisMachine.Advance(neverFails, RunStatus.New, [A.Measured(0, Bad)], A.At(1))),
            "a metric that may fail for ever decides nothing");
    }

    [Test]
    public void WhenThereIsNoMetric_ThenItIsNotSuccessful() =>
        Assert.That(AnalysisMachine.Advance(new RunSpec([]), RunStatus.New, [], A.Start).Phase, Is.EqualTo(RunPhase.Inconclusive));
}
