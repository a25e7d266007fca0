using System;
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

namespace Canary.Kubernetes.Tests.Workloads.Autoscaling;

/// <summary>A ScaledObject of KEDA scales the one Deployment, up to 12 pods: the stable copy gets one like it, and it is paused.</summary>
public sealed class GivenAWorkloadThatKedaScales
{
    private const string Paused = "autoscaling.keda.sh/paused";
    private const string PausedFor = "canary.delivery/paused-for";

    private const string Rollout = """
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec:
          workload: { name: checkout }
          traffic: { istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
          strategy: { canary: { steps: [{ setWeight: 5 }] } }
        """;

    private const string Deployment = """
        metadata: { name: checkout, namespace: shop, generation: 1 }
        spec:
          replicas: 3
          selector: { matchLabels: { app: checkout } }
          template:
            metadata: { labels: { app: checkout } }
            spec: { containers: [{ name: app, image: "registry.example.com/a:1.0.0", ports: [{ name: http, containerPort: 8080 }] }] }
        status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
        """;

    private const string Scaled = """
        metadata: { name: web, namespace: shop, labels: { app.kubernetes.io/instance: shop-of-argocd }, annotations: { a: b } }
        spec:
          scaleTargetRef: { name: checkout }
          maxReplicaCount: 12
          triggers: [{ type: rabbitmq, metadata: { queueName: orders, value: "20" } }]
        status: { lastActiveTime: "2026-12-01T10:00:00Z" }
        """;

    private static readonly CopyLevels Copying = new(StableServing.Workload, null, null, null);
    private static readonly CopyLevels Serving = new(StableServing.Copy, null, null, null)
    {
        Autoscaler = new AutoscalerLevels(1, false), PausesAutoscaler = true,
    };

    private Shop _shop = null!;

