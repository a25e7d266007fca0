using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenAControllerThatIsKilled : Scenario
{
    [Test, CancelAfter(240_000)]
    public async Task WhenItDiesInTheMiddleOfAStep_ThenTheNextOneGoesOnWhereItWas()
    {
        await World.SetStepsAsync(QuickSteps, Analysis.Background, Cancel);

        await KilledAtAsync(
            (write, body) => write.Contains("/virtualservices/", StringComparison.Ordinal)
            && body.Contains("\"value\":25", StringComparison.Ordinal),
            () => World.DeployAsync("2.0.0", 0, "5ms", Cancel));
        World.StartController();
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);

        Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 5, 25, 50, 100, 0 }), "no step twice");
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenItDiesInTheMiddleOfAnAbort_ThenTheNextOneFinishesIt()
    {
        await World.SetStepsAsync(OpenSteps, null, Cancel);

        await KilledAtAsync(
            (write, body) => write.EndsWith("/rollouts/checkout/status", StringComparison.Ordinal)
            && body.Contains("RollingBack", StringComparison.Ordinal),
            async () =>
            {
                await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
                await World.UntilAsync("paused at 20", status => (string?)status["phase"] == "Paused"
                    && (int?)status["weights"]?["applied"] == 20, Cancel);
                await World.AskAsync("one", "abort", Cancel);
            });
        Assert.That(await World.WeightAsync(Cancel), Is.EqualTo(20), "it died before the route was written");
        World.StartController();
        await World.UntilPhaseAsync("RolledBack", Cancel);

        Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 20, 0 }));
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenItDiesInTheMiddleOfAPromotion_ThenTheNextOneFinishesIt()
    {
        await World.SetStepsAsync("""[{"setWeight":50},{"pause":{"duration":"1s"}}]""", null, Cancel);

        await KilledAtAsync(
            (write, _) => write.EndsWith("/deployments/checkout-stable", StringComparison.Ordinal),
            () => World.DeployAsync("2.0.0", 0, "5ms", Cancel));
        World.StartController();
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);

        Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 50, 100, 0 }));
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"));
    }

    /// <summary>Starts a controller behind a gate, brings it to work, and kills it with SIGKILL when the server has carried out the write
    /// that is meant, before its answer arrives.</summary>
    private async Task KilledAtAsync(Func<string, string, bool> isTheWrite, Func<Task> work)
    {
        await using var gate = await World.GateAsync(Cancel);
        var died = new TaskCompletionSource();
        var controller = World.StartController(api: gate.Address);
        gate.After = (write, body) =>
        {
            if (isTheWrite(write, body) && !died.Task.IsCompleted)
            {
                controller.Send(Signal.Kill);
                died.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await World.UntilPhaseAsync("Healthy", Cancel);

        await work();

        try
        {
            await died.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"the write never came; writes: {string.Join(", ", gate.Writes.TakeLast(20))}\n{World.Logs()}");
        }

        await controller.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }
}
