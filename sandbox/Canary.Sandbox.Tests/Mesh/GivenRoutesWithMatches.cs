using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

public sealed class GivenRoutesWithMatches
{
    private const string Stable = "route: [{destination: {host: checkout-stable}}]";
    private const string Canary = "route: [{destination: {host: checkout-canary}}]";

    private static Task<TestMesh> MeshAsync(string http) =>
        TestMesh.StartAsync(TestMesh.Services + TestMesh.Routes(http), TestMesh.Stable(), TestMesh.Canary());

    [TestCase("headers: {x-canary: {exact: always}}", "always", "canary-1")]
    [TestCase("headers: {x-canary: {exact: always}}", "Always", "stable-1")]
    [TestCase("headers: {x-canary: {prefix: al}}", "always", "canary-1")]
    [TestCase("headers: {x-canary: {regex: 'a.*s'}}", "always", "canary-1")]
    [TestCase("headers: {x-canary: {regex: 'a.*s'}}", "not always", "stable-1")]
    [TestCase("headers: {x-canary: {}}", "anything", "canary-1")]
    [TestCase("withoutHeaders: {x-canary: {}}", "anything", "stable-1")]
    [TestCase("headers: {X-Canary: {exact: always}}, method: {exact: POST}", "always", "stable-1")]
    public async Task WhenAHeaderIsAskedFor_ThenOnlyRequestsWithItMatch(string match, string value, string pod)
    {
        await using var mesh = await MeshAsync($"[{{match: [{{{match}}}], {Canary}}}, {{{Stable}}}]");

        var answer = await mesh.GetAsync(headers: ("x-canary", value));

        Assert.That(answer.Headers["x-pod"], Is.EqualTo(pod));
    }

    [TestCase("/orders/1", "canary-1")]
    [TestCase("/Orders/1", "stable-1")]
    [TestCase("/users", "stable-1")]
    public async Task WhenAPathIsAskedFor_ThenItDecides(string path, string pod)
    {
        await using var mesh = await MeshAsync($"[{{match: [{{uri: {{prefix: /orders}}}}], {Canary}}}, {{{Stable}}}]");

        var answer = await mesh.GetAsync(path);

        Assert.That(answer.Headers["x-pod"], Is.EqualTo(pod));
    }

    [TestCase("/?user=7", "canary-1")]
    [TestCase("/?user=8", "stable-1")]
    [TestCase("/", "stable-1")]
    public async Task WhenAQueryParameterIsAskedFor_ThenItDecides(string path, string pod)
    {
        await using var mesh = await MeshAsync($"[{{match: [{{queryParams: {{user: {{exact: '7'}}}}}}], {Canary}}}, {{{Stable}}}]");

        var answer = await mesh.GetAsync(path);

        Assert.That(answer.Headers["x-pod"], Is.EqualTo(pod));
    }

    [Test]
    public async Task WhenTwoRoutesMatch_ThenTheFirstOneWins()
    {
        await using var mesh = await MeshAsync($"[{{{Stable}}}, {{match: [{{uri: {{exact: /orders}}}}], {Canary}}}]");

        var answer = await mesh.GetAsync("/orders");

        Assert.That(answer.Headers["x-pod"], Is.EqualTo("stable-1"));
    }

    [Test]
    public async Task WhenOneOfSeveralMatchesHolds_ThenTheRouteIsTaken()
    {
        await using var mesh = await MeshAsync($"[{{match: [{{uri: {{exact: /a}}}}, {{uri: {{exact: /b}}}}], {Canary}}}]");

        var answer = await mesh.GetAsync("/b");

        Assert.That(answer.Headers["x-pod"], Is.EqualTo("canary-1"));
    }

    [Test]
    public async Task WhenNoRouteMatches_Then404WithFlagNR()
    {
        await using var mesh = await MeshAsync($"[{{match: [{{uri: {{exact: /a}}}}], {Canary}}}]");

        var answer = await mesh.GetAsync("/b");

        Assert.That((answer.Status, mesh.OnlySeries.ResponseFlags, mesh.OnlySeries.DestinationWorkload),
            Is.EqualTo((404, "NR", "unknown")));
    }

    [Test]
    public async Task WhenTheRouteIsBoundToAnotherGateway_ThenTheMeshDoesNotObeyIt()
    {
        var document =
            "{kind: VirtualService, metadata: {name: edge, namespace: shop}, spec: {hosts: [checkout], gateways: [edge], http: "
                + "[{redirect: {uri: /no}}]}}";
        await using var mesh = await TestMesh.StartAsync(TestMesh.Services + document, TestMesh.Stable());

        var answer = await mesh.GetAsync();

        Assert.That((answer.Status, answer.Headers["x-pod"]), Is.EqualTo((200, "stable-1")));
    }

    [TestCase("checkout")]
    [TestCase("checkout.shop")]
    [TestCase("checkout.shop.svc:80")]
    [TestCase("Checkout.shop.svc.cluster.local")]
    public async Task WhenTheHostIsWrittenInAnotherWay_ThenItIsTheSame(string host)
    {
        await using var mesh = await MeshAsync($"[{{{Canary}}}]");

        var answer = await mesh.GetAsync(host: host);

        Assert.That(answer.Headers["x-pod"], Is.EqualTo("canary-1"));
    }

    [Test]
    public async Task WhenNobodyHasTheHost_ThenTheRequestDoesNotLeave()
    {
        await using var mesh = await MeshAsync($"[{{{Canary}}}]");

        var answer = await mesh.GetAsync(host: "elsewhere.example");

        Assert.That(answer.Status, Is.EqualTo(502));
    }
}
