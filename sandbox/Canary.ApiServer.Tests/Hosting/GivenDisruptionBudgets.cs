using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Hosting;

/// <summary>Three ready pods of one owner, and a PodDisruptionBudget that is asked before one is evicted.</summary>
public sealed class GivenDisruptionBudgets
{
    private static readonly ResourceKind Budgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true);
    private static readonly WriteOptions Writing = new("test");

    private ApiServerHost _server = null!;
    private ApiClient _api = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await ApiServerHost.StartAsync(new ApiServerOptions(), CancellationToken.None);
        _api = new ApiClient(new ApiServerConfiguration(_server.Address), System.TimeProvider.System);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
    }

    [TestCase("minAvailable: 2", null)]
    [TestCase("minAvailable: 3", "needs 3 healthy pods and has 3 currently")]
    [TestCase("minAvailable: '60%'", null)]
    [TestCase("minAvailable: '70%'", "needs 3 healthy pods and has 3 currently")]
    [TestCase("maxUnavailable: 1", null)]
    [TestCase("maxUnavailable: 0", "needs 3 healthy pods and has 3 currently")]
    public async Task WhenAPodOfAStatefulSetIsEvicted_ThenItsBudgetDecides(string budget, string? problem)
    {
        await HaveAsync("StatefulSet", budget);

        Assert.That(await EvictAsync("web-0"), problem is null ? Is.Null : Does.EndWith(problem));
    }

    [TestCase("minAvailable: 2", null)]
    [TestCase("maxUnavailable: 1", "has 3 currently")]
    [TestCase("minAvailable: '10%'", "has 3 currently")]
    public async Task WhenAPodOfADaemonSetIsEvicted_ThenOnlyANumberOfPodsThatStayCanAllowIt(string budget, string? problem)
    {
        await HaveAsync("DaemonSet", budget);

        Assert.That(await EvictAsync("web-0"), problem is null ? Is.Null : Does.EndWith(problem));
    }

    [Test]
    public async Task WhenOneIsGone_ThenTheNextHasToWait()
    {
        await HaveAsync("DaemonSet", "minAvailable: 2");

        var first = await EvictAsync("web-0");
        var second = await EvictAsync("web-1");

        Assert.That((first, second), Is.EqualTo(((string?)null, "429 TooManyRequests Cannot evict pod as it would violate the pod's "
            + "disruption budget. The disruption budget web needs 2 healthy pods and has 2 currently")));
    }

    [Test]
    public async Task WhenThePodIsNotReady_ThenItMayGoWhileTheOthersAreEnough()
    {
        await HaveAsync("DaemonSet", "minAvailable: 2");
        await ReadyAsync("web-0", "False");

        Assert.That(await EvictAsync("web-0"), Is.Null);
    }

    private async Task HaveAsync(string kind, string budget)
    {
        var size = kind == "DaemonSet" ? "" : """ "replicas":3,"serviceName":"web", """;
        var set = await _api.CreateAsync(kind == "DaemonSet" ? KnownKinds.DaemonSets : KnownKinds.StatefulSets, "default", Read($$"""
            {"apiVersion":"apps/v1","kind":"{{kind}}","metadata":{"name":"web"},
             "spec":{ {{size}} "selector":{"matchLabels":{"app":"web"} },
               "template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"app","image":"a:1"}]} } } }
            """), Writing, CancellationToken.None);
        foreach (var name in new[] { "web-0", "web-1", "web-2" })
        {
            await _api.CreateAsync(KnownKinds.Pods, "default", Read($$"""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}","labels":{"app":"web"},
                   "ownerReferences":[{"apiVersion":"apps/v1","kind":"{{kind}}","name":"web","uid":"{{set.Uid()}}","controller":true}]},
                 "spec":{"containers":[{"name":"app","image":"a:1"}]} }
                """), Writing, CancellationToken.None);
            await ReadyAsync(name, "True");
        }

        var (field, value) = (budget.Split(": ")[0], budget.Split(": ")[1].Replace('\'', '"'));
        await _api.CreateAsync(Budgets, "default", Read($$"""
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web"},
             "spec":{"{{field}}":{{value}},"selector":{"matchLabels":{"app":"web"} } } }
            """), Writing, CancellationToken.None);
    }

    private Task<JsonObject> ReadyAsync(string pod, string isReady) => _api.PatchAsync(KnownKinds.Pods, new ObjectName("default", pod),
        new Patch.Merge(Read($$"""{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"{{isReady}}"}]} }""")), "status",
        Writing, CancellationToken.None);

    // Null: it is evicted.
    private async Task<string?> EvictAsync(string pod)
    {
        try
        {
            await _api.CreateAsync(KnownKinds.Pods, new ObjectName("default", pod), "eviction", Read($$"""
                {"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{pod}}","namespace":"default"} }
                """), Writing, CancellationToken.None);
            return null;
        }
        catch (ApiException refusal)
        {
            return $"{refusal.Status.Code} {refusal.Status.Reason} {refusal.Status.Message} "
                + string.Join(' ', refusal.Status.Causes.Select(cause => cause.Message));
        }
    }

    private static JsonObject Read(string document) => JsonNode.Parse(document)!.AsObject();
}
