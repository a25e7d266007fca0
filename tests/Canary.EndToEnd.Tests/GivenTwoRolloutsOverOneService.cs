using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>A second Rollout names the Services, Deployments and VirtualService of the first.</summary>
public sealed class GivenTwoRolloutsOverOneService : Scenario
{
    private static readonly ObjectName Second = new(World.Namespace, "second");
    private static readonly ObjectName Service = new(World.Namespace, "checkout");

    [Test, CancelAfter(240_000)]
    public async Task WhenAVersionIsRolledBackByTheFirst_ThenTheSecondSaysWhoseTheObjectsAreAndChangesNothing()
    {
        World.StartController();
        await World.SetStepsAsync(OpenSteps, null, Cancel);
        var first = await World.UntilPhaseAsync("Healthy", Cancel);
        var stable = await World.TemplateVersionAsync("checkout-stable", Cancel);
        await CreateSecondAsync(first);
        var refused = await World.UntilAsync("the second is refused", Second, IsRefused, Cancel);

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("the canary has 20", status => (int?)status["weights"]?["applied"] == 20, Cancel);
        await World.AskAsync("a1", "abort", Cancel);
        await World.UntilPhaseAsync("RolledBack", Cancel);
        await World.Api.PatchAsync(KnownKinds.Rollouts, Second,
            new Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["looked"] = "again" } } }),
            null, new WriteOptions("end-to-end-tests"), Cancel);
        var second = await World.UntilAsync("the second is refused still", Second, IsRefused, Cancel);

        var service = await World.Api.GetAsync(IstioKinds.VirtualServices, Service, Cancel);
        Assert.That((string?)service["metadata"]?["annotations"]?["canary.delivery/claim"], Does.StartWith(Documents.Uid(first)),
            "the claim is the first one's");
        Assert.That((await World.WeightAsync(Cancel), await World.TemplateVersionAsync("checkout-stable", Cancel)),
            Is.EqualTo((0, stable)));
        Assert.That(World.Routes.Weights.Max(), Is.EqualTo(20), World.Routes.ToString());
        Assert.That(((string?)second["status"]!["phase"], second["status"]!["canaryRevision"]), Is.EqualTo(("Degraded", (JsonNode?)null)),
            second.ToJsonString());
        await World.UntilEventAsync(refused, "", "belongs to Rollout shop/checkout", Cancel);
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenTheFirstIsDeleted_ThenTheSecondTakesOver()
    {
        World.StartController();
        await World.SetStepsAsync(OpenSteps, null, Cancel);
        var first = await World.UntilPhaseAsync("Healthy", Cancel);
        await CreateSecondAsync(first);
        await World.UntilAsync("the second is refused", Second, IsRefused, Cancel);

        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);

        await World.UntilAsync("the second is healthy", Second, status => (string?)status["phase"] == "Healthy", Cancel);
        Assert.That(await World.WeightAsync(Cancel), Is.Zero);
    }

    private static bool IsRefused(JsonNode status)
    {
        var text = (status["conditions"] as JsonArray ?? []).Where(condition => (string?)condition!["type"] == "SpecAccepted"
            && (string?)condition["status"] == "False")
            .Select(condition => (string?)condition!["message"] ?? "").FirstOrDefault() ?? "";
        return text.Contains("Service shop/checkout-stable belongs to Rollout shop/checkout,", StringComparison.Ordinal)
            && text.Contains("spec.traffic.stable.service", StringComparison.Ordinal);
    }

    private async Task CreateSecondAsync(JsonObject first)
    {
        var second = new JsonObject
        {
            ["apiVersion"] = first["apiVersion"]!.DeepClone(),
            ["kind"] = "Rollout",
            ["metadata"] = new JsonObject { ["name"] = Second.Name, ["namespace"] = World.Namespace },
            ["spec"] = first["spec"]!.DeepClone(),
        };
        await World.Api.CreateAsync(KnownKinds.Rollouts, World.Namespace, second, new WriteOptions("end-to-end-tests"), Cancel);
    }
}
