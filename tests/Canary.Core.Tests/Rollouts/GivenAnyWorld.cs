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

    private static void Live(int seed, int blows)
    {
        var fate = new Fate(seed);
        try
        {
            fate.World.Settle();
            for (var i = 0; i < blows; i++) fate.Strike();

            var wasTakenBack = fate.World.Status.Abort is not null && fate.World.Status.IsRunning;
            var attempt = (fate.World.Status.CanaryRevision, fate.World.Status.Attempt);
            Assert.That(fate.Relent(), Is.True, () => $"it does not end: {fate.World.Status.Phase} {fate.World.Status.Message}");
            Assert.That(fate.World.Shown, Is.All.EqualTo(0m));
            Assert.That(fate.World.Status.Weights.Desired, Is.EqualTo(Weight.Zero));
            if (wasTakenBack)
                Assert.That(fate.World.Status.History.Any(entry => (entry.Revision, entry.Attempt) == attempt && entry.Outcome == RolloutOutcome.RolledBack), Is.True, "an abort always leads to 0");
        }
        catch (Exception error) when (error is not SuccessException)
        {
            throw new InvalidOperationException($"seed {seed}: {error.Message}\n{string.Join('\n', fate.Story.TakeLast(12))}", error);
        }
    }
}
