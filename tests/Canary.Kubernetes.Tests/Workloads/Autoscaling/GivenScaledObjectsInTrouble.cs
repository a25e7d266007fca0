using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads.Autoscaling;

/// <summary>ScaledObjects that cannot be read, or that their team retargets, deletes or renames while Canary has paused one.</summary>
public sealed class GivenScaledObjectsInTrouble : ScaledWorkload
{
    private const string OfWorkload = """
        metadata: { name: own, namespace: shop }
        spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }, minReplicas: 1, maxReplicas: 3 }
        """;

    private const string ServedCopy = """
        metadata: { name: checkout-stable, namespace: shop, generation: 1, labels: { canary.delivery/rollout: checkout } }
        spec:
          replicas: 3
          selector: { matchLabels: { app: checkout-stable } }
          template: { metadata: { labels: { app: checkout-stable } }, spec: { containers: [{ name: app, image: "a:1" }] } }
        status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
        """;

    [TestCase(403)]
    [TestCase(500)]
    public async Task WhenTheyCannotBeReadWhileTheWorkloadsIsPaused_ThenThatOfTheCopyIsNamed_AndNothingIsWritten(int code)
    {
        await StartUnreadAsync(code);
        PutOfKeda("web-stable", "checkout-stable");
        await _shop.CaughtUpAsync(KnownKinds.HorizontalPodAutoscalers, "keda-hpa-web-stable");

        await AssertRefusedAsync("ScaledObject shop/web-stable of KEDA scales Deployment shop/checkout-stable, and ScaledObjects cannot be "
            + "read: ");
    }

    [TestCase(403)]
    [TestCase(500)]
    public async Task WhenTheyCannotBeReadAndTheRolloutIsDeleted_ThenItIsTriedAgain_AndNothingIsDeleted(int code)
    {
        await StartUnreadAsync(code, cluster => cluster.Put(KnownKinds.Deployments, ServedCopy));

        var result = await RemoveCopyAsync();

        Assert.Multiple(() =>
        {
            Assert.That((result as WriteResult.Contended)?.Message, Does.StartWith("ScaledObjects of KEDA cannot be read"));
            Assert.That(_shop.Cluster.Writes, Is.Empty);
        });
    }

    [TestCase(404, false, TestName = "WhenThereIsNoKedaAndTheRolloutIsDeleted_ThenTheCopyGoes")]
    [TestCase(403, false, TestName = "WhenThereIsNoKedaAndTheRoleIsOldAndTheRolloutIsDeleted_ThenTheCopyGoes")]
    [TestCase(403, true, TestName = "WhenAnAutoscalerScalesItAndTheRoleIsOldAndTheRolloutIsDeleted_ThenTheCopyGoes")]
    public async Task WhenTheyCannotBeReadAndNoneMatters(int code, bool hasAutoscaler)
    {
        await StartUnreadAsync(code, cluster =>
        {
            cluster.Put(KnownKinds.Deployments, ServedCopy);
            if (hasAutoscaler) cluster.Put(KnownKinds.HorizontalPodAutoscalers, OfWorkload);
            else cluster.IsKedaServed = false;
        });

        Assert.That(await RemoveCopyAsync(), Is.InstanceOf<WriteResult.Applied>());
        Assert.That(_shop.Cluster.List(KnownKinds.Deployments).Select(Json.Name), Is.EqualTo(new[] { "checkout" }));
    }

    [Test]
    public async Task WhenItsTeamLetsItScaleAnother_ThenItIsResumed()
    {
        await StartAsync(Scaled);
        await ServeAsync();
        Change("web", document => document["spec"]!["scaleTargetRef"]!["name"] = "elsewhere");
        await CaughtUpAsync();
        var seen = (await ObserveAsync()).Copy!;

        await ArrangeAsync(new CopyLevels(StableServing.Copy, null, null, null));

        Assert.Multiple(() =>
        {
            Assert.That(seen.IsAutoscalerLeft, Is.True, "so that it is written");
            Assert.That((Text("web", Paused), Text("web", PausedFor), Text("web", "a")), Is.EqualTo(((string?)null, (string?)null, "b")));
            Assert.That(_shop.Cluster.List(KnownKinds.ScaledObjects).Select(Json.Name), Is.EqualTo(new[] { "web" }));
        });
        Assert.That((await ObserveAsync()).Copy!.IsAutoscalerLeft, Is.False);
    }

    [Test]
    public async Task WhenTheRolloutIsDeletedAndSeveralArePausedForIt_ThenAllAreResumed_AndThatOfAnotherRolloutIsNot()
    {
        await StartAsync(Scaled);
        await ServeAsync();
        foreach (var (name, target, rollout) in new[]
        {
            ("alpha", "checkout", "checkout"), ("beta", "elsewhere", "checkout"), ("gamma", "elsewhere", "other"),
        })
            _shop.Cluster.Put(KnownKinds.ScaledObjects, Scaled.Replace("name: web,", $"name: {name},")
                .Replace("name: checkout }", $"name: {target} }}")
                .Replace("a: b", $"autoscaling.keda.sh/paused: \"true\", canary.delivery/paused-for: {rollout}"));
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await CaughtUpAsync();
        await Eventually.ThatAsync(
            () => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null, "the copy is gone");

        await RemoveCopyAsync();

        Assert.That(_shop.Cluster.List(KnownKinds.ScaledObjects)
            .Select(one => (Json.Name(one), Json.Text(one, "metadata", "annotations", Paused))),
            Is.EqualTo(new[] { ("alpha", null), ("beta", null), ("gamma", "true"), ("web", null) }));
    }

