using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Sandbox.Tests.Workloads;
using Canary.Sandbox.Workloads.Pods;
using Canary.Sandbox.World;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.World;

/// <summary>One sandbox for all tests of the fixture: each leaves the route at 100/0.</summary>
public sealed class GivenARunningSandbox
{
    private static readonly ObjectName Route = new(ShopNames.Namespace, "checkout");
    private static readonly WriteOptions Writing = new("test");
    private readonly HttpClient _http = new();
    private SandboxProcess _sandbox = null!;
    private ApiClient _api = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxProcess.RunAsync("--rate", "50", "--deployments", "2");
        _api = new ApiClient(KubeConfig.Load(_sandbox.Addresses.TextAt("kubeconfig"), null), TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        _api?.Dispose();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
    }

    [Test]
    public async Task WhenTheWeightIsPatchedThroughTheApi_ThenTheMeshSendsElsewhereAndPrometheusSeesIt()
    {
        const string query =
            "sum(istio_requests_total{destination_service=\"checkout-canary.shop.svc.cluster.local\",response_code=\"200\"})";
        await WeighAsync(0, 100);

        await PlayedCluster.UntilAsync(() => QueryAsync(query), count => count > 20);

        await WeighAsync(100, 0);
    }

    [Test]
    public async Task WhenAVersionIsDeployedByTheCommand_ThenItAnswersUnderTheCanarysWeight()
    {
        var (exitCode, output, _) = await SandboxProcess.CommandAsync(
            "deploy", "--version", "5.0.0", "--error-rate", "1", "--latency", "1ms", "--kubeconfig",
            _sandbox.Addresses.TextAt("kubeconfig")!);
        await WeighAsync(0, 100);

        var answer = await PlayedCluster.UntilAsync(AskAsync, answer => answer.Version == "5.0.0");
        Assert.That((exitCode, output, answer.Status),
            Is.EqualTo((0,
                "shipped 5.0.0 to Deployment shop/checkout-canary of Rollout shop/checkout. Watch it: canary status checkout -n shop "
                    + "--watch\n", 500)));

        await WeighAsync(100, 0);
    }

    [Test]
    public async Task WhenADocumentIsRefusedByTheMesh_ThenItGoesOnWithTheLastGoodOne()
    {
        await WeighAsync(100, 0);
        await WeighAsync(0, 0);
        await Task.Delay(500);

        var answer = await AskAsync();

        Assert.That(answer, Is.EqualTo((200, "1.0.0")));
        await WeighAsync(100, 0);
    }

    [Test]
    public async Task WhenItsObjectsAreRead_ThenTheRolloutAndItsTemplateAreAccepted()
    {
        var rollout = await _api.GetAsync(KnownKinds.Rollouts, ShopNames.Rollout, default);
        var template = rollout.ItemsAt("spec", "strategy", "canary", "analysis", "templates").Single().TextAt("templateName")!;

        Assert.That(await _api.FindAsync(KnownKinds.AnalysisTemplates, new ObjectName(ShopNames.Namespace, template), default),
            Is.Not.Null);
        Assert.That(await _api.FindAsync(KnownKinds.ServiceAccounts, new ObjectName(ShopNames.Namespace, "default"), default), Is.Not.Null);
    }

    private Task WeighAsync(int stable, int canary) => _api.PatchAsync(IstioKinds.VirtualServices, Route, new Patch.JsonPatch(
    [
        new JsonObject { ["op"] = "add", ["path"] = "/spec/http/0/route/0/weight", ["value"] = stable },
        new JsonObject { ["op"] = "add", ["path"] = "/spec/http/0/route/1/weight", ["value"] = canary },
    ]), null, Writing, default);

    private async Task<(int Status, string Version)> AskAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _sandbox.Addresses.TextAt("mesh"));
        request.Headers.Host = "checkout.shop";
        using var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, answer.Headers.TryGetValues(AppServer.VersionHeader, out var versions) ? versions.Single() : "");
    }

    private async Task<double> QueryAsync(string query)
    {
        var prometheus = _sandbox.Addresses.TextAt("prometheus", "address");
        var answer = JsonNode.Parse(await _http.GetStringAsync($"{prometheus}api/v1/query?query={Uri.EscapeDataString(query)}"));
        var result = answer.At("data", "result")!.AsArray();
        return result.Count == 0 ? 0
            : double.Parse(result[0]!["value"]![1]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
