using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace Canary.Core.Tests.Rollouts.Scenarios;

/// <summary>CANARY_SCENARIO_SEED chooses other scenarios than those of every build, and CANARY_SCENARIOS how many. A failure names its
/// seed, and shows the smallest scenario that was found.</summary>
public sealed class GivenAnyWorld
{
    private const ulong Seed = 20261120;

    [Test]
    public void WhenAnythingHappensInAnyOrder_ThenTheLawsHoldAndItEndsOnceTheWorldIsKind() =>
        Check.One(Configured(scenarios: 250), Prop.ForAll(Scenario.Of(events: 80), HoldsFor));

    [Test]
    public void WhenItIsALongStory_ThenTheLawsHoldAsWell() =>
        Check.One(Configured(scenarios: 1).WithMaxTest(1), Prop.ForAll(Scenario.Of(events: 5000), HoldsFor));

    private static Config Configured(int scenarios) => Config.QuickThrowOnFailure
        .WithMaxTest(int.TryParse(Environment.GetEnvironmentVariable("CANARY_SCENARIOS"), out var given) ? given : scenarios)
        .WithReplay(
            ulong.TryParse(
                Environment.GetEnvironmentVariable("CANARY_SCENARIO_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                    ? seed : Seed,
            7);

    private static bool HoldsFor(Scenario scenario)
    {
        // Of a failure that shrinks, only the smallest scenario is one of the test.
        using var isolated = new TestExecutionContext.IsolatedContext();
        Live(scenario);
        return true;
    }

    private static void Live(Scenario scenario)
    {
        var run = new ScenarioRun(scenario);
        try
        {
            run.World.Settle();
            foreach (var happening in scenario.Events) run.Step(happening);

            var wasTakenBack = run.World.Status.Abort is not null && run.World.Status.IsRunning;
            var attempt = (run.World.Status.CanaryRevision, run.World.Status.Attempt);
            Assert.That(run.Settle(), Is.True, () => $"it does not end: {run.World.Status.Phase} {run.World.Status.Message}");
            Assert.That(run.World.Shown, Is.All.EqualTo(0m));
            Assert.That(run.World.Status.Weights.Desired, Is.EqualTo(Weight.Zero));
            Assert.That(run.World.Managed, Is.EqualTo(ManagedRoutes.None), "no header or mirror route is left behind");
            if (wasTakenBack)
                Assert.That(run.World.Status.History.Any(entry => (entry.Revision, entry.Attempt) == attempt
                    && entry.Outcome == RolloutOutcome.RolledBack), Is.True, "an abort always leads to 0");
        }
        catch (Exception error) when (error is not SuccessException)
        {
            throw new InvalidOperationException($"{error.Message}\n{string.Join('\n', run.Story.TakeLast(12))}", error);
        }
    }
}
