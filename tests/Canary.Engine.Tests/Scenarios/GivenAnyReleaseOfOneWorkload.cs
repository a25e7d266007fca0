using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;
using Canary.Testing.Scenarios;
using NUnit.Framework;

namespace Canary.Engine.Tests.Scenarios;

/// <summary>Pushes, broken versions, requests, scaling, a router that refuses and processes that die, in any order, with each
/// strategy.</summary>
internal sealed class GivenAnyReleaseOfOneWorkload
{
    // How often each kind happens, beside the others.
    private static readonly (int Weight, Happening Kind)[] Kinds =
    [
        (3, Happening.Push), (1, Happening.Break), (2, Happening.Stick), (1, Happening.Errors), (2, Happening.Scale),
        (2, Happening.Request), (1, Happening.RefuseRoutes), (1, Happening.ClientService), (2, Happening.Kill), (3, Happening.Time),
    ];

    [Test]
    public void Each_side_has_the_pods_for_its_share_at_every_write_and_the_last_version_is_released() =>
        ScenarioCheck.All(150, Kinds, events: 25, scenario => LiveAsync(scenario).GetAwaiter().GetResult());

    private static async Task LiveAsync(Scenario<Happening> scenario)
    {
        var run = new ReleaseRun(scenario);
        try
        {
            foreach (var happening in scenario.Events) await run.StepAsync(happening);
            Assert.That(await run.SettleAsync(), Is.True,
                () => $"it does not end: {run.Cluster.Rollout.Status.Phase} {run.Cluster.Rollout.Status.Message}");
            var one = run.Cluster.OneWorkload!;
            Assert.That((run.Cluster.Routes[0].Second, one.Serving, one.Copy!.Revision),
                Is.EqualTo((Weight.Zero, StableServing.Copy, "last")));
            Assert.That(await run.DeleteAsync(), Is.True, () => $"it is not given back: {run.Cluster.Rollout.Status.Message}");
            Assert.That((one.Serving, one.Copy is null), Is.EqualTo((StableServing.Workload, true)));
            Assert.That(run.Cluster.Unsafe, Is.Empty);
        }
        catch (Exception error) when (error is not SuccessException)
        {
            throw new InvalidOperationException($"{error.Message}\n{string.Join('\n', run.Story.TakeLast(12))}", error);
        }
    }
}
