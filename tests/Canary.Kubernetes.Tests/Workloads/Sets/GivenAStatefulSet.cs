using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads.Sets;

/// <summary>What Canary reads and writes of a StatefulSet and its pods, and what it leaves alone.</summary>
public sealed class GivenAStatefulSet : OneStatefulSet
{
    [Test]
    public async Task WhenNothingIsThere_ThenBothServicesAreMade_AndFindAllPods()
    {
        await StartAsync();

        var result = await ArrangeAsync(Nothing);
        var seen = (await ObserveAsync()).Set!;

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new WriteResult.Applied(2)));
            Assert.That((Selector("web-stable"), Selector("web-canary"), Selector("web")), Is.EqualTo(("app=web", "app=web", "app=web")));
            Assert.That(Get(KnownKinds.Services, "web-stable")["spec"]!["ports"]!.ToJsonString(),
                Is.EqualTo("""[{"name":"http","port":80,"targetPort":"http"}]"""));
            Assert.That(seen.Services, Is.EqualTo(new SetServices(true, null, null)));
            Assert.That((seen.Replicas, seen.Partition, seen.CurrentRevision, seen.UpdateRevision), Is.EqualTo((3, 0, "web-1", "web-1")));
            Assert.That(seen.Pods.Select(pod => (pod.Name, pod.Index, pod.Revision, pod.IsReady)),
                Is.EqualTo(new[] { ("web-0", 0, "web-1", true), ("web-1", 1, "web-1", true), ("web-2", 2, "web-1", true) }));
        });
    }

    [Test]
    public async Task WhenItIsHeld_ThenThePartitionThatItHadIsKept_AndNothingElseChanges()
    {
        await StartAsync();
        var before = Get(KnownKinds.StatefulSets, "web");

        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));

        var after = Get(KnownKinds.StatefulSets, "web");
        Assert.Multiple(() =>
        {
            Assert.That(Partition, Is.EqualTo(1_000_000_000));
            Assert.That(after["metadata"]!["annotations"]!.ToJsonString(),
                Is.EqualTo("""{"team":"payments","canary.delivery/partition":"0"}"""));
            Assert.That(Selector("web-stable"), Is.EqualTo("app=web,controller-revision-hash=web-1"));
            after["spec"]!["updateStrategy"] = before["spec"]!["updateStrategy"]!.DeepClone();
            Assert.That(JsonNode.DeepEquals(before["spec"], after["spec"]), Is.True);
        });
    }

    [Test]
    public async Task WhenItHadNoAnnotationAndGetsOneMeanwhile_ThenThatIsNotLost()
    {
        await StartAsync(Set.Replace(", annotations: { team: payments }", ""));
        await _shop.FreezeAsync();
        var document = Get(KnownKinds.StatefulSets, "web");
        document["metadata"]!["annotations"] = new JsonObject { ["team"] = "payments" };
        _shop.Cluster.Put(KnownKinds.StatefulSets, document);

        await Workloads.ArrangeSetAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, new SetLevels("web-1", "web-1", SetLevels.Held, null),
            A.Limit());

        Assert.That(Json.Text(Get(KnownKinds.StatefulSets, "web"), "metadata", "annotations", "team"), Is.EqualTo("payments"));
    }

    [Test]
    public async Task WhenItsServicesAreGone_ThenItIsHeldAllTheSame()
    {
        await StartAsync();
        var rollout = TakenOver("web-1");

        var result = await Workloads.ArrangeSetAsync(rollout, rollout.Spec!, Nothing with { Partition = SetLevels.Held }, A.Limit());

        Assert.That((result, Partition), Is.EqualTo(((WriteResult)new WriteResult.Applied(1), (long?)SetLevels.Held)));
    }

    [Test]
    public async Task WhenItHasNoRollingUpdateField_ThenThePartitionIsWrittenAllTheSame()
    {
        await StartAsync(Set.Replace("updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 0 } }",
            "updateStrategy: { type: RollingUpdate }"));

        await ArrangeAsync(new SetLevels(null, null, 2, null));

        Assert.That(Partition, Is.EqualTo(2));
    }

    [Test]
    public async Task WhenTheTemplateChangedSinceItWasRead_ThenThePartitionIsNotWritten()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        await _shop.FreezeAsync();
        var document = Get(KnownKinds.StatefulSets, "web");
        document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "registry.example.com/web:3.0.0";
        _shop.Cluster.Put(KnownKinds.StatefulSets, document);

        var result = await Workloads.ArrangeSetAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, new SetLevels(null, null, 2, null),
            A.Limit());

        Assert.That((result is WriteResult.Contended, Partition), Is.EqualTo((true, (long?)SetLevels.Held)));
    }

    [Test]
    public async Task WhenOnlyItsStatusChangedSinceItWasRead_ThenThePartitionIsWritten()
    {
        await StartAsync();
        await ArrangeAsync(Nothing);
        await _shop.FreezeAsync();
        var document = Get(KnownKinds.StatefulSets, "web");
        document["status"]!["readyReplicas"] = 2;
        _shop.Cluster.Put(KnownKinds.StatefulSets, document);

        await Workloads.ArrangeSetAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, new SetLevels(null, null, 2, null), A.Limit());

        Assert.That(Partition, Is.EqualTo(2));
    }

    [Test]
    public async Task WhenItsControllerHasNotSeenTheTemplate_ThenTheUpdateRevisionIsNotKnown()
    {
        await StartAsync();
        await ArrangeAsync(Nothing);

        await ChangeAsync(set => set["spec"]!["template"]!["metadata"]!["labels"]!["version"] = "2");
        var reading = await ObserveAsync();

        Assert.That((reading.Set!.UpdateRevision, reading.Second.Revision), Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public async Task WhenSidesAreReleased_ThenEachHasTheRevisionThatItsServiceSelects()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-2", 2, null));
        _shop.Cluster.Put(KnownKinds.Pods, Pod("web-2", "web-2"));
        await ChangeAsync(set => set["status"] = JsonNode.Parse(
            """{"observedGeneration":2,"replicas":3,"readyReplicas":3,"currentReplicas":2,"updatedReplicas":1,"currentRevision":"web-1","updateRevision":"web-2"}"""));

        var reading = await ObserveAsync();

        Assert.Multiple(() =>
        {
            Assert.That((reading.First.Revision, reading.First.DesiredPods), Is.EqualTo(("web-1", 2)));
            Assert.That((reading.Second.Revision, reading.Second.DesiredPods, reading.Second.IsRolledOut), Is.EqualTo(("web-2", 1, true)));
            Assert.That(reading.Second.Workload, Is.EqualTo(new Canary.Core.Rollouts.ObservedWorkload("web", "set-1", 2)));
        });
    }

    [Test]
    public async Task WhenAPodIsToGo_ThenItIsEvicted_AndOneThatTookItsPlaceIsNot()
    {
        await StartAsync();
        var pod = (await ObserveAsync()).Set!.Pods[2];

        var first = await ArrangeAsync(Nothing with { Evicted = pod });
        _shop.Cluster.Put(KnownKinds.Pods, Pod("web-2", "web-1").Replace("name: web-2", "name: web-2\n  uid: another"));
        var second = await ArrangeAsync(Nothing with { Evicted = pod });

        Assert.Multiple(() =>
        {
            Assert.That(_shop.Cluster.Writes, Has.Member("POST /api/v1/namespaces/shop/pods/web-2/eviction"));
            Assert.That(first, Is.InstanceOf<WriteResult.Applied>());
            Assert.That(second, Is.InstanceOf<WriteResult.Contended>());
            Assert.That(Get(KnownKinds.Pods, "web-2"), Is.Not.Null);
        });
    }

    [Test]
    public async Task WhenABudgetRefusesAnEviction_ThenItIsSaid()
    {
        await StartAsync();
        await ArrangeAsync(Nothing);
        _shop.Cluster.Refusal = (request, _) => request.Path.Value!.EndsWith("/eviction", System.StringComparison.Ordinal)
            ? (429, "Cannot evict pod as it would violate the pod's disruption budget.") : null;

        var result = await ArrangeAsync(Nothing with { Evicted = new SetPod("web-2", "uid-pods-web-2", 2, "web-2", true) });

        Assert.That(((WriteResult.Refused)result).Message,
            Is.EqualTo("Pod shop/web-2 was not evicted: Cannot evict pod as it would violate the pod's disruption budget."));
    }

    [Test]
    public async Task WhenEndpointsAreStillThoseOfTheSelectorBefore_ThenTheyAreNoPodsOfTheCanary()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-2", SetLevels.Held, null));
        _shop.Cluster.Put(KnownKinds.EndpointSlices, """
            metadata: { name: web-canary-x, namespace: shop, labels: { kubernetes.io/service-name: web-canary } }
            addressType: IPv4
            endpoints:
            - { addresses: [10.0.0.1], conditions: { ready: true }, targetRef: { kind: Pod, name: web-1 } }
            - { addresses: [10.0.0.2], conditions: { ready: true }, targetRef: { kind: Pod, name: web-2 } }
            """);
        await _shop.CaughtUpAsync(KnownKinds.EndpointSlices, "web-canary-x");
        var before = (await ObserveAsync()).Second.ReadyEndpoints;
        _shop.Cluster.Put(KnownKinds.Pods, Pod("web-2", "web-2", isReady: false));
        var starting = (await ObserveAsync()).Second.ReadyEndpoints;
        _shop.Cluster.Put(KnownKinds.Pods, Pod("web-2", "web-2"));

        Assert.That((before, starting, (await ObserveAsync()).Second.ReadyEndpoints), Is.EqualTo((0, 0, 1)),
            "of another revision, published although it is not ready, and ready");
    }

    [Test]
    public async Task WhenTheClientsServiceIsHeadless_ThenThoseOfTheSidesAreNot()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Services, """
            metadata: { name: web, namespace: shop }
            spec: { clusterIP: None, publishNotReadyAddresses: true, selector: { app: web }, ports: [{ name: http, port: 80 }] }
            """);
        await CaughtUpAsync();

        await ArrangeAsync(Nothing);

        Assert.That(Get(KnownKinds.Services, "web-canary")["spec"]!.AsObject().Select(field => field.Key),
            Is.EquivalentTo(new[] { "selector", "ports" }));
    }

    [Test]
    public async Task WhenAnOperatorControlsIt_ThenItIsNamed_AndNothingIsWritten()
    {
        await StartAsync(Set.Replace("uid: set-1,", "uid: set-1, "
            + "ownerReferences: [{ apiVersion: db.example.com/v1, kind: Database, name: main, uid: o1, controller: true }],"));

        var problem = (await ObserveAsync()).Problems.Single();
        var result = await ArrangeAsync(Nothing);

        Assert.That(problem.ToString(), Does.Contain("StatefulSet shop/web is controlled by Database main (db.example.com/v1)"));
        Assert.That(result, Is.InstanceOf<WriteResult.Refused>());
    }

    [TestCase(PromotionStage.UpdatingStable, true)]
    [TestCase(null, false)]
    public async Task WhenAnOperatorTakesItDuringAPromotion_ThenAnotherTemplateIsHeld_AndNothingElseIsWritten(PromotionStage? stage,
        bool isHeld)
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-1", null, null));
        await ChangeAsync(set => set["metadata"]!["ownerReferences"] = JsonNode.Parse(
            """[{"apiVersion":"db.example.com/v1","kind":"Database","name":"main","uid":"o1","controller":true}]"""));
        var snapshot = _shop.Snapshot();
        var rollout = snapshot with
        {
            Status = snapshot.Status with
            {
                Accepted = snapshot.Spec,
                StableRevision = "web-1",
                CanaryRevision = "web-2",
                Promotion = stage,
            },
        };

        var reading = await Workloads.ObserveAsync(rollout, _shop.Traffic(), A.Limit());
        var held = await Workloads.ArrangeSetAsync(rollout, snapshot.Spec!, Nothing with { Partition = SetLevels.Held }, A.Limit());
        var partition = Partition;
        var others = await Workloads.ArrangeSetAsync(rollout, snapshot.Spec!, Nothing with { StableRevision = "web-2" }, A.Limit());

        Assert.That((reading.Problems.Count, reading.Set is not null), Is.EqualTo((1, isHeld)));
        Assert.That((held is WriteResult.Applied, partition), Is.EqualTo((isHeld, (long?)(isHeld ? SetLevels.Held : 0))));
        Assert.That(others, Is.InstanceOf<WriteResult.Refused>());
    }

    [Test]
    public async Task WhenItsOwnerSwitchedItToOnDelete_ThenGivingItBackStartsNoUpdate()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        await ChangeAsync(set => set["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" });

        var back = await HandBackAsync();

        Assert.That(back, Is.EqualTo(new HandBackResult(null, false)));
        Assert.That(Get(KnownKinds.StatefulSets, "web")["spec"]!["updateStrategy"]!.ToJsonString(), Is.EqualTo("""{"type":"OnDelete"}"""));
        Assert.That(Json.Map(Get(KnownKinds.StatefulSets, "web"), "metadata", "annotations").Keys, Is.EqualTo(new[] { "team" }));
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenBothServicesFindAllPods_AndThePartitionIsWhatItWas()
    {
        await StartAsync(Set.Replace("partition: 0", "partition: 1"));
        await ArrangeAsync(new SetLevels("web-1", "web-2", SetLevels.Held, null));

        var back = await HandBackAsync();
        var again = await HandBackAsync();

        Assert.Multiple(() =>
        {
            Assert.That((back, again), Is.EqualTo((new HandBackResult(null, false), new HandBackResult(null, false))));
            Assert.That((Selector("web-stable"), Selector("web-canary"), Partition), Is.EqualTo(("app=web", "app=web", (long?)1)));
            Assert.That(Json.Map(Get(KnownKinds.StatefulSets, "web"), "metadata", "annotations").Keys, Is.EqualTo(new[] { "team" }));
        });
    }

    [Test]
    public async Task WhenItIsAtRest_ThenNoRequestIsSent()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));
        await ChangeAsync(set => set["status"]!["observedGeneration"] = 2);
        var rollout = _shop.Snapshot();
        rollout = rollout with
        {
            Status = rollout.Status with { StableRevision = "web-1", CanaryRevision = "web-1", Accepted = rollout.Spec },
        };
        var before = _shop.Cluster.Requests.Count(request => request.PathAndQuery.Contains("/pods", System.StringComparison.Ordinal));

        var reading = await Workloads.ObserveAsync(rollout, _shop.Traffic(), A.Limit());

        Assert.That(reading.Set!.Pods, Is.Empty);
        Assert.That(_shop.Cluster.Requests.Count(request => request.PathAndQuery.Contains("/pods", System.StringComparison.Ordinal)),
            Is.EqualTo(before));
    }

    [TestCase("replicas: 3", "replicas: 1", "has 1 replicas, and a canary needs at least 2")]
    [TestCase("type: RollingUpdate, rollingUpdate: { partition: 0 }", "type: OnDelete", "set spec.updateStrategy.type to RollingUpdate")]
    [TestCase("matchLabels: { app: web }", "matchExpressions: [{ key: app, operator: Exists }]", "has no matchLabels")]
    public async Task WhenItCannotBeReleased_ThenItIsSaidWhatToDo_AndNothingIsWritten(string from, string to, string expected)
    {
        await StartAsync(Set.Replace(from, to));

        var reading = await ObserveAsync();
        var result = await ArrangeAsync(Nothing);

        Assert.That((reading.Problems.Single().Path, reading.Set), Is.EqualTo(("spec.workload.name", (SetObservation?)null)));
        Assert.That(reading.Problems.Single().ToString(), Does.Contain(expected));
        Assert.That(result, Is.InstanceOf<WriteResult.Refused>());
    }

    [Test]
    public async Task WhenAServiceOfThatNameIsSomebodyElses_ThenItIsLeftAlone()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Services, "{ metadata: { name: web-canary, namespace: shop }, spec: { selector: { app: other } } }");
        await CaughtUpAsync();

        var result = await ArrangeAsync(new SetLevels("web-1", "web-1", SetLevels.Held, null));

        Assert.That((result is WriteResult.Refused, Selector("web-canary"), Partition), Is.EqualTo((true, "app=other", (long?)0)));
    }
}
