using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenTheDemo
{
    [Test, CancelAfter(300_000)]
    public async Task WhenItRunsWithJson_ThenOneDocumentTellsTheThreeScenarios()
    {
        var cancel = TestContext.CurrentContext.CancellationToken;
        await using var demo =
            RunningCommand.Start("/bin/bash", ["-c", $"cd \"$(mktemp -d)\" && exec '{Commands.Find("canary")}' demo --json 2>/dev/null"]);

        var code = await demo.WaitAsync(TimeSpan.FromMinutes(4), cancel);

        Assert.That(code, Is.Zero, demo.Output);
        var scenarios = JsonNode.Parse(demo.Output)!["scenarios"]!.AsArray();
        Assert.That(scenarios.Select(scenario => (string?)scenario!["version"]), Is.EqualTo(new[] { "2.0.0", "3.0.0", "4.0.0" }));
        Assert.That(scenarios.Select(scenario => (string?)scenario!["outcome"]),
            Is.EqualTo(new[] { "promoted", "rolledBack", "rolledBack" }));
        Assert.That(scenarios[0]!["weights"]!.AsArray()
            .Select(weight => (int)weight!), Is.EqualTo(new[] { 0, 5, 25, 50, 100, 0 }).Or.EqualTo(new[] { 5, 25, 50, 100, 0 }));
        Assert.That((string?)scenarios[1]!["reason"], Does.Contain("error rate"));
        Assert.That((string?)scenarios[2]!["reason"], Does.Contain("p99"));
        Assert.That((int)scenarios[0]!["canaryRequests"]!, Is.Positive);
        Assert.That((int)scenarios[1]!["canaryFailures"]!, Is.Positive);
    }
}
