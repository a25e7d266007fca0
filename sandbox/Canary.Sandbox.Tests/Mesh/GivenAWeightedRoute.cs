using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

public sealed class GivenAWeightedRoute
{
    private static string Split(string stable, string canary) => TestMesh.Services + TestMesh.Routes(
        $"[{{name: primary, route: [{{destination: {{host: checkout-stable}}{stable}}}, {{destination: {{host: "
            + $"checkout-canary}}{canary}}}]}}]");

    [TestCase(95, 5)]
    [TestCase(75, 25)]
    [TestCase(50, 50)]
    [TestCase(1, 3)]
    public async Task WhenManyRequestsCome_ThenEachSideHasItsShare(int stable, int canary)
    {
        await using var mesh =
            await TestMesh.StartAsync(Split($", weight: {stable}", $", weight: {canary}"), TestMesh.Stable(), TestMesh.Canary());

        var counts = await mesh.CountAsync(2000);

        var share = (double)canary / (stable + canary);
        // Four standard deviations of a binomial draw.
        Assert.That(counts["canary-1"], Is.EqualTo(2000 * share).Within(4 * Math.Sqrt(2000 * share * (1 - share))));
    }

    [Test]
    public async Task WhenOneSideHasZero_ThenItGetsNothing()
    {
        await using var mesh = await TestMesh.StartAsync(Split(", weight: 100", ", weight: 0"), TestMesh.Stable(), TestMesh.Canary());

        var counts = await mesh.CountAsync(200);

        Assert.That(counts.Keys, Is.EquivalentTo(new[] { "stable-1" }));
    }

    [Test]
    public async Task WhenAWeightIsMissing_ThenItCountsAsZero()
    {
        await using var mesh = await TestMesh.StartAsync(Split("", ", weight: 1"), TestMesh.Stable(), TestMesh.Canary());

        var counts = await mesh.CountAsync(200);

        Assert.That(counts.Keys, Is.EquivalentTo(new[] { "canary-1" }));
    }

    [Test]
    public async Task WhenThereIsOneDestinationWithWeightZero_ThenItGetsEverything()
    {
        var documents = TestMesh.Services + TestMesh.Routes("[{route: [{destination: {host: checkout-canary}, weight: 0}]}]");
        await using var mesh = await TestMesh.StartAsync(documents, TestMesh.Stable(), TestMesh.Canary());

        var counts = await mesh.CountAsync(20);

        Assert.That(counts["canary-1"], Is.EqualTo(20));
    }

    [Test]
    public async Task WhenTheWeightChanges_ThenTheNextRequestObeys()
    {
        await using var mesh = await TestMesh.StartAsync(Split(", weight: 100", ", weight: 0"), TestMesh.Stable(), TestMesh.Canary());
        await mesh.CountAsync(20);

        mesh.Use(Split(", weight: 0", ", weight: 100"));

        Assert.That((await mesh.CountAsync(20)).Keys.Single(), Is.EqualTo("canary-1"));
    }

    [TestCase(", weight: 0", ", weight: 0", "spec.http[0]: route[].weight: total destination weight = 0")]
    [TestCase("", "", "total destination weight = 0")]
    [TestCase(", weight: -1", ", weight: 5", "found -1")]
    public async Task WhenNoWeightCanBeObeyed_ThenTheDocumentIsRefused(string stable, string canary, string reason)
    {
        var refused = await Assert.ThrowsAsync<FormatException>(() => TestMesh.StartAsync(Split(stable, canary)));

        Assert.That(refused!.Message, Does.Contain("VirtualService shop/checkout").And.Contain(reason));
    }
}
