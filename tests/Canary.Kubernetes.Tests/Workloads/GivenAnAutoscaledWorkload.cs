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

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>A HorizontalPodAutoscaler scales the one Deployment, from 2 to 12 pods: the stable copy gets one like it.</summary>
public sealed class GivenAnAutoscaledWorkload
{
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

    private const string Autoscaler = """
        metadata: { name: web, namespace: shop, labels: { app.kubernetes.io/instance: shop-of-argocd }, annotations: { a: b } }
        spec:
          scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }
          minReplicas: 2
          maxReplicas: 12
          metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }]
        status: { currentReplicas: 3 }
        """;

    private const string Behavior =
        "  behavior: { scaleDown: { selectPolicy: Max, policies: [{ type: Pods, value: 1, periodSeconds: 60 }] } }\n";

    private static readonly CopyLevels Copying = new(StableServing.Workload, null, null, null);
    private static readonly CopyLevels Scaled = Copying with { Autoscaler = new AutoscalerLevels(2, false) };
    private static readonly CopyLevels Held = Copying with { Autoscaler = new AutoscalerLevels(9, true) };

    private Shop _shop = null!;

    private KubernetesWorkloads Workloads => new(_shop.Cluster.Client, _shop.Caches);

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenTheCopyIsToHaveOne_ThenItIsTheSameForTheCopy_AndNothingOfItIsATools()
    {
        await StartAsync(Autoscaler);
        var before = (await ObserveAsync()).Copy!;

        await ArrangeAsync(Scaled);
        var made = Get("web-stable");
        var after = (await ObserveAsync()).Copy!;
        var again = await ArrangeAsync(Scaled);

        Assert.Multiple(() =>
        {
            Assert.That(before.Autoscaler, Is.EqualTo(new AutoscalerObservation(2, 12, null)));
            Assert.That(made["spec"]!.ToJsonString(), Is.EqualTo(
                """{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"checkout-stable"},"minReplicas":2,"""
                + "\"maxReplicas\":12,"
                + "\"metrics\":[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\","
                + "\"averageUtilization\":60}}}]}"));
            Assert.That(made["metadata"]!["labels"]!.ToJsonString(),
                Is.EqualTo("""{"app.kubernetes.io/managed-by":"canary","canary.delivery/rollout":"checkout"}"""));
            Assert.That(made["metadata"]!["annotations"], Is.Null);
            Assert.That(made["metadata"]!["ownerReferences"], Is.Null);
            Assert.That(after.Autoscaler,
                Is.EqualTo(new AutoscalerObservation(2, 12, new AutoscalerCopy(new AutoscalerLevels(2, false), true))));
            Assert.That(again, Is.EqualTo(new WriteResult.Applied(0)));
        });
    }

    [TestCase("", TestName = "WhenScalingDownIsHeld_ThenTheRestIsAsBefore_AndTheHoldEnds")]
    [TestCase(Behavior, TestName = "WhenScalingDownIsHeldAndTheTeamHasABehavior_ThenTheRestIsAsBefore_AndTheHoldEnds")]
    public async Task WhenScalingDownIsHeld(string behavior)
    {
        await StartAsync(Autoscaler.Replace("status:", behavior + "status:"));
        await ArrangeAsync(Held);
        var held = Get("web-stable");
        // As the server does it: a behavior has both directions.
        held["spec"]!["behavior"]!["scaleUp"] ??= new JsonObject { ["selectPolicy"] = "Max" };
        _shop.Cluster.Put(KnownKinds.HorizontalPodAutoscalers, held);
        await CaughtUpAsync();
        var seen = (await ObserveAsync()).Copy!.Autoscaler!.Copy;

        await ArrangeAsync(Scaled);

        Assert.Multiple(() =>
        {
            Assert.That(seen, Is.EqualTo(new AutoscalerCopy(new AutoscalerLevels(9, true), true)));
            Assert.That(Json.Text(held, "spec", "behavior", "scaleDown", "selectPolicy"), Is.EqualTo("Disabled"));
            Assert.That(Json.Objects(held, "spec", "behavior", "scaleDown", "policies").Count(), Is.EqualTo(behavior.Length == 0 ? 0 : 1));
            Assert.That(JsonNode.DeepEquals(Get("web-stable")["spec"]!["behavior"], Get("web")["spec"]!["behavior"]));
            Assert.That((int?)Get("web-stable")["spec"]!["minReplicas"], Is.EqualTo(2));
        });
    }