    private KubernetesWorkloads Workloads => new(_shop.Cluster.Client, _shop.Caches);

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenTheCopyServes_ThenItGetsOneFirst_AndThenTheWorkloadsIsPaused()
    {
        await StartAsync(Scaled);
        PutOfKeda("web", "checkout");
        await CaughtUpAsync();
        var before = (await ObserveAsync()).Copy!.Autoscaler;

        await ServeAsync();
        var requested = (await ObserveAsync()).Copy!.Autoscaler;
        _shop.Cluster.Delete(KnownKinds.HorizontalPodAutoscalers, "shop", "keda-hpa-web");
        PutOfKeda("web-stable", "checkout-stable", "canary.delivery/rollout: checkout");
        await CaughtUpAsync();
        await Eventually.ThatAsync(() => _shop.Caches.Autoscalers.Get(new ObjectName("shop", "keda-hpa-web")) is null, "it is gone");
        var after = (await ObserveAsync()).Copy!;
        var again = await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That(before, Is.EqualTo(new AutoscalerObservation(1, 12, null) { Pause = AutoscalerPause.Active }));
            Assert.That(requested!.Pause, Is.EqualTo(AutoscalerPause.Requested), "KEDA has not taken its autoscaler away yet");
            Assert.That(after.Autoscaler, Is.EqualTo(new AutoscalerObservation(1, 12,
                new AutoscalerCopy(new AutoscalerLevels(1, false), true)) { Pause = AutoscalerPause.Paused }));
            Assert.That(after.IsAutoscalerLeft, Is.False, "KEDA's of the copy has the labels of its ScaledObject, and is not Canary's");
            Assert.That(again, Is.EqualTo(new WriteResult.Applied(0)));
            Assert.That(ScalerWrites(), Is.EqualTo(new[] { "POST scaledobjects", "PATCH scaledobjects/web" }));
            Assert.That(JsonNode.DeepEquals(Get("web-stable")["spec"], Yaml.Object("""
                scaleTargetRef: { name: checkout-stable }
                minReplicaCount: 1
                maxReplicaCount: 12
                triggers: [{ type: rabbitmq, metadata: { queueName: orders, value: "20" } }]
                """)), Get("web-stable")["spec"]!.ToJsonString());
            Assert.That(Get("web-stable")["metadata"]!["labels"]!.ToJsonString(),
                Is.EqualTo("""{"app.kubernetes.io/managed-by":"canary","canary.delivery/rollout":"checkout"}"""));
            Assert.That(Get("web-stable")["metadata"]!["annotations"], Is.Null);
            Assert.That(Annotations("web"),
                Is.EqualTo("""{"a":"b","autoscaling.keda.sh/paused":"true","canary.delivery/paused-for":"checkout"}"""));
        });
    }

    [Test]
    public async Task WhenItsTeamChangesOrResumesIt_ThenTheCopysFollowsAndItIsPausedAgain_AndAStatusIsNoNews()
    {
        await StartAsync(Scaled.Replace(", annotations: { a: b }", ""));
        await ServeAsync();
        lock (_shop.Affected) _shop.Affected.Clear();
        Change("web", document => document["status"]!["lastActiveTime"] = "2026-12-01T10:00:30Z");
        await CaughtUpAsync();
        var byStatus = Affected();
        Change("web", document => document["metadata"]!.AsObject().Remove("annotations"));
        Change("web", document => document["spec"]!["maxReplicaCount"] = 20);
        await CaughtUpAsync();
        await Eventually.ThatAsync(() => Affected() > 0, "the Rollout is told");
        var seen = (await ObserveAsync()).Copy!.Autoscaler!;

        await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That(byStatus, Is.Zero);
            Assert.That((seen.Pause, seen.Copy!.IsCurrent), Is.EqualTo((AutoscalerPause.Active, false)));
            Assert.That((int?)Get("web-stable")["spec"]!["maxReplicaCount"], Is.EqualTo(20));
            Assert.That(Text("web", Paused), Is.EqualTo("true"));
        });
    }

    [Test]
    public async Task WhenItsTeamDeletesIt_ThenTheCopysGoes_AndOneThatKedaStillHoldsIsNotDeletedAgain()
    {
        await StartAsync(Scaled);
        await ServeAsync();
        _shop.Cluster.Delete(KnownKinds.ScaledObjects, "shop", "web");
        await Eventually.ThatAsync(() => _shop.Caches.ScaledObjects.Get(new ObjectName("shop", "web")) is null, "it is gone");
        var left = (await ObserveAsync()).Copy!;
        Change("web-stable", document => document["metadata"]!["deletionTimestamp"] = "2026-12-01T10:00:00Z");
        await CaughtUpAsync();
        var held = (await ObserveAsync()).Copy!;
        Change("web-stable", document => document["metadata"]!.AsObject().Remove("deletionTimestamp"));
        await CaughtUpAsync();

        await ArrangeAsync(new CopyLevels(StableServing.Copy, null, null, null));

        Assert.Multiple(() =>
        {
            Assert.That((left.Autoscaler, left.IsAutoscalerLeft), Is.EqualTo(((AutoscalerObservation?)null, true)));
            Assert.That(held.IsAutoscalerLeft, Is.False);
            Assert.That(_shop.Cluster.List(KnownKinds.ScaledObjects), Is.Empty);
        });
    }

    [Test]
    public async Task WhenTheServiceIsScaledToZero_ThenTheCopysIsPausedToo_AndResumedAgain_AndAPauseByHandStays()
    {
        await StartAsync(Scaled);
        await ServeAsync();

        await ArrangeAsync(Serving with { Autoscaler = new AutoscalerLevels(1, false) { IsPaused = true } });
        var (zero, seen) = (Text("web-stable", Paused), (await ObserveAsync()).Copy!.Autoscaler!.Copy!.Levels);
        await ArrangeAsync(Serving);
        var back = Text("web-stable", Paused);
        Change("web-stable", document => document["metadata"]!["annotations"] = new JsonObject { [Paused] = "true" });
        await CaughtUpAsync();
        var byHand = await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That((zero, seen), Is.EqualTo(("true", new AutoscalerLevels(1, false) { IsPaused = true })));
            Assert.That(back, Is.Null);
            Assert.That(byHand, Is.EqualTo(new WriteResult.Applied(0)));
        });
    }

    [TestCase(false, TestName = "WhenTheRolloutIsDeleted_ThenItIsResumedAfterTheCopyIsGone")]
    [TestCase(true, TestName = "WhenTheRolloutIsDeletedAndItsTeamPausedIt_ThenItStaysPaused")]
    public async Task WhenTheRolloutIsDeleted(bool isByHand)
    {
        await StartAsync(Scaled.Replace("spec:", "spec:\n  minReplicaCount: 4"));
        await ServeAsync();
        if (isByHand) Change("web", document => document["metadata"]!["annotations"] = new JsonObject { [Paused] = "true" });
        await ArrangeAsync(Serving with { WorkloadReplicas = 0 });

        await HandBackAsync();
        var early = (Text("web", Paused), _shop.Cluster.List(KnownKinds.ScaledObjects).Count);
        BeReady("checkout");
        await CaughtUpAsync();
        var back = await HandBackAsync();
        var handedBack = Text("web", Paused);
        await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.Multiple(() =>
        {
            Assert.That((int?)_shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout")["spec"]!["replicas"], Is.EqualTo(4));
            Assert.That(early, Is.EqualTo(("true", 2)), "the copy still serves");
            Assert.That(back, Is.EqualTo(new HandBackResult(null, true)));
            Assert.That(handedBack, Is.EqualTo("true"), "KEDA could take pods away before it is decided that the copy may go");
            Assert.That(_shop.Cluster.List(KnownKinds.ScaledObjects).Select(Json.Name), Is.EqualTo(new[] { "web" }));
            Assert.That((Text("web", Paused), Text("web", PausedFor)), Is.EqualTo((isByHand ? "true" : null, (string?)null)));
            Assert.That(_shop.Cluster.Writes[^1], isByHand ? Does.StartWith("DELETE") : Does.EndWith("scaledobjects/web"));
        });
    }

    [Test]
    public async Task WhenTheCopyIsGoneBeforeItIsResumed_ThenTheNextLookResumesIt()
    {
        await StartAsync(Scaled);
        await ServeAsync();
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(
            () => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null, "the copy is gone");

        await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.That(_shop.Cluster.List(KnownKinds.ScaledObjects).Select(Json.Name), Is.EqualTo(new[] { "web" }));
        Assert.That(Text("web", Paused), Is.Null);
    }

    [Test]
    public async Task WhenItIsChangedWhileItIsPaused_ThenNothingIsLost_AndItIsTriedAgain()
    {
        await StartAsync(Scaled);
        await _shop.FreezeAsync();
        Change("web", document => document["metadata"]!["annotations"]!["team"] = "payments");

        var result = await Workloads.ArrangeAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, Serving, A.Limit());

        Assert.That(result, Is.InstanceOf<WriteResult.Contended>());
        Assert.That((Text("web", "team"), Text("web", Paused)), Is.EqualTo(("payments", (string?)null)));
    }

    [Test]
    public async Task WhenAnotherOneScalesTheWorkload_ThenBothAreNamed([Values] bool isOfKeda)
    {
        await StartAsync(Scaled);
        if (isOfKeda) _shop.Cluster.Put(KnownKinds.ScaledObjects, Scaled.Replace("name: web,", "name: zeta,"));
        else
            _shop.Cluster.Put(KnownKinds.HorizontalPodAutoscalers, """
                metadata: { name: zeta, namespace: shop }
                spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }, maxReplicas: 3 }
                """);
        await CaughtUpAsync();

        await AssertRefusedAsync($"ScaledObject shop/web and {(isOfKeda ? "ScaledObject" : "HorizontalPodAutoscaler")} shop/zeta scale "
            + "Deployment shop/checkout, and each undoes what the other sets: keep one of them");
    }

    [TestCase("name: checkout }", "name: checkout-stable }", "ScaledObject shop/web scales the stable copy, checkout-stable, and Canary")]
    [TestCase("annotations: { a: b }", "annotations: { autoscaling.keda.sh/paused: \"true\" }", "ScaledObject shop/web is paused")]
    [TestCase("annotations: { a: b }", "annotations: { autoscaling.keda.sh/paused-replicas: \"2\" }",
        "ScaledObject shop/web has the annotation autoscaling.keda.sh/paused-replicas: \"2\", so KEDA writes that number")]
    [TestCase("maxReplicaCount: 12", "maxReplicaCount: many", "ScaledObject shop/web has spec.maxReplicaCount \"many\"")]
    public async Task WhenItCannotBeCarriedOver_ThenItSaysWhy_AndNothingIsWritten(string from, string to, string message)
    {
        await StartAsync(Scaled.Replace(from, to));

        await AssertRefusedAsync(message);
    }

    [TestCase("autoscaling.keda.sh/paused: \"false\"")]
    [TestCase("autoscaling.keda.sh/paused: \"true\", canary.delivery/paused-for: checkout")]
    public async Task WhenItIsNotPaused_OrWasPausedByCanaryBefore_ThenNothingIsInTheWay(string annotations)
    {
        await StartAsync(Scaled.Replace("a: b", annotations));

        Assert.That((await ObserveAsync()).Problems, Is.Empty);
    }

    [TestCase("ScaledObject", "web-stable", "ScaledObject shop/web-stable, and one of that name is there that it did not make")]
    [TestCase("HorizontalPodAutoscaler", "keda-hpa-web-stable",
        "KEDA keeps the HorizontalPodAutoscaler of the stable copy as shop/keda-hpa-web-stable, and one of that name is there")]
    public async Task WhenANameIsTaken_ThenItIsNamed_AndNothingIsWritten(string kind, string name, string message)
    {
        await StartAsync(Scaled);
        _shop.Cluster.Put(kind == "ScaledObject" ? KnownKinds.ScaledObjects : KnownKinds.HorizontalPodAutoscalers,
            $"{{ metadata: {{ name: {name}, namespace: shop }}, spec: {{ scaleTargetRef: {{ kind: Deployment, name: elsewhere }} }} }}");
        await CaughtUpAsync();

        await AssertRefusedAsync(message);
    }

    [Test]
    public async Task WhenItScalesAnotherKindOfThatName_ThenItIsNoConcern()
    {
        await StartAsync(Scaled.Replace("{ name: checkout }", "{ kind: StatefulSet, name: checkout }"));

        Assert.That((await ObserveAsync()).Copy!.Autoscaler, Is.Null);
    }

    private async Task AssertRefusedAsync(string message)
    {
        var before = _shop.Cluster.Writes.Count;
        var problem = (await ObserveAsync()).Problems.Single();
        var result = await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That(problem.Path, Is.EqualTo("spec.workload.name"));
            Assert.That(problem.Message, Does.Contain(message));
            Assert.That(result, Is.InstanceOf<WriteResult.Refused>());
            Assert.That(_shop.Cluster.Writes, Has.Count.EqualTo(before));
        });
    }

    private async Task StartAsync(string scaledObject) => _shop = await Shop.StartAsync(cluster =>
    {
        foreach (var side in new[] { "stable", "canary" })
        {
            cluster.Delete(KnownKinds.Deployments, "shop", $"checkout-{side}");
            cluster.Delete(KnownKinds.Services, "shop", $"checkout-{side}");
        }

        cluster.Put(KnownKinds.Rollouts, Rollout);
        cluster.Put(KnownKinds.Deployments, Deployment);
        cluster.Put(KnownKinds.ScaledObjects, scaledObject);
    });

    private async Task ServeAsync()
    {
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(Serving);
    }

    // As KEDA makes it: with the labels of the ScaledObject.
    private void PutOfKeda(string scaledObject, string target, string labels = "") =>
        _shop.Cluster.Put(KnownKinds.HorizontalPodAutoscalers, $$"""
            metadata:
              name: keda-hpa-{{scaledObject}}
              namespace: shop
              labels: { {{labels}} }
              ownerReferences: [{ apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: {{scaledObject}}, uid: u, controller: true }]
            spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{target}} }, minReplicas: 1, maxReplicas: 12 }
            """);

    private Task<WorkloadReading> ObserveAsync() => Workloads.ObserveAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

    private async Task<WriteResult> ArrangeAsync(CopyLevels levels)
    {
        var result = await Workloads.ArrangeAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, levels, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private async Task<HandBackResult> HandBackAsync()
    {
        var result = await Workloads.HandBackAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private async Task CaughtUpAsync()
    {
        foreach (var kind in new[] { KnownKinds.Deployments, KnownKinds.Services, KnownKinds.HorizontalPodAutoscalers,
            KnownKinds.ScaledObjects })
        {
            foreach (var document in _shop.Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }

    private int Affected()
    {
        lock (_shop.Affected) return _shop.Affected.Count;
    }

    private void BeReady(string name)
    {
        var document = _shop.Cluster.Get(KnownKinds.Deployments, "shop", name);
        var replicas = Json.Whole(document, "spec", "replicas")!;
        document["status"] = new JsonObject
        {
            ["observedGeneration"] = Json.Whole(document, "metadata", "generation"),
            ["replicas"] = replicas,
            ["updatedReplicas"] = replicas,
            ["availableReplicas"] = replicas,
        };
        _shop.Cluster.Put(KnownKinds.Deployments, document);
    }

    private void Change(string name, Action<JsonObject> change)
    {
        var document = Get(name);
        change(document);
        _shop.Cluster.Put(KnownKinds.ScaledObjects, document);
    }

    private string[] ScalerWrites() =>
        [.. _shop.Cluster.Writes.Where(write => write.Contains("scale", StringComparison.Ordinal))
            .Select(write => $"{write.Split(' ')[0]} {write[write.IndexOf("scaledobjects", StringComparison.Ordinal)..]}")];

    private JsonObject Get(string name) => _shop.Cluster.Get(KnownKinds.ScaledObjects, "shop", name);

    private string? Annotations(string name) => Get(name)["metadata"]!["annotations"]?.ToJsonString();

    private string? Text(string name, string annotation) => Json.Text(Get(name), "metadata", "annotations", annotation);
}
