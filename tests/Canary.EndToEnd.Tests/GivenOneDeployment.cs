using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>A team has one Deployment and one Service. Canary takes them over, releases, and gives them back, and no request
/// fails.</summary>
public sealed class GivenOneDeployment : Scenario
{
    private static readonly ResourceKind VirtualServices = new("networking.istio.io", "v1", "virtualservices", "VirtualService", true);
    private static readonly ObjectName Copy = new(World.Namespace, "checkout-stable");
    private static readonly WriteOptions Writing = new("end-to-end-tests");

    [Test, CancelAfter(300_000)]
    public async Task WhenItIsTakenOverReleasedAndGivenBack_ThenNoRequestFails()
    {
        await HaveOneDeploymentAsync();
        var failed = await FailedRequestsAsync();

        World.StartController();
        await CreateAsync(KnownKinds.Rollouts, Rollout);
        await World.UntilAsync("the route is missed", status => ((string?)status["message"])?.Contains("no destination") is true, Cancel);
        await UntilAsync("the copy serves", async () => await SelectorAsync("checkout-stable") == """{"app":"checkout-stable"}""");
        Assert.That(await ReplicasAsync("checkout"), Is.EqualTo(3), "the workload serves until the route is there");

        await RouteAsync("""[{"destination":{"host":"checkout-stable","port":{"number":80}},"weight":100},{"destination":{"host":"checkout-canary","port":{"number":80}},"weight":0}]""");
        await World.UntilPhaseAsync("Healthy", Cancel);
        await UntilAsync("the workload has no pods", async () => await ReplicasAsync("checkout") == 0);

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel, "checkout");
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"));

        await World.DeployAsync("3.0.0", 0, "5ms", Cancel, "checkout");
        await World.UntilAsync("the canary has 5", status => (int?)status["weights"]?["applied"] == 5, Cancel);
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await UntilAsync("the Rollout is gone",
            async () => await World.Api.FindAsync(KnownKinds.Rollouts, World.Rollout, Cancel) is null, 60);

        Assert.Multiple(() =>
        {
            Assert.That(World.Api.FindAsync(KnownKinds.Deployments, Copy, Cancel).Result, Is.Null);
            Assert.That(ReplicasAsync("checkout").Result, Is.EqualTo(3), "it serves all traffic again");
            Assert.That(SelectorAsync("checkout").Result, Is.EqualTo("""{"app":"checkout"}"""), "the team's Service is as it was");
            Assert.That(SelectorAsync("checkout-stable").Result, Is.EqualTo("""{"app":"checkout"}"""), "the route still names it");
            Assert.That(FailedRequestsAsync().Result, Is.EqualTo(failed), World.Logs());
        });
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenABadVersionIsRolledBack_ThenTheCopyWasNeverTouched_AndADeletedCopyComesBackAtTheStableVersion()
    {
        await HaveOneDeploymentAsync();
        World.StartController();
        await RouteAsync("""[{"destination":{"host":"checkout-stable"},"weight":100},{"destination":{"host":"checkout-canary"},"weight":0}]""");
        await CreateAsync(KnownKinds.Rollouts, Rollout);
        await World.UntilPhaseAsync("Healthy", Cancel);

        await World.DeployAsync("3.0.0", 0.3, "5ms", Cancel, "checkout");
        await World.UntilPhaseAsync("RolledBack", Cancel, 90);
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("1.0.0"));

