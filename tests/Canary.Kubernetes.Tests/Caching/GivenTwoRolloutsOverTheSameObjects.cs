using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Caching;

public sealed class GivenTwoRolloutsOverTheSameObjects
{
    private const string Running = "startedAt: \"2026-11-20T12:00:00Z\"";

    private Shop _shop = null!;

    [SetUp]
    public async Task StartAsync() => _shop = await Shop.StartAsync(cluster => cluster.Delete(KnownKinds.Rollouts, "shop", "checkout"));

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenBothNameTheSame_ThenTheOlderOneHasItAndTheOtherIsToldEachFieldAndTheOwner()
    {
        await PutAsync("old", 1);
        await PutAsync("new", 2);

        Assert.That(await ErrorsAsync("old"), Is.Empty);
        Assert.That((await ErrorsAsync("new")).Select(error => error.Split(':')[0]), Is.EqualTo(new[]
        {
            "spec.traffic.stable.service", "spec.traffic.stable.workload.name", "spec.traffic.canary.service",
            "spec.traffic.canary.workload.name", "spec.traffic.istio.virtualServices[0].name",
        }));
        Assert.That((await ErrorsAsync("new"))[1], Does.Contain("Deployment shop/checkout-stable belongs to Rollout shop/old"));
    }

    [Test]
    public async Task WhenTheyAreOfTheSameSecond_ThenTheUidDecides()
    {
        await PutAsync("b", 1);
        await PutAsync("a", 1);

        Assert.That(((await ErrorsAsync("a")).Length, (await ErrorsAsync("b")).Length), Is.EqualTo((0, 5)));
    }

    [Test]
    public async Task WhenOnlyOneServiceIsShared_ThenThatOneIsTold()
    {
        await PutAsync("old", 1);
        await PutAsync("new", 2,
            "{ stable: { service: a }, canary: { service: checkout-canary }, istio: { virtualServices: [{ name: other }] } }");

        Assert.That((await ErrorsAsync("new")).Single(),
            Does.StartWith("spec.traffic.canary.service: Service shop/checkout-canary belongs to Rollout shop/old"));
    }

    [Test]
    public async Task WhenAnOlderOneNamesWhatAYoungerOneHolds_ThenTheYoungerOneKeepsIt()
    {
        await PutAsync("new", 2, status: $"{{ accepted: {{ traffic: {Traffic} }} }}");
        await PutAsync("old", 1);

        Assert.That(((await ErrorsAsync("new")).Length, (await ErrorsAsync("old")).Length), Is.EqualTo((0, 5)));
    }

    [Test]
    public async Task WhenBothHoldIt_ThenTheOneUnderWayKeepsIt()
    {
        await PutAsync("old", 1, status: $"{{ accepted: {{ traffic: {Traffic} }} }}");
        await PutAsync("new", 2, status: $"{{ accepted: {{ traffic: {Traffic} }}, {Running} }}");

        Assert.That(((await ErrorsAsync("new")).Length, (await ErrorsAsync("old")).Length), Is.EqualTo((0, 5)));
    }

    [Test]
    public async Task WhenTheOlderOneIsRejected_ThenItKeepsNobodyWaiting()
    {
        await PutAsync("old", 1, status: "{ conditions: [{ type: SpecAccepted, status: \"False\" }] }");
        await PutAsync("new", 2);

        Assert.That(await ErrorsAsync("new"), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WhenTheOwnerLetsGo_ThenTheOtherIsWokenAndHasIt(bool isDeleted)
    {
        await PutAsync("old", 1, status: $"{{ accepted: {{ traffic: {Traffic} }} }}");
        await PutAsync("new", 2);
        lock (_shop.Affected) _shop.Affected.Clear();

        if (isDeleted) _shop.Cluster.Delete(KnownKinds.Rollouts, "shop", "old");
        else await PutAsync("old", 1, "{ stable: { service: a }, canary: { service: b }, istio: { virtualServices: [{ name: other }] } }",
            $"{{ accepted: {{ traffic: {Traffic} }} }}");

        await Eventually.ThatAsync(() => IsAffected("new"), "the other one looks again");
        Assert.That(await ErrorsAsync("new"), Is.Empty);
    }

    [Test]
    public async Task WhenTheOwnerIsStillUnderWay_ThenItHoldsWhatItsSpecNamesNoMore()
    {
        await PutAsync("old", 1, "{ stable: { service: a }, canary: { service: b }, istio: { virtualServices: [{ name: other }] } }",
            $"{{ accepted: {{ traffic: {Traffic} }}, {Running} }}");
        await PutAsync("new", 2);

        Assert.That(await ErrorsAsync("new"), Has.Length.EqualTo(5));
    }

    [Test]
    public async Task WhenTheNamespacesDiffer_ThenNothingIsShared()
    {
        await PutAsync("old", 1);
        await PutAsync("new", 2, space: "shop2");

        Assert.That(await ErrorsAsync("new", "shop2"), Is.Empty);
    }

    private const string Traffic =
        "{ stable: { service: checkout-stable, workload: { name: checkout-stable } }, canary: { service: checkout-canary, workload: { "
            + "name: checkout-canary } }, istio: { virtualServices: [{ name: checkout }] } }";

    private bool IsAffected(string name, string space = "shop")
    {
        lock (_shop.Affected) return _shop.Affected.Contains(new RolloutName(space, name));
    }

    private async Task PutAsync(string name, int second, string traffic = Traffic, string status = "{}", string space = "shop")
    {
        lock (_shop.Affected) _shop.Affected.Clear();
        _shop.Cluster.Put(KnownKinds.Rollouts, $$"""
            metadata: { name: {{name}}, namespace: {{space}}, uid: {{name}}-uid, creationTimestamp: "2026-11-20T12:00:0{{second}}Z" }
            spec: { traffic: {{traffic}}, strategy: { canary: { steps: [{ setWeight: 5 }] } } }
            status: {{status}}
            """);
        await Eventually.ThatAsync(() => IsAffected(name, space), $"the caches have Rollout {name}");
    }

    private async Task<string[]> ErrorsAsync(string name, string space = "shop")
    {
        var store = new KubernetesRolloutStore(_shop.Cluster.Client, _shop.Caches);
        return [.. (await store.LoadAsync(new RolloutName(space, name), CancellationToken.None))!.Errors.Where(error =>
            error.Message.Contains("belongs to")).Select(error => error.ToString())];
    }
}