    [Test]
    public async Task WhenOneCannotBeResumed_ThenTheOthersAre_AndItIsNamed()
    {
        await StartAsync(Scaled);
        await ServeAsync();
        _shop.Cluster.Put(KnownKinds.ScaledObjects, Scaled.Replace("name: web,", "name: zeta,")
            .Replace("a: b", "autoscaling.keda.sh/paused: \"true\", canary.delivery/paused-for: checkout"));
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await CaughtUpAsync();
        await Eventually.ThatAsync(
            () => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null, "the copy is gone");
        _shop.Cluster.Refusal = (request, _) => request.Path.Value!.EndsWith("scaledobjects/web", StringComparison.Ordinal)
            ? (403, "you may not") : null;

        var result = await RemoveCopyAsync();

        Assert.That((result as WriteResult.Refused)?.Message, Does.StartWith("ScaledObject shop/web: "));
        Assert.That((Text("web", Paused), Text("zeta", Paused)), Is.EqualTo(("true", (string?)null)));
    }

    [Test]
    public async Task WhenKedaGivesReplicasBackAsItGoes_ThenTheyAreNotedBeforeTheCopysGoes_AlsoWhereTheCacheIsBehind()
    {
        await StartAsync(Scaled);
        await ServeAsync();
        await ArrangeAsync(Serving with { WorkloadReplicas = 0 });
        _shop.Cluster.Delete(KnownKinds.ScaledObjects, "shop", "web");
        await Eventually.ThatAsync(() => _shop.Caches.ScaledObjects.Get(new ObjectName("shop", "web")) is null, "it is gone");
        await _shop.FreezeAsync();
        var deployment = _shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout");
        deployment["spec"]!["replicas"] = 2;
        _shop.Cluster.Put(KnownKinds.Deployments, deployment);
        var seen = (await ObserveAsync()).Copy!;

        await Workloads.ArrangeAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, new CopyLevels(StableServing.Copy, null, null, null),
            A.Limit());

        var after = _shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout");
        Assert.Multiple(() =>
        {
            Assert.That((seen.WorkloadReplicas, seen.IsAutoscalerLeft), Is.EqualTo((0, true)), "the cache is behind");
            Assert.That(Json.Text(after, "metadata", "annotations", "canary.delivery/replicas"), Is.EqualTo("2"));
            Assert.That((int?)after["spec"]!["replicas"], Is.EqualTo(2));
            Assert.That(_shop.Cluster.List(KnownKinds.ScaledObjects), Is.Empty);
            Assert.That(_shop.Cluster.Writes.TakeLast(2).Select(write => write.Split(' ')[0]), Is.EqualTo(new[] { "PATCH", "DELETE" }));
        });
    }

    [Test]
    public async Task WhenKedasWebhookRefuses_ThenWhatServesIsWrittenAllTheSame_AndTheWorkloadLosesNoPods()
    {
        await StartAsync(Scaled);
        await ServeAsync();
        Change("web", document => document["spec"]!["maxReplicaCount"] = 20);
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await CaughtUpAsync();
        await Eventually.ThatAsync(
            () => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null, "the copy is gone");
        _shop.Cluster.Refusal = (request, _) => request.Path.Value!.Contains("scaledobjects", StringComparison.Ordinal)
            ? (403, "the webhook of KEDA cannot be reached") : null;

        var grown = await ArrangeAsync(Serving with { Serving = StableServing.Neither, WorkloadReplicas = 5 });
        var pods = (int?)_shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout")["spec"]!["replicas"];
        var shrunk = await ArrangeAsync(Serving with { WorkloadReplicas = 0 });

        Assert.Multiple(() =>
        {
            Assert.That((grown as WriteResult.Refused)?.Message, Does.Contain("the webhook of KEDA cannot be reached"));
            Assert.That(_shop.Cluster.List(KnownKinds.Deployments).Select(Json.Name), Is.EqualTo(new[] { "checkout", "checkout-stable" }));
            Assert.That(pods, Is.EqualTo(5));
            Assert.That(shrunk, Is.InstanceOf<WriteResult.Refused>());
            Assert.That((int?)_shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout")["spec"]!["replicas"], Is.EqualTo(5));
        });
    }

    private Task StartUnreadAsync(int code, Action<FakeCluster>? change = null) => StartAsync(Scaled, cluster =>
    {
        cluster.RefuseReading = path => path.Contains("scaledobjects", StringComparison.Ordinal) ? (code, "no") : null;
        // Nothing of it is seen: nobody waits for it.
        cluster.Delete(KnownKinds.ScaledObjects, "shop", "web");
        change?.Invoke(cluster);
    });

    private Task<WriteResult> RemoveCopyAsync() => Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());
}
