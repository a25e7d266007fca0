using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

public sealed class GivenWorkloads
{
    private static readonly Claim Claim = new("rollout-1", 6);

    private Shop _shop = null!;
    private KubernetesWorkloads _workloads = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync();
        _workloads = new KubernetesWorkloads(_shop.Cluster.Client, _shop.Caches);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenBothRunTheSameTemplate_ThenTheirRevisionIsTheSameWhateverSelectsThem()
    {
        var reading = await ObserveAsync();

        Assert.That(reading.Problems, Is.Empty);
        Assert.That(reading.First.Revision, Is.EqualTo(reading.Second.Revision).And.Match("^[0-9a-f]{10}$"));
        Assert.That(reading.First.IsReady && reading.Second.IsReady, Is.True);
    }

    [Test]
    public async Task WhenTheyAreRead_ThenEachNamesTheGenerationThatWasRead()
    {
        _shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0", generation: 7));
        await Eventually.ThatAsync(() => Json.Whole(_shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-canary")),
            "metadata", "generation") > 1, "changed");

        var reading = await ObserveAsync();

        var live = await _shop.Cluster.Client.GetAsync(KnownKinds.Deployments, new ObjectName("shop", "checkout-canary"), default);
        Assert.That(reading.Second.Workload,
            Is.EqualTo(new ObservedWorkload("checkout-canary", Documents.Uid(live), Json.Whole(live, "metadata", "generation")!.Value)));
        Assert.That(reading.First.Workload!.Name, Is.EqualTo("checkout-stable"));
    }

    [Test]
    public async Task WhenAnotherControllerWritesTheStableSide_ThenItIsNamed_AndThatOfTheCanaryIsItsOwnAffair()
    {
        foreach (var side in new[] { "stable", "canary" })
        {
            var deployment = Yaml.Object(Shop.Deployment(side, "1.0.0"));
            deployment["metadata"]!["ownerReferences"] = Yaml.Object(
                "owners: [{ apiVersion: example.com/v1, kind: Shop, name: main, uid: o1, controller: true }]")["owners"]!.DeepClone();
            _shop.Cluster.Put(KnownKinds.Deployments, deployment);
            await _shop.CaughtUpAsync(KnownKinds.Deployments, $"checkout-{side}");
        }

        Assert.That((await ObserveAsync()).Problems.Select(one => one.ToString()), Is.EqualTo(new[]
        {
            "spec.traffic.stable.workload.name: Deployment shop/checkout-stable is controlled by Shop main (example.com/v1), which writes it "
                + "back. Let one of the two release it: take it out of Shop main, or delete this Rollout",
        }));
    }

    [Test]
    public async Task WhenEndpointsAreInSeveralSlices_ThenReadyOnesAreCountedOnce()
    {
        _shop.Cluster.Put(KnownKinds.EndpointSlices, Shop.Slice(
            "checkout-canary-b",
            "checkout-canary",
            "{ addresses: [10.0.0.3], conditions: { ready: false }, targetRef: { kind: Pod, name: pod-3 } }",
            "{ addresses: [10.0.0.4], conditions: {}, targetRef: { kind: Pod, name: pod-4 } }",
            "{ addresses: [10.0.0.2], conditions: { ready: true }, targetRef: { kind: Pod, name: pod-canary } }"));
        await _shop.CaughtUpAsync(KnownKinds.EndpointSlices, "checkout-canary-b");

        var reading = await ObserveAsync();

        Assert.That(reading.Second.ReadyEndpoints, Is.EqualTo(2));
        Assert.That(reading.First.ReadyEndpoints, Is.EqualTo(1));
    }

    [Test]
    public async Task WhenObjectsAreMissing_ThenEachIsSaidByTheFieldThatNamesIt()
    {
        _shop.Cluster.Delete(KnownKinds.Services, "shop", "checkout-stable");
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-canary");
        await Eventually.ThatAsync(() => _shop.Caches.Services.Count == 1 && _shop.Caches.Deployments.Cache.Count == 1, "deleted");

        var reading = await ObserveAsync();

        Assert.That(reading.Problems.Select(problem => problem.ToString()), Is.EqualTo(new[]
        {
            "spec.traffic.stable.service: Service shop/checkout-stable is not there; there are checkout-canary",
            "spec.traffic.canary.workload.name: Deployment shop/checkout-canary is not there; there are checkout-stable",
        }));
        Assert.That(reading.First.IsReady || reading.Second.IsReady, Is.False);
    }

