using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenAHealthyService : Scenario
{
    [Test, CancelAfter(180_000)]
    public async Task WhenAGoodVersionIsShipped_ThenItIsPromotedStepByStep()
    {
        World.StartController();
        await World.SetStepsAsync(QuickSteps, Analysis.Background, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);
        var before = await World.ReadAsync(Cancel);

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        var after = await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);

        Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 5, 25, 50, 100, 0 }), World.Logs());
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"));
        Assert.That((string?)after["status"]!["phase"], Is.EqualTo("Healthy"));
        Assert.That((string?)after["status"]!["stableRevision"], Is.EqualTo((string?)after["status"]!["canaryRevision"]));
        Assert.That((string?)after["status"]!["stableRevision"], Is.Not.EqualTo((string?)before["status"]!["stableRevision"]));
        await World.UntilEventAsync(after, "RolloutStarted", "", Cancel);
        await World.UntilEventAsync(after, "RolloutPromoted", "", Cancel);
        var events = await World.EventsAsync(after, Cancel);
        Assert.That(events.Select(item => (int?)item["count"] ?? 1), Has.All.EqualTo(1), "an Event is written once");
    }

    [Test, CancelAfter(180_000)]
    public async Task WhenAVersionFailsRequests_ThenItIsTakenBackForItsErrorRate()
    {
        World.StartController();
        await World.SetStepsAsync(QuickSteps, Analysis.Background, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);

        await World.DeployAsync("3.0.0", 0.3, "5ms", Cancel);
        var after = await World.UntilPhaseAsync("RolledBack", Cancel, 90);

        await AssertTakenBackAsync(after, "error rate");
    }

    [Test, CancelAfter(180_000)]
    public async Task WhenAVersionIsSlow_ThenItIsTakenBackForItsLatency()
    {
        World.StartController();
        await World.SetStepsAsync(QuickSteps, Analysis.Background, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);

        await World.DeployAsync("4.0.0", 0, "900ms", Cancel);
        var after = await World.UntilPhaseAsync("RolledBack", Cancel, 90);

        await AssertTakenBackAsync(after, "p99");
    }

    private async Task AssertTakenBackAsync(JsonObject after, string metric)
    {
        Assert.That(await World.WeightAsync(Cancel), Is.Zero);
        Assert.That(World.Routes.Weights, Does.Not.Contain(100), World.Logs());
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("1.0.0"));
        Assert.That((string?)after["status"]!["message"], Does.Contain(metric), "the message says what failed");
        Assert.That((string?)after["status"]!["history"]![0]!["outcome"], Is.EqualTo("RolledBack"));
        Assert.That((string?)after["status"]!["history"]![0]!["reason"], Does.Match("[0-9]"), "the reason has the numbers that decided it");
        var runs = await World.Api.ListAllAsync(KnownKinds.AnalysisRuns, Running.World.Namespace, ListOptions.All, Cancel);
        var run = runs.Items.Single();
        Assert.That((string?)run["metadata"]!["ownerReferences"]![0]!["name"], Is.EqualTo("checkout"));
        Assert.That((string?)run["status"]!["phase"], Is.EqualTo("Failed"));
    }
}
