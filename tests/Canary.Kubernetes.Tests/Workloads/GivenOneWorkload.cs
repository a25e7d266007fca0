using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>What Canary makes beside one Deployment, and what it leaves alone.</summary>
public sealed class GivenOneWorkload
{
    private const string Rollout = """
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec:
          workload: { name: checkout }
          traffic: { istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
          strategy: { canary: { steps: [{ setWeight: 5 }] } }
        """;

    private const string Deployment = """
        metadata:
          name: checkout
          namespace: shop
          generation: 1
          labels: { app: checkout, app.kubernetes.io/instance: shop-of-argocd }
          annotations: { argocd.argoproj.io/tracking-id: "shop:apps/Deployment:shop/checkout" }
        spec:
          replicas: 3
          minReadySeconds: 5
          selector: { matchLabels: { app: checkout } }
          template:
            metadata: { labels: { app: checkout, team: payments } }
            spec:
              containers: [{ name: app, image: "registry.example.com/checkout:1.0.0", ports: [{ name: http, containerPort: 8080 }] }]
              topologySpreadConstraints:
              - { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: checkout } } }
        status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
        """;

    private const string Service = """
        metadata: { name: checkout, namespace: shop, labels: { app: checkout } }
        spec: { selector: { app: checkout }, sessionAffinity: ClientIP, ports: [{ name: http, port: 80, targetPort: http, nodePort: 30080 }] }
        """;

    private static readonly CopyLevels Copying = new(StableServing.Workload, null, null, null);
    private static readonly CopyLevels Serving = new(StableServing.Copy, null, null, null);

    private Shop _shop = null!;

