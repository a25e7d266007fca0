using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenTwoControllers : Scenario
{
    [Test, CancelAfter(240_000)]
    public async Task WhenTheLeaderSleepsInTheMiddleOfAPassAndWakesAfterTheOtherTookOver_ThenItChangesNoRoute()
    {
        await World.SetStepsAsync("""[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""", null, Cancel);
        await using var gate = await World.GateAsync(Cancel);
        var asleep = new TaskCompletionSource();
        var first = World.StartController(api: gate.Address);
        await World.UntilPhaseAsync("Healthy", Cancel);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("paused at 20", status => (string?)status["phase"] == "Paused"
            && (int?)status["weights"]?["applied"] == 20, Cancel);

        // The status says 60; the route write that follows is what the sleeper still has in hand when it wakes.
        gate.After = (write, body) =>
        {
            if (write.EndsWith("/rollouts/checkout/status", StringComparison.Ordinal)
                && body.Contains("\"desired\":60", StringComparison.Ordinal) && !asleep.Task.IsCompleted)
            {
                first.Send(Signal.Stop);
                asleep.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await World.AskAsync("one", "promote", Cancel);
        await asleep.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var second = World.StartController();
        await World.UntilAsync("taken over and at 60", status => (int?)status["weights"]?["applied"] == 60, Cancel, 90);
        await World.AskAsync("two", "abort", Cancel);
        await World.UntilPhaseAsync("RolledBack", Cancel);
        var before = World.Routes.Weights;
        var patches = gate.Writes.Count(write => write.Contains("/virtualservices/", StringComparison.Ordinal));

        first.Send(Signal.Continue);
        await Task.Delay(15_000, Cancel);

        Assert.That(before, Is.EqualTo(new[] { 0, 20, 60, 0 }), World.Logs());
        Assert.That(World.Routes.Weights, Is.EqualTo(before),
            $"the woken one changed a route; it "
                + $"sent {gate.Writes.Count(write => write.Contains("/virtualservices/", StringComparison.Ordinal)) - patches} patches");
        Assert.That((string?)(await World.ReadAsync(Cancel))["status"]!["phase"], Is.EqualTo("RolledBack"));
        Assert.That(second.HasEnded, Is.False);
    }
}
