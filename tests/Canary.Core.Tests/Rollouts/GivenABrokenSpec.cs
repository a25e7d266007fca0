using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenABrokenSpec
{
    private static readonly SpecError Wrong = new("spec.strategy.canary.steps[0].setWeight", "it is 105; allowed are 0 to 100");
    private static readonly SpecError Missing = new("spec.traffic.istio.virtualServices[0].name", "VirtualService 'checkout' is not there");

    [Test]
    public void WhenARolloutRuns_ThenItStaysWhereItIsAndGoesOnWhenHealed()
    {
        var world = GivenARunningRollout.AtTheOpenPause();

        world.Errors = [Wrong];
        world.Settle().Ask(RequestAction.Promote, "1");

        Assert.That((world.Status.Phase, world.Routes[0], world.Status.CurrentStepIndex), Is.EqualTo((Phase.Degraded, 50m, 5)));
        Assert.That(world.Status.Message, Is.EqualTo($"step 6 of 6: weight 50, blocked: {Wrong}"));
        Assert.That(world.Reasons, Does.Contain("SpecRejected"));
        Assert.That(world.Status.LastRequest!.IsCarriedOut, Is.False);

        world.Errors = [];
        world.Settle();

        Assert.That((world.Status.Phase, world.Status.CurrentStepIndex), Is.EqualTo((Phase.Paused, 5)));
    }

    [Test]
    public void WhenItIsAborted_ThenItGoesToZeroAllTheSame()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Errors = [Wrong];

        world.Settle().Ask(RequestAction.Abort, "1");

        Assert.That((world.Routes[0], world.Status.History[0].Outcome), Is.EqualTo((0m, RolloutOutcome.RolledBack)));
    }

    [Test]
    public void WhenTheAnalysisFails_ThenItIsTakenBackAllTheSame()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Errors = [Wrong];

        world.SetRun(world.Background, RunPhase.Failed, "error rate 4.1%").Settle();

        Assert.That(world.Routes[0], Is.Zero);
    }

    [Test]
    public void WhenTheCanaryLosesItsPods_ThenTheWeightGoesToZeroAllTheSame()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Errors = [Wrong];

        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.Degraded)));
    }

    [Test]
    public void WhenATemplateIsPushedMeanwhile_ThenItLosesTheTrafficAndWaitsForTheSpec()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Errors = [Wrong];

        world.Push("v3").Settle();

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.Degraded)));

        world.Errors = [];
        world.Settle();

        Assert.That((world.Routes[0], world.Status.CanaryRevision), Is.EqualTo((5m, "v3")));
    }

    [Test]
    public void WhenSomethingItNamesIsMissing_ThenNothingStartsUntilItAppears()
    {
        var world = new FakeWorld(A.Plain).Settle();
        world.Problems = [Missing];

        world.Push("v2").Settle();

        Assert.That((world.Status.Phase, world.Status.Message, world.Weights.Count), Is.EqualTo((Phase.Degraded, Missing.ToString(), 0)));
        Assert.That(world.Reasons.Count(reason => reason == "ReferenceMissing"), Is.EqualTo(1));

        world.Problems = [];
        world.Settle();

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenItIsFirstSeenBroken_ThenItIsInitialisedOnceHealed()
    {
        var world = new FakeWorld(A.Plain) { Errors = [Wrong] }.Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Degraded));

        world.Errors = [];
        world.Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy));
    }
}