        await World.Api.DeleteAsync(KnownKinds.Deployments, Copy, DeleteOptions.Default, Cancel);
        await UntilAsync("the copy is there again",
            async () => await World.Api.FindAsync(KnownKinds.Deployments, Copy, Cancel)
                is { } copy && (string?)copy["metadata"]!["deletionTimestamp"] is null);
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("1.0.0"),
            "the workload has the bad version, and an old ReplicaSet remembers the stable one");
        await UntilAsync("the workload has no pods", async () => await ReplicasAsync("checkout") == 0);
    }

    [Test, CancelAfter(300_000)]
    public async Task WhenItIsReleasedBlueGreen_ThenAllTrafficMovesOnceAndABadVersionIsTakenOffAtOnce()
    {
        await HaveOneDeploymentAsync();
        await CreateAsync(KnownKinds.AnalysisTemplates, ErrorRate);
        World.StartController();
        await CreateAsync(KnownKinds.Rollouts, BlueGreen);
        await UntilAsync("the copy serves", async () => await SelectorAsync("checkout-stable") == """{"app":"checkout-stable"}""");
        await RouteAsync("""[{"destination":{"host":"checkout-stable"},"weight":100},{"destination":{"host":"checkout-canary"},"weight":0}]""");
        await World.UntilPhaseAsync("Healthy", Cancel);
        await UntilAsync("the workload has no pods", async () => await ReplicasAsync("checkout") == 0);
        var failed = await FailedRequestsAsync();

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel, "checkout");
        await World.UntilAsync("the preview waits for a person",
            status => (string?)status["message"] == "preview without traffic, paused until a person promotes", Cancel);
        Assert.That(await ReplicasAsync("checkout"), Is.EqualTo(1), "the preview is small");
        await World.AskAsync("one", "promote", Cancel);
        await World.UntilAsync("switched", status => (int?)status["weights"]?["applied"] == 100
            && (string?)status["step"] == "switched", Cancel);
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("1.0.0"), "the way back");
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"));
        Assert.That(await FailedRequestsAsync(), Is.EqualTo(failed), World.Logs());

        await World.DeployAsync("3.0.0", 0.3, "5ms", Cancel, "checkout");
        await World.UntilAsync("the preview waits again", status => (string?)status["hold"]?["reason"] == "PauseStep", Cancel);
        await World.AskAsync("two", "promote", Cancel);
        var after = await World.UntilPhaseAsync("RolledBack", Cancel, 90);

        Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 100, 0, 100, 0 }), World.Logs());
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("2.0.0"));
        Assert.That((string?)after["status"]!["message"],
            Does.StartWith("rolled back at weight 100: ").And.EndsWith("(post-promotion analysis)"));
    }

    [Test, CancelAfter(300_000)]
    public async Task WhenAnAutoscalerScalesIt_ThenTheCopyHasOneLikeIt_AndTheWorkloadsIsTheOnlyOneInTheEnd()
    {
        await HaveOneDeploymentAsync();
        await CreateAsync(KnownKinds.HorizontalPodAutoscalers, Autoscaler);
        var failed = await FailedRequestsAsync();
        World.StartController();
        await CreateAsync(KnownKinds.Rollouts, Rollout);
        await UntilAsync("the copy serves", async () => await SelectorAsync("checkout-stable") == """{"app":"checkout-stable"}""");
        // A route to a Service that is not there yet would fail, whoever made it.
        await RouteAsync("""[{"destination":{"host":"checkout-stable"},"weight":100},{"destination":{"host":"checkout-canary"},"weight":0}]""");
        await World.UntilPhaseAsync("Healthy", Cancel);
        await UntilAsync("the workload has no pods", async () => await ReplicasAsync("checkout") == 0);
        await UntilAsync("the copy's autoscaler may take pods away",
            async () => (await FindAutoscalerAsync("checkout-stable"))?["spec"] is JsonObject spec && !spec.ContainsKey("behavior"));

        var more = new JsonArray(JsonPatchText.Add("/spec/minReplicas", 4));
        await World.Api.PatchAsync(KnownKinds.HorizontalPodAutoscalers, new ObjectName(World.Namespace, "checkout"),
            new Patch.JsonPatch(more), null, Writing, Cancel);
        await UntilAsync("the copy has the fewest pods that the team's allows", async () => await ReplicasAsync("checkout-stable") == 4);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel, "checkout");
        await World.UntilAsync("the canary has 5", status => (int?)status["weights"]?["applied"] == 5, Cancel);
        var (released, copied) = (await ReplicasAsync("checkout"), await FindAutoscalerAsync("checkout-stable"));
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);
        await UntilAsync("the workload has no pods again", async () => await ReplicasAsync("checkout") == 0);
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await UntilAsync("the Rollout is gone",
            async () => await World.Api.FindAsync(KnownKinds.Rollouts, World.Rollout, Cancel) is null, 60);

        Assert.Multiple(() =>
        {
            Assert.That(released, Is.EqualTo(4), "its own autoscaler is active");
            Assert.That((string?)copied!["spec"]!["behavior"]!["scaleDown"]!["selectPolicy"], Is.EqualTo("Disabled"));
            Assert.That(FindAutoscalerAsync("checkout-stable").Result, Is.Null);
            Assert.That((int?)FindAutoscalerAsync("checkout").Result!["spec"]!["minReplicas"], Is.EqualTo(4));
            Assert.That(ReplicasAsync("checkout").Result, Is.EqualTo(4), "it serves all traffic again");
            Assert.That(FailedRequestsAsync().Result, Is.EqualTo(failed), World.Logs());
        });
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenItIsAbortedWhileStableIsSmall_ThenTheTrafficFollowsStablesPods_AndNoRequestFails()
    {
        await HaveOneDeploymentAsync();
        World.StartController();
        await CreateAsync(KnownKinds.Rollouts, Shrinking);
        await UntilAsync("the copy serves", async () => await SelectorAsync("checkout-stable") == """{"app":"checkout-stable"}""");
        await RouteAsync("""[{"destination":{"host":"checkout-stable"},"weight":100},{"destination":{"host":"checkout-canary"},"weight":0}]""");
        await World.UntilPhaseAsync("Healthy", Cancel);
        await UntilAsync("the workload has no pods", async () => await ReplicasAsync("checkout") == 0);
        var failed = await FailedRequestsAsync();

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel, "checkout");
        await World.UntilAsync("the canary has half", status => (int?)status["weights"]?["applied"] == 50, Cancel);
        await UntilAsync("stable shrinks", async () => await ReplicasAsync("checkout-stable") == 2);
        await World.AskAsync("one", "abort", Cancel);
        await World.UntilPhaseAsync("RolledBack", Cancel);
        await UntilAsync("the workload has no pods again", async () => await ReplicasAsync("checkout") == 0);

        Assert.Multiple(() =>
        {
            Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 50, 34, 0 }), World.Logs());
            Assert.That(ReplicasAsync("checkout-stable").Result, Is.EqualTo(3));
            Assert.That(FailedRequestsAsync().Result, Is.EqualTo(failed), World.Logs());
        });
    }

    private const string Shrinking = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
         "spec":{"workload":{"name":"checkout"},
                 "traffic":{"istio":{"virtualServices":[{"name":"checkout","routes":["primary"]}]}},
                 "strategy":{"canary":{"dynamicStableScale":true,"scaleDownDelay":"3s","steps":[{"setWeight":50},{"pause":{}}]}}}}
        """;

    private const string Autoscaler = """
        {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"checkout"},
         "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"checkout"},"minReplicas":3,"maxReplicas":6,
           "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}}]}}
        """;

    private const string Rollout = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
         "spec":{"workload":{"name":"checkout"},
                 "traffic":{"istio":{"virtualServices":[{"name":"checkout","routes":["primary"]}]}},
                 "strategy":{"canary":{"scaleDownDelay":"5s","analysis":{"templates":[{"templateName":"errors-and-latency"}]},
                   "steps":[{"setWeight":5},{"pause":{"duration":"14s"}},{"setWeight":50},{"pause":{"duration":"4s"}}]}}}}
        """;

    private const string BlueGreen = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
         "spec":{"workload":{"name":"checkout"},
                 "traffic":{"istio":{"virtualServices":[{"name":"checkout","routes":["primary"]}]}},
                 "strategy":{"blueGreen":{"previewReplicaCount":1,"autoPromotionEnabled":false,"scaleDownDelay":"8s","abortScaleDownDelay":"5s",
                   "postPromotionAnalysis":{"templates":[{"templateName":"error-rate"}]}}}}}
        """;

    private const string ErrorRate = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"error-rate"},
         "spec":{"metrics":[{"name":"error-rate","interval":"1s","count":10,"failureCondition":"result[0] > 0.05","failureLimit":1,
           "inconclusiveLimit":30,"provider":{"red":{"preset":"istio-service","signal":"errors","window":"8s"}}}]}}
        """;

    private const string Deployment = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"checkout"},
         "spec":{"replicas":3,"selector":{"matchLabels":{"app":"checkout"}},
           "template":{"metadata":{"labels":{"app":"checkout"}},
             "spec":{"containers":[{"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}],
               "env":[{"name":"VERSION","value":"1.0.0"},{"name":"ERROR_RATE","value":"0"},{"name":"LATENCY","value":"5ms"}]}]}}}}
        """;

    // Before Canary: one Deployment behind one Service, and a route to it.
    private async Task HaveOneDeploymentAsync()
    {
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await CreateAsync(KnownKinds.Deployments, Deployment);
        await UntilAsync("the Deployment is available", async () => (int?)(await World.Api.GetAsync(KnownKinds.Deployments,
            new ObjectName(World.Namespace, "checkout"), Cancel))["status"]?["availableReplicas"] == 3);
        await RouteAsync("""[{"destination":{"host":"checkout","port":{"number":80}}}]""");
        foreach (var side in new[] { "checkout-stable", "checkout-canary" })
        {
            await World.Api.DeleteAsync(KnownKinds.Deployments, new ObjectName(World.Namespace, side), DeleteOptions.Default, Cancel);
            await World.Api.DeleteAsync(KnownKinds.Services, new ObjectName(World.Namespace, side), DeleteOptions.Default, Cancel);
        }

        await UntilAsync("only its pods are left", async () =>
            (await World.Api.ListAllAsync(KnownKinds.Pods, World.Namespace, ListOptions.All, Cancel)).Items.Count == 3);
    }

    private Task CreateAsync(ResourceKind kind, string document) =>
        World.Api.CreateAsync(kind, World.Namespace, JsonNode.Parse(document)!.AsObject(), Writing, Cancel);

    private async Task RouteAsync(string destinations)
    {
        var name = new ObjectName(World.Namespace, "checkout");
        var patch = new JsonArray(new JsonObject
        {
            ["op"] = "replace",
            ["path"] = "/spec/http/0/route",
            ["value"] = JsonNode.Parse(destinations),
        });
        await World.Api.PatchAsync(VirtualServices, name, new Patch.JsonPatch(patch), null, Writing, Cancel);
    }

    private async Task<int?> ReplicasAsync(string name) =>
        (int?)(await World.Api.GetAsync(KnownKinds.Deployments, new ObjectName(World.Namespace, name), Cancel))["spec"]!["replicas"];

    private async Task<JsonObject?> FindAutoscalerAsync(string name) =>
        await World.Api.FindAsync(KnownKinds.HorizontalPodAutoscalers, new ObjectName(World.Namespace, name), Cancel);

    private async Task<string?> SelectorAsync(string name) =>
        (await World.Api.FindAsync(KnownKinds.Services, new ObjectName(World.Namespace, name), Cancel))
            ?["spec"]!["selector"]!.ToJsonString();

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
}
