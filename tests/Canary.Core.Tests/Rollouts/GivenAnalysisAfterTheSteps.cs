using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAnalysisAfterTheSteps
{
    private static readonly RolloutSpec Spec = A.Rollout with { PostAnalysis = A.Smoke };

    [Test]
    public void WhenAllStepsPassed_ThenItRunsAtAHundredBeforeStableIsTouched()
    {
        var world = Verifying(Spec);

        Assert.That((world.Routes[0], world.First.Revision, world.Status.Phase), Is.EqualTo((100m, "v1", Phase.Promoting)));
        Assert.That(world.Status.Message, Is.EqualTo("promoting: weight 100, waiting for the analysis after the last step"));
        Assert.That(world.Status.Analysis[^1].Key, Is.EqualTo(new RunKey("v2", 1, null, AnalysisPlacement.Post)));
    }

    [Test]
    public void WhenItPasses_ThenTheAnalysedTemplateIsPromoted()
    {
        var world = Verifying(Spec);

        world.SetRun(world.At(AnalysisPlacement.Post), RunPhase.Successful).Settle();

        Assert.That((world.Routes[0], world.First.Revision, world.Status.Phase), Is.EqualTo((0m, "v2", Phase.Healthy)));
    }

    [Test]
    public void WhenItFails_ThenEverythingGoesBackToTheOldVersion()
    {
        var world = Verifying(Spec);

        world.SetRun(world.At(AnalysisPlacement.Post), RunPhase.Failed, "p99 900 ms (limit 300 ms)").Settle();

        Assert.That((world.Routes[0], world.First.Revision, world.Status.Phase), Is.EqualTo((0m, "v1", Phase.RolledBack)));
        Assert.That(world.Status.Message,
            Is.EqualTo("rolled back at weight 100: p99 900 ms (limit 300 ms) (analysis after the last step)"));
        Assert.That(world.Status.History[0].Evidence, Does.Contain("analysis after the last step: p99 900 ms (limit 300 ms)"));
    }

    [Test]
    public void WhenTheBackgroundFailsMeanwhile_ThenEverythingGoesBackAsWell()
    {
        var world = Verifying(Spec);
        Assert.That(world.Runs.Single(run => run.Key == world.Background).Phase, Is.EqualTo(RunPhase.Running));

        world.SetRun(world.Background, RunPhase.Failed, "error rate 4.1% (limit 1%)").Settle();

        Assert.That((world.Routes[0], world.First.Revision, world.Status.Message),
            Is.EqualTo((0m, "v1", "rolled back at weight 100: error rate 4.1% (limit 1%)")));
    }

    [Test]
    public void WhenTheLastWordOfTheBackgroundTurnsBad_ThenPassingIsNotEnough()
    {
        var world = Verifying(Spec);
        world.SetRun(world.Background, RunPhase.Running, isConclusive: false);

        world.SetRun(world.At(AnalysisPlacement.Post), RunPhase.Successful).Settle();

        Assert.That((world.First.Revision, world.Status.Promotion), Is.EqualTo(("v1", PromotionStage.Verifying)));
        Assert.That(world.Status.Message,
            Is.EqualTo("promoting: weight 100, waiting for a conclusive measurement of each metric of the background analysis"));
    }

    [TestCase(RequestAction.Promote)]
    [TestCase(RequestAction.PromoteFull)]
    public void WhenAPersonPromotes_ThenItIsPassed(RequestAction action)
    {
        var world = Verifying(Spec).Ask(action, "9");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.First.Revision, world.Status.Phase),
            Is.EqualTo((true, "v2", Phase.Healthy)));
    }

    [Test]
    public void WhenItWasPromotedInFullBefore_ThenItIsSkipped()
    {
        var world = GivenARunningRollout.AtTheOpenPause(Spec).Ask(RequestAction.PromoteFull, "9");

        Assert.That((world.Status.Phase, world.Runs.Any(run => run.Key.Edge == AnalysisPlacement.Post)),
            Is.EqualTo((Phase.Healthy, false)));
    }

    [Test]
    public void WhenItIsAborted_ThenItGoesBack()
    {
        var world = Verifying(Spec).Ask(RequestAction.Abort, "9");

        Assert.That((world.Status.Phase, world.First.Revision, world.Routes[0]), Is.EqualTo((Phase.RolledBack, "v1", 0m)));
    }

    [Test]
    public void WhenTheCanaryIsLost_ThenTrafficIsSafeAndItGoesOnAfterItsReturn()
    {
        var world = Verifying(Spec);

        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Promotion), Is.EqualTo((0m, PromotionStage.Verifying)));

        world.Second = A.Side with { Revision = "v2" };
        world.Settle().SetRun(world.At(AnalysisPlacement.Post), RunPhase.Successful).Settle();

        Assert.That((world.Status.Phase, world.First.Revision), Is.EqualTo((Phase.Healthy, "v2")));
    }

    [Test]
    public void WhenItChangesInTheSpec_ThenTheRolloutStartsAgainThroughZero()
    {
        var world = Verifying(Spec);
        world.Weights.Clear();

        world.Spec = Spec with { PostAnalysis = A.Smoke with { Policy = VerdictPolicy.Default with { OnFailed = FailedAction.Pause } } };
        world.Settle();

        Assert.That((world.Weights, world.Status.Attempt, world.First.Revision), Is.EqualTo((new[] { 0m, 5m }, 2, "v1")));
    }

    [Test]
    public void WhenTheSidesAlternate_ThenTheyChangeRolesOnlyAfterIt()
    {
        var spec = A.Alternating with { Steps = [], PostAnalysis = A.Smoke };
        var world = new FakeWorld(spec) { Verdict = RunPhase.Pending }.Settle().Push("2.0.0").Settle();
        var before = world.Status.StableSide;

        Assert.That((world.Status.Promotion, world.Shown.Single()), Is.EqualTo((PromotionStage.Verifying, 100m)));

        world.SetRun(world.At(AnalysisPlacement.Post), RunPhase.Successful).Settle();

        Assert.That((world.Status.StableSide == before, world.Status.StableRevision, world.Status.Phase),
            Is.EqualTo((false, "2.0.0", Phase.Healthy)));
    }

    [Test]
    public void WhenItFailsAndTheSidesAlternate_ThenTheyKeepTheirRoles()
    {
        var world = new FakeWorld(A.Alternating with { Steps = [], PostAnalysis = A.Smoke }) { Verdict = RunPhase.Pending }.Settle()
            .Push("2.0.0").Settle();
        var before = world.Status.StableSide;

        world.SetRun(world.At(AnalysisPlacement.Post), RunPhase.Failed, "bad").Settle();

        Assert.That((world.Status.StableSide, world.Status.StableRevision, world.Shown.Single(), world.Status.Phase),
            Is.EqualTo((before, "1.0.0", 0m, Phase.RolledBack)));
    }

    private static FakeWorld Verifying(RolloutSpec spec)
    {
        var world = GivenARunningRollout.AtTheOpenPause(spec);
        world.PostVerdict = RunPhase.Pending;
        world.Ask(RequestAction.Promote, "1");
        Assert.That(world.Status.Promotion, Is.EqualTo(PromotionStage.Verifying), world.Status.Message);
        return world;
    }
}
