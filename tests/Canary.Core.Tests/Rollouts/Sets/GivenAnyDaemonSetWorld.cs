using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Testing.Sets;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Sets;

/// <summary>Pushes, aborts, Nodes that join, leave and do not answer, budgets and processes that die, in any order.</summary>
public sealed class GivenAnyDaemonSetWorld
{
    [Test]
    public void WhenItComesToRest_ThenEveryPodRunsWhatWasReleasedLast_AndNothingWasSentWhereNothingIs([Range(1, 120)] int seed)
    {
        var dice = new Random(seed);
        var set = new FakeDaemonSet(dice.Next(2, 7));
        var world = new SetWorld(set, A.SetWeight(dice.Next(1, 30)), A.SetWeight(dice.Next(40, 100))).Healthy();
        for (var turn = 0; turn < 25; turn++)
        {
            Strike(world, set, dice, turn);
            world.Advance(dice.Next(0, 12));
        }

        set.Broken.Clear();
        set.Heal();
        set.RefusesEvictions = false;
        world.IsLost = _ => false;
        // What was asked last was meant for another revision.
        world.Advance(1).Push("last").Until(
            one => one.Status is { StableRevision: "last", IsRunning: false } && one.Set.Services.Stable == "last", 900);

        Assert.That(set.Revisions.Split(' ').Distinct(), Is.EqualTo(new[] { "last" }));
        Assert.That((world.Weight, set.Services), Is.EqualTo((0m, new SetServices(true, "last", "last"))));
    }

    private static void Strike(SetWorld world, FakeDaemonSet set, Random dice, int turn)
    {
        switch (dice.Next(11))
        {
            case 0 or 1 or 2:
                world.Push($"v{dice.Next(1, 5)}");
                break;
            case 3:
                world.Ask(RequestAction.Abort, $"a{turn}");
                break;
            case 4:
                set.Lose(dice.Next(set.Replicas));
                break;
            case 5:
                set.Replicas = dice.Next(2, 7);
                break;
            case 6:
                set.RefusesEvictions = !set.RefusesEvictions;
                break;
            case 7:
                if (!set.Broken.Remove("v3")) set.Broken.Add("v3");
                break;
            case 8:
                set.Silence(dice.Next(set.Replicas));
                break;
            case 9:
                set.Heal();
                break;
            default:
                var rest = dice.Next(1, 4);
                world.IsLost = _ => rest-- > 0;
                break;
        }
    }
}
