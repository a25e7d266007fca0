using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Sets;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads.Sets;

/// <summary>The sides of a set as subsets of the Service that clients call: Canary makes the DestinationRule.</summary>
public sealed class GivenAStatefulSetWithSubsets : OneStatefulSet
{
    private const string Seen =
        """{"observedGeneration":0,"replicas":3,"readyReplicas":3,"currentReplicas":2,"updatedReplicas":1,"currentRevision":"web-1","updateRevision":"web-2"}""";

    private static readonly string Versioned = Set.Replace("labels: { app: web }", "labels: { app: web, version: 1.0.0 }");

    private protected override string Sides => "stable: { subset: stable }, canary: { subset: canary }, ";

    [Test]
    public async Task WhenNothingIsThere_ThenTheDestinationRuleIsMade_AndBothSubsetsFindAllPods()
    {
        await StartAsync();

        var result = await ArrangeAsync(Nothing);
        var again = await ArrangeAsync(Nothing);
        var seen = (await ObserveAsync()).Set!;

        Assert.Multiple(() =>
        {
            Assert.That((result, again), Is.EqualTo((new WriteResult.Applied(1), new WriteResult.Applied(0))));
            Assert.That(Rule["spec"]!.ToJsonString(), Is.EqualTo(
                """{"host":"web","subsets":[{"name":"stable","labels":{"app":"web"}},{"name":"canary","labels":{"app":"web"}}]}"""));
            Assert.That(Rule["metadata"]!["labels"]!["canary.delivery/rollout"]!.ToString(), Is.EqualTo("checkout"));
            Assert.That(seen.Services, Is.EqualTo(new SetServices(true, null, null)));
            Assert.That(_shop.Cluster.List(KnownKinds.Services).Select(one => one["metadata"]!["name"]!.ToString()),
                Has.None.EqualTo("web-stable").And.None.EqualTo("web-canary"));
        });
    }

