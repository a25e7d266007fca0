using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenARolloutThatWaitsForAPerson : Scenario
{
    [Test, CancelAfter(120_000)]
    public async Task WhenAPersonPromotesAndThenAborts_ThenItGoesOnAndThenBack()
    {
        World.StartController();
        await World.SetStepsAsync(OpenSteps, null, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("paused at 20", status => (string?)status["phase"] == "Paused"
            && (int?)status["weights"]?["applied"] == 20, Cancel);

        await World.AskAsync("one", "promote", Cancel);
        await World.UntilAsync("paused at 60", status => (string?)status["phase"] == "Paused"
            && (int?)status["weights"]?["applied"] == 60, Cancel);
        await World.AskAsync("two", "abort", Cancel);
        var after = await World.UntilPhaseAsync("RolledBack", Cancel);

        Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 20, 60, 0 }));
        Assert.That((string?)after["status"]!["lastRequest"]!["id"], Is.EqualTo("two"));
        Assert.That((bool?)after["status"]!["lastRequest"]!["carriedOut"], Is.True);
        Assert.That((string?)after["status"]!["history"]![0]!["reason"], Does.Contain("end-to-end"), "the history says who");
    }

    [Test, CancelAfter(120_000)]
    public async Task WhenThePauseOfTheSpecIsSetAndLifted_ThenItHoldsAndGoesOn()
    {
        World.StartController();
        await World.SetStepsAsync("""[{"setWeight":10},{"pause":{"duration":"2s"}},{"setWeight":30},{"pause":{}}]""", null, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);
        await World.ChangeRolloutAsync(new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["paused"] = true } }, Cancel);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);

        await World.UntilAsync("held", status => (string?)status["phase"] == "Paused", Cancel);
        await Task.Delay(4_000, Cancel);
        var held = await World.ReadAsync(Cancel);
        await World.ChangeRolloutAsync(new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["paused"] = false } }, Cancel);
        await World.UntilAsync("at 30", status => (int?)status["weights"]?["applied"] == 30, Cancel);

        Assert.That((string?)held["status"]!["phase"], Is.EqualTo("Paused"));
        Assert.That((int?)held["status"]!["weights"]!["applied"], Is.LessThan(30));
    }

    [Test, CancelAfter(120_000)]
    public async Task WhenEverythingLeftIsSkipped_ThenItIsPromotedAtOnce()
    {
        World.StartController();
        await World.SetStepsAsync(OpenSteps, null, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("paused at 20", status => (string?)status["phase"] == "Paused"
            && (int?)status["weights"]?["applied"] == 20, Cancel);

        await World.AskAsync("all", "promoteFull", Cancel);
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel);

        Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 20, 100, 0 }));
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"));
    }
}