    private KubernetesWorkloads Workloads => new(_shop.Cluster.Client, _shop.Caches);

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenNothingIsThere_ThenServicesAndCopyAreMade_AndTheWorkloadServesMeanwhile()
    {
        await StartAsync();

        var result = await ArrangeAsync(Copying);
        var seen = (await ObserveAsync()).Copy!;

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new WriteResult.Applied(3)));
            Assert.That((seen.CopyReplicas, seen.Serving, seen.HasServices), Is.EqualTo(((int?)3, StableServing.Workload, true)));
            Assert.That(Selector("checkout-stable"), Is.EqualTo("app=checkout"));
            Assert.That(Selector("checkout-canary"), Is.EqualTo("app=checkout"));
            Assert.That(Selector("checkout"), Is.EqualTo("app=checkout"), "clients find the workload until the copy is ready");
            var stable = Get(KnownKinds.Services, "checkout-stable");
            Assert.That(stable["spec"]!["ports"]!.ToJsonString(), Is.EqualTo("""[{"name":"http","port":80,"targetPort":"http"}]"""),
                "a node port belongs to one Service");
            Assert.That(Json.Text(stable, "spec", "sessionAffinity"), Is.EqualTo("ClientIP"));
        });
    }

    [Test]
    public async Task WhenTheCopyIsMade_ThenNeitherSelectsTheOthersPods_AndItCarriesNothingThatAToolPrunes()
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        var (source, copy) = (Get(KnownKinds.Deployments, "checkout"), Get(KnownKinds.Deployments, "checkout-stable"));

        Assert.Multiple(() =>
        {
            Assert.That(IsSelected(Labels(source, "spec", "selector", "matchLabels"), copy), Is.False);
            Assert.That(IsSelected(Labels(copy, "spec", "selector", "matchLabels"), source), Is.False);
            Assert.That(IsSelected(Labels(copy, "spec", "selector", "matchLabels"), copy), Is.True);
            Assert.That(Labels(copy, "spec", "template", "metadata", "labels"), Is.SupersetOf(new Dictionary<string, string>
            {
                ["team"] = "payments",
                ["canary.delivery/side"] = "stable",
                ["canary.delivery/workload"] = "checkout",
            }), "labels that nothing selects the workload by stay");
            Assert.That(Json.Text(copy["spec"]!["template"]!["spec"]!["topologySpreadConstraints"]![0], "labelSelector", "matchLabels",
                "app"), Is.EqualTo("checkout-stable"), "its own pods are spread");
            Assert.That((int?)copy["spec"]!["minReadySeconds"], Is.EqualTo(5));
            Assert.That(copy["metadata"]!["labels"]!.AsObject().Select(label => label.Key),
                Is.EquivalentTo(new[] { "app.kubernetes.io/managed-by", "canary.delivery/rollout", "canary.delivery/side" }));
            Assert.That(copy["metadata"]!["annotations"], Is.Null);
            Assert.That(copy["metadata"]!["ownerReferences"], Is.Null, "who removes the CustomResourceDefinition must not delete what serves");
            Assert.That(Json.Text(source, "spec", "template", "metadata", "labels", "canary.delivery/side"), Is.Null,
                "the workload's template is the team's");
        });
    }

    [Test]
    public async Task WhenTheCopyIsMade_ThenBothSidesHaveTheSameRevision_WhichTheCopysPodsCarry()
    {
        await StartAsync();
        await ArrangeAsync(Copying);

        var reading = await ObserveAsync();

        Assert.Multiple(() =>
        {
            Assert.That(reading.First.Revision, Is.Not.Null.And.EqualTo(reading.Second.Revision));
            Assert.That(Labels(Get(KnownKinds.Deployments, "checkout-stable"), "spec", "template", "metadata", "labels")
                ["canary.delivery/revision"], Is.EqualTo(reading.First.Revision));
            Assert.That(reading.Problems, Is.Empty);
        });
    }

    [Test]
    public async Task WhenTheCopyServes_ThenClientsFindBothSides_AndTheOriginalSelectorIsKept()
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();

        await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That(Selector("checkout-stable"), Is.EqualTo("app=checkout-stable"));
            Assert.That(Selector("checkout"), Is.EqualTo("canary.delivery/workload=checkout"));
            Assert.That(Json.Text(Get(KnownKinds.Services, "checkout"), "metadata", "annotations", "canary.delivery/original-selector"),
                Is.EqualTo("""{"app":"checkout"}"""));
        });
    }

    [Test]
    public async Task WhenTheSelectorHasALabelThatNoServiceSelectsBy_ThenThatOneDiffers_AndTheClientsServiceStays()
    {
        await StartAsync(Deployment.Replace("matchLabels: { app: checkout }", "matchLabels: { app: checkout, team: payments }"));
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();

        await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That(Selector("checkout-stable"), Is.EqualTo("app=checkout,team=payments-stable"));
            Assert.That(Selector("checkout"), Is.EqualTo("app=checkout"));
        });
    }

    [Test]
    public async Task WhenTheWorkloadIsScaled_ThenTheAnnotationSaysSo_AndAnotherNumberIsAWish()
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        await ArrangeAsync(new CopyLevels(StableServing.Workload, null, 0, null));
        var ours = (await ObserveAsync()).Copy!;
        Change("checkout", document => document["spec"]!["replicas"] = 7);
        await CaughtUpAsync();
        var theirs = (await ObserveAsync()).Copy!;

        Assert.That((ours.WorkloadReplicas, ours.WrittenReplicas, theirs.WorkloadReplicas, theirs.WrittenReplicas),
            Is.EqualTo((0, (int?)0, 7, (int?)0)));
    }

    [TestCase("many", TestName = "WhenTheReplicasAnnotationIsNoNumber_ThenItCountsAsNone")]
    [TestCase("99999999999999", TestName = "WhenTheReplicasAnnotationIsTooLarge_ThenItCountsAsNone")]
    public async Task WhenTheReplicasAnnotationIsWrong(string text)
    {
        await StartAsync(Deployment.Replace("argocd.argoproj.io/tracking-id", "canary.delivery/replicas: \"" + text + "\", x"));

        Assert.That((await ObserveAsync()).Copy!.WrittenReplicas, Is.Null);
    }

    [Test]
    public async Task WhenItIsRestarted_ThenThatIsNoRevision_AndTheCopyIsRestartedToo()
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        var before = (await ObserveAsync()).Second.Revision;
        Change("checkout", document => document["spec"]!["template"]!["metadata"]!["annotations"] =
            new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = "2026-12-01T06:00:00Z" });
        await CaughtUpAsync();
        var reading = await ObserveAsync();

        await ArrangeAsync(Copying);

        Assert.Multiple(() =>
        {
            Assert.That(reading.Second.Revision, Is.EqualTo(before));
            Assert.That(reading.Copy!.IsRestartDue, Is.True);
            Assert.That(CopyObserver.RestartedAt(Get(KnownKinds.Deployments, "checkout-stable")), Is.EqualTo("2026-12-01T06:00:00Z"));
        });
    }

    [Test]
    public async Task WhenTheCopyIsGoneInTheMiddleOfARelease_ThenAnOldReplicaSetGivesTheStableTemplate()
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        var stable = (await ObserveAsync()).Second.Revision!;
        var old = Get(KnownKinds.Deployments, "checkout");
        _shop.Cluster.Put(KnownKinds.ReplicaSets, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "checkout-abc",
                ["namespace"] = "shop",
                ["labels"] = new JsonObject { ["app"] = "checkout", ["pod-template-hash"] = "abc" },
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["kind"] = "Deployment",
                    ["name"] = "checkout",
                    ["uid"] = Documents.Uid(old),
                    ["controller"] = true,
                }),
            },
            ["spec"] = new JsonObject { ["template"] = WithHash(old["spec"]!["template"]!, "abc") },
        });
        Change("checkout", document => document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] =
            "registry.example.com/checkout:2");
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await CaughtUpAsync();

        var lost = await ArrangeAsync(new CopyLevels(StableServing.Copy, 3, null, "0000000000"));
        var found = await ArrangeAsync(new CopyLevels(StableServing.Copy, 3, null, stable));

        Assert.Multiple(() =>
        {
            Assert.That((lost as WriteResult.Refused)?.Message, Does.Contain("no ReplicaSet of checkout has the template"));
            Assert.That(found, Is.InstanceOf<WriteResult.Applied>());
            Assert.That(Json.Text(Get(KnownKinds.Deployments, "checkout-stable")["spec"]!["template"]!["spec"]!["containers"]![0], "image"),
                Is.EqualTo("registry.example.com/checkout:1.0.0"));
        });
    }

    [Test]
    public async Task WhenObjectsOfThoseNamesAreThereAlready_ThenEachIsNamed_AndNothingIsWritten()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Services, "{ metadata: { name: checkout-canary, namespace: shop }, spec: { selector: { a: b } } }");
        _shop.Cluster.Put(KnownKinds.Deployments, Deployment.Replace("name: checkout\n", "name: checkout-stable\n"));
        await CaughtUpAsync();
        var before = _shop.Cluster.Writes.Count;

        var reading = await ObserveAsync();
        var result = await ArrangeAsync(Copying);

        Assert.Multiple(() =>
        {
            Assert.That(reading.Problems.Select(problem => problem.Path),
                Is.EqualTo(new[] { "spec.workload.name", "spec.traffic.canary.service" }));
            Assert.That(result, Is.InstanceOf<WriteResult.Refused>());
            Assert.That(_shop.Cluster.Writes, Has.Count.EqualTo(before));
        });
    }

    [Test]
    public async Task WhenNobodyScaledIt_ThenTheStatusAsksForIt()
    {
        await StartAsync(Deployment.Replace("replicas: 3\n", "replicas: 0\n"));

        Assert.That((await ObserveAsync()).Problems.Single().ToString(),
            Is.EqualTo("spec.workload.name: Deployment shop/checkout asks for 0 replicas, and there is no stable copy of it yet: scale it to "
                + "what the service needs"));
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenTheWorkloadHasItsPodsBeforeTheServicesFollow_AndTheCopyGoesLast()
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(Serving);
        await ArrangeAsync(new CopyLevels(StableServing.Copy, null, 0, null));

        var first = await HandBackAsync();
        var early = await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());
        Change("checkout", document => document["status"] = Status(3, (int)Json.Whole(document, "metadata", "generation")!));
        await CaughtUpAsync();
        var second = await HandBackAsync();
        var last = await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.Multiple(() =>
        {
            Assert.That(first.Waiting, Does.Contain("of the 3 pods of checkout"));
            Assert.That((int?)Get(KnownKinds.Deployments, "checkout")["spec"]!["replicas"], Is.EqualTo(3));
            Assert.That(early, Is.InstanceOf<WriteResult.Refused>(), "it still serves");
            Assert.That(second, Is.EqualTo(new HandBackResult(null, true)));
            Assert.That(Selector("checkout-stable"), Is.EqualTo("app=checkout"), "a route may name it for ever");
            Assert.That(Selector("checkout"), Is.EqualTo("app=checkout"));
            Assert.That(Get(KnownKinds.Services, "checkout")["metadata"]!["annotations"]?["canary.delivery/original-selector"], Is.Null);
            Assert.That(last, Is.InstanceOf<WriteResult.Applied>());
            Assert.That(_shop.Cluster.List(KnownKinds.Deployments).Select(Json.Name), Is.EqualTo(new[] { "checkout" }));
        });
    }

    [TestCase("not json", TestName = "WhenTheOriginalSelectorIsNoJson_ThenTheWorkloadsLabelsStandIn")]
    [TestCase("""{"app":1}""", TestName = "WhenTheOriginalSelectorHasNoText_ThenTheWorkloadsLabelsStandIn")]
    [TestCase("{}", TestName = "WhenTheOriginalSelectorIsEmpty_ThenTheWorkloadsLabelsStandIn")]
    public async Task WhenTheOriginalSelectorIsWrong(string text)
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(Serving);
        var clients = Get(KnownKinds.Services, "checkout");
        clients["metadata"]!["annotations"]!["canary.delivery/original-selector"] = text;
        _shop.Cluster.Put(KnownKinds.Services, clients);
        await CaughtUpAsync();

        await HandBackAsync();

        Assert.That(Selector("checkout"), Is.EqualTo("app=checkout"));
    }

    private async Task StartAsync(string deployment = Deployment) => _shop = await Shop.StartAsync(cluster =>
    {
        foreach (var side in new[] { "stable", "canary" })
        {
            cluster.Delete(KnownKinds.Deployments, "shop", $"checkout-{side}");
            cluster.Delete(KnownKinds.Services, "shop", $"checkout-{side}");
        }

        cluster.Put(KnownKinds.Rollouts, Rollout);
        cluster.Put(KnownKinds.Services, Service);
        cluster.Put(KnownKinds.Deployments, deployment);
    });

    private Task<WorkloadReading> ObserveAsync() => Workloads.ObserveAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

    private async Task<WriteResult> ArrangeAsync(CopyLevels levels)
    {
        var result = await Workloads.ArrangeAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, levels, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private Task<HandBackResult> HandBackAsync() => Workloads.HandBackAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

    private async Task CaughtUpAsync()
    {
        foreach (var kind in new[] { KnownKinds.Deployments, KnownKinds.Services })
        {
            foreach (var document in _shop.Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }

    private void BeReady(string name) => Change(name,
        document => document["status"] = Status((int)Json.Whole(document, "spec", "replicas")!, (int)Json.Whole(document, "metadata",
            "generation")!));

    private static JsonObject Status(int replicas, int generation) => new()
    {
        ["observedGeneration"] = generation,
        ["replicas"] = replicas,
        ["updatedReplicas"] = replicas,
        ["availableReplicas"] = replicas,
    };

    private void Change(string name, Action<JsonObject> change)
    {
        var document = Get(KnownKinds.Deployments, name);
        change(document);
        _shop.Cluster.Put(KnownKinds.Deployments, document);
    }

    private JsonObject Get(ResourceKind kind, string name) => _shop.Cluster.Get(kind, "shop", name);

    private string Selector(string service) => string.Join(',', Labels(Get(KnownKinds.Services, service), "spec", "selector")
        .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    private static IReadOnlyDictionary<string, string> Labels(JsonObject document, params string[] path) => Json.Map(document, path);

    private static bool IsSelected(IReadOnlyDictionary<string, string> selector, JsonObject deployment)
    {
        var labels = Labels(deployment, "spec", "template", "metadata", "labels");
        return selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
    }

    private static JsonNode WithHash(JsonNode template, string hash)
    {
        var copy = template.DeepClone();
        copy["metadata"]!["labels"]!["pod-template-hash"] = hash;
        return copy;
    }
}
