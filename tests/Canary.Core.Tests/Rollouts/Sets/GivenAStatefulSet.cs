using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Validation;
using Canary.Testing.Sets;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Sets;

/// <summary>A release of a StatefulSet, by its partition.</summary>
public sealed class GivenAStatefulSet
{
    [Test]
    public void WhenTheRouteDoesNotNameTheServicesYet_ThenTheyAreMade_SoThatItCan()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(5), new Step.Pause(null))
        {
            Problems = [new SpecError("spec.traffic.istio.virtualServices[0].routes[0]", "it has no destination for web-stable")],
            IsSeenAllTheSame = true,
        };

        world.Advance(20);
        var made = world.Writes.FirstOrDefault();
        world.Problems = [];
        world.Healthy();

        Assert.That((made, world.Status.StableRevision), Is.EqualTo(("services", "v1")));
    }

    [Test]
    public void WhenTheServicesAreDeletedWhileSomethingElseIsInTheWay_ThenTheyAreMadeForWhatTheyFoundBefore()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(5), new Step.Pause(null)).Healthy();
        world.Problems = [new SpecError("spec.traffic.stable.subset", "another DestinationRule has exportTo")];
        world.IsSeenAllTheSame = true;
        world.Set.Services = new SetServices(false, null, null);

        world.Advance(20);

        Assert.That(world.Set.Services, Is.EqualTo(new SetServices(true, "v1", "v1")));
    }

    [Test]
    public void WhenItIsTakenOver_ThenServicesComeFirst_AndANewTemplateUpdatesNothing()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(5), new Step.Pause(null)).Healthy();

        Assert.Multiple(() =>
        {
            Assert.That(world.Story, Is.EqualTo("services, partition held, stable v1, canary v1"));
            Assert.That(world.Set.Revisions, Is.EqualTo("v1 v1 v1"));
            Assert.That(world.Status.StableRevision, Is.EqualTo("v1"));
        });
    }

    [Test]
    public void WhenAnUpdateIsUnderWay_ThenItIsFinishedByKubernetesFirst()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(5), new Step.Pause(null));
        world.Push("v2").Healthy();

        Assert.That((world.Set.Revisions, world.Status.StableRevision, world.Status.History.Count), Is.EqualTo(("v2 v2 v2", "v2", 0)));
    }

    [Test]
    public void WhenATemplateComesBetweenTheHoldAndTheBaseline_ThenItIsReleased()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(5), new Step.Pause(null))
            .Until(one => one.Set.Partition == SetLevels.Held);

        world.Push("v2").Until(one => one.Weight == 5);

        Assert.That((world.Status.StableRevision, world.Status.CanaryRevision), Is.EqualTo(("v1", "v2")));
    }

    [Test]
    public void WhenATemplateComes_ThenPodsAndWeightsFollowEachOther_OneAtATime()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(5), A.SetWeight(50)).Healthy();
        world.Forget();

        world.Push("v2").Until(one => one.Status.StableRevision == "v2" && one.Set.Partition == SetLevels.Held);

        Assert.Multiple(() =>
        {
            Assert.That(world.Story, Is.EqualTo("canary v2, partition 3, 5, 25, partition 2, 50, partition 1, 100, stable v2, "
                + "partition 0, 0, partition held"));
            Assert.That(world.Set.Revisions, Is.EqualTo("v2 v2 v2 v2"));
            Assert.That((world.Set.Current, world.Status.Phase), Is.EqualTo(("v2", Phase.Healthy)));
        });
    }

    [Test]
    public void WhenItHasTwoPods_ThenEachSideHasOne()
    {
        var world = new SetWorld(new FakeStatefulSet(2), A.SetWeight(5)).Healthy();
        world.Forget();

        world.Push("v2").Until(one => one.Status.StableRevision == "v2" && one.Set.Partition == SetLevels.Held);

        Assert.That(world.Story, Is.EqualTo("canary v2, partition 1, 5, 100, stable v2, partition 0, 0, partition held"));
    }

    [Test]
    public void WhenItIsAborted_ThenTheWeightReturnsAtOnce_AndThePodsComeBackOneAtATimeFromTheHighest()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(75), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 75);
        world.Forget();

        world.Ask(RequestAction.Abort, "a1").Until(one => one.Set.Revisions == "v1 v1 v1 v1").Advance(10);

        Assert.Multiple(() =>
        {
            Assert.That(world.Story, Is.EqualTo("0, partition held, evict web-3, evict web-2, evict web-1"));
            Assert.That((world.Status.Phase, world.Status.StableRevision), Is.EqualTo((Phase.RolledBack, "v1")));
        });
    }

    [Test]
    public void WhenOnlyRequestsWithAHeaderReachTheCanary_ThenItHasAPodBefore_AndKeepsItUntilTheyReachStable()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.HeaderRoute("staff"), new Step.Pause(null)).Healthy();
        world.Forget();
        world.Push("v2").Until(one => one.Story.EndsWith("headers", System.StringComparison.Ordinal)).Advance(5);

        world.Ask(RequestAction.Abort, "a1").Until(one => one.Set.Revisions == "v1 v1 v1");

        Assert.That(world.Story, Is.EqualTo("canary v2, partition 2, 0 and by headers, 0, partition held, evict web-2"));
    }

    [Test]
    public void WhenPodsAreStillOnTheirWayBack_ThenTheStatusNamesThem_AndABudgetHoldsThemWithoutLosingOne()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50);
        world.Set.RefusesEvictions = true;

        world.Ask(RequestAction.Abort, "a1").Until(one => one.Status.Phase == Phase.RolledBack).Advance(30);

        Assert.That((world.Status.Message, world.Set.Revisions), Is.EqualTo(
            ($"{world.Status.Message.Split("; replaced")[0]}; replaced one at a time by pods of revision v1: web-1, web-2", "v1 v2 v2")));
    }

    [Test]
    public void WhenTheNewPodNeverBecomesReady_ThenItIsAbortedAtTheDeadline_AndThePodIsReplaced()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(50)).Healthy();
        world.Set.Broken.Add("v2");

        world.Push("v2").Until(one => one.Status.Phase == Phase.RolledBack, 700).Until(one => one.Set.Revisions == "v1 v1 v1").Advance(5);

        Assert.That((world.Weight, world.Set.Ready("v1", world.Now)), Is.EqualTo((0m, 3)));
    }

    [Test]
    public void WhenACorrectedTemplateFollowsABrokenOne_ThenTheBrokenPodDoesNotKeepItFromComing()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Set.Broken.Add("v2");
        world.Push("v2").Until(one => one.Set.Revisions == "v1 v1 v2").Advance(5);

        world.Push("v3").Until(one => one.Weight == 50, 60);

        Assert.That(world.Set.Revisions, Is.EqualTo("v1 v3 v3"));
    }

    [Test]
    public void WhenATemplateComesInTheMiddle_ThenItStartsAgain_AndNoPodOfTheMiddleStays()
    {
        var world = new SetWorld(new FakeStatefulSet(5), A.SetWeight(20), A.SetWeight(80), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 80);
        world.Forget();

        world.Push("v3").Until(one => one is { Weight: 80, Status.CanaryRevision: "v3" } && one.Set.Services.Canary == "v3", 200);

        Assert.Multiple(() =>
        {
            Assert.That(world.Writes[0], Is.EqualTo("0"), "first the traffic");
            Assert.That(world.Writes.TakeWhile(write => write != "20"), Has.Member("canary v3"));
            Assert.That(world.Set.Revisions, Is.EqualTo("v1 v3 v3 v3 v3"));
            Assert.That(world.Status.History.Select(entry => (entry.Revision, entry.Outcome)),
                Is.EqualTo(new[] { ("v2", RolloutOutcome.Superseded) }));
        });
    }

    [Test]
    public void WhenTheTemplateIsReverted_ThenThePodsComeBack()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50);

        world.Push("v1").Until(one => one.Status is { IsRunning: false } && one.Set.Revisions == "v1 v1 v1 v1");

        Assert.That(world.Status.History[0].Outcome, Is.EqualTo(RolloutOutcome.Withdrawn));
    }

    [Test]
    public void WhenARefusedTemplateIsLeftThere_ThenPodsThatAreLostOrAddedRunTheStableRevision()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50).Ask(RequestAction.Abort, "a1").Until(one => one.Set.Revisions == "v1 v1 v1");

        world.Set.Lose(2);
        world.Set.Replicas = 5;
        world.Advance(20);

        Assert.That((world.Set.Revisions, world.Status.Phase), Is.EqualTo(("v1 v1 v1 v1 v1", Phase.RolledBack)));
    }

    [Test]
    public void WhenItIsScaledUpDuringARelease_ThenTheCanaryKeepsItsShare()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(25), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 25);

        world.Set.Replicas = 8;
        world.Advance(60);

        Assert.That((world.Weight, world.Set.Revisions), Is.EqualTo((25m, "v1 v1 v1 v1 v1 v1 v2 v2")));
    }

    [Test]
    public void WhenItIsScaledDownDuringARelease_ThenTheCanaryGetsPodsAgain()
    {
        var world = new SetWorld(new FakeStatefulSet(6), A.SetWeight(20), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 20);

        // Its pods are those that a StatefulSet takes away first.
        world.Set.Replicas = 3;
        world.Advance(60);

        Assert.That((world.Weight, world.Set.Revisions), Is.EqualTo((20m, "v1 v1 v2")));
    }

    [Test]
    public void WhenATemplateComesWhileTheLastPodIsUpdated_ThenThePromotionIsFinishedOnThePodsThatHaveIt_AndItIsReleasedAfterwards()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(50)).Healthy();
        world.Push("v2").Until(one => one.Writes.Contains("partition 0"));

        world.Push("v3").Until(one => one.Status.StableRevision == "v2");

        Assert.Multiple(() =>
        {
            Assert.That((world.Status.CanaryRevision, world.Status.History[0].Outcome), Is.EqualTo(("v3", RolloutOutcome.Promoted)).Or
                .EqualTo(("v2", RolloutOutcome.Promoted)));
            Assert.That(world.Set.Ready("v2", world.Now), Is.GreaterThanOrEqualTo(2));
        });

        world.Until(one => one.Status.StableRevision == "v3" && one.Set.Partition == SetLevels.Held);
        Assert.That((world.Set.Revisions, world.Set.Current), Is.EqualTo(("v3 v3 v3 v3", "v3")));
    }

    [Test]
    public void WhenTheProcessDiesBeforeTheLastPodIsUpdated_ThenATemplateThatComesMeanwhileIsNotRolledOut()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(50)).Healthy();
        world.IsLost = decision => decision.Status.Promotion == PromotionStage.UpdatingStable;
        world.Push("v2").Until(one => one.Status.Promotion == PromotionStage.UpdatingStable);
        world.IsLost = _ => false;

        world.Push("v3").Until(one => one.Status.StableRevision == "v2" && one.Weight == 0);

        Assert.That(world.Set.Revisions, Is.EqualTo("v1 v2 v2 v2").Or.EqualTo("v1 v2 v2 v3"));
        Assert.That(world.Status.CanaryRevision, Is.EqualTo("v3"), "it is released, from its first step on");
    }

    [Test]
    public void WhenAllPodsWereUpdatedWhileCanaryWasAway_ThenTheirRevisionIsStable_SinceNothingElseIsThere()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50).Ask(RequestAction.Abort, "a1").Until(one => one.Set.Revisions == "v1 v1 v1");
        world.IsLost = _ => true;
        world.Set.Partition = 0;
        world.Until(one => one.Set.Current == "v2");
        world.IsLost = _ => false;

        world.Advance(5);

        Assert.That((world.Status.StableRevision, world.Set.Services.Stable, world.Status.Phase), Is.EqualTo(("v2", "v2", Phase.Healthy)));
        Assert.That(world.Announced.Select(one => (one.Reason, one.IsWarning)), Has.Member(("SetUpdatedByOthers", true)));
    }

    [Test]
    public void WhenAToolWritesThePartitionBack_ThenItIsHeldAgain_AndPodsThatWereUpdatedComeBack()
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 50).Ask(RequestAction.Abort, "a1").Until(one => one.Set.Revisions == "v1 v1 v1");

        world.Set.Partition = 0;
        world.Set.Control(world.Now);
        world.Advance(30);

        Assert.That((world.Set.Partition, world.Set.Revisions), Is.EqualTo((SetLevels.Held, "v1 v1 v1")));
    }

    [TestCase(RequestAction.Restart)]
    [TestCase(RequestAction.Undo)]
    [TestCase(RequestAction.RollbackTo)]
    [TestCase(RequestAction.Scale)]
    public void WhenARequestIsForDeploymentsAlone_ThenItIsRefused_AndNothingIsWritten(RequestAction action)
    {
        var world = new SetWorld(new FakeStatefulSet(3), A.SetWeight(50), new Step.Pause(null)).Healthy();
        world.Forget();

        world.Ask(action, "r1").Advance(5);

        Assert.That((world.Story, world.Status.LastRequest!.IsCarriedOut), Is.EqualTo(("", false)));
        Assert.That(world.Status.LastRequest.Message, Does.Contain("StatefulSet web"));
    }

    [Test]
    public void WhenItCannotBeReleasedAsItIs_ThenNothingOfItIsWritten()
    {
        var world = new SetWorld(new FakeStatefulSet(2), A.SetWeight(50)) { Problems = [new("spec.workload.name", "it has 1 replicas")] };
        world.Advance(5);

        Assert.That((world.Story, world.Status.Phase), Is.EqualTo(("", Phase.Degraded)));
    }

    [Test]
    public void WhenSomethingIsInTheWayOfAPromotionAndATemplateComes_ThenThePartitionIsHeldAllTheSame()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(50)).Healthy();
        world.Push("v2").Until(one => one.Set.Partition == 0);
        (world.Problems, world.IsSeenAllTheSame) = ([new SpecError("spec.workload", "an operator controls it")], true);
        world.Forget();

        world.Push("v3").Pass();
        var held = world.Set.Partition;
        world.Advance(60);

        Assert.That((held, world.Story), Is.EqualTo(((int?)SetLevels.Held, "0, partition held")),
            "the promoted version serves behind stable");
        Assert.That(world.Set.Revisions, Does.Not.Contain("v3"));
    }

    [Test]
    public void WhenSomethingIsInTheWayOfAPromotion_ThenWhatWasAnalysedIsStillRolledOut()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(50)).Healthy();
        world.Push("v2").Until(one => one.Set.Partition == 0);
        (world.Problems, world.IsSeenAllTheSame) = ([new SpecError("spec.workload", "it has 1 replica")], true);

        world.Advance(30);

        Assert.That(world.Set.Revisions, Does.Not.Contain("v1"));
    }

    [Test]
    public void WhenARollbackWouldFindFewerPods_ThenTheConditionSaysHowMany()
    {
        var world = new SetWorld(new FakeStatefulSet(4), A.SetWeight(75), new Step.Pause(null)).Healthy();
        world.Push("v2").Until(one => one.Weight == 75).Advance(2);

        var condition = world.Status.Conditions.Single(one => one.Type == ConditionType.CapacitySufficient);

        Assert.That((condition.IsTrue, condition.Reason, condition.Message), Is.EqualTo(((bool?)true, "FewerForRollback",
            "1 of 4 pods run the stable revision: a rollback sends all of the traffic to them, until the others are back at v1")));
    }
}
