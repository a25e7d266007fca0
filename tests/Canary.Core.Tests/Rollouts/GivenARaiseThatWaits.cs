using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenARaiseThatWaits
{
    private const string Lack = "errors leans to worse, and has not decided";

    [Test]
    public void WhenTheComparisonLeansToHarm_ThenTheWeightStaysUntilItDoesNot()
    {
        var world = Waiting();

        Assert.That((world.Status.Phase, world.Status.Hold, world.Routes[0]), Is.EqualTo((Phase.Progressing, (Hold?)null, 5m)));
        Assert.That(world.Status.Message,
            Is.EqualTo($"step 3 of 5: weight 5, the raise to 25 waits for the comparison with stable: {Lack}"));
        Assert.That(world.Status.WaitingSince, Is.Null, "no deadline runs");

        world.Now = world.Now.AddHours(9);
        world.Settle();

        Assert.That(world.Routes[0], Is.EqualTo(5m));

        world.SetRun(world.Background, RunPhase.Running).Settle();

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((3, 25m)));
    }

    [Test]
    public void WhenItWaits_ThenItIsSaidOnceAndAMeasurementWritesNothing()
    {
        var world = Waiting();
        var (before, told) = (world.Status, world.Announced.Count);

        world.SetRun(world.Background, RunPhase.Running, "13:1 odds that errors are worse", isConclusive: false, lacksToRaise: Lack)
            .Settle();

        Assert.That(world.Status, Is.EqualTo(before));
        Assert.That(world.Announced, Has.Count.EqualTo(told));
        Assert.That(world.Announced[^1].Message, Does.Contain("the raise to 25 waits for the comparison with stable"));
    }

    [Test]
    public void WhenItIsTheFirstRaise_ThenItWaitsForNothing()
    {
        var world = new FakeWorld(Spec).Settle().Push("v2").Settle();

        Assert.That((world.Routes[0], world.Status.CurrentStepIndex), Is.EqualTo((5m, 1)));
    }

    [Test]
    public void WhenAPersonPromotes_ThenTheRaiseIsMadeAndTheNextOneWaitsAgain()
    {
        var world = Waiting().Ask(RequestAction.Promote, "go");

        Assert.That(world.Status.LastRequest,
            Is.EqualTo(world.Status.LastRequest! with
            {
                IsCarriedOut = true,
                Message = "step 3 of 5, a raise, waits for no comparison any more"
            }));
        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((3, 25m)));

        world.Ask(RequestAction.Promote, "on");

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((4, 25m)));
        Assert.That(world.Status.Message, Does.StartWith("step 5 of 5: weight 25, the raise to 100 waits"));
    }

    [Test]
    public void WhenEverythingIsToGoToTheCanary_ThenWhatIsRequiredMustBeShownToo()
    {
        var world = Waiting();
        world.SetRun(world.Background, RunPhase.Running, isConclusive: false,
            lacksToFill: "errors has not shown yet that the canary is not much worse").Settle();

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((3, 25m)),
            "a small step needs no more than that nothing speaks against it");

        world.Ask(RequestAction.Promote, "on");

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((4, 25m)));
        Assert.That(world.Status.Message, Does.EndWith("has not shown yet that the canary is not much worse"));
    }

    [Test]
    public void WhenTheCanaryIsLostMeanwhile_ThenItComesBackToTheWeightThatItHad()
    {
        var world = Waiting();
        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That(world.Routes[0], Is.Zero);

        world.Second = world.Second with { ReadyEndpoints = 2 };
        world.Settle();

        Assert.That(world.Routes[0], Is.EqualTo(5m), "where there is traffic to learn from");
        Assert.That(world.Status.Message, Does.Contain("the raise to 25 waits"));
    }

    [Test]
    public void WhenItTurnsWhileARaiseIsOnItsWay_ThenTheWeightIsNotLowered()
    {
        var world = Waiting();
        world.DropsEffects = true;
        world.SetRun(world.Background, RunPhase.Running).Pass();

        world.SetRun(world.Background, RunPhase.Running, lacksToRaise: Lack).Pass();

        Assert.That(world.Status.Weights.Desired, Is.EqualTo(Weight.FromPercent(25)));
    }

    [TestCase(InconclusiveAction.Continue, 25)]
    [TestCase(InconclusiveAction.Pause, 5)]
    [TestCase(InconclusiveAction.Abort, 5)]
    public void WhenInconclusiveMeansToGoOn_ThenItGoesOn(InconclusiveAction action, int weight)
    {
        var world = Waiting(Spec with
        {
            Analysis =
            new BackgroundAnalysis(A.Red with { Policy = VerdictPolicy.Default with { OnInconclusive = action } }, 0)
        });

        Assert.That(world.Routes[0], Is.EqualTo((decimal)weight));
    }

    [Test]
    public void WhenItFails_ThenItIsTakenBack()
    {
        var world = Waiting();

        world.SetRun(world.Background, RunPhase.Failed, "120:1 odds that errors are worse").Settle();

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
    }

    private static RolloutSpec Spec => A.Rollout with
    {
        Steps = [A.SetWeight(5), new Step.Pause(null), A.SetWeight(25), new Step.Pause(null), A.SetWeight(100)],
        Analysis = new BackgroundAnalysis(A.Red, 0),
    };

    private static FakeWorld Waiting() => Waiting(Spec);

    private static FakeWorld Waiting(RolloutSpec spec)
    {
        var world = new FakeWorld(spec).Settle().Push("v2").Settle();
        return world.SetRun(world.Background, RunPhase.Running, isConclusive: false, lacksToRaise: Lack).Ask(RequestAction.Promote, "1");
    }
}
