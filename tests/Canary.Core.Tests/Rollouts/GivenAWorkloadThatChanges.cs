using System;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAWorkloadThatChanges
{
    private static readonly ObservedWorkload Stable = new("checkout-stable", "uid-stable", 4);

    private static readonly ObservedWorkload Canary = new("checkout-canary", "uid-canary", 7);

    [Test]
    public void WhenANewTemplateIsSeen_ThenTheStatusThatNamesItsGenerationIsReadyNoMore()
    {
        var world = AtRest();

        world.Second = world.Second with { Revision = "v2", Workload = Canary with { Generation = 8 } };
        var status = world.Decide().Status;

        Assert.That(status.ObservedWorkloads, Is.EqualTo(new ObservedWorkloads(Stable, Canary with { Generation = 8 })));
        Assert.That((status.Phase, Conditions.Find(status, ConditionType.Ready)!.IsTrue), Is.EqualTo((Phase.Progressing, (bool?)false)));
    }

    [Test]
    public void WhenOneIsScaled_ThenItsGenerationIsNamedAndNothingElseChanges()
    {
        var world = AtRest();
        var before = world.Status;

        world.First = world.First with { DesiredPods = 3, ReadyEndpoints = 3, Workload = Stable with { Generation = 5 } };
        world.Settle();

        Assert.That(world.Status,
            Is.EqualTo(before with { ObservedWorkloads = new ObservedWorkloads(Stable with { Generation = 5 }, Canary) }));
    }

    [Test]
    public void WhenItIsDeletedAndMadeAgain_ThenItIsAnotherOne()
    {
        var world = AtRest();

        world.Second = world.Second with { Workload = new ObservedWorkload("checkout-canary", "uid-new", 1) };
        world.Settle();

        Assert.That(world.Status.ObservedWorkloads.Canary, Is.EqualTo(new ObservedWorkload("checkout-canary", "uid-new", 1)));
    }

    [Test]
    public void WhenASideCannotBeRead_ThenWhatWasSeenOfItBeforeIsNamed()
    {
        var world = AtRest();

        world.Second = new SideObservation(null, 0, 0, false, null) { IsUnknown = true };
        var status = world.Decide().Status;

        Assert.That(status.ObservedWorkloads.Canary, Is.EqualTo(Canary));
    }

    [Test]
    public void WhenItIsPushedAtTheVeryEndOfAPromotion_ThenNoStatusIsReadyThatDoesNotSpeakOfIt()
    {
        var world = new FakeWorld(A.Plain) { IsSlow = true }.Settle();
        world.Push("v2").Settle();
        world.First = world.First with { IsRolledOut = true };
        var wasReady = false;
        world.Judge = (now, decision) => wasReady |= now.Second.Revision == "v3" && decision.Status.CanaryRevision != "v3"
            && Conditions.Find(decision.Status, ConditionType.Ready)!.IsTrue == true;

        world.Push("v3").Settle().Advance(TimeSpan.FromMinutes(1));

        Assert.That((wasReady, world.Status.History[0].Revision), Is.EqualTo((false, "v2")));
    }

    private static FakeWorld AtRest()
    {
        var world = new FakeWorld(A.Plain);
        world.First = world.First with { Workload = Stable };
        world.Second = world.Second with { Workload = Canary };
        return world.Settle();
    }
}
