using System;
using System.Linq;
using Canary.Core.Rollouts;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Skipping;

public sealed class GivenARevisionThatIsNotAnalysed
{
    private static readonly RolloutSpec Spec = A.Rollout with { PreAnalysis = A.Smoke, PostAnalysis = A.Smoke };
    private static readonly RolloutSpec Window = A.Plain with { RollbackWindow = 2 };

    [Test]
    public void WhenTheSpecSkipsAnalysis_ThenTheWeightRisesOnceAndTheHistorySaysThatNothingWasAnalysed()
    {
        var world = new FakeWorld(Spec with { SkipsAnalysis = true }).Settle().Push("v2").Settle();

        Assert.That((world.First.Revision, world.Status.Phase, world.Runs.Count), Is.EqualTo(("v2", Phase.Healthy, 0)));
        Assert.That(world.Weights, Is.EqualTo(new[] { 100m, 0m }));
        Assert.That(world.Status.History[0].Reason, Is.EqualTo("not analysed: spec.skipAnalysis is true"));
        Assert.That(world.Status.History[0].Evidence, Is.Empty);
        Assert.That(world.Reasons, Has.Exactly(1).EqualTo("AnalysisSkipped"));
    }

    [Test]
    public void WhenItsPodsAreNotReady_ThenItWaitsAndSaysThatNothingIsAnalysed()
    {
        var world = new FakeWorld(Spec with { SkipsAnalysis = true }).Settle().Push("v2");
        world.Canary = world.Canary with { ReadyEndpoints = 1 };

        world.Settle();

        Assert.That(world.Routes[0], Is.Zero);
        Assert.That(world.Status.Message, Does.StartWith("promoting: weight 100, waiting for pods: 1 of 2 ready")
            .And.EndsWith("; not analysed: spec.skipAnalysis is true"));
    }

    [Test]
    public void WhenAnAlertFires_ThenItIsRolledBackAllTheSame()
    {
        var world = new FakeWorld(Spec with { SkipsAnalysis = true, Alerts = [A.Rule] }) { IsSlow = true }.Settle().Push("v2");
        world.Canary = world.Canary with { ReadyEndpoints = 1 };
        world.Settle();

        world.Alerts = [A.Alert(world.Now)];
        world.Settle();

        Assert.That((world.Status.Phase, world.First.Revision), Is.EqualTo((Phase.RolledBack, "v1")));
    }

    [Test]
    public void WhenTheSpecIsChangedDuringARelease_ThenThatReleaseGoesOnAsItBegan()
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.SetWeight(5), new Step.Pause(null)] }).Settle().Push("v2").Settle();

        world.Spec = world.Spec! with { SkipsAnalysis = true };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Phase, world.Status.Skipped), Is.EqualTo((5m, Phase.Paused, "")));
    }

    [Test]
    public void WhenItReturnsToARevisionInTheWindow_ThenItIsThereAtOnce()
    {
        var world = Promoted(Window, "v2", "v3", "v4");
        world.Weights.Clear();

        world.Push("v2").Settle();

        Assert.That((world.First.Revision, world.Status.Phase), Is.EqualTo(("v2", Phase.Healthy)));
        Assert.That(world.Weights, Is.EqualTo(new[] { 100m, 0m }));
        Assert.That(world.Status.History[0].Reason, Is.EqualTo("not analysed: revision v2 was promoted before, at 2026-11-20 12:00:00Z, "
            + "within the rollback window of 2 revisions"));
    }

    [Test]
    public void WhenTheRevisionIsOlderThanTheWindow_ThenItGoesThroughTheSteps()
    {
        var world = Promoted(Window, "v2", "v3", "v4", "v5");
        world.Weights.Clear();

        world.Push("v2").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 25m, 50m, 100m, 0m }));
    }

    [TestCase("v9")]
    [TestCase("v1")]
    public void WhenTheRevisionWasNeverPromoted_ThenItGoesThroughTheSteps(string revision)
    {
        var world = Promoted(Window, "v2", "v3");
        world.Weights.Clear();

        world.Push(revision).Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 25m, 50m, 100m, 0m }));
    }

    [Test]
    public void WhenItWasRolledBackSince_ThenItGoesThroughTheSteps()
    {
        var world = Promoted(Window, "v2", "v3");
        world.Canary = world.Canary with { ReadyEndpoints = 0 };
        world.Push("v2").Settle().Ask(RequestAction.Abort, "1");
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.RolledBack));
        world.Canary = world.Canary with { ReadyEndpoints = 2 };
        world.Weights.Clear();

        world.Push("v3").Settle().Push("v2").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 25m, 50m, 100m, 0m }));
    }

    [Test]
    public void WhenItIsBlueGreen_ThenTheSwitchIsAtOnceAndTheWayBackStays()
    {
        var strategy = new BlueGreenStrategy { IsAutoPromotionEnabled = false, ScaleDownDelay = TimeSpan.FromMinutes(5) };
        var spec = A.Plain with { BlueGreen = strategy, Steps = strategy.Steps(), PreAnalysis = A.Smoke, SkipsAnalysis = true };
        var world = new FakeWorld(spec).Settle().Push("v2").Settle();

        Assert.That((world.Routes[0], world.First.Revision, world.Runs.Count), Is.EqualTo((100m, "v1", 0)));
        world.Advance(TimeSpan.FromMinutes(5));

        Assert.That((world.Status.Phase, world.Status.History[0].Reason),
            Is.EqualTo((Phase.Healthy, "not analysed: spec.skipAnalysis is true")));
    }

    private static FakeWorld Promoted(RolloutSpec spec, params string[] revisions)
    {
        var world = new FakeWorld(spec).Settle();
        foreach (var revision in revisions) world.Push(revision).Settle();
        Assert.That(world.Status.StableRevision, Is.EqualTo(revisions.Last()));
        return world;
    }
}
