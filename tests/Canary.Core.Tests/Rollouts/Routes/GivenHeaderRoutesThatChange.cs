using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Routes;

/// <summary>One of several header and mirror routes comes or goes while others stay.</summary>
public sealed class GivenHeaderRoutesThatChange
{
    private static readonly ManagedRoutes One = new([A.Header("a")], []);
    private static readonly ManagedRoutes Two = new([A.Header("a"), A.Header("b")], []);

    [Test]
    public void WhenOneGoesWhileTheCanaryIsNotReady_ThenItIsTakenOffAtOnce()
    {
        var world = Begin();
        Assert.That(world.Managed, Is.EqualTo(Two));

        world.Second = world.Second with { DesiredPods = world.Second.ReadyEndpoints + 1 };
        world.Advance(TimeSpan.FromSeconds(61));

        Assert.That((world.Managed, world.Canary.IsReady), Is.EqualTo((One, false)));
    }

    [Test]
    public void WhenOneComesWhileTheCanaryIsNotReady_ThenItWaits()
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.HeaderRoute("a"), A.Pause(60), A.HeaderRoute("b"), A.Pause(60)] })
            .Settle().Push("v2").Settle();
        world.Second = world.Second with { DesiredPods = world.Second.ReadyEndpoints + 1 };
        world.Advance(TimeSpan.FromSeconds(61));

        Assert.That(world.Managed, Is.EqualTo(One));
    }

    [Test]
    public void WhenOneIsToGoAndTheSpecBreaks_ThenItIsTakenOffAllTheSame()
    {
        var world = Begin();
        world.RefusesRoutes = true;
        world.Advance(TimeSpan.FromSeconds(61));
        Assert.That((world.Managed, world.Status.ManagedRoutes.Desired), Is.EqualTo((Two, One)));

        world.RefusesRoutes = false;
        world.Errors = [new SpecError("spec", "broken")];
        world.Advance(TimeSpan.FromMinutes(1));

        Assert.That((world.IsBlocked, world.Managed), Is.EqualTo((true, One)));
    }

    [Test]
    public void WhenTheyChangeAgainBeforeAnyRouteShowsIt_ThenWhatIsShownIsStillOurs()
    {
        var status = Begin().Status with { ManagedRoutes = new ManagedRoutesStatus(One, ManagedRoutes.None) };

        var more = WeightTransitions.SetDesired(status, status.Weights.Desired, Two).ManagedRoutes;
        var none = WeightTransitions.SetDesired(status, status.Weights.Desired).ManagedRoutes;

        Assert.That(more, Is.EqualTo(new ManagedRoutesStatus(Two, ManagedRoutes.None)));
        Assert.That(none, Is.EqualTo(new ManagedRoutesStatus(ManagedRoutes.None, One)), "it may have been sent");
    }

    [Test]
    public void WhenNothingIsToBeAdded_ThenTheyAreAPart()
    {
        var (few, many) = (Mirror(10), Mirror(50));

        Assert.That((One.IsPartOf(Two), Two.IsPartOf(One), Two.IsPartOf(null), ManagedRoutes.None.IsPartOf(null)),
            Is.EqualTo((true, false, false, true)));
        Assert.That((few.IsPartOf(many), many.IsPartOf(few)), Is.EqualTo((true, false)));
        Assert.That(new ManagedRoutes([A.Header("a", 2)], []).IsPartOf(One), Is.False);
    }

    [Test]
    public void WhenAStepIsPast_ThenOnlyTheRoutesThatItLeftAndThoseAheadAreNeeded()
    {
        var spec = A.Plain with
        {
            Steps = [A.HeaderRoute("a"), A.HeaderRoute("a", 0), A.HeaderRoute("b"), A.Pause(60), A.HeaderRoute("c"), A.Pause(60)],
        };
        var world = new FakeWorld(spec).Settle();
        Assert.That(Names(world), Is.EqualTo(new[] { "a", "b", "c" }), "a release may begin at any time");

        world.Push("v2").Settle();
        Assert.That(Names(world), Is.EqualTo(new[] { "b", "c" }));

        Assert.That(ManagedRouteSteps.StillNeeded(world.Status, spec with { Steps = [A.HeaderRoute("d")] }).Headers.Single().Name,
            Is.EqualTo("d"), "changed steps begin again");

        world.RefusesRoutes = true;
        world.Ask(RequestAction.Abort, "no");
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.RollingBack));
        Assert.That(Names(world), Is.Empty);
    }

    private static string[] Names(FakeWorld world) =>
        [.. ManagedRouteSteps.StillNeeded(world.Status, world.ReadSpec).Headers.Select(route => route.Name)];

    private static ManagedRoutes Mirror(int percent) => new([], [new MirrorRoute("shadow", Weight.FromPercent(percent), [])]);

    private static FakeWorld Begin() => new FakeWorld(A.Plain with
    {
        Steps = [A.HeaderRoute("a"), A.HeaderRoute("b"), A.Pause(60), A.HeaderRoute("b", 0), A.Pause(60)],
    })
    { Judge = Invariants.Judge }.Settle().Push("v2").Settle();
}
