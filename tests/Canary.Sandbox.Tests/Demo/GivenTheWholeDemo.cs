using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Sandbox.Objects;
using Canary.Sandbox.World.Programs;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Demo;

/// <summary>What <c>make demo ARGS=--json</c> runs, with the real controller and a real Prometheus.</summary>
public sealed class GivenTheWholeDemo
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [Test]
    public async Task WhenItRuns_ThenTheGoodVersionIsPromotedAndTheBadOnesAreTakenBackForTheirFaults()
    {
        var command = Path.Combine(Root(), "artifacts", "canary", "canary-sandbox");
        if (!File.Exists(command)) Assert.Ignore($"{command} is not there (make publish): the demo is not run");
        if (ChildProgram.FindOnPath("prometheus") is null)
            Assert.Ignore("prometheus is not on the PATH (apt-get install prometheus): the demo is not run");
        using var process = Process.Start(new ProcessStartInfo(command, ["demo", "--json"]) { RedirectStandardOutput = true,
            RedirectStandardError = true })!;

        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);

        var scenarios = JsonNode.Parse(output).ItemsAt("scenarios").ToList();
        Assert.That(process.ExitCode, Is.Zero, await error);
        Assert.That(
            scenarios.Select(scenario => (scenario.TextAt("version"), scenario.TextAt("outcome"))),
            Is.EqualTo(new[] { ("2.0.0", "promoted"), ("3.0.0", "rolledBack"), ("4.0.0", "rolledBack") }));
        Assert.That(Weights(scenarios[0]), Is.EqualTo(new[] { 0.0, 5, 25, 50, 100, 0 }));
        Assert.That(scenarios.Skip(1).Select(scenario => Weights(scenario)[^1]), Is.EqualTo(new[] { 0.0, 0 }));
        Assert.That(scenarios[1].TextAt("reason"), Does.Contain("error-rate").And.Contain("0.05"));
        Assert.That(scenarios[2].TextAt("reason"), Does.Contain("p99").And.Contain("300"));
        Assert.That(scenarios[1].NumberAt("canaryFailures"), Is.GreaterThan(0).And.LessThan(scenarios[1].NumberAt("canaryRequests")!.Value));
        Assert.That(scenarios.Select(scenario => scenario.NumberAt("canaryRequests")), Is.All.GreaterThan(10));
    }

    private static double[] Weights(JsonObject scenario) => [.. scenario.At("weights")!.AsArray().Select(weight => weight!.GetValue<double>())];

    private static string Root()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln"))) folder = folder.Parent;
        return folder?.FullName ?? "";
    }
}
