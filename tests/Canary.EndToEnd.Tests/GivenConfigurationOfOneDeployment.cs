using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>A team changes a ConfigMap and nothing else. It is canaried as a new image is.</summary>
public sealed class GivenConfigurationOfOneDeployment : Scenario
{
    private static readonly WriteOptions Writing = new("end-to-end-tests");
    private static readonly ObjectName Settings = new(World.Namespace, "settings");

    private const string Deployment = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"checkout"},
         "spec":{"replicas":2,"selector":{"matchLabels":{"app":"checkout"}},
           "template":{"metadata":{"labels":{"app":"checkout"}},
             "spec":{"containers":[{"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}],
               "envFrom":[{"configMapRef":{"name":"settings"}}]}]}}}}
        """;

    private const string Rollout = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
         "spec":{"workload":{"name":"checkout"},
                 "traffic":{"istio":{"virtualServices":[{"name":"checkout","routes":["primary"]}]}},
                 "strategy":{"canary":{"scaleDownDelay":"5s","analysis":{"templates":[{"templateName":"errors-and-latency"}]},
                   "steps":[{"setWeight":5},{"pause":{"duration":"14s"}},{"setWeight":50},{"pause":{"duration":"4s"}}]}}}}
        """;

    [Test, CancelAfter(300_000)]
    public async Task WhenAConfigMapAloneIsChanged_ThenABadContentIsRolledBack_AndAGoodOneIsPromoted()
    {
        await HaveOneDeploymentAsync();
        World.StartController();
        await Checkout.CreateAsync(KnownKinds.Rollouts, Rollout);
        await World.UntilPhaseAsync("Healthy", Cancel);
        var (before, pods) = (await CopiedAsync(), await PodsOfStableAsync());

        await WriteAsync("ERROR_RATE", "0.3");
        var aborted = await World.UntilPhaseAsync("RolledBack", Cancel, 90);
        Assert.Multiple(() =>
        {
            Assert.That((string?)aborted["status"]!["history"]![0]!["outcome"], Is.EqualTo("RolledBack"));
            Assert.That(CopiedAsync().Result, Is.EqualTo(before), "stable reads what it read");
            Assert.That(PodsOfStableAsync().Result, Is.EqualTo(pods), "none of its pods was replaced");
            Assert.That(FailuresOfStableAsync().Result, Is.Zero, "stable answered as before all the time");
        });

        await WriteAsync("ERROR_RATE", "0.0");
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);
        var after = await CopiedAsync();
        Assert.That(after, Is.Not.EqualTo(before));
        Assert.That((string?)(await World.Api.GetAsync(KnownKinds.ConfigMaps, new ObjectName(World.Namespace, after), Cancel))["data"]!
            ["ERROR_RATE"], Is.EqualTo("0.0"));

        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await Checkout.UntilAsync("the Rollout is gone",
            async () => await World.Api.FindAsync(KnownKinds.Rollouts, World.Rollout, Cancel) is null);
        Assert.That(await World.Api.FindAsync(KnownKinds.ConfigMaps, new ObjectName(World.Namespace, after), Cancel), Is.Null);
        Assert.That(await World.Api.FindAsync(KnownKinds.ConfigMaps, Settings, Cancel), Is.Not.Null, "the team's stays");
    }

    private async Task HaveOneDeploymentAsync()
    {
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await Checkout.CreateAsync(KnownKinds.ConfigMaps, """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"},
             "data":{"VERSION":"1.0.0","ERROR_RATE":"0","LATENCY":"5ms"}}
            """);
        await Checkout.CreateAsync(KnownKinds.Deployments, Deployment);
        await Checkout.UntilAsync("the Deployment is available", async () => (int?)(await World.Api.GetAsync(KnownKinds.Deployments,
            new ObjectName(World.Namespace, "checkout"), Cancel))["status"]?["availableReplicas"] == 2);
        foreach (var side in new[] { "checkout-stable", "checkout-canary" })
        {
            await World.Api.DeleteAsync(KnownKinds.Deployments, new ObjectName(World.Namespace, side), DeleteOptions.Default, Cancel);
            await World.Api.DeleteAsync(KnownKinds.Services, new ObjectName(World.Namespace, side), DeleteOptions.Default, Cancel);
        }

        await Checkout.UntilAsync("only its pods are left", async () =>
            (await World.Api.ListAllAsync(KnownKinds.Pods, World.Namespace, ListOptions.All, Cancel)).Items.Count == 2);
    }

    private async Task<string> CopiedAsync() => (string)(await World.Api.GetAsync(KnownKinds.Deployments,
        new ObjectName(World.Namespace, "checkout-stable"), Cancel))["spec"]!["template"]!["spec"]!["containers"]![0]!["envFrom"]![0]!
        ["configMapRef"]!["name"]!;

    private async Task<string[]> PodsOfStableAsync() =>
        [.. (await World.Api.ListAllAsync(KnownKinds.Pods, World.Namespace, new ListOptions(LabelSelector: "app=checkout-stable"), Cancel))
            .Items.Select(pod => (string)pod["metadata"]!["name"]!).Order(StringComparer.Ordinal)];

    // Since the copy serves. The canary's pods fail, and they are of the workload checkout.
    private Task<double> FailuresOfStableAsync() => Checkout.QueryAsync(
        """sum(last_over_time(istio_requests_total{destination_workload="checkout-stable",response_code=~"5.."}[10m])) or vector(0)""");

    private Task WriteAsync(string key, string value) => World.Api.PatchAsync(KnownKinds.ConfigMaps, Settings,
        new Patch.JsonPatch([JsonPatchText.Add("/data/" + key, value)]), null, Writing, Cancel);
}
