using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Cli.Output;
using Canary.Terminal;
using NUnit.Framework;

namespace Canary.Cli.Tests.Output;

public sealed class GivenABlueGreenRolloutToShow
{
    private const string Full = """
        {"previewReplicaCount":2,"prePromotionAnalysis":{"templates":[{"templateName":"smoke"}]},"autoPromotionAfter":"5m",
         "postPromotionAnalysis":{"templates":[{"templateName":"slo"}]},"scaleDownDelay":"10m"}
        """;

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 0, TimeSpan.Zero);

    [TestCase("Progressing", "{}",
        "▶ preview of 2 ─ · analysis smoke ─ · pause 5m ─ · switch ─ · analysis slo ─ · keep old 10m ─ · promote")]
    [TestCase("Progressing", """{"beforeSteps":true,"stepStartedAt":"2026-01-02T03:00:00Z"}""",
        "✓ preview of 2 ─ ▶ analysis smoke ─ · pause 5m ─ · switch")]
    [TestCase("Paused", """{"stepStartedAt":"2026-01-02T03:00:00Z"}""", "✓ analysis smoke ─ ▶ pause 5m ─ · switch")]
    [TestCase("Promoting", """{"promotion":"ConfirmingFull","weights":{"applied":0}}""", "✓ pause 5m ─ ▶ switch ─ · analysis slo")]
    [TestCase("Promoting", """{"promotion":"Verifying","weights":{"applied":100}}""",
        "✓ switch ─ ▶ analysis slo ─ · keep old 10m")]
    [TestCase("Promoting", """{"promotion":"Verifying","weights":{"applied":100},"analysis":[{"edge":"post","phase":"Successful"}]}""",
        "✓ analysis slo ─ ▶ keep old 10m ─ · promote")]
    [TestCase("Promoting", """{"promotion":"UpdatingStable","weights":{"applied":100}}""", "✓ keep old 10m ─ ▶ promote")]
    [TestCase("RolledBack", """{"abort":{"weight":100}}""", "✓ switch ─ ✗ analysis slo ─ · keep old 10m")]
    [TestCase("RolledBack", """{"abort":{"weight":0}}""", "✓ preview of 2 ─ ✗ analysis smoke ─ · pause 5m")]
    public void WhenItIsUnderWay_ThenThePlaceIsMarked(string phase, string status, string expected) =>
        Assert.That(Line(Full, phase, status), Does.Contain(expected));

    [Test]
    public void WhenAPersonPromotes_ThenThereIsAPauseWithoutEnd() =>
        Assert.That(Line("""{"autoPromotionEnabled":false}""", "Healthy", "{}"),
            Is.EqualTo("· preview ─ · pause ─ · switch ─ · keep old 30s ─ · promote"));

    [TestCase("Paused", """{"stepStartedAt":"2026-01-02T03:01:00Z"}""", "2m until the switch")]
    [TestCase("Promoting", """{"promotion":"ConfirmingFull","stepStartedAt":"2026-01-02T03:01:00Z","weights":{"applied":100}}""",
        "the old version is kept for 7m more")]
    [TestCase("RolledBack", """{"abort":{"weight":100}}""", "after the switch")]
    [TestCase("RolledBack", """{"abort":{"weight":0}}""", "before the switch")]
    public void WhenAClockRuns_ThenItIsSaidWhatFor(string phase, string status, string expected) =>
        Assert.That(Countdown.Describe(A.Details(Rollout(Full, phase, status)), Now), Is.EqualTo(expected));

    private static string Line(string strategy, string phase, string status) =>
        string.Concat(TerminalConsole
            .Render(TerminalConsole.Plain, StepLine.Draw(StepLine.Read(Rollout(strategy, phase, status)), 400), 400)
            .Select(row => row.TrimEnd()));

    private static JsonObject Rollout(string strategy, string phase, string status)
    {
        var rollout = A.Rollout(phase);
        rollout["spec"]!["strategy"] = new JsonObject { ["blueGreen"] = JsonNode.Parse(strategy) };
        rollout["status"] = JsonNode.Parse(status);
        rollout["status"]!["phase"] = phase;
        return rollout;
    }
}