    [Test]
    public async Task WhenSubsetsAreNamed_ThenOnlyPodsWithTheirLabelsCount()
    {
        _shop.Cluster.Put(KnownKinds.Services, "{ metadata: { name: checkout, namespace: shop }, spec: { selector: { app: checkout } } }");
        _shop.Cluster.Put(IstioKinds.DestinationRules,
            "{ metadata: { name: rule, namespace: shop }, spec: { host: checkout.shop.svc.cluster.local, subsets: [{ name: v1, labels: { "
                + "version: v1 } }, { name: v2, labels: { version: v2 } }] } }");
        foreach (var (pod, version) in new[] { ("a", "v1"), ("b", "v1"), ("c", "v2") })
            _shop.Cluster.Put(KnownKinds.Pods,
                $"{{ metadata: {{ name: {pod}, namespace: shop, labels: {{ app: checkout, version: {version} }} }} }}");
        _shop.Cluster.Put(KnownKinds.EndpointSlices,
            Shop.Slice("all", "checkout",
                [.. "abc".Select(pod =>
                    $"{{ addresses: [10.1.0.{(int)pod}], conditions: {{ ready: true }}, targetRef: {{ kind: Pod, name: {pod} }} }}")]));
        await _shop.CaughtUpAsync(KnownKinds.EndpointSlices, "all");
        await _shop.CaughtUpAsync(IstioKinds.DestinationRules, "rule");
        await _shop.CaughtUpAsync(KnownKinds.Services, "checkout");
        var traffic =
            new TrafficSpec(new SideSpec("checkout", "v1", null), new SideSpec("checkout", "v2", null), new IstioSpec([], "rule"));

        var reading = await _workloads.ObserveAsync(_shop.Snapshot(), traffic, A.Limit());
        var missing =
            await _workloads.ObserveAsync(_shop.Snapshot(), traffic with { NamedCanary = new SideSpec("checkout", "v3", null) }, A.Limit());

        Assert.That((reading.First.ReadyEndpoints, reading.Second.ReadyEndpoints), Is.EqualTo((2, 1)));
        Assert.That(missing.Problems.Single()
            .ToString(), Is.EqualTo("spec.traffic.canary.subset: DestinationRule shop/rule has no subset v3; it has v1, v2"));
    }

    [Test]
    public async Task WhenEndpointsCannotBeWatched_ThenWhatWasReadyIsNotTakenForReady()
    {
        _shop.Cluster.Absent.Add("endpointslices");
        _shop.Cluster.Put(KnownKinds.EndpointSlices, Shop.Slice("checkout-canary-a", "checkout-canary"));
        await Eventually.ThatAsync(() => _shop.Caches.EndpointSlices.Problem is not null, "the watch is refused");

        var reading = await ObserveAsync();

        Assert.That((reading.Second.ReadyEndpoints, reading.Second.IsReady), Is.EqualTo((1, false)),
            "nothing is raised, and what is there is not taken away");
        Assert.That(reading.Second.Problem, Does.StartWith("pods cannot be watched: "));
    }

    [Test]
    public async Task WhenPodsDoNotStart_ThenTheReasonOfTheirContainersIsSaid()
    {
        _shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0", ready: 0));
        _shop.Cluster.Put(KnownKinds.Pods,
            "{ metadata: { name: p, namespace: shop, labels: { app: checkout, side: canary } }, status: { containerStatuses: [{ name: "
                + "app, state: { waiting: { reason: ImagePullBackOff } } }] } }");
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-canary");

        var reading = await ObserveAsync();

        Assert.That(reading.Second.IsRolledOut, Is.False);
        Assert.That(reading.Second.Problem, Is.EqualTo("pod p: container app: ImagePullBackOff"));
    }

    [Test]
    public async Task WhenTheTemplateIsPromoted_ThenStableHasItWithItsOwnLabels()
    {
        _shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0"));
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-canary");
        var revision = (await ObserveAsync()).Second.Revision!;

        var result = await PromoteAsync(revision);
        var again = await PromoteAsync(revision);

        var stable = _shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout-stable");
        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(again, Is.EqualTo(new WriteResult.Applied(0)));
        Assert.That(Json.Map(stable, "spec", "template", "metadata", "labels"),
            Is.EquivalentTo(new System.Collections.Generic.Dictionary<string, string>
            {
                ["app"] = "checkout",
                ["side"] = "stable",
                ["team"] = "payments"
            }));
        Assert.That(stable["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>(), Does.EndWith(":2.0.0"));
        Assert.That(Json.Text(stable, "metadata", "annotations", "canary.delivery/claim"), Is.EqualTo("rollout-1/6"));
        Assert.That((await ObserveAsync()).First.Revision, Is.EqualTo(revision));
    }

    [Test]
    public async Task WhenTheTemplateChangedAfterTheAnalysis_ThenItIsNotPromoted()
    {
        var analysed = (await ObserveAsync()).Second.Revision!;
        _shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "3.0.0"));
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-canary");

        var result = await PromoteAsync(analysed);

        Assert.That(result, Is.InstanceOf<WriteResult.Refused>());
        Assert.That(((WriteResult.Refused)result).Message, Does.Contain($"{analysed} is what was analysed"));
        Assert.That(_shop.Cluster.Writes, Is.Empty);
    }

