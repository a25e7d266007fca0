using System;
using System.Globalization;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>A team has one Deployment and one Service, and no route. The Service is the route: its pods are the weight.</summary>
public sealed class GivenOneDeploymentWithoutAMesh : Scenario
{
    private const string VersionTwo = "2.0.0";

    private static readonly ResourceKind VirtualServices = new("networking.istio.io", "v1", "virtualservices", "VirtualService", true);
    private static readonly ObjectName Checkout = new(World.Namespace, "checkout");
    private static readonly WriteOptions Writing = new("end-to-end-tests");

    [Test, CancelAfter(300_000)]
    public async Task WhenItIsReleasedThroughItsService_ThenTheShareIsThatOfThePods_AndNoRequestFails()
    {
        await HaveOneDeploymentAsync();
        var failed = await FailedRequestsAsync();
        World.StartController();
        await CreateAsync(KnownKinds.Rollouts, Rollout);
        await World.UntilPhaseAsync("Healthy", Cancel, 90);
        await UntilAsync("the workload has no pods", async () => await ReplicasAsync() == 0);
        Assert.That(await SelectorAsync(), Is.EqualTo("""{"app":"checkout-stable"}"""));

        await World.DeployAsync(VersionTwo, 0, "5ms", Cancel, "checkout");
        var status = await World.UntilAsync("one pod of five",
            status => ((string?)status["message"])?.Contains("(1 of 5 pods, 20 %)") is true, Cancel, 90);
        Assert.That((int?)status["status"]!["weights"]!["pods"]!["canary"], Is.EqualTo(1));
        Assert.That(await SelectorAsync(), Is.EqualTo("""{"canary.delivery/serves":"checkout"}"""));
        await UntilAsync("a fifth of the requests reach it", async () => await ShareAsync() is > 0.14 and < 0.26, 30);
        await World.AskAsync("go-on", "promote", Cancel);
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo(VersionTwo));

        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await UntilAsync("the Rollout is gone",
            async () => await World.Api.FindAsync(KnownKinds.Rollouts, World.Rollout, Cancel) is null, 90);

        Assert.Multiple(() =>
        {
            Assert.That(SelectorAsync().Result, Is.EqualTo("""{"app":"checkout"}"""), "the team's Service is as it was");
            Assert.That(ReplicasAsync().Result, Is.EqualTo(4), "its Deployment serves again");
            Assert.That(FailedRequestsAsync().Result, Is.EqualTo(failed), World.Logs());
        });
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenABadVersionIsReleased_ThenItsPodsLeaveTheServiceAtOnce()
    {
        await HaveOneDeploymentAsync();
        World.StartController();
        await CreateAsync(KnownKinds.Rollouts, Rollout);
        await World.UntilPhaseAsync("Healthy", Cancel, 90);

        await World.DeployAsync("3.0.0", 0.4, "5ms", Cancel, "checkout");
        var rolledBack = await World.UntilPhaseAsync("RolledBack", Cancel, 120);

        Assert.That((string?)rolledBack["status"]!["message"], Does.Contain("error rate"));
        Assert.That(await SelectorAsync(), Is.EqualTo("""{"app":"checkout-stable"}"""));
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("1.0.0"));
        await UntilAsync("no request reaches it", async () => await ShareAsync() == 0, 30);
    }

    private const string Template = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"errors-of-pods"},
         "spec":{"metrics":[{"name":"error-rate","interval":"2s","successCondition":"result[0] <= 0.05","failureCondition":"result[0] > 0.05",
           "failureLimit":1,"inconclusiveLimit":20,"provider":{"red":{"preset":"istio-workload","signal":"errors","window":"8s"}}}]}}
        """;

    private const string Rollout = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
         "spec":{"workload":{"name":"checkout"},"traffic":{"service":{}},
                 "strategy":{"canary":{"scaleDownDelay":"5s","analysis":{"templates":[{"templateName":"errors-of-pods"}]},
                   "steps":[{"setWeight":20},{"pause":{}},{"setWeight":50},{"pause":{"duration":"6s"}}]}}}}
        """;

    private const string Deployment = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"checkout"},
         "spec":{"replicas":4,"selector":{"matchLabels":{"app":"checkout"}},
           "template":{"metadata":{"labels":{"app":"checkout"}},
             "spec":{"containers":[{"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}],
               "env":[{"name":"VERSION","value":"1.0.0"},{"name":"ERROR_RATE","value":"0"},{"name":"LATENCY","value":"5ms"}]}]}}}}
        """;

    // Before Canary: one Deployment behind one Service, and no VirtualService.
    private async Task HaveOneDeploymentAsync()
    {
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await CreateAsync(KnownKinds.Deployments, Deployment);
        await CreateAsync(KnownKinds.AnalysisTemplates, Template);
        await UntilAsync("the Deployment is available", async () =>
            (int?)(await World.Api.GetAsync(KnownKinds.Deployments, Checkout, Cancel))["status"]?["availableReplicas"] == 4);
        await World.Api.DeleteAsync(VirtualServices, Checkout, DeleteOptions.Default, Cancel);
        foreach (var side in new[] { "checkout-stable", "checkout-canary" })
        {
            await World.Api.DeleteAsync(KnownKinds.Deployments, new ObjectName(World.Namespace, side), DeleteOptions.Default, Cancel);
            await World.Api.DeleteAsync(KnownKinds.Services, new ObjectName(World.Namespace, side), DeleteOptions.Default, Cancel);
        }

        await UntilAsync("only its pods are left", async () =>
            (await World.Api.ListAllAsync(KnownKinds.Pods, World.Namespace, ListOptions.All, Cancel)).Items.Count == 4);
    }

    private Task CreateAsync(ResourceKind kind, string document) =>
        World.Api.CreateAsync(kind, World.Namespace, JsonNode.Parse(document)!.AsObject(), Writing, Cancel);

    private async Task<int?> ReplicasAsync() =>
        (int?)(await World.Api.GetAsync(KnownKinds.Deployments, Checkout, Cancel))["spec"]!["replicas"];

    private async Task<string> SelectorAsync() =>
        (await World.Api.GetAsync(KnownKinds.Services, Checkout, Cancel))["spec"]!["selector"]!.ToJsonString();

    // Of the requests of the last seconds; 0 where the canary had none.
    private Task<double> ShareAsync() => QueryAsync("""
        (sum(rate(istio_requests_total{reporter="source",destination_workload="checkout"}[8s])) or vector(0))
          / sum(rate(istio_requests_total{reporter="source",destination_service_name="checkout"}[8s]))
        """);

    private async Task<double> FailedRequestsAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        return await QueryAsync("""sum(last_over_time(istio_requests_total{response_code=~"0|5.."}[10m])) or vector(0)""");
    }

    private async Task<double> QueryAsync(string query)
    {
        using var client = new HttpClient();
        var answer = JsonNode.Parse(await client.GetStringAsync(
            new Uri(World.Prometheus, $"api/v1/query?query={Uri.EscapeDataString(query)}"), Cancel))!;
        var result = answer["data"]!["result"]!.AsArray();
        return result.Count == 0 ? double.NaN : double.Parse((string)result[0]!["value"]![1]!, CultureInfo.InvariantCulture);
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
