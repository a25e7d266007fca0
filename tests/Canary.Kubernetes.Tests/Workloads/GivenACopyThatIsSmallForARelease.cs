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

/// <summary>One Deployment with <c>dynamicStableScale</c>: the copy gives pods away for the time of a release.</summary>
public sealed class GivenACopyThatIsSmallForARelease
{
    private const string Size = "canary.delivery/size";

    private const string Rollout = """
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec:
          workload: { name: checkout }
          traffic: { istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
          strategy: { canary: { dynamicStableScale: true, steps: [{ setWeight: 50 }] } }
        """;

    private const string Deployment = """
        metadata: { name: checkout, namespace: shop, generation: 1 }
        spec:
          replicas: 4
          selector: { matchLabels: { app: checkout } }
          template:
            metadata: { labels: { app: checkout } }
            spec: { containers: [{ name: app, image: "registry.example.com/a:1.0.0", ports: [{ name: http, containerPort: 8080 }] }] }
        status: { observedGeneration: 1, replicas: 4, updatedReplicas: 4, availableReplicas: 4 }
        """;

    private const string Autoscaler = """
        metadata: { name: web, namespace: shop }
        spec:
          scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }
          minReplicas: 2
          maxReplicas: 12
        """;

    private static readonly CopyLevels Copying = new(StableServing.Workload, null, null, null);
    private static readonly CopyLevels Small = new(StableServing.Copy, 2, null, null) { FullReplicas = 4 };
    private static readonly CopyLevels Whole = new(StableServing.Copy, 4, null, null);

    private Shop _shop = null!;

    private KubernetesWorkloads Workloads => new(_shop.Cluster.Client, _shop.Caches);

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenItShrinks_ThenOneWriteSaysHowLargeItWas_AndWhenItGrowsTheNoteGoesWithIt()
    {
        await StartAsync();
        var before = _shop.Cluster.Writes.Count;

        await ArrangeAsync(Small);
        var (small, seen) = (Copy(), (await ObserveAsync()).Copy!);
        await ArrangeAsync(Whole);

        Assert.Multiple(() =>
        {
            Assert.That((Json.Whole(small, "spec", "replicas"), Json.Text(small, "metadata", "annotations", Size)), Is.EqualTo((2L, "4")));
            Assert.That((seen.CopyReplicas, seen.FullReplicas, seen.ServiceReplicas), Is.EqualTo((2, 4, 4)));
            Assert.That(seen.IsCopyObserved, Is.False, "its controller has not seen it yet");
            Assert.That(Json.Whole(Copy(), "spec", "replicas"), Is.EqualTo(4));
            Assert.That(Json.Text(Copy(), "metadata", "annotations", Size), Is.Null);
            Assert.That(Json.Text(Copy(), "metadata", "annotations", "team"), Is.EqualTo("shop"), "what others wrote stays");
            Assert.That(_shop.Cluster.Writes, Has.Count.EqualTo(before + 2));
        });
    }

    [TestCase("none")]
    [TestCase("-3")]
    [TestCase("99999999999")]
    public async Task WhenTheNoteIsNoNumber_ThenTheReplicasAreTheSize(string note)
    {
        await StartAsync();
        await ChangeAsync(document => document["metadata"]!["annotations"]![Size] = note);

        var seen = (await ObserveAsync()).Copy!;

        Assert.That((seen.FullReplicas, seen.ServiceReplicas), Is.EqualTo(((int?)null, (int?)4)));
    }

    [Test]
    public async Task WhenAnAutoscalerScalesTheDeployment_ThenTheTwoAreNotTakenTogether_AndTheCopyStillGrows()
    {
        await StartAsync();
        await ArrangeAsync(Small);
        _shop.Cluster.Put(KnownKinds.HorizontalPodAutoscalers, Autoscaler);
        await CaughtUpAsync();

        var problem = (await ObserveAsync()).Problems.Single();
        await ArrangeAsync(Whole);

        Assert.That((problem.Path, problem.Message), Is.EqualTo(("spec.strategy.canary.dynamicStableScale",
            "HorizontalPodAutoscaler shop/web scales Deployment shop/checkout, so its copy sets the replicas of stable, and two writers of "
                + "them would fight; remove one of the two")));
        Assert.That(Json.Whole(Copy(), "spec", "replicas"), Is.EqualTo(4));
    }

    [Test]
    public async Task WhenTheDeploymentIsDeletedMeanwhile_ThenTheCopyStillGrows()
    {
        await StartAsync();
        await ArrangeAsync(Small);
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout")) is null, "it is gone");

        var seen = (await ObserveAsync()).Copy!;
        var result = await ArrangeAsync(Whole);

        Assert.That((seen.CopyReplicas, seen.FullReplicas, seen.WorkloadReplicas, seen.Serving), Is.EqualTo((2, 4, 0, StableServing.Copy)));
        Assert.That(result, Is.InstanceOf<WriteResult.Refused>(), "the rest waits for the Deployment");
        Assert.That(Json.Whole(Copy(), "spec", "replicas"), Is.EqualTo(4));
    }

