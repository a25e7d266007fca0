using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

public sealed class GivenRoutesThatDoMore
{
    private const string Stable = "route: [{destination: {host: checkout-stable}}]";

    private static Task<TestMesh> MeshAsync(string http, params TestPod[] pods) =>
        TestMesh.StartAsync(TestMesh.Services + TestMesh.Routes(http), pods.Length > 0 ? pods : [TestMesh.Stable(), TestMesh.Canary()]);

    [Test]
    public async Task WhenHeadersAreChanged_ThenPodAndClientSeeTheChange()
    {
        await using var mesh = await MeshAsync(
            $"[{{headers: {{request: {{set: {{x-added: route}}, remove: [x-gone]}}, response: {{set: {{x-route: "
                + $"primary}}}}}}, {Stable}}}]");

        var answer = await mesh.GetAsync(headers: ("x-gone", "1"));

        Assert.That((answer.Body, answer.Headers["x-route"]), Is.EqualTo(("stable-1 GET checkout / x-added=route x-gone=", "primary")));
    }

    [TestCase("uri: /v2", "/orders/7?a=b", "/v2/7?a=b")]
    [TestCase("uriRegexRewrite: {match: '^/orders/([0-9]+)', rewrite: '/order/\\1/view'}", "/orders/7?a=b", "/order/7/view?a=b")]
    public async Task WhenThePathIsRewritten_ThenThePodSeesTheNewOne(string rewrite, string asked, string seen)
    {
        await using var mesh = await MeshAsync($"[{{match: [{{uri: {{prefix: /orders}}}}], rewrite: {{{rewrite}}}, {Stable}}}]");

        var answer = await mesh.GetAsync(asked);

        Assert.That(answer.Body, Does.Contain($" {seen} "));
    }

    [Test]
    public async Task WhenTheRouteRedirects_ThenTheClientIsToldWhere()
    {
        await using var mesh = await MeshAsync("[{redirect: {authority: new.shop, uri: /moved, redirectCode: 308}}]");

        var answer = await mesh.GetAsync("/old");

        Assert.That((answer.Status, answer.Headers["Location"]), Is.EqualTo((308, "http://new.shop/moved")));
    }

    [Test]
    public async Task WhenThePodIsSlowerThanTheTimeout_Then504WithFlagUT()
    {
        var slow = new TestPod("stable-1", "checkout-stable", "app=checkout,track=stable")
        {
            Answer = (http, _) =>
            Task.Delay(5000, http.RequestAborted)
        };
        await using var mesh = await MeshAsync($"[{{timeout: 100ms, {Stable}}}]", slow);

        var answer = await mesh.GetAsync();

        Assert.That((answer.Status, answer.Body, mesh.OnlySeries.ResponseFlags), Is.EqualTo((504, "upstream request timeout", "UT")));
    }

    [Test]
    public async Task WhenTheFirstAttemptsFail_ThenTheyAreRepeatedAndCountAsOneRequest()
    {
        var shaky = new TestPod("stable-1", "checkout-stable", "app=checkout,track=stable")
        {
            Answer = (http, count) =>
            {
                http.Response.StatusCode = count < 3 ? 503 : 200;
                return http.Response.WriteAsync($"answer {count}");
            },
        };
        await using var mesh = await MeshAsync($"[{{retries: {{attempts: 3, retryOn: 5xx}}, {Stable}}}]", shaky);

        var answer = await mesh.GetAsync(method: "POST", body: "order");

        Assert.That((answer.Body, mesh.Telemetry.Series.Single().Value.Milliseconds.Read().Count, mesh.OnlySeries.ResponseCode),
            Is.EqualTo(("answer 3", 1L, 200)));
    }

    [Test]
    public async Task WhenRetriesAreOff_ThenTheFailureIsPassedOn()
    {
        var failing = new TestPod("stable-1", "checkout-stable", "app=checkout,track=stable")
        {
            Answer = (http, _) =>
            Task.Run(() => http.Response.StatusCode = 503)
        };
        await using var mesh = await MeshAsync($"[{{retries: {{attempts: 0}}, {Stable}}}]", failing);

        var answer = await mesh.GetAsync();

        Assert.That((answer.Status, failing.Received.Count), Is.EqualTo((503, 1)));
    }

    [Test]
    public async Task WhenAFaultAborts_ThenNoPodIsAsked()
    {
        var stable = TestMesh.Stable();
        await using var mesh =
            await MeshAsync($"[{{fault: {{abort: {{httpStatus: 418, percentage: {{value: 100}}}}}}, {Stable}}}]", stable);

        var answer = await mesh.GetAsync();

        Assert.That((answer.Status, mesh.OnlySeries.ResponseFlags, stable.Received.Count), Is.EqualTo((418, "FI", 0)));
    }

    [Test]
    public async Task WhenAFaultDelays_ThenTheAnswerComesLaterWithFlagDI()
    {
        await using var mesh = await MeshAsync($"[{{fault: {{delay: {{fixedDelay: 200ms}}}}, {Stable}}}]");
        var started = Stopwatch.GetTimestamp();

        var answer = await mesh.GetAsync();

        Assert.That((answer.Status, mesh.OnlySeries.ResponseFlags, Stopwatch.GetElapsedTime(started).TotalMilliseconds >= 190),
            Is.EqualTo((200, "DI", true)));
    }

    [Test]
    public async Task WhenTheRouteMirrors_ThenTheSecondSideGetsACopyAndTheMetricsNothing()
    {
        var canary = TestMesh.Canary();
        await using var mesh =
            await MeshAsync($"[{{mirrors: [{{destination: {{host: checkout-canary}}}}], {Stable}}}]", TestMesh.Stable(), canary);

        var answer = await mesh.GetAsync("/orders");

        Assert.That(() => canary.Received, Is.EqualTo(new[] { "canary-1 GET checkout-shadow /orders x-added= x-gone=" }).After(3000, 20));
        Assert.That((answer.Headers["x-pod"], mesh.OnlySeries.DestinationServiceName), Is.EqualTo(("stable-1", "checkout-stable")));
    }

    [Test]
    public async Task WhenABodyIsSent_ThenThePodGetsIt()
    {
        await using var mesh = await MeshAsync($"[{{{Stable}}}]");

        var answer = await mesh.GetAsync(method: "PUT", body: "two eggs");

        Assert.That(answer.Body, Does.EndWith("body=two eggs"));
    }
}
