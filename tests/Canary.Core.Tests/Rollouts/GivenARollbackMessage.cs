using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts;
using Canary.Core.Tests.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

/// <summary>What a tired person reads at night, from the measurement to the sentence.</summary>
public sealed class GivenARollbackMessage
{
    private const string Numbers = "error rate 4.1% (limit 1%), 37 of 902 requests in 60 s, third failure in a row";

    private static readonly MetricSpec Errors = Tests.Analysis.A.Metric with
    {
        Name = "error-rate",
        SuccessCondition = null,
        FailureLimit = 2,
        Provider = Tests.Analysis.A.Red with { Max = 0.01 },
    };

    [Test]
    public void WhenTheBackgroundFails_ThenItIsTheWeightAndTheNumbersAndNoMore()
    {
        var world = new FakeWorld(A.Rollout with
        {
            Steps = [A.SetWeight(25), new Step.Pause(null)],
            Analysis = new BackgroundAnalysis(A.Red, 0)
        }).Settle().Push("v2").Settle();

        Fail(world, world.Background, Errors);

        Assert.That(world.Status.Message, Is.EqualTo($"rolled back at weight 25: {Numbers}"));
        Assert.That(world.Status.History[0].Reason, Is.EqualTo(Numbers));
        Assert.That(world.Announced.Single(one => one.Reason == "RolloutAborted").Message,
            Is.EqualTo($"revision v2 is rolled back at weight 25: {Numbers}"));
    }

    [Test]
    public void WhenAStepFails_ThenItSaysWhich()
    {
        var world = new FakeWorld(A.Rollout with { Steps = [A.SetWeight(25), new Step.Analyze(A.Red)], Analysis = null })
        {
            Verdict =
            RunPhase.Pending
        }.Settle().Push("v2").Settle();

        Fail(world, world.Inline(1), Errors);

        Assert.That(world.Status.Message, Is.EqualTo($"rolled back at weight 25: {Numbers} (analysis of step 2)"));
    }

    [Test]
    public void WhenTheQueryIsOnesOwn_ThenItSaysWhichMetric()
    {
        var world = new FakeWorld(A.Rollout with
        {
            Steps = [A.SetWeight(25), new Step.Pause(null)],
            Analysis = new BackgroundAnalysis(A.Red, 0)
        }).Settle().Push("v2").Settle();

        Fail(world, world.Background,
            Tests.Analysis.A.Metric with { Name = "saturation", SuccessCondition = "result[0] < 0.01", FailureLimit = 2 });

        Assert.That(world.Status.Message,
            Is.EqualTo(
                "rolled back at weight 25: saturation: result [0.041], 902 samples, successCondition \"result[0] < 0.01\" does not hold, "
                    + "third failure in a row"));
    }

    private static void Fail(FakeWorld world, RunKey key, MetricSpec metric)
    {
        var spec = new RunSpec([metric]);
        var status = AnalysisMachine.Start(spec, RunStatus.New, world.Now);
        for (var tick = 1; tick <= 3; tick++)
        {
            var at = world.Now.AddSeconds(tick * 10);
            var finished = new FinishedMeasurement(metric.Name, at, at, Answers.Vector(0.041)) { Samples = Answers.Vector(902) };
            status = AnalysisMachine.Advance(spec, status, [finished], at);
        }

        world.Now = world.Now.AddSeconds(31);
        var seen = AnalysisMachine.Observe(key, spec, status);
        world.SetRun(key, seen.Phase, seen.Message, seen.IsHeldByErrors, seen.IsConclusive, seen.IsPastErrorBudget).Settle();
    }
}
