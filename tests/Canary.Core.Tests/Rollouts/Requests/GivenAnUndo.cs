using Canary.Core.Rollouts;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Requests;

public sealed class GivenAnUndo
{
    [Test]
    public void WhenTheFirstReleaseWasPromoted_ThenItGoesBackToTheBaseline()
    {
        var world = Promoted().Ask(RequestAction.Undo, "1");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Status.StableRevision, world.First.Revision),
            Is.EqualTo((true, "v1", "v1")));
        Assert.That(world.Status.LastRequest.Message, Does.Contain("revision v1 is written into Deployment checkout-canary")
            .And.Contain("Git, that still has revision v2"));
    }

    [Test]
    public void WhenItIsAskedForTwice_ThenItGoesForthAgain()
    {
        var world = Promoted().Ask(RequestAction.Undo, "1").Ask(RequestAction.Undo, "2");

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenTheLastVersionWasRolledBack_ThenTheDeploymentGetsTheStableOneAndNothingIsReleased()
    {
        var world = new FakeWorld(A.Rollout) { Templates = ["v2", "v1"] }.Settle().Push("v2").Settle().Ask(RequestAction.Abort, "1");

        world.Ask(RequestAction.Undo, "2");

        Assert.That((world.Second.Revision, world.Status.Phase, world.Status.IsRunning, world.Status.Abort),
            Is.EqualTo(("v1", Phase.Healthy, false, (Abort?)null)));
        Assert.That(world.Status.LastRequest!.Message, Does.Contain("stable runs it, so nothing is released"));
    }

    [Test]
    public void WhenTheTemplateIsGone_ThenItSaysWhichCanBeHadAndWhatDecidesIt()
    {
        var world = Promoted();
        world.Templates = ["v2", "v0"];

        world.Ask(RequestAction.Undo, "1");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Status.RollbackTo), Is.EqualTo((false, (PendingRollback?)null)));
        Assert.That(world.Status.LastRequest.Message, Does.Contain("the pod template of revision v1 is not there any more; these can be had: v0")
            .And.Contain("revisionHistoryLimit"));
    }

    [TestCase("v0", true, "the pod template of revision v0 is written")]
    [TestCase("v7", false, "these can be had: v1, v0")]
    [TestCase("v2", false, "has revision v2 already")]
    [TestCase(null, false, "rollbackTo needs the revision in \"to\"; these can be had: v1, v0")]
    public void WhenARevisionIsNamed_ThenThatOneIsMeant(string? to, bool isCarriedOut, string message)
    {
        var world = Promoted();
        world.Templates = ["v2", "v1", "v0"];

        world.Request = new RolloutRequest("1", RequestAction.RollbackTo, null, null, "ana", "", null) { To = to };
        world.Settle();

        Assert.That(world.Status.LastRequest!.IsCarriedOut, Is.EqualTo(isCarriedOut));
        Assert.That(world.Status.LastRequest.Message, Does.Contain(message));
    }

    [Test]
    public void WhenSomethingIsBeingReleased_ThenAbortIsTheWayBack()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Templates = ["v2", "v1"];

        world.Ask(RequestAction.Undo, "1");

        Assert.That(world.Status.LastRequest!.Message, Is.EqualTo("revision v2 is being released; abort returns the traffic to revision v1"));
    }

    [Test]
    public void WhenTheRevisionMovedOn_ThenSheIsToLookAgain()
    {
        var world = Promoted().Ask(RequestAction.Undo, "1", "v1");

        Assert.That(world.Status.LastRequest!.Message, Does.Contain("it was asked for revision v1, and by now it is v2; look again"));
    }

    [Test]
    public void WhenAToolWritesTheVersionAgainDuringTheRelease_ThenItIsWithdrawnAndSaysWhy()
    {
        var world = Promoted(A.Rollout).Ask(RequestAction.Undo, "1");
        Assert.That(world.Status.IsRunning, Is.True);

        world.Push("v2").Settle();

        Assert.That((world.Status.Phase, world.Status.StableRevision), Is.EqualTo((Phase.Healthy, "v2")));
        Assert.That(world.Status.History[0].Reason, Does.Contain("which was undone by ana").And.Contain("change it there"));
    }

    [Test]
    public void WhenAnotherVersionIsPushed_ThenTheUndoneOneIsForgotten()
    {
        var world = Promoted().Ask(RequestAction.Undo, "1");

        world.Push("v3").Settle().Push("v2").Settle();

        Assert.That((world.Status.StableRevision, world.Status.Undone), Is.EqualTo(("v2", (UndoneRevision?)null)));
    }

    [Test]
    public void WhenItIsAbortedBeforeItIsWritten_ThenItIsNotWritten()
    {
        var world = Promoted();
        world.DropsEffects = true;
        world.Ask(RequestAction.Undo, "1");
        Assert.That(world.Status.RollbackTo!.Revision, Is.EqualTo("v1"));

        world.Ask(RequestAction.Abort, "2");
        world.DropsEffects = false;
        world.Settle();

        Assert.That((world.Second.Revision, world.Status.LastRequest!.IsCarriedOut), Is.EqualTo(("v2", true)));
    }

    [Test]
    public void WhenNoWorkloadsAreNamed_ThenTheSpecSaysTheRevision()
    {
        var world = new FakeWorld(A.Alternating).Settle().Ask(RequestAction.Undo, "1");

        Assert.That(world.Status.LastRequest!.Message, Does.Contain("set spec.revision"));
    }

    [TestCase(RequestAction.Restart, "kubectl rollout restart restarts stable's")]
    [TestCase(RequestAction.Scale, "scale them yourself")]
    public void WhenThereAreTwoDeployments_ThenCanaryLeavesTheirPodsAlone(RequestAction action, string message)
    {
        var world = new FakeWorld(A.Plain).Settle().Ask(action, "1");

        Assert.That(world.Status.LastRequest!.IsCarriedOut, Is.False);
        Assert.That(world.Status.LastRequest.Message, Does.Contain(message));
    }

    private static FakeWorld Promoted(RolloutSpec? spec = null)
    {
        var world = new FakeWorld(A.Plain) { Templates = ["v2", "v1"] }.Settle().Push("v2").Settle();
        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
        if (spec is not null) world.Spec = spec;
        return world.Settle();
    }
}
