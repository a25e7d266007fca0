using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.GatewayApi;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>An HTTPRoute whose parent is the Service that clients call. The mesh of the sandbox says in its status what it obeys.</summary>
public sealed class GivenTheGatewayApi
{
    private static readonly ObjectName Checkout = new("shop", "checkout");

    private World _world = null!;

    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task StartWorldAsync() => _world = await World.StartAsync(Cancel, "--router", "gatewayApi");

    [TearDown]
    public async Task StopWorldAsync()
    {
        if (_world is not null) await _world.DisposeAsync();
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenVersionsAreReleased_ThenAGoodOneIsPromotedByTheWeights_AndABadOneIsRolledBack()
    {
        await _world.SetStepsAsync("""[{"setWeight":20},{"pause":{"duration":"6s"}},{"setWeight":50},{"pause":{"duration":"3s"}}]""",
            Analysis.Background, Cancel);
        _world.StartController();
        await _world.UntilPhaseAsync("Healthy", Cancel);

        await _world.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await _world.UntilAsync("weight 20", status => (int?)status["weights"]?["applied"] == 20, Cancel);
        Assert.That(await WeightsAsync(), Is.EqualTo(new[] { 80, 20 }));
        await _world.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);
        Assert.That(await WeightsAsync(), Is.EqualTo(new[] { 100, 0 }));

        await _world.DeployAsync("3.0.0", 0.4, "5ms", Cancel);
        var rolledBack = await _world.UntilPhaseAsync("RolledBack", Cancel, 120);
        Assert.That((string?)rolledBack["status"]!["message"], Does.Contain("error rate"));
        Assert.That(await WeightsAsync(), Is.EqualTo(new[] { 100, 0 }));
    }

    [Test, CancelAfter(120_000)]
    public async Task WhenABackendIsNotThere_ThenTheReleaseIsBlockedWithTheWordsOfTheMesh()
    {
        await _world.SetStepsAsync(Scenario.OpenSteps, null, Cancel);
        _world.StartController();
        await _world.UntilPhaseAsync("Healthy", Cancel);
        var route = await RouteAsync();
        route["spec"]!["rules"]!.AsArray().Add(JsonNode.Parse(
            """{"matches":[{"path":{"type":"PathPrefix","value":"/old"}}],"backendRefs":[{"name":"checkout-old","port":80}]}"""));
        await _world.Api.ReplaceAsync(GatewayKinds.HttpRoutes, route, null, new("end-to-end-tests"), Cancel);

        await _world.DeployAsync("2.0.0", 0, "5ms", Cancel);

        await _world.UntilAsync("it says what the mesh says", status =>
            status.ToJsonString() is var text && text.Contains("ResolvedRefs=False, BackendNotFound", StringComparison.Ordinal)
            && text.Contains("shop/checkout-old is not there", StringComparison.Ordinal), Cancel, 60);
        Assert.That(await WeightsAsync(), Is.EqualTo(new[] { 100, 0 }));
    }

    [Test, CancelAfter(120_000)]
    public async Task WhenAHeaderRouteIsSet_ThenOnlyItsRequestsReachTheCanary_AndARollbackLeavesTheRouteAsItWas()
    {
        await _world.SetStepsAsync(
            """[{"setHeaderRoute":{"name":"staff","match":[{"headerName":"X-Staff","headerValue":{"exact":"yes"}}]}},{"pause":{}}]""", null,
            Cancel);
        _world.StartController();
        await _world.UntilPhaseAsync("Healthy", Cancel);
        var before = (await RouteAsync())["spec"];

        await _world.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await _world.UntilAsync("it waits with its header route", status => (string?)status["hold"]?["reason"] == "PauseStep", Cancel);
        await VersionAsync("2.0.0", "yes");
        await VersionAsync("1.0.0", "no");

        await _world.AskAsync("no", "abort", Cancel);
        await _world.UntilPhaseAsync("RolledBack", Cancel);
        Assert.That(JsonNode.DeepEquals((await RouteAsync())["spec"], before), Is.True);
        await VersionAsync("1.0.0", "yes");
    }

    // A new configuration reaches the proxy a moment after the API server has it.
    private async Task VersionAsync(string expected, string staff)
    {
        using var client = new HttpClient();
        for (var (right, tries) = (0, 0); right < 20; tries++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_world.Mesh, "orders"));
            request.Headers.Host = "checkout.shop";
            request.Headers.Add("x-staff", staff);
            using var answer = await client.SendAsync(request, Cancel);
            right = answer.Headers.TryGetValues("x-app-version", out var versions) && versions.Single() == expected ? right + 1 : 0;
            Assert.That(tries, Is.LessThan(500), $"not {expected} with x-staff {staff}\n{_world.Logs()}");
            if (right == 0) await Task.Delay(20, Cancel);
        }
    }

    private async Task<JsonObject> RouteAsync() => await _world.Api.GetAsync(GatewayKinds.HttpRoutes, Checkout, Cancel);

    private async Task<int[]> WeightsAsync() =>
        [.. (await RouteAsync())["spec"]!["rules"]![0]!["backendRefs"]!.AsArray().Select(backend => (int)backend!["weight"]!)];
}
