using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Engine.Measuring;
using Canary.Engine.StandaloneRuns;
using Canary.Engine.Tests.Measuring;
using Canary.Engine.Tests.World;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Engine.Tests.Analyses;

/// <summary>An AnalysisRun of nobody's rollout whose metric has no answer: measured every ten seconds, consecutiveErrorLimit 2, errorBudget
/// 5m.</summary>
public sealed class GivenAnAnalysisByHandWithoutAnswers
{
    private static readonly MetricAnswer BadQuery =
        new MetricAnswer.Faulted("Prometheus cannot read the query (400 bad_data): parse error") { IsRefusal = true };
    private static readonly MetricAnswer Outage = new MetricAnswer.Faulted("Prometheus answered with status 503");
    private static readonly MetricAnswer Text = new MetricAnswer.Text("no number");

    private ManualTime _time = null!;
    private MeasurementInbox _inbox = null!;
    private FakeAnalyses _store = null!;
    private AnalysisReconciler _reconciler = null!;

    private RunStatus Status => _store.Run.Status;

    [SetUp]
    public async Task BeginAsync()
    {
        _time = new ManualTime(A.Morning);
        _inbox = new MeasurementInbox();
        var metric = A.Errors.Metrics[0] with { Name = "errors", Interval = TimeSpan.FromSeconds(10), ConsecutiveErrorLimit = 2 };
        _store = new FakeAnalyses(new RunSpec([metric]));
        var measurer = new Measurer([new ScriptedSource()], _inbox, _time, NullLogger<Measurer>.Instance);
        _reconciler = new AnalysisReconciler(_store, _store, measurer, _inbox, _time, NullLogger<AnalysisReconciler>.Instance);
        await LookAsync();
    }

    [Test]
    public async Task WhenTheQueryIsRefused_ThenTheRunEndsAsErrorAtTheLimitAndSaysWhy()
    {
        await MeasureAsync(BadQuery, BadQuery);
        Assert.That(Status.Phase, Is.EqualTo(RunPhase.Running));

        await MeasureAsync(BadQuery);

        Assert.That(Status.Phase, Is.EqualTo(RunPhase.Error));
        Assert.That(Status.Message, Does.Contain("400 bad_data").And.Contain("more than 2"));
        Assert.That(_store.Announced.Select(one => one.Reason), Is.EqualTo(new[] { "AnalysisError" }));
    }

    [Test]
    public async Task WhenTheConditionCannotBeAskedOfTheAnswer_ThenTheRunEndsAsErrorAtTheLimit()
    {
        await MeasureAsync(Text, Text, Text);

        Assert.That(Status.Phase, Is.EqualTo(RunPhase.Error));
    }

    [Test]
    public async Task WhenTheServerIsAway_ThenTheRunSaysFromTheFirstErrorOnWhyItWaitsAndHowLong()
    {
        await MeasureAsync(Outage);

        Assert.That(Status.Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(Status.Message,
            Does.Contain("waits").And.Contain("errors").And.Contain("503").And.Contain("consecutiveErrorLimit").And.Contain(
                "2").And.Contain("5m"));
    }

    [Test]
    public async Task WhenTheServerStaysAway_ThenTheRunEndsAsErrorPastItsBudgetAndNotBefore()
    {
        await MeasureAsync([.. Enumerable.Repeat(Outage, 30)]);
        var before = Status;
        await MeasureAsync(Outage);

        Assert.That(before.Phase, Is.EqualTo(RunPhase.Running));
        Assert.That(Status.Phase, Is.EqualTo(RunPhase.Error));
        Assert.That(Status.Message, Does.Contain("503"));
    }

    [Test]
    public async Task WhenAnOutageComesBetweenRefusals_ThenTheRefusalsAreCountedAndTheLastOneIsSaid()
    {
        await MeasureAsync(Outage, Outage, Outage, BadQuery, Outage, BadQuery);
        Assert.That(Status.Phase, Is.EqualTo(RunPhase.Running));

        await MeasureAsync(BadQuery);

        Assert.That(Status.Phase, Is.EqualTo(RunPhase.Error));
        Assert.That(Status.Message, Does.Contain("400 bad_data"));
    }

    [Test]
    public async Task WhenAnAnswerComes_ThenNothingIsWaitedForAnyMore()
    {
        await MeasureAsync(BadQuery, BadQuery, new MetricAnswer.Vector([new Sample([], 0.001)], []), BadQuery, BadQuery);
        Assert.That(Status.Phase, Is.EqualTo(RunPhase.Running));
        await MeasureAsync(new MetricAnswer.Vector([new Sample([], 0.001)], []));

        Assert.That(Status.Message, Is.Empty);
    }

    private async Task MeasureAsync(params MetricAnswer[] answers)
    {
        foreach (var answer in answers)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            var now = _time.GetUtcNow();
            _inbox.Put(_store.Run.Uid, new FinishedMeasurement("errors", now, now, answer));
            await LookAsync();
        }
    }

    private Task LookAsync() => _reconciler.ReconcileAsync(AnalysisReconciler.KeyOf("shop", "by-hand"), CancellationToken.None);
}
