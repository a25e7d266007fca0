using System;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenAlertsThatFire : Scenario
{
    private const string Rules = """[{"matchLabels":{"severity":"critical","service":"checkout"}}]""";

    // Without a word of the analysis: nothing but the alert can roll it back.
    private const string Steps = """[{"setWeight":30},{"pause":{}}]""";

    private static readonly Regex Listening = new(@"served on (http://\S+)", RegexOptions.CultureInvariant);

    private static async Task<Uri> HookAsync(RunningCommand controller)
    {
        for (var tries = 0; tries < 300; tries++, await Task.Delay(100, Cancel))
            if (Listening.Match(controller.Output) is { Success: true } match)
                return new Uri(new Uri(match.Groups[1].Value), "/hooks/alertmanager");
        throw new InvalidOperationException($"the controller does not listen:\n{controller.Output}");
    }

    private async Task<JsonObject> TakenBackAsync()
    {
        await World.ChangeRolloutAsync(new JsonObject { ["spec"] = new JsonObject { ["alerts"] = JsonNode.Parse(Rules) } }, Cancel);
        await World.SetStepsAsync(Steps, null, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);
        await World.DeployAsync("2.0.0", 0.5, "5ms", Cancel);
        await World.UntilAsync("at 30", status => (int?)status["weights"]?["applied"] == 30, Cancel);
        return await World.UntilPhaseAsync("RolledBack", Cancel);
    }

    [Test, CancelAfter(180_000)]
    public async Task WhenAlertmanagerCalls_ThenTheCanaryIsTakenBackAndTheHistoryNamesTheAlert()
    {
        await using var alerts = new AlertStack("s3cret");
        var controller = World.StartController(more: ["--alert-token-file", alerts.TokenFile, "--alerts-from-prometheus", "false"]);
        await alerts.StartAsync(World.Prometheus, await HookAsync(controller), Cancel);

        var status = (await TakenBackAsync())["status"]!;

        Assert.That(await World.WeightAsync(Cancel), Is.Zero);
        Assert.That((string?)status["message"],
            Does.StartWith("rolled back at weight 30: alert CheckoutErrors").And.Contain("severity=critical").And.Contain(
                "service=checkout").And.Match("since \\d\\d:\\d\\d:\\d\\dZ"));
        Assert.That((string?)status["history"]![0]!["reason"], Does.Contain("CheckoutErrors"));
        Assert.That((string?)status["abort"]!["reason"], Is.EqualTo("AlertFiring"));
    }

    [Test, CancelAfter(180_000)]
    public async Task WhenTheWebhookIsLost_ThenAPollTakesTheCanaryBack([Values("alertmanager", "prometheus")] string asked)
    {
        await using var alerts = new AlertStack("another token than the controller's");
        var token = System.IO.Path.GetTempFileName();
        await System.IO.File.WriteAllTextAsync(token, "s3cret", Cancel);
        var controller = World.StartController(
            prometheus: asked == "prometheus" ? alerts.Prometheus : null,
            more: ["--alert-token-file", token, "--alert-poll-interval", "1s", .. asked == "alertmanager"
                ? (string[])["--alertmanager", alerts.Alertmanager.ToString(), "--alerts-from-prometheus", "false"] : []]);
        await alerts.StartAsync(World.Prometheus, await HookAsync(controller), Cancel);

        var status = (await TakenBackAsync())["status"]!;

        Assert.That(await World.WeightAsync(Cancel), Is.Zero);
        Assert.That((string?)status["message"], Does.StartWith("rolled back at weight 30: alert CheckoutErrors"));
        Assert.That(controller.Output, Does.Contain("/hooks/alertmanager answered 401"), "the call came, and was refused");
        System.IO.File.Delete(token);
    }
}
