using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Testing.Sets;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Sets;

/// <summary>Pushes, aborts, lost pods, scaling, budgets and processes that die, in any order.</summary>
public sealed class GivenAnyStatefulSetWorld
{
    [Test]
    public void WhenItComesToRest_ThenEveryPodRunsWhatWasReleasedLast_AndNothingWasSentWhereNothingIs([Range(1, 120)] int seed)
    {
        var dice = new Random(seed);
        var world = new SetWorld(new FakeStatefulSet(dice.Next(2, 7)), A.SetWeight(dice.Next(1, 30)),
            A.SetWeight(dice.Next(40, 100))).Healthy();
        for (var turn = 0; turn < 25; turn++)
        {
            Strike(world, dice, turn);
            world.Advance(dice.Next(0, 12));
        }

        world.Set.Broken.Clear();
        world.IsLost = _ => false;
        world.Set.RefusesEvictions = false;
        world.Push("last").Until(
            one => one is { Status: { StableRevision: "last", IsRunning: false }, Set.Partition: SetLevels.Held }, 900);

        Assert.That(world.Set.Revisions.Split(' ').Distinct(), Is.EqualTo(new[] { "last" }));
        Assert.That((world.Weight, world.Set.Services), Is.EqualTo((0m, new SetServices(true, "last", "last"))));
    }

    private static void Strike(SetWorld world, Random dice, int turn)
    {
        switch (dice.Next(9))
        {
            case 0 or 1 or 2:
                world.Push($"v{dice.Next(1, 5)}");
                break;
            case 3:
                world.Ask(RequestAction.Abort, $"a{turn}");
                break;
            case 4:
                world.Set.Lose(dice.Next(world.Set.Replicas));
                break;
            case 5:
                world.Set.Replicas = dice.Next(2, 7);
                break;
            case 6:
                world.Set.RefusesEvictions = !world.Set.RefusesEvictions;
                break;
            case 7:
                if (!world.Set.Broken.Remove("v3")) world.Set.Broken.Add("v3");
                break;
            default:
                var rest = dice.Next(1, 4);
                world.IsLost = _ => rest-- > 0;
                break;
        }
    }
}