    [Test]
    public async Task WhenTheTeamsNeverTakesPodsAway_ThenThatIsSaid_AndNothingIsWrittenAgain()
    {
        await StartAsync(Autoscaler.Replace("status:", Behavior.Replace("selectPolicy: Max", "selectPolicy: Disabled") + "status:"));
        var levels = Copying with { Autoscaler = new AutoscalerLevels(2, true) };
        await ArrangeAsync(levels);
        var seen = (await ObserveAsync()).Copy!.Autoscaler!;

        var again = await ArrangeAsync(levels);

        Assert.Multiple(() =>
        {
            Assert.That(seen.IsScaleDownDisabled);
            Assert.That(seen.Copy, Is.EqualTo(new AutoscalerCopy(new AutoscalerLevels(2, true), true)));
            Assert.That(again, Is.EqualTo(new WriteResult.Applied(0)));
        });
    }

    [Test]
    public async Task WhenTheTeamChangesItsOwn_ThenTheCopysFollows_AndAChangedStatusIsNoNews()
    {
        await StartAsync(Autoscaler);
        await ArrangeAsync(Scaled);
        lock (_shop.Affected) _shop.Affected.Clear();
        Put(Autoscaler.Replace("currentReplicas: 3", "currentReplicas: 4"));
        await CaughtUpAsync();
        var byStatus = Affected();
        Put(Autoscaler.Replace("averageUtilization: 60", "averageUtilization: 70"));
        await CaughtUpAsync();
        await Eventually.ThatAsync(() => Affected() > 0, "the Rollout is told");
        var seen = (await ObserveAsync()).Copy!.Autoscaler!.Copy!;

        await ArrangeAsync(Scaled);

        Assert.Multiple(() =>
        {
            Assert.That(byStatus, Is.Zero);
            Assert.That(seen.IsCurrent, Is.False);
            Assert.That((int?)Get("web-stable")["spec"]!["metrics"]![0]!["resource"]!["target"]!["averageUtilization"], Is.EqualTo(70));
        });
    }

    [Test]
    public async Task WhenTheTeamDeletesItsOwn_ThenTheCopysGoes_AndAnotherRolloutsStays()
    {
        await StartAsync(Autoscaler);
        await ArrangeAsync(Scaled);
        _shop.Cluster.Put(KnownKinds.HorizontalPodAutoscalers, """
            metadata: { name: other-stable, namespace: shop, labels: { canary.delivery/rollout: other } }
            spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: other-stable }, maxReplicas: 3 }
            """);
        _shop.Cluster.Delete(KnownKinds.HorizontalPodAutoscalers, "shop", "web");
        await Eventually.ThatAsync(() => _shop.Caches.Autoscalers.Get(new ObjectName("shop", "web")) is null, "it is gone");
        var seen = (await ObserveAsync()).Copy!;

        await ArrangeAsync(Copying);

        Assert.Multiple(() =>
        {
            Assert.That((seen.Autoscaler, seen.IsAutoscalerLeft), Is.EqualTo(((AutoscalerObservation?)null, true)));
            Assert.That(_shop.Cluster.List(KnownKinds.HorizontalPodAutoscalers).Select(Json.Name), Is.EqualTo(new[] { "other-stable" }));
        });
    }

    [Test]
    public async Task WhenOneOfThatNameIsThereAlready_ThenItIsNamed_AndNothingIsWritten()
    {
        await StartAsync(Autoscaler,
            Autoscaler.Replace("name: web,", "name: web-stable,").Replace("name: checkout }", "name: elsewhere }"));

        await AssertRefusedAsync("HorizontalPodAutoscaler shop/web-stable, and one of that name is there that it did not make");
    }

