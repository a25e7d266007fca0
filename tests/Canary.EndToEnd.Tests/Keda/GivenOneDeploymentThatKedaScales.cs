using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Keda;

/// <summary>KEDA scales the one Deployment by the pods of another one, and starts pods of a Deployment that has none. Canary takes it over,
/// releases, rolls back and gives it back; no request fails, and KEDA never starts a pod beside it.</summary>
public sealed class GivenOneDeploymentThatKedaScales : Scenario
{
    private static readonly WriteOptions Writing = new("end-to-end-tests");

    [Test, CancelAfter(360_000)]
    public async Task WhenItIsTakenOverReleasedRolledBackAndGivenBack_ThenNoRequestFailsAndNobodyFights()
    {
        await HaveOneDeploymentAsync();
        await CreateAsync(KnownKinds.ScaledObjects, Scaled);
        await UntilAsync("KEDA scales it", async () => await HasAutoscalerAsync("keda-hpa-web") && await ReplicasAsync("checkout") == 3);
        var failed = await FailedRequestsAsync();

        World.StartController();
        await CreateAsync(KnownKinds.Rollouts, Rollout);
        await UntilAsync("the copy serves", async () => await SelectorAsync("checkout-stable") == """{"app":"checkout-stable"}""");
        await RouteAsync("checkout-stable", "checkout-canary");
        await World.UntilPhaseAsync("Healthy", Cancel);
        await UntilAsync("the workload has no pods", async () => await ReplicasAsync("checkout") == 0);
        await UntilAsync("KEDA scales the copy alone", async () => await HasAutoscalerAsync("keda-hpa-web-stable")
            && !await HasAutoscalerAsync("keda-hpa-web") && await AnnotationAsync("canary.delivery/paused-for") == "checkout");

        await ScaleWorkAsync(8);
        await UntilAsync("KEDA scales the copy", async () => await ReplicasAsync("checkout-stable") == 4);
        Assert.That(await ReplicasAsync("checkout"), Is.Zero, "a trigger is active, and it is paused");
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel, "checkout");
        await World.UntilAsync("the canary has half", status => (int?)status["weights"]?["applied"] == 50, Cancel);
        var released = await ReplicasAsync("checkout");
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);
        await UntilAsync("the workload has no pods again", async () => await ReplicasAsync("checkout") == 0);

        await World.DeployAsync("3.0.0", 0, "5ms", Cancel, "checkout");
        await World.UntilAsync("the canary has half again", status => (int?)status["weights"]?["applied"] == 50, Cancel);
        await World.AskAsync("one", "abort", Cancel);
        await World.UntilPhaseAsync("RolledBack", Cancel);
        await UntilAsync("the workload has no pods a third time", async () => await ReplicasAsync("checkout") == 0);
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await UntilAsync("the Rollout is gone",
            async () => await World.Api.FindAsync(KnownKinds.Rollouts, World.Rollout, Cancel) is null, 60);
        await UntilAsync("KEDA scales it again", async () => await HasAutoscalerAsync("keda-hpa-web"));

        Assert.Multiple(() =>
        {
            Assert.That(released, Is.EqualTo(2), "half of what the copy has, and KEDA wanted 4");
            Assert.That(World.Api.FindAsync(KnownKinds.ScaledObjects, Name("web-stable"), Cancel).Result, Is.Null);
            Assert.That(AnnotationAsync("autoscaling.keda.sh/paused").Result, Is.Null);
            Assert.That(ReplicasAsync("checkout").Result, Is.EqualTo(4), "it serves all traffic again");
            Assert.That(FailedRequestsAsync().Result, Is.EqualTo(failed), World.Logs());
        });
    }

    // One pod for each two pods of the Deployment work.
    private const string Scaled = """
        {"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"web"},
         "spec":{"scaleTargetRef":{"name":"checkout"},"pollingInterval":2,"cooldownPeriod":5,"maxReplicaCount":6,
           "triggers":[{"type":"kubernetes-workload","metadata":{"podSelector":"app=work","value":"2"}}]}}
        """;

    private const string Rollout = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
         "spec":{"workload":{"name":"checkout"},
                 "traffic":{"istio":{"virtualServices":[{"name":"checkout","routes":["primary"]}]}},
                 "strategy":{"canary":{"scaleDownDelay":"5s","steps":[{"setWeight":50},{"pause":{"duration":"6s"}}]}}}}
        """;

    private const string Container = """
        {"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}],
         "env":[{"name":"VERSION","value":"1.0.0"},{"name":"ERROR_RATE","value":"0"},{"name":"LATENCY","value":"5ms"}]}
        """;

    // Before Canary: one Deployment behind one Service, a route to it, and another Deployment that nobody calls.
    private async Task HaveOneDeploymentAsync()
    {
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await CreateAsync(KnownKinds.Deployments, Deployment("checkout", 3));
        await CreateAsync(KnownKinds.Deployments, Deployment("work", 6));
        foreach (var (name, pods) in new[] { ("checkout", 3), ("work", 6) })
            await UntilAsync($"{name} is available", async () => (int?)(await World.Api.GetAsync(KnownKinds.Deployments, Name(name),
                Cancel))["status"]?["availableReplicas"] == pods);
        await RouteAsync("checkout", null);
        foreach (var side in new[] { "checkout-stable", "checkout-canary" })
        {
            await World.Api.DeleteAsync(KnownKinds.Deployments, Name(side), DeleteOptions.Default, Cancel);
            await World.Api.DeleteAsync(KnownKinds.Services, Name(side), DeleteOptions.Default, Cancel);
        }

        await UntilAsync("only their pods are left", async () =>
            (await World.Api.ListAllAsync(KnownKinds.Pods, World.Namespace, ListOptions.All, Cancel)).Items.Count == 9);
    }

    private static string Deployment(string name, int replicas) => $$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}"},
         "spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"} },
           "template":{"metadata":{"labels":{"app":"{{{name}}}"} },"spec":{"containers":[{{{Container}}}]} } } }
        """;

    private Task ScaleWorkAsync(int replicas) => World.Api.PatchAsync(KnownKinds.Deployments, Name("work"),
        new Patch.JsonPatch([JsonPatchText.Add("/spec/replicas", replicas)]), null, Writing, Cancel);

    private Task CreateAsync(ResourceKind kind, string document) =>
        World.Api.CreateAsync(kind, World.Namespace, JsonNode.Parse(document)!.AsObject(), Writing, Cancel);

    private async Task RouteAsync(string stable, string? canary)
    {
        var route = new JsonArray(new JsonObject { ["destination"] = new JsonObject { ["host"] = stable } });
        if (canary is not null)
        {
            route[0]!["weight"] = 100;
            route.Add(new JsonObject { ["destination"] = new JsonObject { ["host"] = canary }, ["weight"] = 0 });
        }

        await World.Api.PatchAsync(IstioKinds.VirtualServices, Name("checkout"),
            new Patch.JsonPatch([JsonPatchText.Add("/spec/http/0/route", route)]), null, Writing, Cancel);
    }

    private async Task<int?> ReplicasAsync(string name) =>
        (int?)(await World.Api.GetAsync(KnownKinds.Deployments, Name(name), Cancel))["spec"]!["replicas"];

    private async Task<bool> HasAutoscalerAsync(string name) =>
        await World.Api.FindAsync(KnownKinds.HorizontalPodAutoscalers, Name(name), Cancel) is not null;

    private async Task<string?> AnnotationAsync(string key) =>
        (string?)(await World.Api.GetAsync(KnownKinds.ScaledObjects, Name("web"), Cancel))["metadata"]!["annotations"]?[key];

    private async Task<string?> SelectorAsync(string name) =>
        (await World.Api.FindAsync(KnownKinds.Services, Name(name), Cancel))?["spec"]!["selector"]!.ToJsonString();

    // Of all that the mesh saw: counters of the proxies, as Prometheus has them.
    private async Task<double> FailedRequestsAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        using var client = new HttpClient();
        var query = Uri.EscapeDataString("""sum(last_over_time(istio_requests_total{response_code=~"0|5.."}[10m])) or vector(0)""");
        var answer = JsonNode.Parse(await client.GetStringAsync(new Uri(World.Prometheus, $"api/v1/query?query={query}"), Cancel))!;
        return double.Parse((string)answer["data"]!["result"]![0]!["value"]![1]!, System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task UntilAsync(string what, Func<Task<bool>> isSo, int seconds = 60)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            if (tries > seconds * 5) Assert.Fail($"not within {seconds} s: {what}\n{World.Logs()}");
            await Task.Delay(200, Cancel);
        }
    }

    private static ObjectName Name(string name) => new(World.Namespace, name);
}
