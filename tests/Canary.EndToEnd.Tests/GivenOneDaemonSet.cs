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

/// <summary>A team has one DaemonSet and one Service. Canary takes it over, releases, and rolls back; the team reverts.</summary>
public sealed class GivenOneDaemonSet : Scenario
{
    private static readonly ObjectName Set = new(World.Namespace, "checkout");
    private static readonly WriteOptions Writing = new("end-to-end-tests");

    [Test, CancelAfter(300_000)]
    public async Task WhenItIsTakenOverReleasedRolledBackAndReverted_ThenNoRequestFailsForIt()
    {
        await HaveOneDaemonSetAsync();
        var failed = await FailedRequestsAsync();
        World.StartController();
        await CreateAsync(KnownKinds.AnalysisTemplates, Template);
        await CreateAsync(KnownKinds.Rollouts, Rollout);
        await UntilAsync("the subsets are there", async () => await LabelsAsync("canary") is not null);
        await RouteAsync("""
            [{"destination":{"host":"checkout","subset":"stable"},"weight":100},{"destination":{"host":"checkout","subset":"canary"},"weight":0}]
            """);
        await World.UntilPhaseAsync("Healthy", Cancel);
        Assert.That(await LabelsAsync("stable"), Does.Contain("controller-revision-hash").And.Contain("\"version\":\"1.0.0\""));

        await DeployAsync("2.0.0");
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 150);
        Assert.That(await VersionsAsync(), Is.EqualTo("2.0.0 2.0.0 2.0.0"));
        Assert.That(await FailedRequestsAsync(), Is.EqualTo(failed), World.Logs());

        await DeployAsync("3.0.0", "0.4");
        await World.UntilPhaseAsync("RolledBack", Cancel, 120);
        Assert.That(await VersionsAsync(), Does.Match("2.0.0").And.Match("3.0.0"), "no pod is touched while the refused template is there");
        failed = await FailedRequestsAsync();
        await DeployAsync("2.0.0");
        await UntilAsync("the pods are back", async () => await VersionsAsync() == "2.0.0 2.0.0 2.0.0");
        await World.UntilPhaseAsync("Healthy", Cancel);

        Assert.That(await FailedRequestsAsync(), Is.EqualTo(failed), World.Logs());
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await UntilAsync("the Rollout is gone",
            async () => await World.Api.FindAsync(KnownKinds.Rollouts, World.Rollout, Cancel) is null);
        Assert.That((await LabelsAsync("stable"), await LabelsAsync("canary")),
            Is.EqualTo(("""{"app":"checkout"}""", """{"app":"checkout"}""")));
    }

    private const string Rollout = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
         "spec":{"workload":{"kind":"DaemonSet","name":"checkout"},
                 "traffic":{"stable":{"subset":"stable"},"canary":{"subset":"canary"},"istio":{"virtualServices":[{"name":"checkout","routes":["primary"]}]}},
                 "strategy":{"canary":{"analysis":{"templates":[{"templateName":"by-version"}]},
                   "steps":[{"setWeight":20},{"pause":{"duration":"14s"}},{"setWeight":66},{"pause":{"duration":"10s"}}]}}}}
        """;

    private const string Template = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"by-version"},
         "spec":{"metrics":[{"name":"error-rate","interval":"2s","successCondition":"result[0] <= 0.05","failureCondition":"result[0] > 0.05",
           "failureLimit":1,"inconclusiveLimit":5,"provider":{"red":{"preset":"istio-version","signal":"errors","window":"8s"}}}]}}
        """;

    private const string DaemonSet = """
        {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"checkout"},
         "spec":{"updateStrategy":{"type":"OnDelete"},"selector":{"matchLabels":{"app":"checkout"}},
           "template":{"metadata":{"labels":{"app":"checkout","version":"1.0.0"}},
             "spec":{"containers":[{"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}],
               "env":[{"name":"VERSION","value":"1.0.0"},{"name":"ERROR_RATE","value":"0"},{"name":"LATENCY","value":"5ms"}]}]}}}}
        """;

    // Before Canary: one DaemonSet behind one Service, and a route to it.
    private async Task HaveOneDaemonSetAsync()
    {
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        await CreateAsync(KnownKinds.DaemonSets, DaemonSet);
        await UntilAsync("the DaemonSet is available", async () =>
            (int?)(await World.Api.GetAsync(KnownKinds.DaemonSets, Set, Cancel))["status"]?["numberReady"] == 3);
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
        await World.Api.PatchAsync(KnownKinds.DaemonSets, Set,
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

    private async Task<string?> LabelsAsync(string subset) =>
        (await World.Api.FindAsync(IstioKinds.DestinationRules, new ObjectName(World.Namespace, "checkout-sides"), Cancel))
            ?["spec"]!["subsets"]!.AsArray().FirstOrDefault(one => (string?)one!["name"] == subset)?["labels"]!.ToJsonString();

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
