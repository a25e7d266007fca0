using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>The commands of docs/pipelines.md, while the controller is away.</summary>
public sealed class GivenAPipeline : Scenario
{
    private const string Steps = """[{"setWeight":50},{"pause":{"duration":"2s"}}]""";

    [Test, CancelAfter(180_000)]
    public async Task WhenAReleaseIsShippedWhileTheControllerIsAway_ThenCanaryWaitIsNotGreenBeforeItIsPromoted()
    {
        await ShipWithoutControllerAsync();
        await using (var early = Start(Commands.Find("canary"), "wait", "checkout", "-n", "shop", "--for", "promoted", "--timeout", "2s",
            "--kubeconfig", World.Kubeconfig))
        {
            Assert.That(await early.WaitAsync(TimeSpan.FromSeconds(20), Cancel), Is.EqualTo(5), early.Output);
            Assert.That(early.Output, Does.Contain("the controller has not seen generation").And.Contain("of checkout-canary yet"));
        }

        await using var waiting = Start(Commands.Find("canary"), "wait", "checkout", "-n", "shop", "--for", "promoted", "--timeout", "90s",
            "--kubeconfig", World.Kubeconfig);
        World.StartController();

        Assert.That(await waiting.WaitAsync(TimeSpan.FromSeconds(100), Cancel), Is.Zero, waiting.Output + World.Logs());
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"));
    }

    [Test, CancelAfter(180_000)]
    public async Task WhenAReleaseIsShippedWhileTheControllerIsAway_ThenKubectlWaitAsThePageHasItIsNotGreenEither()
    {
        Commands.RequireKubectl();
        await ShipWithoutControllerAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(Commands.Root(), "docs", "pipelines.md"), Cancel);
        var block = page.Split("```sh\n").Select(part => part.Split("```")[0])
            .Single(part => part.Contains("kubectl -n shop wait", StringComparison.Ordinal));
        // The page has one Deployment, and this world two.
        var lines = block.Split('\n').Where(line => !line.Contains("set image", StringComparison.Ordinal))
            .Select(line => line.Replace("deployment checkout ", "deployment checkout-canary ", StringComparison.Ordinal));

        await using var waiting =
            Start("/bin/bash", "-euxo", "pipefail", "-c", $"export KUBECONFIG='{World.Kubeconfig}'\n{string.Join('\n', lines)}");
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        Assert.That(waiting.HasEnded, Is.False, waiting.Output);
        World.StartController();

        Assert.That(await waiting.WaitAsync(TimeSpan.FromSeconds(100), Cancel), Is.Zero, waiting.Output + World.Logs());
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"));
    }

    private async Task ShipWithoutControllerAsync()
    {
        await World.SetStepsAsync(Steps, null, Cancel);
        var controller = World.StartController();
        await World.UntilPhaseAsync("Healthy", Cancel);
        controller.Send(Signal.Terminate);
        await controller.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
    }

    private static RunningCommand Start(string path, params string[] arguments) => RunningCommand.Start(path, arguments);
}