    [Test]
    public async Task WhenALaterLeaderOwnsTheDeployment_ThenTheOldOneWritesNothing()
    {
        _shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0"));
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-canary");
        var revision = (await ObserveAsync()).Second.Revision!;
        await _shop.FreezeAsync();
        var stable = _shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout-stable");
        stable["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = "rollout-1/7" };
        _shop.Cluster.Put(KnownKinds.Deployments, stable);

        var result = await PromoteAsync(revision);

        Assert.That(result, Is.InstanceOf<WriteResult.Lost>());
        Assert.That(_shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout-stable")["spec"]!["template"]!["spec"]!.ToJsonString(),
            Does.Contain(":1.0.0"));
    }

    [Test]
    public async Task WhenANewLeaderClaimsStable_ThenTheOldOneCannotPromoteAnyMore()
    {
        _shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0"));
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-canary");
        var revision = (await ObserveAsync()).Second.Revision!;

        var claimed = await _workloads.ClaimStableAsync(_shop.Snapshot(), _shop.Traffic(), Claim with { Term = 7 }, A.Limit());
        var again = await _workloads.ClaimStableAsync(_shop.Snapshot(), _shop.Traffic(), Claim with { Term = 7 }, A.Limit());
        var late = await PromoteAsync(revision);

        var stable = _shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout-stable");
        Assert.That((claimed, again), Is.EqualTo((new WriteResult.Applied(1), new WriteResult.Applied(0))));
        Assert.That(late, Is.InstanceOf<WriteResult.Lost>());
        Assert.That(Json.Text(stable, "metadata", "annotations", "canary.delivery/claim"), Is.EqualTo("rollout-1/7"));
        Assert.That(stable["spec"]!["template"]!["spec"]!.ToJsonString(), Does.Contain(":1.0.0"));
    }

    [Test]
    public async Task WhenSomethingChangesTheTemplateOnItsWay_ThenItIsSaidAndNotWrittenForEver()
    {
        _shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0"));
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-canary");
        _shop.Cluster.Mutate = document => document["spec"]!["template"]!["spec"]!["priorityClassName"] = "high";

        var result = await PromoteAsync((await ObserveAsync()).Second.Revision!);

        Assert.That(result, Is.InstanceOf<WriteResult.Refused>());
        Assert.That(((WriteResult.Refused)result).Message, Does.Contain("Deployment shop/checkout-stable does not hold what was written"));
    }

    [TestCase(2, 1, 1, 1, 1, false, TestName = "generation not seen yet")]
    [TestCase(1, 2, 1, 1, 1, false, TestName = "not all updated")]
    [TestCase(1, 1, 1, 2, 1, false, TestName = "an old pod is left")]
    [TestCase(1, 1, 1, 1, 0, false, TestName = "not available")]
    [TestCase(1, 1, 1, 1, 1, true, TestName = "rolled out")]
    public void WhenADeploymentIsLookedAt_ThenItIsRolledOutAsKubectlDecides(int generation, int desired, int updated, int all,
        int available, bool isRolledOut)
    {
        var deployment =
            Yaml.Object(
                $"{{ metadata: {{ generation: {generation} }}, spec: {{ replicas: {desired} }}, status: {{ observedGeneration: 1, "
                    + $"replicas: {all}, updatedReplicas: {updated}, availableReplicas: {available} }} }}");

        Assert.That(DeploymentReading.IsRolledOut(deployment), Is.EqualTo(isRolledOut));
    }

    private Task<WorkloadReading> ObserveAsync() => _workloads.ObserveAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

    private Task<WriteResult> PromoteAsync(string revision) =>
        _workloads.PromoteTemplateAsync(_shop.Snapshot(), _shop.Traffic(), Side.NamedCanary, revision, Claim, A.Limit());
}
