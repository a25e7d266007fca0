using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenAPrometheusThatGoesAway : Scenario
{
    [Test, CancelAfter(180_000)]
    public async Task WhenItIsGoneInTheMiddleOfARollout_ThenTheRolloutHoldsAndGoesOnWhenItIsBack()
    {
        await using var wire = new Wire(World.Prometheus);
        World.StartController(prometheus: wire.Address);
        await World.SetStepsAsync("""[{"setWeight":20},{"pause":{"duration":"30s"}},{"setWeight":50},{"pause":{"duration":"2s"}}]""",
            Analysis.Background, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("at 20", status => (int?)status["weights"]?["applied"] == 20, Cancel);

        wire.Cut();
        var held = await World.UntilAsync(
            "held for errors",
            status => (string?)status["hold"]?["reason"] == "AnalysisError",
            Cancel);
        await Task.Delay(20_000, Cancel);
        var still = await World.ReadAsync(Cancel);
        wire.Connect();
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 90);

        Assert.That((string?)held["status"]!["phase"], Is.EqualTo("Paused"));
        Assert.That(Condition(held, "AnalysisHealthy"), Is.EqualTo("False"));
        Assert.That((int?)still["status"]!["weights"]!["applied"], Is.EqualTo(20), "neither promoted nor rolled back");
        Assert.That((string?)still["status"]!["phase"], Is.EqualTo("Paused"));
    }

    private static string? Condition(JsonObject rollout, string type) =>
        (string?)rollout["status"]!["conditions"]!.AsArray().First(condition => (string?)condition!["type"] == type)!["status"];
}
