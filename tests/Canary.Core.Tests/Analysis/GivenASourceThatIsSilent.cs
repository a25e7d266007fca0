using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenASourceThatIsSilent
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    private static readonly RunSpec Spec = new([
        new MetricSpec(
            "errors", TimeSpan.FromSeconds(30), null, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), "result[0] < 0.01", null, 0, 0, 4,
            new ProviderSpec.Prometheus(null, "errors", null, TimeSpan.FromSeconds(30), null, [], false, null)),
    ]);

    private static readonly RunStatus Started = AnalysisMachine.Start(Spec, RunStatus.New, Start);

    // The first tick is a minute after the start, four errors would come ten seconds apart, and an answer may take five seconds.
    [TestCase(60, false)]
    [TestCase(105, false)]
    [TestCase(106, true)]
    public void WhenTheFirstAnswerDoesNotCome_ThenItIsSilentAfterTheErrorLimit(int seconds, bool isSilent) =>
        Assert.That(AnalysisSilence.Explain(Spec, Started, Start, Start.AddSeconds(seconds)), isSilent
            ? Is.EqualTo("errors: no usable answer for 45s") : Is.Null);

    [TestCase(90, 165, false)]
    [TestCase(90, 166, true)]
    public void WhenAnAnswerCame_ThenItIsSilentCountedFromTheNextTick(int tick, int seconds, bool isSilent)
    {
        var answer = new MetricAnswer.Vector([new Sample([], 0.001)], []);
        var measured = AnalysisMachine.Advance(Spec, Started,
            [new FinishedMeasurement("errors", Start.AddSeconds(tick), Start.AddSeconds(tick), answer)], Start.AddSeconds(tick));

        Assert.That(AnalysisSilence.Explain(Spec, measured, Start, Start.AddSeconds(seconds)) is not null, Is.EqualTo(isSilent));
    }

    [Test]
    public void WhenNobodyAskedMeanwhile_ThenItIsNotTheSourceThatIsSilent() =>
        Assert.That(AnalysisSilence.Explain(Spec, Started, Start.AddHours(1), Start.AddHours(1)), Is.Null);

    [Test]
    public void WhenAFailedAnswerComes_ThenTheSilenceGoesOn()
    {
        var failed = AnalysisMachine.Advance(Spec, Started,
            [new FinishedMeasurement("errors", Start.AddSeconds(60), Start.AddSeconds(90), new MetricAnswer.Faulted("no answer"))],
            Start.AddSeconds(90));

        Assert.That(AnalysisSilence.Explain(Spec, failed, Start, Start.AddSeconds(106)), Is.Not.Null);
    }

    [Test]
    public void WhenTheRunIsOver_ThenNothingIsExpected() =>
        Assert.That(AnalysisSilence.Explain(Spec, AnalysisMachine.End(Spec, Started, "over", Start), Start, Start.AddDays(1)), Is.Null);

    [TestCase(305, false)]
    [TestCase(306, true)]
    public void WhenItIsSilentForLongerThanTheErrorBudget_ThenThePolicyMayDecide(int seconds, bool isPast) =>
        Assert.That(AnalysisSilence.IsPastErrorBudget(Spec, Started, Start, Start.AddSeconds(60 + seconds)), Is.EqualTo(isPast));
}
