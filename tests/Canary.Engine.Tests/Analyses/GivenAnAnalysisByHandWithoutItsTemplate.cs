using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Engine.Measuring;
using Canary.Engine.StandaloneRuns;
using Canary.Engine.Tests.Measuring;
using Canary.Engine.Tests.World;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Engine.Tests.Analyses;

/// <summary>An AnalysisRun of nobody's rollout that names a template which is not there.</summary>
public sealed class GivenAnAnalysisByHandWithoutItsTemplate
{
    private const string Missing = "AnalysisTemplate shop/smoke is not there; there is none";

    private ManualTime _time = null!;
    private FakeAnalyses _store = null!;
    private AnalysisReconciler _reconciler = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _time = new ManualTime(A.Morning);
        var inbox = new MeasurementInbox();
        _store = new FakeAnalyses(new RunSpec([A.Errors.Metrics[0]]));
        _store.LoseTemplate(Missing);
        _reconciler = new AnalysisReconciler(_store, _store,
            new Measurer([new ScriptedSource()], inbox, _time, NullLogger<Measurer>.Instance), inbox, _time,
            NullLogger<AnalysisReconciler>.Instance);
        await _reconciler.ReconcileAsync(AnalysisReconciler.KeyOf("shop", "by-hand"), CancellationToken.None);
    }

    [Test]
    public async Task WhenItComesWithinAMinute_ThenTheRunBegins()
    {
        Assert.That((_store.Run.Status.Phase, _store.Run.Status.Message), Is.EqualTo((RunPhase.Pending, $"spec.templates: {Missing}")));

        _time.Advance(TimeSpan.FromSeconds(50));
        _store.FindTemplate();
        await LookAsync();

        Assert.That((_store.Run.Status.Phase, _store.Run.Status.Message), Is.EqualTo((RunPhase.Running, "")));
    }

    [Test]
    public async Task WhenItDoesNotComeWithinAMinute_ThenTheRunEndsAsErrorAndSaysWhatIsMissing()
    {
        _time.Advance(AnalysisReconciler.TemplatePatience);
        await LookAsync();

        Assert.That((_store.Run.Status.Phase, _store.Run.Status.EndedAt, _store.Run.Status.Message),
            Is.EqualTo((RunPhase.Error, _time.GetUtcNow(), $"spec.templates: {Missing}")));
        Assert.That(_store.Announced.Select(one => one.Reason), Is.EqualTo(new[] { "AnalysisError" }));
    }

    private Task<DateTimeOffset?> LookAsync() =>
        _reconciler.ReconcileAsync(AnalysisReconciler.KeyOf("shop", "by-hand"), CancellationToken.None);
}