    [Test]
    public async Task WhenAnotherScalesTheCopy_ThenItIsNamed_AndNothingIsWritten()
    {
        await StartAsync(Autoscaler.Replace("name: checkout }", "name: checkout-stable }"));

        await AssertRefusedAsync("HorizontalPodAutoscaler shop/web scales the stable copy, checkout-stable");
    }

    [Test]
    public async Task WhenTwoScaleTheWorkload_ThenBothAreNamed_AndNothingIsWritten()
    {
        await StartAsync(Autoscaler, Autoscaler.Replace("name: web,", "name: more,"));

        await AssertRefusedAsync("HorizontalPodAutoscaler shop/more and HorizontalPodAutoscaler shop/web scale Deployment shop/checkout");
    }

    [Test]
    public async Task WhenItMayHaveNoPods_ThenItIsRefused_SinceItWouldStartPodsOfAnIdleWorkload()
    {
        await StartAsync(Autoscaler.Replace("minReplicas: 2", "minReplicas: 0"));

        await AssertRefusedAsync("HorizontalPodAutoscaler shop/web has minReplicas 0");
    }

    [Test]
    public async Task WhenKedaScalesTheWorkloadAndScaledObjectsCannotBeRead_ThenItsScaledObjectIsNamed_AndNothingIsWritten()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            Prepare(cluster, [Autoscaler.Replace("annotations: { a: b }",
                "ownerReferences: [{ apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: checkout-queue, uid: u, controller: true }]")]);
            cluster.RefuseReading = path => path.Contains("scaledobjects", StringComparison.Ordinal) ? (403, "you may not") : null;
        });

        await AssertRefusedAsync("ScaledObject shop/checkout-queue of KEDA scales Deployment shop/checkout, and ScaledObjects cannot be "
            + "read: ");
    }

    [Test]
    public async Task WhenScaledObjectsCannotBeReadAndNoneScalesIt_ThenThatIsNoProblem([Values(403, 404)] int code)
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            Prepare(cluster, [Autoscaler]);
            cluster.RefuseReading = path => path.Contains("scaledobjects", StringComparison.Ordinal) ? (code, "no") : null;
        });

        Assert.That((await ObserveAsync()).Problems, Is.Empty);
        Assert.That((await ArrangeAsync(Scaled)) is WriteResult.Applied);
    }

    [Test]
    public async Task WhenAutoscalersMayNotBeRead_ThenTheStatusSaysWhatToApply()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            Prepare(cluster, []);
            cluster.RefuseReading = path =>
                path.Contains("horizontalpodautoscalers", StringComparison.Ordinal) ? (403, "you may not") : null;
        });

        await AssertRefusedAsync("HorizontalPodAutoscalers cannot be read: ");
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenTheWorkloadHasAtLeastTheFewestPods_AndTheCopysAutoscalerGoesWithTheCopy()
    {
        await StartAsync(Autoscaler.Replace("minReplicas: 2", "minReplicas: 5"));
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(new CopyLevels(StableServing.Copy, null, 0, null) { Autoscaler = new AutoscalerLevels(5, false) });

        await HandBackAsync();
        var asked = (int?)Deployed("checkout")["spec"]!["replicas"];
        var early = _shop.Cluster.List(KnownKinds.HorizontalPodAutoscalers).Select(Json.Name).ToArray();
        BeReady("checkout");
        await CaughtUpAsync();
        var back = await HandBackAsync();
        await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.Multiple(() =>
        {
            Assert.That(asked, Is.EqualTo(5));
            Assert.That(early, Is.EqualTo(new[] { "web", "web-stable" }), "the copy still serves");
            Assert.That(back, Is.EqualTo(new HandBackResult(null, true)));
            Assert.That(_shop.Cluster.List(KnownKinds.HorizontalPodAutoscalers).Select(Json.Name), Is.EqualTo(new[] { "web" }));
            Assert.That(_shop.Cluster.List(KnownKinds.Deployments).Select(Json.Name), Is.EqualTo(new[] { "checkout" }));
        });
    }

    [Test]
    public async Task WhenItTakesPodsAwayDuringTheHandBack_ThenTheyAreNotAskedForAgain_AndWhatItLeavesServes()
    {
        await StartAsync(Autoscaler);
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(new CopyLevels(StableServing.Copy, null, 0, null) { Autoscaler = new AutoscalerLevels(2, false) });
        await HandBackAsync();
        Change("checkout", document => document["spec"]!["replicas"] = 2);
        BeReady("checkout");
        await CaughtUpAsync();

        var back = await HandBackAsync();

        Assert.Multiple(() =>
        {
            Assert.That(back, Is.EqualTo(new HandBackResult(null, true)));
            Assert.That((int?)Deployed("checkout")["spec"]!["replicas"], Is.EqualTo(2));
        });
    }

    [Test]
    public async Task WhenTheCopyIsGoneAndTheRolloutIsDeleted_ThenItsAutoscalerGoesToo()
    {
        await StartAsync(Autoscaler);
        await ArrangeAsync(Scaled);
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(
            () => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null, "the copy is gone");

        await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.That(_shop.Cluster.List(KnownKinds.HorizontalPodAutoscalers).Select(Json.Name), Is.EqualTo(new[] { "web" }));
    }

    private async Task AssertRefusedAsync(string message)
    {
        var before = _shop.Cluster.Writes.Count;
        var problem = (await ObserveAsync()).Problems.Single();
        var result = await ArrangeAsync(Scaled);

        Assert.Multiple(() =>
        {
            Assert.That((problem.Path, problem.Message), Is.EqualTo(("spec.workload.name", problem.Message)));
            Assert.That(problem.Message, Does.Contain(message));
            Assert.That(result, Is.InstanceOf<WriteResult.Refused>());
            Assert.That(_shop.Cluster.Writes, Has.Count.EqualTo(before));
        });
    }

    private async Task StartAsync(params string[] autoscalers) => _shop = await Shop.StartAsync(cluster => Prepare(cluster, autoscalers));

    private static void Prepare(FakeCluster cluster, string[] autoscalers)
    {
        foreach (var side in new[] { "stable", "canary" })
        {
            cluster.Delete(KnownKinds.Deployments, "shop", $"checkout-{side}");
            cluster.Delete(KnownKinds.Services, "shop", $"checkout-{side}");
        }

        cluster.Put(KnownKinds.Rollouts, Rollout);
        cluster.Put(KnownKinds.Deployments, Deployment);
        foreach (var one in autoscalers) cluster.Put(KnownKinds.HorizontalPodAutoscalers, one);
    }

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
        foreach (var kind in new[] { KnownKinds.Deployments, KnownKinds.Services, KnownKinds.HorizontalPodAutoscalers })
        {
            foreach (var document in _shop.Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }

    private int Affected()
    {
        lock (_shop.Affected) return _shop.Affected.Count;
    }

    private void BeReady(string name) => Change(name, document =>
    {
        var replicas = Json.Whole(document, "spec", "replicas")!;
        document["status"] = new JsonObject
        {
            ["observedGeneration"] = Json.Whole(document, "metadata", "generation"),
            ["replicas"] = replicas,
            ["updatedReplicas"] = replicas,
            ["availableReplicas"] = replicas,
        };
    });

    private void Change(string name, Action<JsonObject> change)
    {
        var document = Deployed(name);
        change(document);
        _shop.Cluster.Put(KnownKinds.Deployments, document);
    }

    private void Put(string autoscaler) => _shop.Cluster.Put(KnownKinds.HorizontalPodAutoscalers, autoscaler);

    private JsonObject Deployed(string name) => _shop.Cluster.Get(KnownKinds.Deployments, "shop", name);

    private JsonObject Get(string name) => _shop.Cluster.Get(KnownKinds.HorizontalPodAutoscalers, "shop", name);
}
