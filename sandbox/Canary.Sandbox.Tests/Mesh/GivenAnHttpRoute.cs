using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

/// <summary>The mesh obeys HTTPRoutes as the Gateway API says.</summary>
public sealed class GivenAnHttpRoute
{
    private const string OfTheService = "parentRefs: [{group: '', kind: Service, name: checkout}]";
    private const string Stable = "backendRefs: [{name: checkout-stable, port: 80}]";
    private const string Canary = "backendRefs: [{name: checkout-canary, port: 80}]";

    private static Task<TestMesh> MeshAsync(string rules, string parents = OfTheService) => TestMesh.StartAsync(
        TestMesh.Services
            + $"{{kind: HTTPRoute, metadata: {{name: checkout, namespace: shop}}, spec: {{{parents}, rules: [{rules}]}}}}\n---\n",
        TestMesh.Stable(), TestMesh.Canary());

    [Test]
    public async Task WhenBackendsHaveWeights_ThenTheyShareTheRequests()
    {
        await using var mesh = await MeshAsync(
            "{backendRefs: [{name: checkout-stable, port: 80, weight: 3}, {name: checkout-canary, port: 80}]}");

        var counts = await mesh.CountAsync(400);

        Assert.That(counts["canary-1"], Is.InRange(60, 140), "a weight that is left out is 1");
    }

    [TestCase("/orders", "x", "canary-1")]
    [TestCase("/orders/1", "x", "canary-1")]
    [TestCase("/ordersheet", "x", "stable-1")]
    [TestCase("/health", "staff", "stable-1")]
    [TestCase("/other", "staff", "canary-1")]
    [TestCase("/other", "x", "stable-1")]
    public async Task WhenRulesCompete_ThenTheMostSpecificWins_WhateverTheirOrder(string path, string team, string pod)
    {
        await using var mesh = await MeshAsync($"{{{Stable}}}, "
            + $"{{matches: [{{headers: [{{name: x-team, value: staff}}]}}, {{path: {{type: PathPrefix, value: /orders}}}}], {Canary}}}, "
            + $"{{matches: [{{path: {{type: Exact, value: /health}}}}], {Stable}}}");

        var answer = await mesh.GetAsync(path, headers: ("x-team", team));

        Assert.That(answer.Headers["x-pod"], Is.EqualTo(pod));
    }

    [TestCase("checkout.example.com", 200)]
    [TestCase("other.example.com", 502)]
    public async Task WhenTheParentIsAGateway_ThenTheHostnamesDecide(string host, int status)
    {
        await using var mesh = await MeshAsync($"{{{Canary}}}", "parentRefs: [{name: public}], hostnames: [checkout.example.com]");

        var answer = await mesh.GetAsync(host: host);

        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task WhenAllWeightsAreZero_ThenTheAnswerIs500()
    {
        await using var mesh = await MeshAsync("{backendRefs: [{name: checkout-stable, port: 80, weight: 0}]}");

        Assert.That((await mesh.GetAsync()).Status, Is.EqualTo(500));
    }

    [Test]
    public async Task WhenAFilterChangesHeaders_ThenTheAnswerHasThem()
    {
        await using var mesh = await MeshAsync("{filters: [{type: ResponseHeaderModifier, responseHeaderModifier: "
            + $"{{set: [{{name: x-rule, value: one}}]}}}}], {Stable}}}");

        Assert.That((await mesh.GetAsync()).Headers["x-rule"], Is.EqualTo("one"));
    }
}
