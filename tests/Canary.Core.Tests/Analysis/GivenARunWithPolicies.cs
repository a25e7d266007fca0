using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenARunWithPolicies
{
    private static readonly MetricAnswer Good = Answers.Vector(0.001);
    private static readonly MetricAnswer Bad = Answers.Vector(0.02);
    private static readonly MetricAnswer None = Answers.Empty;
    private static readonly MetricAnswer Fault = Answers.Faulted("connection refused");

    private static RunStatus After(RunSpec spec, double interval, params MetricAnswer[] answers) => answers
        .SelectMany((answer, index) => spec.Metrics.Select(metric => A.Measured(interval * index, answer, metric.Name)))
        .Aggregate(AnalysisMachine.Start(spec, RunStatus.New, A.Start),
            (status, measured) => AnalysisMachine.Advance(spec, status, [measured], measured.FinishedAt));

    private static RunStatus After(MetricSpec metric, params MetricAnswer[] answers) => After(new RunSpec([metric]), 10, answers);

    // g: good, b: bad, n: no data, f: no answer.
    private static MetricAnswer[] Read(string answers) =>
        [.. answers.Select(one => one switch { 'g' => Good, 'b' => Bad, 'n' => None, _ => Fault })];

    [TestCase("gg", RunPhase.Running)]
    [TestCase("ggg", RunPhase.Successful)]
    [TestCase("ggbgg", RunPhase.Running)]
    [TestCase("ggbggg", RunPhase.Successful)]
    [TestCase("ggnggg", RunPhase.Successful)]
    [TestCase("gfgfg", RunPhase.Successful, Description = "an error neither continues a row nor breaks one")]
    [TestCase("gbgbgbgbgb", RunPhase.Inconclusive, Description = "at its count, within the failure limit")]
    public void WhenGoodOnesInARowAreLimited_ThenTheyEndIt(string answers, RunPhase expected)
    {
        var metric = A.Metric with { ConsecutiveSuccessLimit = 3, FailureLimit = 7, InconclusiveLimit = 7, Count = 10 };

        Assert.That(After(metric, Read(answers)).Phase, Is.EqualTo(expected));
    }

    [Test]
    public void WhenOnlyGoodOnesAreLimitedAndNeverReached_ThenItFailsAtItsCount()
    {
        var status = After(A.Metric with { ConsecutiveSuccessLimit = 3, FailureLimit = -1, Count = 4 }, Read("gbgb"));

        Assert.That((status.Phase, status.Message),
            Is.EqualTo((RunPhase.Failed, "errors: never 3 good measurements in a row; 4 measurements: 2 successful, 2 failed")));
    }

    [TestCase("b", 0, "1 of 1 measurement failed")]
    [TestCase("gb", 0, "1 of 2 measurements failed")]
    [TestCase("gbbb", 2, "third failure in a row")]
    [TestCase("gbgbb", 2, "3 of 5 measurements failed, failureLimit 2")]
    [TestCase("bfb", 1, "second failure in a row")]
    [TestCase("bbbbbbbbbbbbb", 12, "13th failure in a row")]
    public void WhenItFails_ThenItSaysHowOften(string answers, int limit, string expected) =>
        Assert.That(After(A.Metric with { FailureLimit = limit }, Read(answers)).Message, Does.EndWith(", " + expected));

    [TestCase(10, 5, true, false)]
    [TestCase(10, 31, true, true)]
    [TestCase(60, 5, true, false)]
    [TestCase(60, 6, true, true)]
    [TestCase(60, 4, false, false)]
    [TestCase(300, 2, true, false, Description = "the budget is over, the limit is not: it holds and does not decide")]
    [TestCase(300, 5, true, true)]
    public void WhenErrorsLast_ThenEitherLimitHoldsAndOnlyBothDecide(int interval, int errors, bool isHeld, bool mayDecide)
    {
        var spec = new RunSpec([A.Metric with { Interval = TimeSpan.FromSeconds(interval) }]);
        var status = After(spec, interval, [.. Enumerable.Repeat(Fault, errors)]);

        Assert.That((AnalysisMachine.IsHeldByErrors(spec, status), AnalysisMachine.IsPastErrorBudget(spec, status)),
            Is.EqualTo((isHeld, mayDecide)));
        Assert.That(status.Phase, Is.EqualTo(RunPhase.Running), "errors end nothing");
    }

    [Test]
    public void WhenAnOutageIsShorterThanTheBudget_ThenItNeverDecides([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var interval = random.Next(1, 300);
        var budget = TimeSpan.FromSeconds(random.Next(1, 900));
        var spec = new RunSpec(
            [A.Metric with { Interval = TimeSpan.FromSeconds(interval), ErrorBudget = budget, ConsecutiveErrorLimit = random.Next(0, 4) }]);
        var outage = (int)(budget.TotalSeconds / interval);
        var status = After(spec, interval, [Good, .. Enumerable.Repeat(Fault, outage)]);

        Assert.That(AnalysisMachine.IsPastErrorBudget(spec, status), Is.False,
            $"seed {seed}: {outage} errors, {interval} s apart, budget {budget}");
        Assert.That(AnalysisMachine.IsHeldByErrors(spec,
            AnalysisMachine.Advance(spec, status, [A.Measured((outage + 1) * interval, Good)], A.At(0))), Is.False,
            $"seed {seed}: a good one lifts it");
    }

    [Test]
    public void WhenAMetricIsADryRun_ThenItDecidesNothing([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var deciding = A.Metric with { FailureLimit = 3, InconclusiveLimit = 3, Count = 12 };
        var alone = new RunSpec([deciding]);
        var both = new RunSpec([deciding, A.Metric with { Name = "tried", IsDryRun = true, Count = random.Next(2) == 0 ? null : 5 }]);
        var (one, two) = (AnalysisMachine.Start(alone, RunStatus.New, A.Start), AnalysisMachine.Start(both, RunStatus.New, A.Start));
        for (var tick = 0; tick < 15; tick++)
        {
            var measured = A.Measured(10 * tick, Read("gggbnf")[random.Next(6)]);
            one = AnalysisMachine.Advance(alone, one, [measured], A.At(10 * tick));
            two = AnalysisMachine.Advance(both, two, [measured, A.Measured(10 * tick, Read("bbnff")[random.Next(5)], "tried")],
                A.At(10 * tick));

            Assert.That((two.Phase, two.Message, two.EndedAt), Is.EqualTo((one.Phase, one.Message, one.EndedAt)),
                $"seed {seed}, tick {tick}");
            Assert.That(AnalysisMachine.IsConclusive(both, two), Is.EqualTo(AnalysisMachine.IsConclusive(alone, one)),
                $"seed {seed}, tick {tick}");
            Assert.That(AnalysisMachine.IsHeldByErrors(both, two), Is.EqualTo(AnalysisMachine.IsHeldByErrors(alone, one)),
                $"seed {seed}, tick {tick}");
        }
    }

    [Test]
    public void WhenEveryMetricIsADryRun_ThenItEndsWellWhenAllOfItIsMeasured()
    {
        var spec = new RunSpec([A.Metric with { IsDryRun = true, Count = 2 }]);

        Assert.That(After(spec, 10, Bad).Phase, Is.EqualTo(RunPhase.Running).Or.EqualTo(RunPhase.Successful));
        var status = After(spec, 10, Bad, Bad);
        Assert.That((status.Phase, status.Message), Is.EqualTo((RunPhase.Successful, "every metric is a dry run")));
        Assert.That(status.Metrics[0].Phase, Is.EqualTo(RunPhase.Failed), "it shows what it would have said");
    }

    [TestCase(1)]
    [TestCase(10)]
    [TestCase(25)]
    public void WhenManyAreMeasured_ThenAsManyAreKeptAsAreAskedFor(int kept)
    {
        var status = After(A.Metric with { Retention = kept }, [.. Enumerable.Repeat(Good, 40)]);

        Assert.That((status.Metrics[0].Measurements.Count, status.Metrics[0].Measurements[^1].At), Is.EqualTo((kept, A.At(390))));
    }

    [Test]
    public void WhenTheSamplesAreKnown_ThenTheMeasurementHasThem()
    {
        var spec = new RunSpec([A.Metric]);
        var status = AnalysisMachine.Advance(
            spec, AnalysisMachine.Start(spec, RunStatus.New, A.Start),
            [A.Measured(0, Good) with { Samples = Answers.Vector(902.4) }, A.Measured(10, Good) with { Samples = Fault },
                A.Measured(20, Good)], A.At(20));

        Assert.That(status.Metrics[0].Measurements.Select(one => one.Samples), Is.EqualTo(new double?[] { 902.4, null, null }));
    }
}
