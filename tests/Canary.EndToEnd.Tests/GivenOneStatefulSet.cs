using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>A team has one StatefulSet and one Service. Canary takes it over, releases, rolls back, and gives it back.</summary>
public sealed class GivenOneStatefulSet : Scenario
{
    private static readonly ObjectName Set = new(World.Namespace, "checkout");
    private static readonly WriteOptions Writing = new("end-to-end-tests");

    [Test, CancelAfter(400_000)]
    public async Task WhenItIsTakenOverReleasedRolledBackAndGivenBack_ThenNoRequestFailsForIt()
    {
        await HaveOneStatefulSetAsync();
        var failed = await FailedRequestsAsync();
        World.StartController();
        await CreateAsync(KnownKinds.Rollouts, Rollout);
        await UntilAsync("the Services are there", async () => await SelectorAsync("checkout-canary") is not null);
        Assert.That(await PartitionAsync(), Is.EqualTo(0), "nothing of the set changes until the route is right");
        await RouteAsync("""[{"destination":{"host":"checkout-stable"},"weight":100},{"destination":{"host":"checkout-canary"},"weight":0}]""");
        await World.UntilPhaseAsync("Healthy", Cancel);

        await DeployAsync("2.0.0");
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 150);
        await UntilAsync("all pods run it", async () => await VersionsAsync() == "2.0.0 2.0.0 2.0.0");

        Assert.That(await FailedRequestsAsync(), Is.EqualTo(failed), World.Logs());

        await DeployAsync("3.0.0", "0.4");
        await World.UntilPhaseAsync("RolledBack", Cancel, 120);
        await UntilAsync("the pods are back", async () => await VersionsAsync() == "2.0.0 2.0.0 2.0.0");
        Assert.That(await PartitionAsync(), Is.EqualTo(1_000_000_000), "the refused template updates no pod");

        await DeployAsync("2.0.0");
        await World.UntilPhaseAsync("Healthy", Cancel);
        failed = await FailedRequestsAsync();
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await UntilAsync("the Rollout is gone",
            async () => await World.Api.FindAsync(KnownKinds.Rollouts, World.Rollout, Cancel) is null);
        Assert.Multiple(() =>
        {
            Assert.That((PartitionAsync().Result, SelectorAsync("checkout-stable").Result, SelectorAsync("checkout-canary").Result),
                Is.EqualTo((0, """{"app":"checkout"}""", """{"app":"checkout"}""")));
            Assert.That(FailedRequestsAsync().Result, Is.EqualTo(failed), World.Logs());
        });
    }

    private const string Rollout = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
         "spec":{"workload":{"kind":"StatefulSet","name":"checkout"},
                 "traffic":{"istio":{"virtualServices":[{"name":"checkout","routes":["primary"]}]}},
                 "strategy":{"canary":{"analysis":{"templates":[{"templateName":"errors-and-latency"}]},
                   "steps":[{"setWeight":20},{"pause":{"duration":"14s"}},{"setWeight":66},{"pause":{"duration":"10s"}}]}}}}
        """;

    private const string StatefulSet = """
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"checkout"},
         "spec":{"replicas":3,"serviceName":"checkout","selector":{"matchLabels":{"app":"checkout"}},
           "template":{"metadata":{"labels":{"app":"checkout","version":"1.0.0"}},
             "spec":{"containers":[{"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}],
               "env":[{"name":"VERSION","value":"1.0.0"},{"name":"ERROR_RATE","value":"0"},{"name":"LATENCY","value":"5ms"}]}]}}}}
        """;

    // Before Canary: one StatefulSet behind one Service, and a route to it.
    private async Task HaveOneStatefulSetAsync()
    {
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await CreateAsync(KnownKinds.StatefulSets, StatefulSet);
        await UntilAsync("the StatefulSet is available", async () =>
            (int?)(await World.Api.GetAsync(KnownKinds.StatefulSets, Set, Cancel))["status"]?["readyReplicas"] == 3);
        await RouteAsync("""[{"destination":{"host":"checkout","port":{"number":80}}}]""");
        foreach (var side in new[] { "checkout-stable", "checkout-canary" })
        {
            await World.Api.DeleteAsync(KnownKinds.Deployments, new ObjectName(World.Namespace, side), DeleteOptions.Default, Cancel);
            await World.Api.DeleteAsync(KnownKinds.Services, new ObjectName(World.Namespace, side), DeleteOptions.Default, Cancel);
        }

        await UntilAsync("only its pods are left", async () =>
            (await World.Api.ListAllAsync(KnownKinds.Pods, World.Namespace, ListOptions.All, Cancel)).Items.Count == 3);
    }

    private async Task DeployAsync(string version, string errorRate = "0")
    {
        var env = new JsonArray([.. new[] { ("VERSION", version), ("ERROR_RATE", errorRate), ("LATENCY", "5ms") }
            .Select(one => (JsonNode)new JsonObject { ["name"] = one.Item1, ["value"] = one.Item2 })]);
        await World.Api.PatchAsync(KnownKinds.StatefulSets, Set,
            new Patch.JsonPatch([JsonPatchText.Add("/spec/template/spec/containers/0/env", env),
                JsonPatchText.Add("/spec/template/metadata/labels/version", version)]), null, Writing, Cancel);
    }

    private async Task<string> VersionsAsync() => string.Join(' ',
        (await World.Api.ListAllAsync(KnownKinds.Pods, World.Namespace, ListOptions.All, Cancel)).Items
            .Where(pod => (string?)pod["metadata"]!["deletionTimestamp"] is null)
            .OrderBy(pod => (string?)pod["metadata"]!["name"], StringComparer.Ordinal)
            .Select(pod => (string?)(pod["spec"]!["containers"]![0]!["env"] as JsonArray)!
                .First(variable => (string?)variable!["name"] == "VERSION")!["value"]));

    private Task CreateAsync(ResourceKind kind, string document) =>
        World.Api.CreateAsync(kind, World.Namespace, JsonNode.Parse(document)!.AsObject(), Writing, Cancel);

    private Task RouteAsync(string destinations) => World.Api.PatchAsync(IstioKinds.VirtualServices, Set,
        new Patch.JsonPatch([JsonPatchText.Add("/spec/http/0/route", JsonNode.Parse(destinations))]), null, Writing, Cancel);

    private async Task<int?> PartitionAsync() => (int?)(await World.Api.GetAsync(KnownKinds.StatefulSets, Set, Cancel))
        ["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"];

    private async Task<string?> SelectorAsync(string name) =>
        (await World.Api.FindAsync(KnownKinds.Services, new ObjectName(World.Namespace, name), Cancel))
            ?["spec"]!["selector"]!.ToJsonString();

    // Of all that the mesh saw: counters of the proxies, as Prometheus has them.
    private async Task<double> FailedRequestsAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        using var client = new HttpClient();
        var query = Uri.EscapeDataString("""sum(last_over_time(istio_requests_total{response_code=~"0|5.."}[15m])) or vector(0)""");
        var answer = JsonNode.Parse(await client.GetStringAsync(new Uri(World.Prometheus, $"api/v1/query?query={query}"), Cancel))!;
        return double.Parse((string)answer["data"]!["result"]![0]!["value"]![1]!, CultureInfo.InvariantCulture);
    }

    private async Task UntilAsync(string what, Func<Task<bool>> isSo, int seconds = 60)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            if (tries > seconds * 5) Assert.Fail($"not within {seconds} s: {what}\n{World.Logs()}");
            await Task.Delay(200, Cancel);
        }
    }
}