    [Test]
    public async Task WhenTheRolloutIsDeletedMeanwhile_ThenTheDeploymentGetsThePodsOfTheWholeService()
    {
        await StartAsync();
        await ArrangeAsync(Small with { WorkloadReplicas = 2 });

        await Workloads.HandBackAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.That(Json.Whole(_shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout"), "spec", "replicas"), Is.EqualTo(4));
        Assert.That(Json.Whole(Copy(), "spec", "replicas"), Is.EqualTo(4), "it may be what serves in the end");
    }

    [TestCase("services")]
    [TestCase("horizontalpodautoscalers")]
    [TestCase("deployments/checkout\"")]
    public async Task WhenAnotherWriteIsRefused_ThenTheCopyHasGrownBefore(string refused)
    {
        await StartAsync();
        await ArrangeAsync(Small);
        _shop.Cluster.Put(KnownKinds.HorizontalPodAutoscalers, Autoscaler);
        _shop.Cluster.Delete(KnownKinds.Services, "shop", "checkout-canary");
        await Eventually.ThatAsync(() => _shop.Caches.Services.Get(new ObjectName("shop", "checkout-canary")) is null, "it is gone");
        await CaughtUpAsync();
        _shop.Cluster.Refusal = (request, _) =>
            $"{request.Path}\"".Contains(refused, System.StringComparison.Ordinal) ? (403, "exceeded quota") : null;

        var result = await ArrangeAsync(Whole with { WorkloadReplicas = 0, Autoscaler = new AutoscalerLevels(2, false) });

        Assert.That(result, Is.InstanceOf<WriteResult.Refused>(), "the rest waits");
        Assert.That(Json.Whole(Copy(), "spec", "replicas"), Is.EqualTo(4));
        Assert.That(Json.Text(Copy(), "metadata", "annotations", Size), Is.Null);
    }

    [Test]
    public async Task WhenItGrows_ThenTheSameWritesAreDoneAsWithoutARefusal()
    {
        await StartAsync();
        await ArrangeAsync(Small);
        var before = _shop.Cluster.Writes.Count;

        var result = await ArrangeAsync(Whole);
        await ArrangeAsync(Whole);

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(_shop.Cluster.Writes, Has.Count.EqualTo(before + 1), "a copy that has its pods is not written again");
    }

    [TestCase("1")]
    [TestCase("1000")]
    public async Task WhenTheNoteIsEditedAndTheRolloutIsDeleted_ThenTheStatusSaysHowLargeItWas(string note)
    {
        await StartAsync();
        await ArrangeAsync(Small);
        await ChangeAsync(document => document["metadata"]!["annotations"]![Size] = note);
        var snapshot = _shop.Snapshot();

        await Workloads.HandBackAsync(snapshot with { Status = snapshot.Status with { StableReplicas = 4 } }, snapshot.Spec!, A.Limit());

        Assert.That(Json.Whole(Copy(), "spec", "replicas"), Is.EqualTo(4));
        Assert.That(Json.Whole(_shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout"), "spec", "replicas"), Is.EqualTo(4));
    }

    [TestCase(4, 4, 4, true, true)]
    [TestCase(4, 4, 3, true, false, Description = "one is not ready")]
    [TestCase(4, 3, 3, false, false, Description = "one is not made yet")]
    [TestCase(5, 4, 4, false, false, Description = "an old one is left")]
    public async Task WhenSomePodsAreNotAvailable_ThenItIsSaidHowManyAre_AndWhetherAllHaveTheTemplate(int there, int updated,
        int available, bool isUpdated, bool isRolledOut)
    {
        await StartAsync();
        var source = _shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout");
        source["status"] = new JsonObject
        {
            ["observedGeneration"] = Json.Whole(source, "metadata", "generation"),
            ["replicas"] = there,
            ["updatedReplicas"] = updated,
            ["availableReplicas"] = available,
        };
        _shop.Cluster.Put(KnownKinds.Deployments, source);
        await CaughtUpAsync();

        var canary = (await ObserveAsync()).Second;

        Assert.That((canary.IsUpdated, canary.IsRolledOut, canary.AvailablePods), Is.EqualTo((isUpdated, isRolledOut, (int?)available)));
    }

    // The copy serves, with an annotation of somebody's.
    private async Task StartAsync()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            foreach (var side in new[] { "stable", "canary" })
            {
                cluster.Delete(KnownKinds.Deployments, "shop", $"checkout-{side}");
                cluster.Delete(KnownKinds.Services, "shop", $"checkout-{side}");
            }

            cluster.Put(KnownKinds.Rollouts, Rollout);
            cluster.Put(KnownKinds.Deployments, Deployment);
        });
        await ArrangeAsync(Copying);
        await ChangeAsync(document =>
        {
            document["metadata"]!["annotations"] = new JsonObject { ["team"] = "shop" };
            document["status"] = new JsonObject
            {
                ["observedGeneration"] = Json.Whole(document, "metadata", "generation"),
                ["replicas"] = 4,
                ["updatedReplicas"] = 4,
                ["availableReplicas"] = 4,
            };
        });
        await ArrangeAsync(Copying with { Serving = StableServing.Copy });
    }

    private JsonObject Copy() => _shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout-stable");

    private async Task ChangeAsync(System.Action<JsonObject> change)
    {
        var document = Copy();
        change(document);
        _shop.Cluster.Put(KnownKinds.Deployments, document);
        await CaughtUpAsync();
    }

    private Task<WorkloadReading> ObserveAsync() => Workloads.ObserveAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

    private async Task<WriteResult> ArrangeAsync(CopyLevels levels)
    {
        var result = await Workloads.ArrangeAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, levels, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private async Task CaughtUpAsync()
    {
        foreach (var kind in new[] { KnownKinds.Deployments, KnownKinds.Services, KnownKinds.HorizontalPodAutoscalers })
        {
            foreach (var document in _shop.Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }
}