    [Test]
    public async Task WhenAReleaseBegins_ThenTheSubsetsSelectByRevision_AndNameTheVersions()
    {
        await StartAsync(Versioned);
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        await ReleaseAsync("2.0.0");

        var result = await ArrangeAsync(new SetLevels("web-1", "web-2", 2, null));
        var reading = await ObserveAsync();

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new WriteResult.Applied(2)));
            Assert.That((Labels("stable"), Labels("canary")), Is.EqualTo((
                """{"app":"web","controller-revision-hash":"web-1","version":"1.0.0"}""",
                """{"app":"web","controller-revision-hash":"web-2","version":"2.0.0"}""")));
            Assert.That(reading.Set!.Services, Is.EqualTo(new SetServices(true, "web-1", "web-2")));
            Assert.That(reading.First.Revision, Is.EqualTo("web-1"));
        });
    }

    [Test]
    public async Task WhenBothTemplatesNameOneVersion_ThenTheCanarysSubsetNamesNone()
    {
        await StartAsync(Versioned);
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        await ReleaseAsync("1.0.0");

        await ArrangeAsync(new SetLevels("web-1", "web-2", 2, null));

        Assert.That(Labels("canary"), Is.EqualTo("""{"app":"web","controller-revision-hash":"web-2"}"""));
    }

    [Test]
    public async Task WhenThePodsAreReady_ThenEachSideCountsItsOwnBehindTheOneService()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.EndpointSlices, Shop.Slice("web-a", "web", [.. Enumerable.Range(0, 3).Select(index =>
            $"{{ addresses: [10.0.1.{index}], conditions: {{ ready: true }}, targetRef: {{ kind: Pod, name: web-{index} }} }}")]));
        await ArrangeAsync(new SetLevels("web-1", "web-2", 2, null));
        _shop.Cluster.Put(KnownKinds.Pods, Pod("web-2", "web-2"));
        await ReleaseAsync("2.0.0");
        await _shop.CaughtUpAsync(KnownKinds.EndpointSlices, "web-a");

        var reading = await ObserveAsync();

        Assert.That((reading.First.ReadyEndpoints, reading.Second.ReadyEndpoints), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task WhenItIsPromoted_ThenStableTakesRevisionAndVersionOfTheCanary_AlsoWhereTheTemplateIsANewerOne()
    {
        await StartAsync(Versioned);
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        await ReleaseAsync("2.0.0");
        await ArrangeAsync(new SetLevels("web-1", "web-2", 2, null));
        await ReleaseAsync("3.0.0", "web-3");

        await ArrangeAsync(new SetLevels("web-2", "web-2", 0, null));

        Assert.That(Labels("stable"), Is.EqualTo("""{"app":"web","controller-revision-hash":"web-2","version":"2.0.0"}"""));
    }

    [Test]
    public async Task WhenSomebodyTookASubsetOut_ThenItIsThereAgain_AndWhatElseTheyWroteStays()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        var rule = Rule;
        rule["spec"]!["subsets"]!.AsArray().RemoveAt(1);
        rule["spec"]!["subsets"]![0]!["trafficPolicy"] = JsonNode.Parse("""{"outlierDetection":{}}""");
        _shop.Cluster.Put(IstioKinds.DestinationRules, rule);
        await CaughtUpAsync();

        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));

        Assert.Multiple(() =>
        {
            Assert.That(Labels("canary"), Is.EqualTo("""{"app":"web","controller-revision-hash":"web-1"}"""));
            Assert.That(Rule["spec"]!["subsets"]![0]!["trafficPolicy"], Is.Not.Null);
        });
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenBothSubsetsFindAllPods()
    {
        await StartAsync(Versioned);
        await ArrangeAsync(new SetLevels("web-1", "web-2", SetLevels.Held, null));

        var back = await HandBackAsync();

        Assert.That((back, Labels("stable"), Labels("canary")),
            Is.EqualTo((new HandBackResult(null, false), """{"app":"web"}""", """{"app":"web"}""")));
    }

    [TestCase("metadata: { name: web-sides, namespace: shop }\nspec: { host: web }",
        "spec.traffic.stable.subset: Canary makes DestinationRule shop/web-sides, and one of that name is there that it did not make")]
    [TestCase("metadata: { name: web, namespace: shop }\nspec: { host: web.shop.svc.cluster.local, subsets: [{ name: canary, labels: { a: b } }] }",
        "spec.traffic.stable.subset: Canary makes the subset canary of host web in DestinationRule shop/web-sides, and DestinationRule shop/web has")]
    [TestCase("metadata: { name: web, namespace: shop }\nspec: { host: web, exportTo: ['.'] }",
        "spec.traffic.stable.subset: DestinationRule shop/web is for host web too, and has exportTo")]
    public async Task WhenADestinationRuleOfAnotherIsInTheWay_ThenItIsNamed_AndNothingIsWritten(string rule, string problem)
    {
        await StartAsync();
        _shop.Cluster.Put(IstioKinds.DestinationRules, rule);
        await CaughtUpAsync();

        var result = await ArrangeAsync(Nothing);
        var reading = await ObserveAsync();

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.TypeOf<WriteResult.Refused>());
            Assert.That(reading.Problems.Single().ToString(), Does.StartWith(problem));
        });
    }

    [TestCase("metadata: { name: web, namespace: shop }\nspec: { host: web, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }")]
    [TestCase("metadata: { name: web, namespace: shop }\nspec: { host: other, exportTo: ['.'], subsets: [{ name: canary }] }")]
    [TestCase("metadata: { name: web, namespace: shop }\nspec: { host: web, exportTo: ['*'], subsets: [{ name: v1 }, 5] }")]
    public async Task WhenADestinationRuleOfAnotherCanStandBeside_ThenItStaysAsItIs(string rule)
    {
        await StartAsync();
        _shop.Cluster.Put(IstioKinds.DestinationRules, rule);
        await CaughtUpAsync();
        var before = _shop.Cluster.Get(IstioKinds.DestinationRules, "shop", "web");

        var result = await ArrangeAsync(Nothing);

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(JsonNode.DeepEquals(before, _shop.Cluster.Get(IstioKinds.DestinationRules, "shop", "web")), Is.True);
    }

    [Test]
    public async Task WhenSomebodyGivesItAnotherHost_ThenItIsOfTheServiceAgain()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        var rule = Rule;
        rule["spec"]!["host"] = "other";
        _shop.Cluster.Put(IstioKinds.DestinationRules, rule);
        await CaughtUpAsync();

        var seen = (await ObserveAsync()).Set!.Services;
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));

        Assert.That(seen, Is.EqualTo(new SetServices(true, null, null)));
        Assert.That((Rule["spec"]!["host"]!.ToString(), Labels("stable")),
            Is.EqualTo(("web", """{"app":"web","controller-revision-hash":"web-1"}""")));
    }

    [Test]
    public async Task WhenItIsDeletedWhileSomethingElseIsInTheWay_ThenItIsMadeAgainAllTheSame()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        _shop.Cluster.Put(IstioKinds.DestinationRules, "metadata: { name: web, namespace: shop }\nspec: { host: web, exportTo: ['.'] }");
        await DeleteRuleAsync();
        var rollout = TakenOver("web-1");

        var reading = await Workloads.ObserveAsync(rollout, _shop.Traffic(), A.Limit());
        var made = await Workloads.ArrangeSetAsync(rollout, rollout.Spec!, new SetLevels("web-1", "web-1", null, null), A.Limit());
        var moved = await Workloads.ArrangeSetAsync(rollout, rollout.Spec!, new SetLevels("web-1", "web-1", 2, null), A.Limit());

        Assert.Multiple(() =>
        {
            Assert.That((reading.Problems.Count, reading.Set!.Services.AreThere), Is.EqualTo((1, false)));
            Assert.That(made, Is.EqualTo(new WriteResult.Applied(1)));
            Assert.That(moved, Is.TypeOf<WriteResult.Refused>(), "nothing else is released");
            Assert.That(Labels("stable"), Is.EqualTo("""{"app":"web","controller-revision-hash":"web-1"}"""));
        });
    }

    [Test]
    public async Task WhenItIsDeletedAfterItWasLookedAt_ThenItIsNotMadeForAllPods()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        await DeleteRuleAsync();
        var rollout = TakenOver("web-1");

        var result = await Workloads.ArrangeSetAsync(rollout, rollout.Spec!, new SetLevels(null, null, 2, null), A.Limit());

        Assert.That(result, Is.TypeOf<WriteResult.Contended>());
        Assert.That(_shop.Cluster.List(IstioKinds.DestinationRules), Is.Empty);
    }

    [Test]
    public async Task WhenTheServiceIsHeadless_ThenItIsAnObstacle()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Services, "metadata: { name: web, namespace: shop }\nspec: { clusterIP: None, selector: { app: web } }");
        await CaughtUpAsync();

        Assert.That((await ObserveAsync()).Problems.Single().ToString(),
            Does.StartWith("spec.traffic.stable.service: Service shop/web is headless"));
    }

    private JsonObject Rule => Get(IstioKinds.DestinationRules, "web-sides");

    private string Labels(string subset) => Rule["spec"]!["subsets"]!.AsArray()
        .Single(one => one!["name"]!.ToString() == subset)!["labels"]!.ToJsonString();

    private async Task DeleteRuleAsync()
    {
        _shop.Cluster.Delete(IstioKinds.DestinationRules, "shop", "web-sides");
        await Eventually.ThatAsync(
            () => _shop.Caches.Cache(IstioKinds.DestinationRules).Get(new ObjectName("shop", "web-sides")) is null, "it is gone");
        await CaughtUpAsync();
    }

    // A new template, which the controller of the set has seen.
    private async Task ReleaseAsync(string version, string revision = "web-2")
    {
        await ChangeAsync(set => set["spec"]!["template"]!["metadata"]!["labels"]!["version"] = version);
        await ChangeAsync(set => set["status"] = JsonNode.Parse(
            Seen.Replace(":0,", $":{Json.Whole(set, "metadata", "generation")},").Replace("web-2", revision)));
    }
}
