using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Validation;
using Canary.Testing.Sets;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Sets;

/// <summary>A release of a DaemonSet, whose pods are updated when they are evicted.</summary>
public sealed class GivenADaemonSet
{
    private FakeDaemonSet _set = null!;

    [Test]
    public void WhenItIsTakenOver_ThenOnlyTheServicesAreWritten()
    {
        var world = World(A.SetWeight(5), new Step.Pause(null)).Healthy();

        Assert.That((world.Story, _set.Services, world.Status.StableRevision),
            Is.EqualTo(("services", new SetServices(true, "v1", "v1"), "v1")));
    }

    [Test]
    public void WhenItsTemplateIsNotThatOfItsPods_ThenItIsNotTakenOver_AndThePodsAreNamed()
    {
        var world = World(A.SetWeight(5), new Step.Pause(null)).Push("v2").Advance(20);

        Assert.That((world.Story, world.Status.StableRevision, world.Status.Message), Is.EqualTo(("services", (string?)null,
            "initializing: waiting until all pods of DaemonSet web run revision v2, and one is ready; delete those that run another one: "
                + "agent-0, agent-1, agent-2, agent-3")));
    }

    [Test]
    public void WhenATemplateComesBetweenTheSelectorsAndTheBaseline_ThenItIsReleased()
    {
        var world = World(A.SetWeight(5), new Step.Pause(null)).Until(one => one.Set.Services.Stable is not null);

        world.Push("v2").Until(one => one.Weight == 5);

        Assert.That((world.Status.StableRevision, world.Status.CanaryRevision), Is.EqualTo(("v1", "v2")));
    }

    [Test]
    public void WhenATemplateComes_ThenPodsAndWeightsFollowEachOther_OneAtATime()
    {
        var world = World(A.SetWeight(5), A.SetWeight(50)).Healthy();
        world.Forget();

        world.Push("v2").Until(IsReleased("v2"));

        Assert.Multiple(() =>
        {
            Assert.That(world.Story, Is.EqualTo("canary v2, evict agent-0, 5, 25, evict agent-1, 50, evict agent-2, 100, stable v2, "
                + "evict agent-3, 0"));
            Assert.That((_set.Revisions, world.Status.Phase), Is.EqualTo(("v2 v2 v2 v2", Phase.Healthy)));
        });
    }

    [Test]
    public void WhenAPodIsGoneAndItsNextOneIsNotMadeYet_ThenTheWeightWaitsForIt()
    {
        var world = World(A.SetWeight(75), new Step.Pause(null)).Healthy();
        world.IsLost = decision =>
        {
            _set.IsAsleep |= decision.Effects.OfType<Effect.Route>().Any(route => route.Second.Percent == 50);
            return false;
        };

        world.Push("v2").Until(one => one.Writes is [.., "evict agent-2"]).Advance(30);
        Assert.That((world.Weight, world.Writes[^1], _set.Revisions), Is.EqualTo((50m, "evict agent-2", "v2 v2 v1")));
        world.IsLost = _ => false;
        _set.IsAsleep = false;
        world.Until(one => one.Weight == 75);

        Assert.That(_set.Revisions, Is.EqualTo("v2 v2 v2 v1"));
    }

    [Test]
    public void WhenAPodIsNotReady_ThenItGoesFirst_AndCostsStableNothing()
    {
        var world = World(A.SetWeight(5), new Step.Pause(null)).Healthy();
        _set.Crash(2);
        world.Forget();

        world.Push("v2").Until(one => one.Weight == 5);

        Assert.That((world.Story, _set.Revisions), Is.EqualTo(("canary v2, evict agent-2, 5", "v1 v1 v2 v1")));
    }

    [Test]
    public void WhenANodeDoesNotAnswer_ThenItKeepsNoReleaseWaiting()
    {
        var world = World(A.SetWeight(50)).Healthy();
        _set.Silence(1);

        world.Push("v2").Until(IsReleased("v2"));
        _set.Heal();
        world.Advance(10);

        Assert.That((_set.Revisions, world.Status.Phase), Is.EqualTo(("v2 v2 v2 v2", Phase.Healthy)));
    }

    [Test]
    public void WhenANodeDoesNotAnswer_ThenTheSetIsTakenOverAllTheSame()
    {
        var world = World(A.SetWeight(50), new Step.Pause(null));
        _set.Silence(1);

        world.Healthy().Push("v2").Until(one => one.Weight == 50);

        Assert.That(_set.Services, Is.EqualTo(new SetServices(true, "v1", "v2")));
    }

