using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>Requests with a header reach the canary at weight 0, all others stable, and no request fails.</summary>
public sealed class GivenAHeaderRoute : Scenario
{
    private const string Steps = """
        [{"setHeaderRoute":{"name":"staff","match":[{"headerName":"X-Staff","headerValue":{"exact":"yes"}},
          {"cookieName":"group","cookieValue":{"prefix":"st"}}]}},{"pause":{}},{"setWeight":20},{"pause":{}}]
        """;

    [Test, CancelAfter(240_000)]
    public async Task WhenItIsSet_ThenOnlyMatchingRequestsReachTheCanary_AndARollbackTakesItOff()
    {
        await World.SetStepsAsync(Steps, null, Cancel);
        World.StartController();
        await World.UntilPhaseAsync("Healthy", Cancel);
        var before = await RoutesAsync();
        var failed = await Checkout.FailedRequestsAsync();

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("it waits with its header route", status => (string?)status["hold"]?["reason"] == "PauseStep", Cancel);

        Assert.That(await RoutesAsync(), Is.EqualTo(new[] { "canary.delivery/header/staff/primary" }.Concat(before)));
        await VersionsAsync("2.0.0", ("x-staff", "yes"));
        await VersionsAsync("2.0.0", ("cookie", "session=a; group=staff"));
        await VersionsAsync("1.0.0", ("x-staff", "no"), ("cookie", "mygroup=staff"));

        await World.AskAsync("on", "promote", Cancel);
        await World.UntilAsync("weight 20", status => (int?)status["weights"]?["applied"] == 20, Cancel);
        await VersionsAsync("2.0.0", ("x-staff", "yes"));

        await World.AskAsync("no", "abort", Cancel);
        await World.UntilPhaseAsync("RolledBack", Cancel);
        Assert.That(await RoutesAsync(), Is.EqualTo(before));
        await VersionsAsync("1.0.0", ("x-staff", "yes"));
        Assert.That(await Checkout.FailedRequestsAsync(), Is.EqualTo(failed), World.Logs());
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenRequestsAreMirrored_ThenClientsSeeStableAlone_AndThePromotionTakesTheMirrorOff()
    {
        await World.SetStepsAsync("""[{"setMirrorRoute":{"name":"shadow","percentage":50}},{"pause":{"duration":"5s"}}]""", null, Cancel);
        World.StartController();
        await World.UntilPhaseAsync("Healthy", Cancel);
        var (before, failed) = (await RoutesAsync(), await Checkout.FailedRequestsAsync());

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("it waits with its mirror", status => (string?)status["hold"]?["reason"] == "PauseStep", Cancel);
        Assert.That(await RoutesAsync(), Is.EqualTo(new[] { "canary.delivery/mirror/shadow/primary" }.Concat(before)));
        await VersionsAsync("1.0.0");
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);

        Assert.That(await RoutesAsync(), Is.EqualTo(before));
        Assert.That(await Checkout.FailedRequestsAsync(), Is.EqualTo(failed), World.Logs());
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenItIsAnAbTest_ThenTheGroupGetsTheCanaryForItsTime_AndThenEverybody()
    {
        await World.ChangeRolloutAsync(JsonNode.Parse("""
            {"spec":{"strategy":{"canary":null,"abTest":{"duration":"15s","match":[{"cookieName":"group","cookieValue":{"exact":"b"}}],
              "analysis":{"templates":[{"templateName":"errors-and-latency"}]}}}}}
            """)!.AsObject(), Cancel);
        World.StartController();
        await World.UntilPhaseAsync("Healthy", Cancel);
        var before = await RoutesAsync();

        await World.DeployAsync("2.0.0", 0, "5ms", Cancel);
        await World.UntilAsync("the test runs", status =>
            ((string?)status["message"])?.StartsWith("the A/B test: weight 0, header route test", StringComparison.Ordinal) is true
            && (string?)status["hold"]?["reason"] == "PauseStep", Cancel);
        using var stop = new System.Threading.CancellationTokenSource();
        var group = KeepAskingAsync(stop.Token, ("cookie", "group=b"));
        await World.UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted", Cancel, 120);
        await stop.CancelAsync();

        Assert.That((await group).Distinct(), Is.EqualTo(new[] { "2.0.0" }), "the group never leaves the new version");
        Assert.That(await RoutesAsync(), Is.EqualTo(before));
        await VersionsAsync("2.0.0");
    }

    private async Task<System.Collections.Generic.List<string>> KeepAskingAsync(System.Threading.CancellationToken stop,
        params (string Name, string Value)[] headers)
    {
        await VersionsAsync("2.0.0", headers);
        var versions = new System.Collections.Generic.List<string>();
        while (!stop.IsCancellationRequested)
        {
            versions.Add(await VersionAsync(headers));
            await Task.Delay(20, Cancel);
        }

        return versions;
    }

    // A new configuration reaches the proxies a moment after the API server has it.
    private async Task VersionsAsync(string expected, params (string Name, string Value)[] headers)
    {
        for (var tries = 0; ; tries++)
        {
            var versions = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => VersionAsync(headers)));
            if (versions.All(version => version == expected)) return;
            Assert.That(tries, Is.LessThan(50), $"{string.Join(", ", versions.Distinct())} instead of {expected}\n{World.Logs()}");
            await Task.Delay(100, Cancel);
        }
    }

    private async Task<string> VersionAsync((string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(World.Mesh, "orders"));
        request.Headers.Host = "checkout.shop";
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request, Cancel);
        return answer.Headers.TryGetValues("x-app-version", out var versions) ? versions.Single() : $"status {(int)answer.StatusCode}";
    }

    private async Task<string?[]> RoutesAsync() =>
        [.. (await World.Api.GetAsync(IstioKinds.VirtualServices, new ObjectName(World.Namespace, "checkout"), Cancel))["spec"]!["http"]!
            .AsArray().Select(route => (string?)route!["name"])];
}
