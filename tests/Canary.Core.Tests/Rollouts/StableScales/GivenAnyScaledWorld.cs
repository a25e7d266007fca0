using System;
using Canary.Core.Rollouts;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.StableScales;

/// <summary>Pushes, aborts, alerts and processes that die, in any order, while stable shrinks and grows.</summary>
public sealed class GivenAnyScaledWorld
{
    [Test]
    public void WhenNoPodIsLost_ThenTheReadyPodsOfEachSideAreItsShareAtEveryEvent([Range(1, 80)] int seed)
    {
        var dice = new Random(seed);
        var world = Begin(dice);
        for (var turn = 0; turn < 25; turn++)
        {
            Strike(world, dice, turn, losses: false);
            world.Advance(dice.Next(0, 50));
            if (dice.Next(2) == 0 && world.Copy.Replicas == world.Size)
                world.UntilOver(one => one.Copy.Replicas < one.Size, 60).Ask(RequestAction.Abort, $"b{turn}");
        }

        Rest(world);
    }

    [Test]
    public void WhenPodsAreLost_ThenItComesToRestWithAllOfThem([Range(1, 40)] int seed)
    {
        var dice = new Random(seed);
        var world = Begin(dice);
        for (var turn = 0; turn < 25; turn++)
        {
            Strike(world, dice, turn, losses: true);
            world.Advance(dice.Next(0, 50));
        }

        Rest(world);
    }

    private static ScaledWorld Begin(Random dice) => new(dice.Next(1, 13), A.SetWeight(dice.Next(1, 40)), A.Pause(dice.Next(1, 90)),
        A.SetWeight(dice.Next(1, 100)), A.Pause(dice.Next(1, 90)), A.SetWeight(dice.Next(50, 100)));

    private static void Rest(ScaledWorld world)
    {
        world.IsLost = () => false;
        world.Alerts = [];
        world.Advance(2).Push("last").Until(one => one is
        {
            Status: { StableRevision: "last", IsRunning: false },
            Workload.Replicas: 0
        }, 2_000);

        Assert.That((world.Weight, world.Copy.Replicas, world.Full), Is.EqualTo((0m, world.Size, (int?)null)));
    }

    private static void Strike(ScaledWorld world, Random dice, int turn, bool losses)
    {
        switch (dice.Next(losses ? 9 : 7))
        {
            case 0 or 1:
                world.Push($"v{dice.Next(1, 5)}");
                break;
            case 2:
                world.Ask(RequestAction.Abort, $"a{turn}");
                break;
            case 3:
                world.Alerts = world.Alerts.Count > 0 ? [] : [A.Alert(world.Now)];
                break;
            case 4:
                world.Ask(RequestAction.Promote, $"p{turn}");
                break;
            case 5:
                var rest = dice.Next(1, 4);
                world.IsLost = () => rest-- > 0;
                break;
            case 6:
                world.Note(dice.Next(3) switch { 0 => null, 1 => 1, _ => 1000 });
                break;
            case 7:
                world.Lose(world.Copy, dice.Next(world.Size));
                break;
            default:
                world.Lose(world.Workload, dice.Next(world.Size));
                break;
        }
    }
}