    [Test]
    public void WhenItIsAborted_ThenTheWeightReturnsAtOnce_AndNoPodIsTouched()
    {
        var world = World(A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50);
        world.Forget();

        world.Ask(RequestAction.Abort, "a1").Until(one => one.Status.Phase == Phase.RolledBack).Advance(60);

        var condition = world.Status.Conditions.Single(one => one.Type == ConditionType.CapacitySufficient);
        Assert.Multiple(() =>
        {
            Assert.That((world.Story, _set.Revisions), Is.EqualTo(("0", "v2 v2 v1 v1")));
            Assert.That((condition.IsTrue, condition.Reason, condition.Message), Is.EqualTo(((bool?)false, "FewerServe",
                "2 of 4 pods run the stable revision v1 and serve; pods that DaemonSet web makes run v2 and get no traffic")));
            Assert.That(world.Status.Message, Does.EndWith("; agent-0, agent-1 cannot come back at revision v1, since DaemonSet web makes "
                + "pods of revision v2: give it the template of v1 again, or a new one"));
        });
    }

    [Test]
    public void WhenARefusedTemplateIsReverted_ThenThePodsComeBackOneAtATime()
    {
        var world = World(A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50).Ask(RequestAction.Abort, "a1").Until(one => one.Status.Phase == Phase.RolledBack);
        world.Forget();

        world.Push("v1").Until(one => one.Set.Revisions == "v1 v1 v1 v1").Advance(10);

        Assert.That((world.Story, world.Status.Phase), Is.EqualTo(("canary v1, evict agent-0, evict agent-1", Phase.Healthy)));
    }

    [Test]
    public void WhenACorrectionFollowsARefusedTemplate_ThenItsPodsAreTheFirstToBeReplaced()
    {
        var world = World(A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50).Ask(RequestAction.Abort, "a1").Until(one => one.Status.Phase == Phase.RolledBack);
        world.Forget();

        world.Push("v3").Until(one => one.Weight == 50);

        Assert.That((world.Story, _set.Revisions), Is.EqualTo(("canary v3, evict agent-0, 25, evict agent-1, 50", "v3 v3 v1 v1")));
    }

    [Test]
    public void WhenTheNewPodNeverBecomesReady_ThenNoOtherGoes_AndACorrectionReplacesIt()
    {
        var world = World(A.SetWeight(50), new Step.Pause(null)).Healthy();
        _set.Broken.Add("v2");

        world.Push("v2").Until(one => one.Status.Phase == Phase.RolledBack, 700);
        var broken = _set.Revisions;
        world.Push("v3").Until(one => one.Weight == 50);

        Assert.That((broken, _set.Revisions), Is.EqualTo(("v2 v1 v1 v1", "v3 v3 v1 v1")));
    }

    [Test]
    public void WhenTheTemplateIsRevertedDuringARelease_ThenThePodsComeBack_AfterTheTraffic()
    {
        var world = World(A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50);
        world.Forget();

        world.Push("v1").Until(one => one.Status is { IsRunning: false } && one.Set.Revisions == "v1 v1 v1 v1");

        Assert.That((world.Writes[0], world.Status.History[0].Outcome), Is.EqualTo(("0", RolloutOutcome.Withdrawn)));
    }

    [Test]
    public void WhenNodesJoinWhileARefusedTemplateIsThere_ThenTheirPodsGetNoTraffic()
    {
        var world = World(A.SetWeight(25), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 25).Ask(RequestAction.Abort, "a1").Until(one => one.Status.Phase == Phase.RolledBack);
        world.Forget();

        _set.Replicas = 6;
        world.Advance(20);

        Assert.That((world.Story, _set.Revisions, _set.Behind(isStable: true, world.Now), _set.Services.Stable),
            Is.EqualTo(("", "v2 v1 v1 v1 v2 v2", 3, "v1")));
    }

    [Test]
    public void WhenAllPodsOfStableAreLost_ThenTheRevisionThatIsLeftIsStable_SinceNothingElseIsThere()
    {
        var world = World(A.SetWeight(25), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 25).Ask(RequestAction.Abort, "a1").Until(one => one.Status.Phase == Phase.RolledBack);

        for (var node = 1; node < 4; node++) _set.Lose(node);
        world.Advance(10);

        Assert.That((world.Status.StableRevision, _set.Services.Stable, world.Status.Phase), Is.EqualTo(("v2", "v2", Phase.Healthy)));
        Assert.That(world.Announced.Select(one => (one.Reason, one.IsWarning)), Has.Member(("SetUpdatedByOthers", true)));
    }

    [Test]
    public void WhenAllPodsOfStableAreLostDuringARelease_ThenWhatIsLeftServesAtOnce()
    {
        var world = World(A.SetWeight(25), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 25);

        for (var node = 1; node < 4; node++) _set.Lose(node);
        world.Advance(1);

        Assert.That((world.Status.StableRevision, _set.Services, _set.Behind(isStable: true, world.Now) > 0),
            Is.EqualTo(("v2", new SetServices(true, "v2", "v2"), true)));
    }

