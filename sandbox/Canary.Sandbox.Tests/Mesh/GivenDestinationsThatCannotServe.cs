using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

public sealed class GivenDestinationsThatCannotServe
{
    private const string Subsets = """
        {kind: DestinationRule, metadata: {name: checkout, namespace: shop}, spec: {host: checkout, subsets: [{name: v1, labels: {version: v1}}, {name: v9, labels: {version: v9}}]}}
        ---

        """;

    private static string To(string destination) =>
        TestMesh.Services + Subsets + TestMesh.Routes($"[{{route: [{{destination: {{{destination}}}}}]}}]");

    [TestCase("host: nowhere")]
    [TestCase("host: checkout, subset: v3")]
    [TestCase("host: checkout, port: {number: 81}")]
    public async Task WhenItDoesNotExist_Then503WithFlagNC(string destination)
    {
        await using var mesh = await TestMesh.StartAsync(To(destination), TestMesh.Stable());

        var answer = await mesh.GetAsync();

        Assert.That((answer.Status, mesh.OnlySeries.ResponseFlags), Is.EqualTo((503, "NC")));
    }

    [TestCase("host: checkout, subset: v9", "checkout")]
    [TestCase("host: checkout-canary", "checkout-canary")]
    public async Task WhenItHasNoReadyPod_Then503WithFlagUHAndTheNameOfTheService(string destination, string service)
    {
        var canary = new TestPod("canary-1", "checkout-canary", "app=checkout,track=canary,version=v2") { IsReady = false };
        await using var mesh = await TestMesh.StartAsync(To(destination), TestMesh.Stable(), canary);

        var answer = await mesh.GetAsync();

        Assert.That(
            (answer.Status, answer.Body, mesh.OnlySeries.ResponseFlags, mesh.OnlySeries.DestinationService,
                mesh.OnlySeries.DestinationWorkload),
            Is.EqualTo((503, "no healthy upstream", "UH", $"{service}.shop.svc.cluster.local", "unknown")));
    }

    [Test]
    public async Task WhenASubsetIsNamed_ThenOnlyItsPodsAreAsked()
    {
        await using var mesh = await TestMesh.StartAsync(To("host: checkout, subset: v1"), TestMesh.Stable(), TestMesh.Canary());

        var counts = await mesh.CountAsync(40);

        Assert.That(counts.Keys.Single(), Is.EqualTo("stable-1"));
    }

    [Test]
    public async Task WhenAPodDoesNotListen_ThenAnotherOneIsAsked()
    {
        var dead = new TestPod("stable-0", "checkout-stable", "app=checkout,track=stable,version=v1") { IsDead = true };
        await using var mesh = await TestMesh.StartAsync(To("host: checkout-stable"), dead, TestMesh.Stable());

        var counts = await mesh.CountAsync(40);

        Assert.That(counts["stable-1"], Is.EqualTo(40));
    }

    [Test]
    public async Task WhenNoPodListens_Then503WithFlagsUFAndURX()
    {
        var dead = new TestPod("stable-0", "checkout-stable", "app=checkout,track=stable,version=v1") { IsDead = true };
        await using var mesh = await TestMesh.StartAsync(To("host: checkout-stable"), dead);

        var answer = await mesh.GetAsync();

        Assert.That((answer.Status, mesh.OnlySeries.ResponseFlags), Is.EqualTo((503, "UF,URX")));
    }

    [Test]
    public async Task WhenTheRuleOfTheClientsNamespaceHasNoSuchSubset_ThenThatOfTheServiceIsNotAsked()
    {
        const string elsewhere =
            "{kind: Service, metadata: {name: cart, namespace: carts, uid: s9}, spec: {selector: {app: checkout}, ports: [{port: 80, "
                + "name: http}]}}\n---\n";
        const string rules = """
            {kind: DestinationRule, metadata: {name: theirs, namespace: carts}, spec: {host: cart, subsets: [{name: v1, labels: {version: v1}}]}}
            ---
            {kind: DestinationRule, metadata: {name: ours, namespace: shop}, spec: {host: cart.carts.svc.cluster.local, subsets: [{name: v2, labels: {version: v2}}]}}
            ---

            """;
        var route = TestMesh.Routes("[{route: [{destination: {host: cart.carts.svc.cluster.local, subset: v1}}]}]");
        await using var mesh = await TestMesh.StartAsync(TestMesh.Services + elsewhere + rules + route, TestMesh.Stable());

        var answer = await mesh.GetAsync();

        Assert.That((answer.Status, mesh.OnlySeries.ResponseFlags), Is.EqualTo((503, "NC")));
    }
}
