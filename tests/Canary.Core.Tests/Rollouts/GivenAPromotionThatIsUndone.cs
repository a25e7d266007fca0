using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAPromotionThatIsUndone
{
    private static readonly System.DateTimeOffset At = new(2026, 11, 20, 14, 2, 11, System.TimeSpan.Zero);

    [Test]
    public void WhenStableIsReset_ThenTheEventAndTheConditionsSayWhatRunsAndWhoDidIt()
    {
        var world = Undone();

        var expected =
            "revision v2 was promoted into Deployment checkout-stable, but it runs revision v1: field manager argocd-controller (Apply) "
                + "changed its template at 2026-11-20 14:02:11Z";
        Assert.That((world.Status.Phase, world.Status.StableRevision, world.Status.PromotedRevision),
            Is.EqualTo((Phase.Healthy, "v1", "v2")));
        Assert.That(world.Announced.Last().Reason, Is.EqualTo("StableChanged"));
        Assert.That(world.Announced.Last().Message, Does.StartWith(expected));
        Assert.That(world.Status.Message, Does.StartWith(expected));
        Assert.That(Shown(world, ConditionType.StableChanged), Is.EqualTo((true, "StableChanged")));
        Assert.That(Shown(world, ConditionType.Ready), Is.EqualTo((false, "StableChanged")));
        Assert.That(Shown(world, ConditionType.Stalled), Is.EqualTo((true, "StableChanged")));
        Assert.That(world.Weights.Last(), Is.Zero, "nothing is written against the tool");
    }

    [Test]
    public void WhenItIsLookedAtAgain_ThenItIsSaidOnce()
    {
        var world = Undone().Settle().Settle();

        Assert.That(world.Reasons.Count(reason => reason == "StableChanged"), Is.EqualTo(1));
        Assert.That(world.Decide().WakeAt, Is.Null, "an idle rollout costs nothing");
    }

    [Test]
    public void WhenStableIsPutBack_ThenAllIsWell()
    {
        var world = Undone();
        world.First = world.First with { Revision = "v2", ChangedBy = null };
        world.Settle();

        Assert.That((world.Reasons.Last(), world.Status.StableChange), Is.EqualTo(("StableRestored", (StableChange?)null)));
        Assert.That(Shown(world, ConditionType.Ready), Is.EqualTo((true, "Healthy")));
    }

    [Test]
    public void WhenTheCanaryIsPutBackToo_ThenTheSidesAgreeAndItIsReadyButStillSaid()
    {
        var world = Undone().Push("v1").Settle();

        Assert.That((world.Status.IsRunning, world.Status.Phase), Is.EqualTo((false, Phase.Healthy)));
        Assert.That(Shown(world, ConditionType.Ready), Is.EqualTo((true, "Healthy")));
        Assert.That(Shown(world, ConditionType.StableChanged), Is.EqualTo((true, "StableChanged")));
    }

    [Test]
    public void WhenAnotherVersionIsPromoted_ThenItIsOver()
    {
        var world = Undone();
        world.First = world.First with { ChangedBy = null };
        world.Push("v3").Settle();

        Assert.That((world.Status.PromotedRevision, world.Status.StableChange, world.Status.StableRevision),
            Is.EqualTo(("v3", (StableChange?)null, "v3")));
        Assert.That(Shown(world, ConditionType.Ready), Is.EqualTo((true, "Healthy")));
    }

    [Test]
    public void WhenStableIsChangedDuringARollout_ThenThatIsSaidAndTheRolloutGoesOn()
    {
        var world = new FakeWorld(A.Rollout).Settle().Push("v2").Settle();
        world.First = world.First with { Revision = "v0", ChangedBy = "kustomize-controller (Apply)", ChangedAt = At };
        world.Settle();

        Assert.That(world.Announced.Last().Message,
            Does.StartWith(
                "Deployment checkout-stable ran revision v1 when this rollout began, but it runs revision v0: field manager "
                    + "kustomize-controller (Apply)"));
        Assert.That((world.Status.IsRunning, Shown(world, ConditionType.StableChanged)), Is.EqualTo((true, (true, "StableChanged"))));
    }

    [Test]
    public void WhenItIsRestarted_ThenThatIsNoChange()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2").Settle();
        world.First = world.First with { Revision = "v2-restarted", IsRestarted = true };
        world.Settle();

        Assert.That(Shown(world, ConditionType.StableChanged), Is.EqualTo((false, "None")));
        Assert.That(Shown(world, ConditionType.Ready), Is.EqualTo((true, "Healthy")));
    }

    private static FakeWorld Undone()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2").Settle();
        world.First = world.First with { Revision = "v1", ChangedBy = "argocd-controller (Apply)", ChangedAt = At };
        return world.Settle();
    }

    private static (bool?, string) Shown(FakeWorld world, ConditionType type) =>
        Conditions.Find(world.Status, type) is { } condition ? (condition.IsTrue, condition.Reason) : (null, "");
}
