using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Caching;

/// <summary>Rollouts that wait for each other or belong to a group, as the caches know them.</summary>
public sealed class GivenRolloutsThatBelongTogether
{
    private Shop _shop = null!;

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenARolloutNamesNone_ThenNoneAreRead()
    {
        _shop = await Shop.StartAsync(cluster => cluster.Put(KnownKinds.Rollouts, Other("cart", "group: { name: shop }")));

        Assert.That(await ReadAsync(), Is.EqualTo(PeerReading.None));
    }

    [Test]
    public async Task WhenItNamesOthers_ThenTheirStatusesAreRead_AndWhatIsNotThereIsSaid()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Checkout("dependsOn: [{ name: cart }, { name: ledger, namespace: billing }]"));
            cluster.Put(KnownKinds.Rollouts, Other("cart", ""));
        });

        var peers = (await ReadAsync()).Peers;

        Assert.That(peers.Select(peer => (peer.Name, peer.IsDependency, peer.IsMember, peer.State?.IsInitialised)), Is.EqualTo(new[]
        {
            ("shop/cart", true, false, (bool?)true),
            ("billing/ledger", true, false, null),
        }));
    }

    [Test]
    public async Task WhenItBelongsToAGroup_ThenTheOthersOfItsNamespaceAreMembers()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Checkout("group: { name: shop, maxConcurrent: 2 }"));
            cluster.Put(KnownKinds.Rollouts, Other("delivery", "group: { name: shop, maxConcurrent: 1 }"));
            cluster.Put(KnownKinds.Rollouts, Other("cart", "group: { name: shop, promoteTogether: true }"));
            cluster.Put(KnownKinds.Rollouts, Other("mail", "group: { name: other }"));
            cluster.Put(KnownKinds.Rollouts, Other("cart", "group: { name: shop }").Replace("namespace: shop", "namespace: test"));
        });

        var peers = (await ReadAsync()).Peers;

        Assert.That(peers.Select(peer => (peer.Name, peer.IsMember, peer.PromotesTogether, peer.MaxConcurrent)), Is.EqualTo(new[]
        {
            ("shop/cart", true, true, (int?)null),
            ("shop/delivery", true, false, 1),
        }));
    }

    [Test]
    public async Task WhenItsDeploymentIsNewerThanItsStatus_ThenItIsBehind([Values(0, 1)] int observed)
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Checkout("dependsOn: [{ name: cart }]"));
            cluster.Put(KnownKinds.Rollouts, Other("cart", "").Replace("generation: 3", $"generation: {observed}"));
            cluster.Put(KnownKinds.Deployments,
                Shop.Deployment("canary", "1").Replace("name: checkout-canary, namespace: shop",
                    "name: cart-canary, namespace: shop, uid: deployment-cart"));
        });

        Assert.That((await ReadAsync()).Peers[0].IsBehind, Is.EqualTo(observed == 0));
    }

    [Test]
    public async Task WhenItReleasesAStatefulSet_ThenThatSetSaysIt_AndNotADeploymentOfItsName([Values(0, 1)] int observed)
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Checkout("dependsOn: [{ name: cart }]"));
            var cart = Yaml.Object(Other("cart", "workload: { kind: StatefulSet, name: cart }"));
            cart["status"]!["observedWorkloads"] = Yaml.Object($"canary: {{ name: cart, uid: set-cart, generation: {observed} }}");
            cluster.Put(KnownKinds.Rollouts, cart);
            cluster.Put(KnownKinds.StatefulSets, "metadata: { name: cart, namespace: shop, uid: set-cart, generation: 1 }");
            cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "1").Replace("name: checkout-canary", "name: cart"));
        });

        Assert.That((await ReadAsync()).Peers[0].IsBehind, Is.EqualTo(observed == 0));
    }

    [Test]
    public async Task WhenRolloutsWaitForEachOtherInACircle_ThenTheWayIsSaid()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Checkout("dependsOn: [{ name: mail }, { name: cart }]"));
            cluster.Put(KnownKinds.Rollouts, Other("mail", ""));
            cluster.Put(KnownKinds.Rollouts, Other("cart", "dependsOn: [{ name: delivery }]"));
            cluster.Put(KnownKinds.Rollouts, Other("delivery", "dependsOn: [{ name: checkout }, { name: mail }]"));
        });

        var problem = (await ReadAsync()).Problems.Single();

        Assert.That(problem.Path, Is.EqualTo("spec.dependsOn"));
        Assert.That(problem.Message,
            Does.Contain("shop/checkout waits for shop/cart waits for shop/delivery waits for shop/checkout; remove one of these"));
    }

    [TestCase("dependsOn: [{ name: cart }]", TestName = "Who_depends_on_it_is_told")]
    [TestCase("group: { name: shop }", TestName = "Who_is_in_its_group_is_told")]
    public async Task WhenWhatOthersWaitForChanges_ThenTheyAreTold_AndNotOfEachStep(string spec)
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Checkout(spec));
            cluster.Put(KnownKinds.Rollouts, Other("cart", "group: { name: shop }"));
        });

        Change(status => status["currentStepIndex"] = 3);
        // The cache has it before it tells of it. All that one change concerns are told at once, itself first.
        await Eventually.ThatAsync(() => Told().Contains("cart"), "it is told of its own step");
        Change(status => status["currentStepIndex"] = 4);
        await Eventually.ThatAsync(() => Told().Count(name => name == "cart") == 2, "it is told of the next one");
        Assert.That(Told(), Does.Not.Contain("checkout"), "the first step was told of completely by then");

        Change(status => status["phase"] = "Progressing");
        await Eventually.ThatAsync(() => Told().Contains("checkout"), "the other one is told");
    }

    [TestCase("cart", TestName = "Also_of_a_status_that_this_process_wrote")]
    public async Task WhenThisProcessWritesAStatus_ThenTheOthersAreToldAllTheSame(string name)
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Checkout("dependsOn: [{ name: cart }]"));
            cluster.Put(KnownKinds.Rollouts, Other(name, ""));
        });
        var store = new KubernetesRolloutStore(_shop.Cluster.Client, _shop.Caches);
        var cart = (await store.LoadAsync(new RolloutName("shop", name), A.Limit()))!;

        await store.SaveAsync(cart, cart.Status with { Phase = Phase.Degraded }, A.Limit());

        await Eventually.ThatAsync(() => Told().Contains("checkout"), "the other one is told, whichever comes first: answer or watch");
    }

    private async Task<PeerReading> ReadAsync() =>
        await new KubernetesRolloutStore(_shop.Cluster.Client, _shop.Caches).LoadPeersAsync(_shop.Snapshot(), A.Limit());

    private string[] Told()
    {
        lock (_shop.Affected) return [.. _shop.Affected.Select(name => name.Name)];
    }

    private void Change(System.Action<JsonObject> change)
    {
        var document = _shop.Cluster.Get(KnownKinds.Rollouts, "shop", "cart");
        change((JsonObject)document["status"]!);
        _shop.Cluster.Put(KnownKinds.Rollouts, document);
    }

    private static string Checkout(string more) => Shop.Rollout.Replace("spec:\n", $"spec:\n  {more}\n");

    private static string Other(string name, string more) => $$"""
        metadata: { name: {{name}}, namespace: shop, uid: rollout-{{name}}, generation: 1 }
        spec:
          {{more}}
          traffic:
            stable: { service: {{name}}-stable, workload: { name: {{name}}-stable } }
            canary: { service: {{name}}-canary, workload: { name: {{name}}-canary } }
            istio: { virtualServices: [{ name: {{name}}, routes: [primary] }] }
          strategy: { canary: { steps: [{ setWeight: 5 }] } }
        status:
          phase: Healthy
          stableRevision: v1
          observedGeneration: 1
          observedWorkloads: { canary: { name: {{name}}-canary, uid: deployment-{{name}}, generation: 3 } }
        """;
}
