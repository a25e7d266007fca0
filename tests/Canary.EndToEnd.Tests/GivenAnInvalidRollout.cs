using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenAnInvalidRollout : Scenario
{
    private static readonly ObjectName Other = new(World.Namespace, "other");

    [Test, CancelAfter(180_000)]
    public async Task WhenWhatItNamesIsMissing_ThenAConditionNamesTheFieldAndTheOthersGoOn()
    {
        World.StartController();
        await World.SetStepsAsync(QuickSteps, null, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);

        await CreateWhatTheOtherNamesAsync();
        await CreateOtherAsync(spec => spec["traffic"]!["istio"]!["virtualServices"]![0]!["name"] = "nowhere");
        await SaysAsync("spec.traffic.istio.virtualServices[0].name", "nowhere");
        await ChangeOtherAsync(spec => spec["traffic"]!["istio"]!["virtualServices"]![0]!["routes"] = new JsonArray("wrong"));
        await SaysAsync("spec.traffic.istio.virtualServices[0].routes[0]", "wrong");
        await ChangeOtherAsync(spec => spec["traffic"]!["canary"]!["service"] = "no-such-service");
        await SaysAsync("spec.traffic.canary", "no-such-service");
        await ChangeOtherAsync(spec => spec["traffic"]!["canary"]!["workload"]!["name"] = "no-such-workload");
        await SaysAsync("spec.traffic.canary.workload", "no-such-workload");
        await ChangeOtherAsync(spec => spec["strategy"]!["canary"]!["steps"] =
            JsonNode.Parse("""[{"analysis":{"templates":[{"templateName":"no-such-template"}]}}]"""));
        await SaysAsync("spec.strategy.canary.steps[0].analysis.templates[0]", "no-such-template");

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("the other rollout went on", status => (int?)status["weights"]?["applied"] >= 5, Cancel);
    }

    [Test, CancelAfter(180_000)]
    public async Task WhenTheMissingThingAppears_ThenItHealsByItself()
    {
        World.StartController();
        await World.ChangeRolloutAsync(
            new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["traffic"] = new JsonObject
                    {
                        ["istio"] =
                new JsonObject { ["virtualServices"] = JsonNode.Parse("""[{"name":"later","routes":["primary"]}]""") }
                    }
                }
            },
            Cancel);
        var found = await World.Api.GetAsync(IstioKinds.VirtualServices, new ObjectName(World.Namespace, "checkout"), Cancel);
        await World.UntilAsync("refused", status => Says(status, "later"), Cancel);

        var later = new JsonObject
        {
            ["apiVersion"] = found["apiVersion"]!.DeepClone(),
            ["kind"] = "VirtualService",
            ["metadata"] = new JsonObject { ["name"] = "later", ["namespace"] = World.Namespace },
            ["spec"] = found["spec"]!.DeepClone(),
        };
        later["spec"]!["hosts"] = new JsonArray("later.example.com");
        await World.Api.CreateAsync(IstioKinds.VirtualServices, World.Namespace, later, new WriteOptions("end-to-end-tests"), Cancel);

        await World.UntilPhaseAsync("Healthy", Cancel, 40);
    }

    private static bool Says(JsonNode status, string text) =>
        (status["conditions"] as JsonArray ?? []).Any(condition =>
            (string?)condition!["type"] == "SpecAccepted" && (string?)condition["status"] == "False"
            && ((string?)condition["message"] ?? "").Contains(text, StringComparison.Ordinal));

    private async Task SaysAsync(string path, string found)
    {
        var rollout =
            await World.UntilAsync($"{path} with {found}", Other, status => Says(status, path) && Says(status, found), Cancel, 30);
        TestContext.Out.WriteLine((string?)rollout["status"]!["message"]);
        await World.UntilEventAsync(rollout, "", path, Cancel);
    }

    // A Rollout has its Services, Deployments and VirtualService for itself.
    private async Task CreateWhatTheOtherNamesAsync()
    {
        foreach (var (kind, name) in new[]
        {
            (KnownKinds.Services, "checkout-stable"), (KnownKinds.Services, "checkout-canary"),
            (KnownKinds.Deployments, "checkout-stable"), (KnownKinds.Deployments, "checkout-canary"),
            (IstioKinds.VirtualServices, "checkout"),
        })
        {
            var found = await World.Api.GetAsync(kind, new ObjectName(World.Namespace, name), Cancel);
            var spec = OfTheOther(found["spec"]!);
            foreach (var field in new[] { "clusterIP", "clusterIPs" }) spec.AsObject().Remove(field);
            var copy = new JsonObject
            {
                ["apiVersion"] = found["apiVersion"]!.DeepClone(),
                ["kind"] = kind.Kind,
                ["metadata"] = new JsonObject
                {
                    ["name"] = name.Replace("checkout", "other", StringComparison.Ordinal),
                    ["namespace"] = World.Namespace
                },
                ["spec"] = spec,
            };
            await World.Api.CreateAsync(kind, World.Namespace, copy, new WriteOptions("end-to-end-tests"), Cancel);
        }
    }

    private static JsonNode OfTheOther(JsonNode spec) =>
        JsonNode.Parse(spec.ToJsonString().Replace("checkout", "other", StringComparison.Ordinal))!;

    private async Task CreateOtherAsync(Action<JsonNode> change)
    {
        var rollout = await World.ReadAsync(Cancel);
        var other = new JsonObject
        {
            ["apiVersion"] = rollout["apiVersion"]!.DeepClone(),
            ["kind"] = "Rollout",
            ["metadata"] = new JsonObject { ["name"] = "other", ["namespace"] = World.Namespace },
            ["spec"] = OfTheOther(rollout["spec"]!),
        };
        change(other["spec"]!);
        await World.Api.CreateAsync(KnownKinds.Rollouts, World.Namespace, other, new WriteOptions("end-to-end-tests"), Cancel);
    }

    private async Task ChangeOtherAsync(Action<JsonNode> change)
    {
        var good = await World.ReadAsync(Cancel);
        var other = await World.Api.GetAsync(KnownKinds.Rollouts, Other, Cancel);
        other["spec"] = OfTheOther(good["spec"]!);
        change(other["spec"]!);
        await World.Api.ReplaceAsync(KnownKinds.Rollouts, other, null, new WriteOptions("end-to-end-tests"), Cancel);
    }
}
