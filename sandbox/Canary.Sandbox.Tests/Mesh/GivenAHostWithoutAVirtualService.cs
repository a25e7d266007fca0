using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

/// <summary>A plain Service: each of its ready pods gets the same part of the requests.</summary>
public sealed class GivenAHostWithoutAVirtualService
{
    private const string Label = ",canary.delivery/serves=checkout";

    // As Canary writes it between two weights.
    private static readonly string Service = TestMesh.Services.Replace("selector: {app: checkout}",
        "selector: {canary.delivery/serves: checkout}", System.StringComparison.Ordinal);

    [Test]
    public async Task WhenPodsOfBothSidesHaveTheLabel_ThenTheirNumbersAreTheShare()
    {
        var stable = Enumerable.Range(1, 4).Select(index =>
            new TestPod($"stable-{index}", "checkout-stable", "app=checkout-stable" + (index < 4 ? Label : "")));
        TestPod[] canary =
        [
            new("canary-1", "checkout", "app=checkout" + Label),
            new("canary-2", "checkout", "app=checkout"),
            new("canary-3", "checkout", "app=checkout" + Label) { IsReady = false },
        ];
        await using var mesh = await TestMesh.StartAsync(Service, [.. stable, .. canary]);

        var counts = await mesh.CountAsync(400);

        Assert.That(counts.Keys, Is.EquivalentTo(new[] { "stable-1", "stable-2", "stable-3", "canary-1" }));
        Assert.That(counts["canary-1"], Is.EqualTo(100).Within(40));
    }
}
