using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>The commands of the README, as they stand there.</summary>
public sealed class GivenTheReadme : Scenario
{
    [Test, CancelAfter(240_000)]
    public async Task WhenTheSandboxIsPlayedWith_ThenEveryCommandWorks()
    {
        World.StartController();
        await World.UntilPhaseAsync("Healthy", Cancel);
        var folder = Folder();

        var shell = Shell(Block("canary sandbox deploy"), folder);

        Assert.That(await shell.WaitAsync(TimeSpan.FromSeconds(200), Cancel), Is.Zero, shell.Output + World.Logs());
        Assert.That(shell.Output, Does.Contain("checkout").And.Contain("RolloutPromoted"));
    }

    [Test, CancelAfter(120_000)]
    public async Task WhenItIsInstalledInACluster_ThenTheApiServerTakesEveryObject()
    {
        var folder = Folder();
        var install = Block("kubectl apply -k deploy/").Where(line => line.StartsWith("kubectl apply", StringComparison.Ordinal));
        var service = Block("deploy/samples/1-services.yaml");
        // What needs a registry, or an operator's own kinds, is left to a real cluster.
        var shell = Shell(["export KUBECONFIG=$PWD/.sandbox/kubeconfig", .. install, .. service], folder);

        Assert.That(await shell.WaitAsync(TimeSpan.FromSeconds(100), Cancel), Is.Zero, shell.Output);
        Assert.That(shell.Output, Does.Contain("deployment.apps/canary-controller created").And.Contain("rollout.canary.delivery/checkout"));
        // The sandbox made some of these objects without kubectl, which kubectl says.
        Assert.That(shell.Output.Split('\n').Where(line => line.Contains("Warning", StringComparison.Ordinal) && !line.Contains("last-applied-configuration", StringComparison.Ordinal)), Is.Empty);
    }

    [Test, CancelAfter(180_000)]
    public async Task WhenATemplateIsTriedByHand_ThenItsVerdictComesAndThePastAndTheNextRolloutAreTold()
    {
        World.StartController();
        var commands = Block("canary backtest").Concat(Block("versus-stable.yaml")).Concat(Block("canary plan")).Select(line => line.Replace("http://prometheus:9090", World.Prometheus.ToString(), StringComparison.Ordinal));
        var shell = Shell(["export KUBECONFIG=$PWD/.sandbox/kubeconfig PATH=$PWD/artifacts/canary:$PATH", .. commands], Folder());

        Assert.That(await shell.WaitAsync(TimeSpan.FromSeconds(150), Cancel), Is.Zero, shell.Output + World.Logs());
        Assert.That(shell.Output, Does.Contain("Successful: error-rate: 3 measurements: 3 successful").And.Contain("a window every 1m").And.Contain("Rollout:  shop/checkout, 4 weights in ").And.Contain("requests to stable").And.Contain("ON AVERAGE IN").And.Contain("Metric:   errors, failed requests by preset istio-service; alpha 0.005"));
    }

    private static List<string> Block(string holding)
    {
        var blocks = File.ReadAllText(Path.Combine(Commands.Root(), "README.md")).Split("```sh\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]);
        return [.. blocks.Single(block => block.Contains(holding, StringComparison.Ordinal)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static RunningCommand Shell(IEnumerable<string> lines, string folder)
    {
        Commands.RequireKubectl();
        return RunningCommand.Start("/bin/bash", ["-euo", "pipefail", "-c", $"cd '{folder}'\nset -x\n{string.Join('\n', lines)}"]);
    }

    /// <summary>A folder that looks like a clone in which <c>make sandbox</c> runs.</summary>
    private string Folder()
    {
        var folder = Path.Combine(Path.GetDirectoryName(World.Kubeconfig)!, "clone");
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { "artifacts", "deploy", "analysis-templates" }) Directory.CreateSymbolicLink(Path.Combine(folder, name), Path.Combine(Commands.Root(), name));
        Directory.CreateSymbolicLink(Path.Combine(folder, ".sandbox"), Path.GetDirectoryName(World.Kubeconfig)!);
        return folder;
    }
}
