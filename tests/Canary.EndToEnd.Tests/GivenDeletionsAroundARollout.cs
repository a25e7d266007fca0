using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>In the middle of a release the ground is taken away: the namespace, or the definition of Rollouts. Nothing hangs, and the
/// controller goes on for everybody else.</summary>
public sealed class GivenDeletionsAroundARollout : Scenario
{
    private const string Market = "market";

    [Test, CancelAfter(180_000)]
    public async Task WhenTheNamespaceIsDeleted_ThenItGoesAndTheOthersAreServed()
    {
        var controller = await InTheMiddleAsync();

        await World.Api.DeleteAsync(KnownKinds.Namespaces, new ObjectName(null, World.Namespace), DeleteOptions.Default, Cancel);

        await Checkout.UntilAsync("the namespace is gone",
            async () => await World.Api.FindAsync(KnownKinds.Namespaces, new ObjectName(null, World.Namespace), Cancel) is null);
        await IsHealthyAsync(controller);
        await ServesAnotherNamespaceAsync();
    }

    [Test, CancelAfter(180_000)]
    public async Task WhenTheDefinitionIsDeleted_ThenTrafficIsAtStableAndAReinstalledOneIsServedAgain()
    {
        if (World.IsCluster) Assert.Pass("the definitions of a real cluster are not to be deleted");
        var controller = await InTheMiddleAsync();
        var name = new ObjectName(null, "rollouts.canary.delivery");
        var definition = await World.Api.GetAsync(KnownKinds.CustomResourceDefinitions, name, Cancel);

        await World.Api.DeleteAsync(KnownKinds.CustomResourceDefinitions, name, DeleteOptions.Default, Cancel);

        await Checkout.UntilAsync("the definition is gone",
            async () => await World.Api.FindAsync(KnownKinds.CustomResourceDefinitions, name, Cancel) is null);
        Assert.That(await World.WeightAsync(Cancel), Is.Zero, World.Logs());
        Assert.That(controller.HasEnded, Is.False, World.Logs());

        await World.Api.CreateAsync(KnownKinds.CustomResourceDefinitions, null, Fresh(definition), new WriteOptions("end-to-end-tests"),
            Cancel);
        await ServesAnotherNamespaceAsync();
        await IsHealthyAsync(controller);
    }

    private async Task<RunningCommand> InTheMiddleAsync()
    {
        var controller = World.StartController();
        await World.SetStepsAsync(OpenSteps, null, Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("the canary has 20", status => (int?)status["weights"]?["applied"] == 20, Cancel);
        return controller;
    }

    // A Rollout that is looked at there says what it misses.
    private async Task ServesAnotherNamespaceAsync()
    {
        await World.Api.CreateAsync(KnownKinds.Namespaces, null,
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Market } },
            new WriteOptions("end-to-end-tests"), Cancel);
        var rollout = JsonNode.Parse("""
            {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"stall"},
             "spec":{"traffic":{"stable":{"service":"stall-stable"},"canary":{"service":"stall-canary"},"istio":{"virtualServices":[{"name":"stall"}]}},
                     "revision":"1","strategy":{"canary":{"steps":[{"setWeight":5}]}}}}
            """)!.AsObject();
        await Checkout.UntilAsync("a Rollout can be made", async () =>
        {
            try
            {
                await World.Api.CreateAsync(KnownKinds.Rollouts, Market, rollout, new WriteOptions("end-to-end-tests"), Cancel);
                return true;
            }
            catch (ApiException missing) when (missing.IsNotFound)
            {
                return false;
            }
        });
        await World.UntilAsync("the other namespace is served", new ObjectName(Market, "stall"), status => status.ToJsonString()
            .Contains("stall-stable", StringComparison.Ordinal), Cancel, 60);
    }

    private async Task IsHealthyAsync(RunningCommand controller)
    {
        Assert.That(controller.HasEnded, Is.False, World.Logs());
        using var client = new HttpClient();
        var address = Regex.Match(controller.Output, @"are served on (\S+)").Groups[1].Value;
        foreach (var page in new[] { "/healthz", "/readyz" })
            await Checkout.UntilAsync($"{page} is ok",
                async () => (await client.GetAsync(new Uri(address + page), Cancel)).IsSuccessStatusCode);
    }

    private static JsonObject Fresh(JsonObject definition)
    {
        definition.Remove("status");
        definition["metadata"] = new JsonObject { ["name"] = definition["metadata"]!["name"]!.DeepClone() };
        return definition;
    }
}
