using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Traffic;
using Canary.Testing.Routers;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAHealthyRollout
{
    [Test]
    public void WhenItIsFirstSeen_ThenWhatTheCanarySideHoldsIsTheBaselineAndNotReleased()
    {
        var world = new FakeWorld(A.Plain).Push("leftover").Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy));
        Assert.That((world.Status.StableRevision, world.Status.CanaryRevision), Is.EqualTo(("v1", "leftover")));
        Assert.That(world.Status.Message, Does.Contain("a rollout starts when it changes"));
    }

    [Test]
    public void WhenTheTemplateChanges_ThenItGoesThroughTheStepsAndStableGetsTheTemplate()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 25m, 50m, 100m, 0m }));
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy), world.Status.Message);
        Assert.That((world.First.Revision, world.Status.StableRevision), Is.EqualTo(("v2", "v2")));
        Assert.That(world.Status.History.Single().Outcome, Is.EqualTo(RolloutOutcome.Promoted));
    }

    [Test]
    public void WhenTheRevisionAloneChanges_ThenTheSidesAlternateAndNothingMovesBack()
    {
        var world = new FakeWorld(A.Alternating).Settle().Push("2.0.0").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 25m, 50m, 100m }));
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy), world.Status.Message);

        world.Push("3.0.0").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 5m, 25m, 50m, 100m, 95m, 75m, 50m, 0m }));
        Assert.That(world.Status.StableRevision, Is.EqualTo("3.0.0"));
    }

    [Test]
    public void WhenEverythingIsGood_ThenAWholeRolloutTellsItsStory()
    {
        var world = new FakeWorld(A.Rollout).Settle().Push("v2").Settle().Advance(TimeSpan.FromSeconds(61));

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Paused), world.Status.Message);

        world.Ask(RequestAction.Promote, "1", "v2", 5);

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy), world.Status.Message);
        Assert.That(
            world.Reasons,
            Is.EqualTo(new[]
            {
                "Initialized", "RolloutStarted", "WeightChanged", "RolloutPaused", "WeightChanged", "StepCompleted", "WeightChanged",
                "RolloutPaused",
                "RequestCarriedOut", "Promoting", "Promoting", "Promoting", "RolloutPromoted",
            }),
            string.Join("\n", world.Announced.Select(one => $"{one.Reason}: {one.Message}")));
    }

    [Test]
    public void WhenStableIsNotReadyAtFirst_ThenNoRouteIsWrittenUntilItIs()
    {
        var world = new FakeWorld(A.Plain) { First = A.Side with { ReadyEndpoints = 0 } }.Write(40).Settle();

        Assert.That((world.Status.Phase, world.Weights), Is.EqualTo((Phase.Initializing, Array.Empty<decimal>())));

        world.First = A.Side;
        world.Settle();

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.Healthy, 0m)));
    }

    [Test]
    public void WhenTheRevisionAloneSaysAndTheSecondSideCarriesTheTraffic_ThenThatSideIsStable()
    {
        var world = new FakeWorld(A.Alternating).Write(100).Settle();

        Assert.That((world.Status.StableSide, world.Status.Phase), Is.EqualTo((Side.NamedCanary, Phase.Healthy)));
        Assert.That(world.Weights, Is.Empty);
    }

    [Test]
    public void WhenSomebodySendsTrafficByHand_ThenItIsReportedAndWrittenBack()
    {
        var world = new FakeWorld(A.Plain).Settle().Write(10);
        world.Pass();

        Assert.That(world.Routes[0], Is.EqualTo(0m));
        Assert.That(Conditions.Find(world.Status, ConditionType.WeightConflict)!.IsTrue, Is.True);
        Assert.That(world.Reasons.Last(), Is.EqualTo("WeightConflict"));

        world.Settle();

        Assert.That(Conditions.Find(world.Status, ConditionType.WeightConflict)!.IsTrue, Is.False);
        Assert.That(world.Decide().WakeAt, Is.Null);
    }

    [Test]
    public void WhenStableHasNoPodToTakeItBack_ThenItIsReportedAndWrittenBackOnceItHas()
    {
        var world = new FakeWorld(A.Plain).Settle().Write(10);
        world.First = world.First with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That((world.Routes[0], Conditions.Find(world.Status, ConditionType.WeightConflict)!.IsTrue), Is.EqualTo((10m, (bool?)true)));

        world.First = world.First with { ReadyEndpoints = 1 };
        world.Settle();

        Assert.That(world.Routes[0], Is.EqualTo(0m));
    }

    [Test]
    public void WhenTheSpecIsBrokenAndAWeightIsWeightForeign_ThenItIsWrittenBackAllTheSame()
    {
        var world = new FakeWorld(A.Plain).Settle();
        world.Errors = [new Canary.Core.Validation.SpecError("spec.progressDeadline", "it is 0s; it must be longer than 0s")];

        world.Settle().Write(10).Settle();

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.Degraded)));
    }

    [Test]
    public void WhenStableIsChangedDirectly_ThenThatIsTheStableRevision()
    {
        var world = new FakeWorld(A.Plain).Settle();
        world.First = world.First with { Revision = "hotfix" };
        world.Settle();

        Assert.That((world.Status.StableRevision, world.Weights), Is.EqualTo(("hotfix", Array.Empty<decimal>())));
    }

    [Test]
    public void WhenSpecPausedIsSet_ThenAPushStartsAndWaitsAtWeightZero()
    {
        var world = new FakeWorld(A.Plain with { IsPaused = true }).Settle().Push("v2").Settle();

        Assert.That((world.Status.Phase, world.Status.Hold!.Reason, world.Routes[0]),
            Is.EqualTo((Phase.Paused, HoldReason.SpecPaused, 0m)));

        world.Spec = A.Plain;
        world.Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy));
    }

    [Test]
    public void WhenTheRouteObjectIsReplacedInTheSpec_ThenTheNewOneIsLookedAtBeforeAnythingStarts()
    {
        var world = new FakeWorld(A.Plain).Settle();
        world.Spec =
            A.Plain with { Traffic = A.Traffic with { Router = new NamedRouter("other") } };
        world.Write(30).Push("v2").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 0m, 5m, 25m, 50m, 100m, 0m }));
        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }
}
