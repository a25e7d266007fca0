using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Testing.Scenarios;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Scenarios;

/// <summary>Pushes, verdicts, requests, alerts, crashes and foreign writes, in any order.</summary>
public sealed class GivenAnyWorld
{
    // How often each kind happens, beside the others.
    private static readonly (int Weight, EventKind Kind)[] Kinds =
    [
        (2, EventKind.Push), (1, EventKind.CanaryPods), (1, EventKind.FirstPods), (1, EventKind.RefuseRoutes), (1, EventKind.DropEffects),
        (1, EventKind.ForeignWrite), (3, EventKind.Measurement), (3, EventKind.Request), (1, EventKind.Pause), (1, EventKind.Steps),
        (1, EventKind.SpecErrors), (1, EventKind.Problems), (1, EventKind.FirstRevision), (1, EventKind.Router), (1, EventKind.CanaryReady),
        (1, EventKind.FirstReady), (1, EventKind.Crash), (1, EventKind.Alerts), (1, EventKind.AlertRules), (1, EventKind.NewLeader),
        (1, EventKind.ForeignPodsOfFirst), (1, EventKind.ForeignPodsOfSecond), (1, EventKind.DesiredPods), (2, EventKind.Time),
    ];

    [Test]
    public void WhenAnythingHappensInAnyOrder_ThenTheLawsHoldAndItEndsOnceTheWorldIsKind() =>
        ScenarioCheck.All(250, Kinds, events: 80, Live);

    [Test]
    public void WhenItIsALongStory_ThenTheLawsHoldAsWell() =>
        ScenarioCheck.One(Kinds, events: 5000, Live);

    private static void Live(Scenario<EventKind> scenario)
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
