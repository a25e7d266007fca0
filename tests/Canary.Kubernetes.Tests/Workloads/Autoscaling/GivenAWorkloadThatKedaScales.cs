using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads.Autoscaling;

/// <summary>The stable copy of a workload that KEDA scales gets a ScaledObject like it, and it is paused.</summary>
public sealed class GivenAWorkloadThatKedaScales : ScaledWorkload
{
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
                new AutoscalerCopy(new AutoscalerLevels(1, false), true))
            { Pause = AutoscalerPause.Paused }));
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
    public async Task WhenTheServiceIsScaledToZero_ThenTheCopysGoes_AndIsMadeAgain_AndAPauseByHandStays()
    {
        await StartAsync(Scaled);
        await ServeAsync();
        Change("web-stable", document => document["metadata"]!["finalizers"] = new JsonArray("finalizer.keda.sh"));
        await CaughtUpAsync();

        await ArrangeAsync(Serving with { Autoscaler = null, RemovesAutoscaler = true });
        var leaving = (await ObserveAsync()).Copy!.Autoscaler!;
        _shop.Cluster.Delete(KnownKinds.ScaledObjects, "shop", "web-stable");
        await Eventually.ThatAsync(() => _shop.Caches.ScaledObjects.Get(new ObjectName("shop", "web-stable")) is null, "it is gone");
        var gone = (await ObserveAsync()).Copy!.Autoscaler!;
        await ArrangeAsync(Serving);
        var back = (await ObserveAsync()).Copy!.Autoscaler!;
        Change("web-stable", document => document["metadata"]!["annotations"] = new JsonObject { [Paused] = "true" });
        await CaughtUpAsync();
        var byHand = await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That((leaving.Copy, leaving.IsCopyLeaving), Is.EqualTo(((AutoscalerCopy?)null, true)));
            Assert.That((gone.Copy, gone.IsCopyLeaving), Is.EqualTo(((AutoscalerCopy?)null, false)));
            Assert.That(back.Copy, Is.EqualTo(new AutoscalerCopy(new AutoscalerLevels(1, false), true)));
            Assert.That(Text("web", Paused), Is.EqualTo("true"), "never resumed meanwhile");
            Assert.That(byHand, Is.EqualTo(new WriteResult.Applied(0)));
            Assert.That(Text("web-stable", PausedFor), Is.Null);
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
            Assert.That(back with { Paused = null }, Is.EqualTo(new HandBackResult(null, true)));
            Assert.That(back.Paused, isByHand ? Is.Null : Does.StartWith("ScaledObject shop/web stays paused: remove the annotations"));
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
    [TestCase("maxReplicaCount: 12", "advanced: { restoreToOriginalReplicaCount: true }",
        "ScaledObject shop/web has spec.advanced.restoreToOriginalReplicaCount true")]
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
}
