using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Testing.Routers;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Routes;

/// <summary>Requests go to the canary by their headers while its weight is 0, then by its weight.</summary>
public sealed class GivenHeaderAndMirrorRoutes
{
    private static readonly RolloutSpec Spec = A.Plain with
    {
        Steps = [A.HeaderRoute("staff"), A.Pause(60), A.Mirror("shadow", 50), A.Pause(60), A.Mirror("shadow", 0), A.SetWeight(25),
            A.Pause(60)],
    };

    private static readonly ManagedRoutes Staff = new([A.Header("staff")], []);

    [Test]
    public void WhenTheStepsPass_ThenEachRouteComesAndGoesWithItsStep_AndTheWeightsStay()
    {
        var world = Begin();
        Assert.That((world.Managed, world.Shown.Single()), Is.EqualTo((Staff, 0m)));
        Assert.That(world.Status.Message, Does.Contain("weight 0, header route staff (x-staff is yes)"));

        world.Advance(TimeSpan.FromSeconds(61));
        Assert.That(world.Managed!.Mirrors.Single().Percentage, Is.EqualTo(Weight.FromPercent(50)));
        Assert.That(world.Managed.Headers, Is.EqualTo(Staff.Headers));

        world.Advance(TimeSpan.FromSeconds(61));
        Assert.That((world.Managed, world.Shown.Single()), Is.EqualTo((Staff, 25m)));

        world.Advance(TimeSpan.FromSeconds(61));
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy));
        Assert.That(world.Plans.Where(plan => plan.Second == Weight.Full).Select(plan => plan.Managed), Is.All.EqualTo(ManagedRoutes.None),
            "the canary has all of the requests");
        Assert.That(world.Managed, Is.EqualTo(ManagedRoutes.None));
    }

    [Test]
    public void WhenItIsAborted_ThenTheRoutesGoInTheWriteThatSetsZero_WithANumberOfItsOwn()
    {
        var world = Begin().Advance(TimeSpan.FromSeconds(122)).Advance(TimeSpan.FromSeconds(1));
        Assert.That((world.Managed, world.Shown.Single()), Is.EqualTo((Staff, 25m)));
        var (sequence, writes) = (world.Status.WriteSequence, world.Plans.Count);

        world.Ask(RequestAction.Abort, "no");

        Assert.That(world.Plans.Skip(writes), Is.EqualTo(new[] { RoutePlan.Only(Weight.Zero) }));
        Assert.That(world.Status.WriteSequence, Is.EqualTo(sequence + 1));
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.RolledBack));
    }

    [Test]
    public void WhenItIsAbortedAtWeightZero_ThenTheRoutesGo_AndARolloutIsNotRolledBackBefore()
    {
        var world = Begin();
        world.RefusesRoutes = true;
        world.Ask(RequestAction.Abort, "no");
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.RollingBack));

        world.RefusesRoutes = false;
        world.Advance(TimeSpan.FromMinutes(1));

        Assert.That((world.Status.Phase, world.Managed), Is.EqualTo((Phase.RolledBack, ManagedRoutes.None)));
    }

    [Test]
    public void WhenTheCanaryHasNoReadyPod_ThenTheRouteWaits_AndOneThatIsThereGoesUntilItHas()
    {
        var world = new FakeWorld(Spec).Settle();
        world.Second = world.Second with { ReadyEndpoints = 0, IsRolledOut = false };
        world.Push("v2").Settle();
        Assert.That((world.Managed, world.Status.WaitingSince is not null), Is.EqualTo((ManagedRoutes.None, true)));
        world.Second = A.Side with { Revision = "v2" };
        world.Settle();
        Assert.That(world.Managed, Is.EqualTo(Staff));

        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();
        Assert.That(world.Managed, Is.EqualTo(ManagedRoutes.None), "no requests to what is not there");
        Assert.That(world.Reasons, Does.Contain("RoutesChanged"));

        world.Second = world.Second with { ReadyEndpoints = 2 };
        world.Settle();
        Assert.That((world.Managed, world.Status.CanaryReadiness!.Losses), Is.EqualTo((Staff, 1)));
    }

    [Test]
    public void WhenAnotherClientTakesARouteAway_ThenItIsToldAndComesBack_AndAFightEndsInAHold()
    {
        var world = Begin();
        world.Managed = ManagedRoutes.None;
        world.Settle();
        Assert.That((world.Managed, world.Status.Reassertions), Is.EqualTo((Staff, 1)));
        Assert.That(world.Announced.Single(one => one.Reason == "WeightConflict").Message,
            Does.Contain("no header or mirror route instead of 0, header route staff"));

        for (var i = 0; i < 8; i++)
        {
            world.Managed = null;
            world.Advance(TimeSpan.FromSeconds(17));
        }

        Assert.That(world.Status.Hold!.Reason, Is.EqualTo(HoldReason.WeightConflict));
    }

    [Test]
    public void WhenARouteIsLeftBehindWhileNothingRuns_ThenItIsTakenOff()
    {
        var world = new FakeWorld(Spec).Settle();
        world.Managed = null;
        world.Settle();

        Assert.That((world.Managed, world.Status.Phase), Is.EqualTo((ManagedRoutes.None, Phase.Healthy)));
    }

    [Test]
    public void WhenANewRevisionComes_ThenTheRoutesGoFirst()
    {
        var world = Begin();
        var writes = world.Plans.Count;
        world.Push("v3").Settle();

        Assert.That(world.Plans.Skip(writes).Select(plan => plan.Managed), Is.EqualTo(new[] { ManagedRoutes.None, Staff }));
    }

    [Test]
    public void WhenTheSidesAlternate_ThenTheRoutesSendToTheOneThatIsTheCanary()
    {
        var world = new FakeWorld(A.Alternating with { Steps = [A.HeaderRoute("staff"), A.Pause(60)] }).Settle();
        world.Push("2.0.0").Advance(TimeSpan.FromMinutes(2));
        Assert.That(world.Status.StableSide, Is.EqualTo(Side.NamedCanary));

        world.Push("3.0.0").Settle();

        Assert.That((world.Plans[^1].Managed, world.Plans[^1].Canary, world.Plans[^1].Second),
            Is.EqualTo((Staff, Side.NamedStable, Weight.Full)));
    }

    [Test]
    public void WhenThereIsNoEvidenceYet_ThenNoWeightFollowsTheHeaderRoute_NorThePromotion()
    {
        var world = new FakeWorld(A.Rollout with
        {
            Steps = [A.HeaderRoute("staff"), A.Pause(60)],
            Analysis = new BackgroundAnalysis(A.Red, 0),
        });
        world.Settle().Push("v2").Settle();
        Assert.That(world.Runs.Single().Key, Is.EqualTo(world.Background), "the canary has requests, so it is measured");
        world.SetRun(world.Background, Core.Analysis.RunPhase.Running, isConclusive: false, lacksToFill: "errors has shown nothing");
        world.Advance(TimeSpan.FromMinutes(2));
        Assert.That((world.Managed, world.Shown.Single()), Is.EqualTo((Staff, 0m)), "the routes that bring the evidence stay");
        Assert.That(world.Status.Message, Does.Contain("errors has shown nothing"));

        world.SetRun(world.Background, Core.Analysis.RunPhase.Running);
        world.Advance(TimeSpan.FromMinutes(2));

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy));
    }

    [Test]
    public void WhenCopiesAreMadeOfHalf_ThenTheCanaryHasPodsForThem()
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.Mirror("shadow", 50), A.Pause(60)] });
        world.First = world.First with { DesiredPods = 10, ReadyEndpoints = 10 };
        world.Settle().Push("v2").Settle();
        Assert.That(world.Status.Message, Does.Contain("a mirror of 50 % needs 5 ready pods"));

        world.Second = world.Second with { DesiredPods = 5, ReadyEndpoints = 5 };
        world.Settle();

        Assert.That(world.Managed!.Mirrors, Has.Count.EqualTo(1));
    }

    [Test]
    public void WhenStepsNameARouteAgain_ThenItChangesWhereItStands_AndGoesWithoutAMatch()
    {
        var two = ManagedRouteSteps.After([A.HeaderRoute("a"), A.HeaderRoute("b"), A.HeaderRoute("a", 2)]);
        var one = ManagedRouteSteps.After([A.HeaderRoute("a"), A.HeaderRoute("b"), A.HeaderRoute("a", 0)]);

        Assert.That(two.Headers.Select(route => (route.Name, route.Match.Count)), Is.EqualTo(new[] { ("a", 2), ("b", 1) }));
        Assert.That(one.Headers.Single().Name, Is.EqualTo("b"));
    }

    [TestCase("Staff", "x-staff", "yes", "it is 'Staff'")]
    [TestCase("staff", "x staff", "yes", "cannot be the name of a header")]
    [TestCase("staff", "method", "yes", "cannot be named so")]
    [TestCase("staff", "x-staff", "", "a value is empty")]
    public void WhenARouteIsWrong_ThenTheErrorSaysWhat(string name, string header, string value, string expected)
    {
        var match = new RequestMatch([new HeaderTest(header, false, new TextTest(TextTestKind.Exact, value))]);
        var error = RolloutRules.Check(A.Plain with { Steps = [new Step.SetHeaderRoute(new HeaderRoute(name, [match]))] }).Single();

        Assert.That(error.ToString(), Does.StartWith("spec.strategy.canary.steps[0].setHeaderRoute").And.Contains(expected));
    }

    [Test]
    public void WhenTheRouterHasNoHeaderRoutes_OrNothingIsThereToTakeAway_ThenTheSpecIsRefused()
    {
        var simple = RolloutRules.Check(Spec with { Traffic = Spec.Traffic with { Router = new NamedRouter("simple") } });
        var removal = RolloutRules.Check(A.Plain with { Steps = [A.HeaderRoute("staff", 0)] });

        Assert.That(simple, Has.Count.EqualTo(3));
        Assert.That(simple[0].Message, Does.Contain("the router named has no header and mirror routes"));
        Assert.That(removal.Single().Message, Does.Contain("no step before sets it"));
    }

    private static FakeWorld Begin() => new FakeWorld(Spec) { Judge = Invariants.Judge }.Settle().Push("v2").Settle();
}