    [Test]
    public void WhenOneNodeIsLeftWhileTheTemplateIsReverted_ThenItsPodComesBack()
    {
        var world = World(A.SetWeight(25), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 25).Ask(RequestAction.Abort, "a1").Until(one => one.Status.Phase == Phase.RolledBack);
        _set.Replicas = 1;
        (world.Problems, world.IsSeenAllTheSame) = ([new SpecError("spec.workload", "it runs on 1 Node")], true);

        world.Push("v1").Until(one => one.Set.Revisions == "v1", 30);

        Assert.That((world.Weight, world.Status.StableRevision), Is.EqualTo((0m, "v1")));
    }

    [Test]
    public void WhenNoPodOfStableIsLeftAndTheTemplateIsReverted_ThenItsShareDoesNotWaitForOne()
    {
        var world = World(A.SetWeight(25), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 25);
        _set.Replicas = 1;
        (world.Problems, world.IsSeenAllTheSame) = ([new SpecError("spec.workload", "it runs on 1 Node")], true);

        world.Push("v1").Until(one => one.Set.Revisions == "v1" && one.Weight == 0, 60);

        Assert.That(_set.Behind(isStable: true, world.Now), Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void WhenOneNodeIsLeftDuringARelease_ThenNoPodIsUpdated()
    {
        var world = World(A.SetWeight(25), new Step.Pause(null)).Healthy();
        _set.Replicas = 1;
        (world.Problems, world.IsSeenAllTheSame) = ([new SpecError("spec.workload", "it runs on 1 Node")], true);

        world.Push("v2").Advance(60);

        Assert.That(_set.Revisions, Is.EqualTo("v1"));
    }

    [Test]
    public void WhenPodsAreLostDuringARelease_ThenTheCanaryHasMoreThanItNeeds_AndTheWeightStays()
    {
        var world = World(A.SetWeight(25), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 25);

        _set.Lose(2);
        world.Advance(20);

        var condition = world.Status.Conditions.Single(one => one.Type == ConditionType.CapacitySufficient);
        Assert.That((world.Weight, _set.Revisions), Is.EqualTo((25m, "v2 v1 v2 v1")));
        Assert.That((condition.IsTrue, condition.Reason, condition.Message), Is.EqualTo(((bool?)true, "FewerForRollback",
            "2 of 4 pods run the stable revision: a rollback sends all of the traffic to them, until the template is reverted")));
    }

    [Test]
    public void WhenABudgetRefusesEvictions_ThenThePodsStay_AndTheReleaseIsRolledBackAtItsDeadline()
    {
        var world = World(A.SetWeight(25), new Step.Pause(null)).Healthy();
        _set.RefusesEvictions = true;

        world.Push("v2").Until(one => one.Status.Phase == Phase.RolledBack, 700);

        Assert.That((_set.Revisions, world.Weight), Is.EqualTo(("v1 v1 v1 v1", 0m)));
    }

    [Test]
    public void WhenATemplateComesWhileTheLastPodsAreReplaced_ThenNoMoreGo_AndItIsReleasedAfterwards()
    {
        var world = World(A.SetWeight(50)).Healthy();
        world.Push("v2").Until(one => one.Writes.Contains("stable v2") && one.Status.Promotion == PromotionStage.UpdatingStable);

        world.Push("v3").Until(one => one.Status.StableRevision == "v2");
        Assert.That(_set.Ready("v2", world.Now), Is.GreaterThanOrEqualTo(3));
        world.Until(IsReleased("v3"));

        Assert.That(_set.Revisions, Is.EqualTo("v3 v3 v3 v3"));
    }

    [TestCase(RequestAction.Restart)]
    [TestCase(RequestAction.Undo)]
    [TestCase(RequestAction.RollbackTo)]
    [TestCase(RequestAction.Scale)]
    public void WhenARequestIsForDeploymentsAlone_ThenItIsRefused_AndNothingIsWritten(RequestAction action)
    {
        var world = World(A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Forget();

        world.Ask(action, "r1").Advance(5);

        Assert.That((world.Story, world.Status.LastRequest!.IsCarriedOut), Is.EqualTo(("", false)));
        Assert.That(world.Status.LastRequest.Message, Does.Contain("DaemonSet web"));
    }

    private static System.Func<SetWorld, bool> IsReleased(string revision) => one =>
        one.Status is { IsRunning: false } status && status.StableRevision == revision && one.Set.Services.Stable == revision;

    private SetWorld World(params Step[] steps) => new(_set = new FakeDaemonSet(4), steps);
}
