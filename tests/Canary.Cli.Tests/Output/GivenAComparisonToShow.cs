using System.Text.Json.Nodes;
using Canary.Terminal;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

public sealed class GivenAComparisonToShow
{
    private const string Odds = "250:1 odds that errors are worse; 0.31 % against 0.15 % on stable; 41 errors in 13,200 requests; "
        + "errors are 1.1 to 4.2 times stable's (99 %)";

    [Test]
    public void WhenItsRunGoesOn_ThenItIsReadByItsOdds() => Assert.That(Last("Running", "Running", null), Is.EqualTo(Odds));

    [Test]
    public void WhenItDecidedItsRun_ThenTheRunSaysTheOddsAndTheRowTheShare() =>
        Assert.That(Last("Failed", "Failed", "2026-01-02T03:04:05Z"), Is.EqualTo("0.0031"));

    [Test]
    public void WhenAnotherMetricDecided_ThenItsOwnOddsAreStillShown() =>
        Assert.That(Last("Failed", "Inconclusive", "2026-01-02T03:04:05Z"), Is.EqualTo(Odds));

    private static string Last(string runPhase, string phase, string? endedAt)
    {
        var metric = new JsonObject
        {
            ["name"] = "errors",
            ["phase"] = phase,
            ["reason"] = "Compared",
            ["measurements"] = new JsonArray(new JsonObject { ["value"] = "[0.0031]", ["odds"] = 250, ["message"] = Odds }),
        };
        return MetricTable.Last(metric, new JsonObject { ["status"] = new JsonObject { ["phase"] = runPhase, ["endedAt"] = endedAt } });
    }
}
