using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenACanaryThatIsComparedWithStable : Scenario
{
    private const string Metrics = """
        [
          {"name":"errors","interval":"2s","minSamples":1,"provider":{"red":{"preset":"istio-service","signal":"errors"}},"compare":{"with":"stable","negligible":0.02,"lag":"2s","share":0.5}},
          {"name":"latency","interval":"2s","minSamples":1,"provider":{"red":{"preset":"istio-service","signal":"duration"}},"compare":{"with":"stable","negligible":0.02,"tolerate":2,"lag":"2s"}}
        ]
        """;

    [Test, CancelAfter(240_000)]
    public async Task WhenOneIsEqualAndTheNextIsWorse_ThenTheFirstIsPromotedAcrossADeathAndTheSecondRolledBackWithOdds()
    {
        var controller = World.StartController();
        await CreateTemplateAsync();
        await World.ChangeRolloutAsync(
            (JsonObject)JsonNode.Parse(
                """{"spec":{"strategy":{"canary":{"steps":[{"setWeight":20},{"pause":{"duration":"10s"}},{"setWeight":50},{"pause":{"duration":"6s"}}],"analysis":{"alpha":0.02,"templates":[{"templateName":"versus"}]}}}}}""")!,
            Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);

        await World.DeployAsync("2.0.0", 0, "8ms", Cancel);
        await UntilAsync(run => Windows(run) >= 2);
        controller.Send(Signal.Kill);
        World.StartController();
        await World.UntilAsync("promoted", status => (string?)status["phase"] == "Healthy"
            && status["history"] is JsonArray { Count: > 0 }, Cancel, 120);
        var good = (await RunsAsync()).Single();

        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"), World.Logs());
        Assert.That(good["spec"]!["metrics"]!.AsArray().Select(metric => (string?)metric!["compare"]!["alpha"]), Is.All.EqualTo("0.01"));
        Assert.That(good["status"]!["metrics"]!.AsArray()
            .Select(metric => metric!["measurements"]!.AsArray().Select(one => (string?)one!["at"]).ToArray()), Is.All.Unique);
        Assert.That((string?)good["status"]!["metrics"]![0]!["measurements"]!.AsArray()[^1]!["message"],
            Does.Match("^1:.* that errors are worse; .* % against .* % on stable; .* errors? in [0-9,]+ requests"));
        Assert.That((string?)good["status"]!["message"],
            Does.Match(@"ended early; .*; by now [\d.]+ (% errors|times as many errors) would have been seen"), "what could have been seen");

        await World.DeployAsync("3.0.0", 0.15, "8ms", Cancel);
        var bad = await World.UntilPhaseAsync("RolledBack", Cancel, 120);

        Assert.That((string?)bad["status"]!["message"],
            Does.Match(
                @"^rolled back at weight (20|50): .*:1 odds that errors are worse; \d{1,2}(\.\d+)? % against 0 % on stable; \d+ errors in [\d,]+ requests; "
                + @"errors are (at least )?[\d.]+( to [\d.]+)? times stable's \(99 %\)$"));
        Assert.That(await World.WeightAsync(Cancel), Is.Zero);
    }

    private static int Windows(JsonObject run) => (int?)run["status"]?["metrics"]?[0]?["evidence"]?["windows"] ?? 0;

    private async Task<JsonObject[]> RunsAsync() =>
        [.. (await World.Api.ListAllAsync(KnownKinds.AnalysisRuns, Running.World.Namespace, ListOptions.All, Cancel)).Items];

    private async Task UntilAsync(Func<JsonObject, bool> isSo)
    {
        while (!(await RunsAsync()).Any(isSo)) await Task.Delay(200, Cancel);
    }

    private Task<JsonObject> CreateTemplateAsync() => World.Api.CreateAsync(
        KnownKinds.AnalysisTemplates,
        Running.World.Namespace,
        new JsonObject
        {
            ["apiVersion"] = "canary.delivery/v1alpha1",
            ["kind"] = "AnalysisTemplate",
            ["metadata"] = new JsonObject { ["name"] = "versus", ["namespace"] = Running.World.Namespace },
            ["spec"] = new JsonObject { ["metrics"] = JsonNode.Parse(Metrics) },
        },
        new WriteOptions("end-to-end-tests"),
        Cancel);
}
