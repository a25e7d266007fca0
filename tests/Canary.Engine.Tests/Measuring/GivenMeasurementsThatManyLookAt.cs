using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts;
using Canary.Engine.Measuring;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests.Measuring;

public sealed class GivenMeasurementsThatManyLookAt
{
    private readonly ConcurrentBag<FinishedMeasurement> _judged = [];
    private MeasurementInbox _inbox = null!;

    [SetUp]
    public void SetUp()
    {
        _judged.Clear();
        _inbox = new MeasurementInbox((metric, before, finished, startedAt) =>
        {
            _judged.Add(finished);
            return MetricCount.Add(metric, before, finished, startedAt);
        });
    }

    [Test]
    public async Task WhenARolloutIsAnalysed_ThenEachMeasurementIsJudgedOnce()
    {
        var cluster = A.Cluster();
        var host = new FakeHost(cluster, new FakeConnection(cluster, "one", 1), new FakeSource(), _inbox);
        await host.RunUntilIdleAsync(Phase.Healthy, TimeSpan.FromMinutes(10));
        cluster.Ship("v2");

        // What is due next is asked after every pass of any rollout.
        await host.RunAsync(() =>
        {
            host.Measurer.NextDueAt(cluster.Time.GetUtcNow());
            return cluster.Stable.Revision == "v2" && !cluster.Rollout.Status.IsRunning;
        }, TimeSpan.FromMinutes(30));

        Assert.That(_judged, Has.Count.GreaterThan(5));
        Assert.That(_judged, Has.Count.EqualTo(cluster.Runs.Values.Sum(run => run.Status.Metrics.Sum(metric => metric.Successful))));
    }

    [Test]
    public void WhenOneComesInWhileTheStatusIsSaved_ThenNeitherIsJudgedAgain()
    {
        var (spec, saved) = Started();
        _inbox.Put("a", At(0));
        var (next, counted) = _inbox.Count("a", spec, saved, A.Morning);
        _inbox.Put("a", At(5));
        _inbox.Count("a", spec, saved, A.Morning.AddSeconds(5));

        _inbox.Acknowledge("a", counted);
        var after = _inbox.Count("a", spec, next, A.Morning.AddSeconds(6)).Next;

        Assert.That((_judged.Count, after.Metrics[0].Successful), Is.EqualTo((2, 2)));
    }

    [Test]
    public void WhenAnotherProcessWroteTheStatus_ThenItIsCountedAnew()
    {
        var (spec, saved) = Started();
        _inbox.Put("a", At(5));
        _inbox.Count("a", spec, saved, A.Morning.AddSeconds(5));
        var theirs = AnalysisMachine.Advance(spec, saved, [At(0)], A.Morning.AddSeconds(5));

        var next = _inbox.Count("a", spec, theirs, A.Morning.AddSeconds(6)).Next;

        Assert.That((_judged.Count, next.Metrics[0].Successful), Is.EqualTo((2, 2)));
    }

    [Test]
    public void WhenTheLimitsAreOthers_ThenItIsCountedAnew()
    {
        var (spec, saved) = Started();
        _inbox.Put("a", At(0));
        _inbox.Count("a", spec, saved, A.Morning);

        var strict = new RunSpec([spec.Metrics[0] with { SuccessCondition = "result[0] < 0" }]);

        Assert.That(_inbox.Count("a", strict, saved, A.Morning).Next.Phase, Is.EqualTo(RunPhase.Failed));
    }

    private static FinishedMeasurement At(int second) =>
        new("errors", A.Morning.AddSeconds(second), A.Morning.AddSeconds(second), new MetricAnswer.Vector([new Sample([], 0.001)], []));

    private static (RunSpec Spec, RunStatus Saved) Started() => (A.Errors, AnalysisMachine.Start(A.Errors, RunStatus.New, A.Morning));
}
