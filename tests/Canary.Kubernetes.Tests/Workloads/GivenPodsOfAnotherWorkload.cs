using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

public sealed class GivenPodsOfAnotherWorkload
{
    private Shop _shop = null!;
    private KubernetesWorkloads _workloads = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            foreach (var side in new[] { "stable", "canary" })
            {
                var labels = $"{{ app: checkout, side: {side}, team: payments }}";
                cluster.Put(KnownKinds.ReplicaSets,
                    $"{{ metadata: {{ name: checkout-{side}-1, namespace: shop, labels: {labels}, ownerReferences: "
                        + $"[{Owner("Deployment", $"checkout-{side}", $"uid-deployments-checkout-{side}")}] }} }}");
                cluster.Put(KnownKinds.Pods,
                    $"{{ metadata: {{ name: pod-{side}, namespace: shop, labels: {labels}, ownerReferences: "
                        + $"[{Owner("ReplicaSet", $"checkout-{side}-1", $"uid-replicasets-checkout-{side}-1")}] }} }}");
            }
        });
        _workloads = new KubernetesWorkloads(_shop.Cluster.Client, _shop.Caches);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenEachServiceSelectsThePodsOfItsDeployment_ThenNothingIsWrong()
    {
        var reading = await ObserveAsync();

        Assert.That(reading.Problems, Is.Empty);
        Assert.That((reading.First.IsReady, reading.Second.IsReady), Is.EqualTo((true, true)));
    }

    [TestCase("canary", "{ side: stable }", "pod-stable",
        "pod pod-stable of Deployment shop/checkout-stable, the workload of the other side, but the canary side must contain only pods of "
            + "Deployment shop/checkout-canary", TestName = "canary selects stable's pods")]
    [TestCase("stable", "{ app: checkout }", "pod-canary",
        "pod pod-canary of Deployment shop/checkout-canary, the workload of the other side, but the stable side must",
        TestName = "stable selects canary's pods too")]
    public async Task WhenAServiceSelectsPodsOfTheOtherSide_ThenThatIsSaidAndTheSideIsNotReady(string side, string selector, string pod,
        string expected)
    {
        await SelectAsync(side, selector, Endpoint(pod));

        var reading = await ObserveAsync();

        var wrong = side == "stable" ? reading.First : reading.Second;
        Assert.That(reading.Problems.Single().Path, Is.EqualTo($"spec.traffic.{side}.service"));
        Assert.That(reading.Problems.Single().Message,
            Does.StartWith($"Service shop/checkout-{side} selects {expected}").And.Contains("Change its selector"));
        Assert.That((wrong.IsReady, wrong.ForeignPods is not null, wrong.ReadyEndpoints > 0), Is.EqualTo((false, true, true)));
    }

    [TestCase("StatefulSet", "of StatefulSet shop/ledger")]
    [TestCase("", "that no workload owns")]
    [TestCase("ReplicaSet", "of ReplicaSet shop/ledger")]
    public async Task WhenAForeignPodHasTheLabels_ThenItsOwnerIsNamed(string owner, string expected)
    {
        var owners = owner.Length == 0 ? "" : $", ownerReferences: [{Owner(owner, "ledger", "uid-ledger")}]";
        _shop.Cluster.Put(KnownKinds.Pods,
            $"{{ metadata: {{ name: alien, namespace: shop, labels: {{ app: checkout, side: canary }}{owners} }} }}");
        await SelectAsync("canary", "{ app: checkout, side: canary }", Endpoint("pod-canary"), Endpoint("alien"));

        var reading = await ObserveAsync();

        Assert.That(reading.Problems.Single().Message, Does.StartWith($"Service shop/checkout-canary selects pod alien {expected}, but"));
    }

    [TestCase("{ addresses: [10.0.0.9], conditions: { ready: true } }", TestName = "without a target")]
    [TestCase("{ addresses: [10.0.0.9], conditions: { ready: false }, targetRef: { kind: Node, name: n1 } }",
        TestName = "of a node, not ready yet")]
    public async Task WhenAnEndpointIsNoPod_ThenThatIsSaid(string endpoint)
    {
        await SelectAsync("canary", "{ app: checkout, side: canary }", Endpoint("pod-canary"), endpoint);

        Assert.That((await ObserveAsync()).Problems.Single().Message,
            Does.StartWith("Service shop/checkout-canary has the endpoint 10.0.0.9, which is no pod, but"));
    }

    [Test]
    public async Task WhenAServiceHasNoSelector_ThenNobodyKnowsWhatIsBehindIt()
    {
        await SelectAsync("canary", "{}", Endpoint("pod-canary"));

        Assert.That((await ObserveAsync()).Problems.Single().Message, Does.StartWith("Service shop/checkout-canary has no selector"));
    }

    [Test]
    public async Task WhenAnEndpointSliceWrittenByHandNamesStablesPod_ThenNothingIsRaisedAndThenItIsSaid()
    {
        await SelectAsync("canary", "{ app: checkout, side: canary }", Endpoint("pod-stable"));

        var reading = await ObserveAsync();

        Assert.That((reading.Problems.Count, reading.Second.IsReady), Is.EqualTo((0, false)));
        Assert.That(reading.Second.Problem, Does.Contain("names pod pod-stable, which is not of Deployment checkout-canary"));
        await Eventually.ThatAsync(() => ObserveAsync().GetAwaiter().GetResult().Problems.Count == 1, "it is no leftover of a change");
    }

    [Test]
    public async Task WhenPodsCannotBeListed_ThenNothingBeginsAndTheRightsAreNamed()
    {
        _shop.Cluster.RefuseReading = path => path.Contains("replicasets", System.StringComparison.Ordinal)
            ? (403, "replicasets.apps is forbidden") : null;

        var reading = await ObserveAsync();

        Assert.That(reading.Problems.Single().Message, Does.Contain("replicasets.apps is forbidden").And.Contains("deploy/base/rbac.yaml"));
    }

    [Test]
    public async Task WhenSubsetsShareAService_ThenTheirLabelsSelectPodsOfTheirOwnWorkloads()
    {
        _shop.Cluster.Put(KnownKinds.Services, "{ metadata: { name: checkout, namespace: shop }, spec: { selector: { app: checkout } } }");
        _shop.Cluster.Put(KnownKinds.EndpointSlices, Shop.Slice("all", "checkout", Endpoint("pod-stable"), Endpoint("pod-canary")));
        _shop.Cluster.Put(IstioKinds.DestinationRules,
            "{ metadata: { name: rule, namespace: shop }, spec: { host: checkout, subsets: [{ name: old, labels: { side: stable } }, { "
                + "name: new, labels: { side: canary } }, { name: all, labels: { app: checkout } }] } }");
        await _shop.CaughtUpAsync(KnownKinds.Services, "checkout");
        await _shop.CaughtUpAsync(KnownKinds.EndpointSlices, "all");
        await _shop.CaughtUpAsync(IstioKinds.DestinationRules, "rule");
        TrafficSpec By(string canary) => new(
            new SideSpec("checkout", "old", _shop.Traffic().NamedStable.Workload),
            new SideSpec("checkout", canary, _shop.Traffic().NamedCanary.Workload), new IstioSpec([], "rule"));

        var right = await _workloads.ObserveAsync(_shop.Snapshot(), By("new"), A.Limit());
        var wrong = await _workloads.ObserveAsync(_shop.Snapshot(), By("all"), A.Limit());

        Assert.That((right.Problems.Count, right.First.ReadyEndpoints, right.Second.ReadyEndpoints), Is.EqualTo((0, 1, 1)));
        Assert.That(wrong.Problems.Single()
            .ToString(),
            Does.StartWith(
                "spec.traffic.canary.subset: subset all of Service shop/checkout selects pod pod-stable of Deployment "
                    + "shop/checkout-stable"));
    }

    [Test]
    public async Task WhenNoWorkloadIsNamedAndBothServicesSelectTheSamePods_ThenThatIsSaid()
    {
        await SelectAsync("canary", "{ app: checkout }", Endpoint("pod-canary"), Endpoint("pod-stable"));
        var traffic = _shop.Traffic();
        traffic = traffic with
        {
            NamedStable = traffic.NamedStable with { Workload = null },
            NamedCanary = traffic.NamedCanary with { Workload = null }
        };

        var reading = await _workloads.ObserveAsync(_shop.Snapshot(), traffic, A.Limit());

        Assert.That(reading.Problems.Single().Message,
            Does.StartWith("Service shop/checkout-stable and Service shop/checkout-canary both contain pod pod-stable"));
        Assert.That(reading.Second.IsReady, Is.False);
    }

    [Test]
    public async Task WhenNothingIsReleased_ThenThePodsAreNotAskedFor()
    {
        var first = await ObserveAsync();
        var idle = RolloutStatus.New with
        {
            StableRevision = first.First.Revision,
            CanaryRevision = first.Second.Revision,
            RevisionScheme = first.Scheme,
            Accepted = _shop.Snapshot().Spec
        };
        await SelectAsync("canary", "{ side: stable }", Endpoint("pod-stable"));
        var before = _shop.Cluster.Requests.Count(request => !request.PathAndQuery.Contains("watch", System.StringComparison.Ordinal));

        var reading = await ObserveAsync(idle);
        var after = _shop.Cluster.Requests.Count(request => !request.PathAndQuery.Contains("watch", System.StringComparison.Ordinal));
        var asked = await _workloads.ObserveAsync(_shop.Snapshot() with
        {
            Status = idle,
            Request = new RolloutRequest("1", RequestAction.Retry, null, null, "eve", "", null)
        }, _shop.Traffic(), A.Limit());

        Assert.That((reading.Problems.Count, after - before), Is.EqualTo((0, 0)));
        Assert.That(asked.Problems, Has.Count.EqualTo(1), "a person who asks for a retry would begin one");
    }

    [Test]
    public async Task WhenNothingChangesUnderARollout_ThenThePodsAreAskedForOnce()
    {
        for (var look = 0; look < 5; look++) await ObserveAsync();

        Assert.That(_shop.Cluster.Requests.Count(request => request.PathAndQuery.Contains("/pods", System.StringComparison.Ordinal)),
            Is.EqualTo(2), "once a side");
    }

    private static string Owner(string kind, string name, string uid) =>
        $"{{ apiVersion: apps/v1, kind: {kind}, name: {name}, uid: {uid}, controller: true }}";

    private static string Endpoint(string pod) =>
        $"{{ addresses: [10.2.0.{pod.Length}], conditions: {{ ready: true }}, targetRef: {{ kind: Pod, name: {pod} }} }}";

    private Task<WorkloadReading> ObserveAsync(RolloutStatus? status = null) =>
        _workloads.ObserveAsync(_shop.Snapshot() with { Status = status ?? RolloutStatus.New }, _shop.Traffic(), A.Limit());

    private async Task SelectAsync(string side, string selector, params string[] endpoints)
    {
        _shop.Cluster.Put(KnownKinds.Services,
            $"{{ metadata: {{ name: checkout-{side}, namespace: shop }}, spec: {{ selector: {selector} }} }}");
        _shop.Cluster.Put(KnownKinds.EndpointSlices, Shop.Slice($"checkout-{side}-a", $"checkout-{side}", endpoints));
        await _shop.CaughtUpAsync(KnownKinds.Services, $"checkout-{side}");
        await _shop.CaughtUpAsync(KnownKinds.EndpointSlices, $"checkout-{side}-a");
    }
}
