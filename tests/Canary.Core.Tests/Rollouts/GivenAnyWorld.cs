using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAnyWorld
{
    [Test]
    public void WhenAnythingHappensInAnyOrder_ThenTheLawsHoldAndItEndsOnceTheWorldIsKind() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(250).WithReplay(20261120, 7),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), HoldsFor));

    [TestCase(3)]
    public void WhenItIsALongStory_ThenTheLawsHoldAsWell(int seed) => Live(seed, 5000);

    private static bool HoldsFor(int seed)
    {
        Live(seed, 80);
        return true;
    }

    private static void Live(int seed, int steps)
    {
        var scenario = new RandomScenario(seed);
        try
        {
            scenario.World.Settle();
            for (var i = 0; i < steps; i++) scenario.Step();

            var wasTakenBack = scenario.World.Status.Abort is not null && scenario.World.Status.IsRunning;
            var attempt = (scenario.World.Status.CanaryRevision, scenario.World.Status.Attempt);
            Assert.That(scenario.Settle(), Is.True,
                () => $"it does not end: {scenario.World.Status.Phase} {scenario.World.Status.Message}");
            Assert.That(scenario.World.Shown, Is.All.EqualTo(0m));
            Assert.That(scenario.World.Status.Weights.Desired, Is.EqualTo(Weight.Zero));
            if (wasTakenBack)
                Assert.That(scenario.World.Status.History.Any(entry => (entry.Revision, entry.Attempt) == attempt
                    && entry.Outcome == RolloutOutcome.RolledBack), Is.True, "an abort always leads to 0");
        }
        catch (Exception error) when (error is not SuccessException)
        {
            throw new InvalidOperationException($"seed {seed}: {error.Message}\n{string.Join('\n', scenario.Story.TakeLast(12))}", error);
        }
    }
}
