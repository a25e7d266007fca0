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

/// <summary>One Deployment whose Rollout is deleted, or that others change, in every state.</summary>
public sealed class GivenOneWorkloadInTrouble : OneWorkload
{
    [Test]
    public async Task WhenAServiceSelectsTheCopyAlone_ThenTheCopyIsLeftServing()
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(Serving);
        await ArrangeAsync(new CopyLevels(StableServing.Copy, null, 0, null));
        await HandBackAsync();
        Change("checkout", document => document["status"] = Status(3, (int)Json.Whole(document, "metadata", "generation")!));
        await CaughtUpAsync();
        await HandBackAsync();
        var clients = Get(KnownKinds.Services, "checkout");
        clients["spec"]!["selector"] = new JsonObject { ["app"] = "checkout-stable" };
        _shop.Cluster.Put(KnownKinds.Services, clients);
        await CaughtUpAsync();

        var last = await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.That(((WriteResult.Refused)last).Message, Is.EqualTo(
            "Service shop/checkout selects the pods of checkout-stable alone. Give it a selector that finds those of checkout"));
        Assert.That(_shop.Cluster.List(KnownKinds.Deployments).Select(Json.Name), Does.Contain("checkout-stable"));
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

    [TestCase("""{"app":"x","app":"y"}""", TestName = "WhenTheOriginalSelectorHasANameTwice_ThenTheWorkloadsLabelsStandIn")]
    [TestCase("""{"app":"gone"}""", TestName = "WhenTheOriginalSelectorFindsNoPods_ThenTheWorkloadsLabelsStandIn")]
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

    [TestCase(true, TestName = "WhenStablesServiceIsGoneAndTheRolloutIsDeleted_ThenTheCopyStaysUntilTheWorkloadHasItsPods")]
    [TestCase(false, TestName = "WhenStablesServiceWasChangedAndTheRolloutIsDeleted_ThenTheCopyStaysUntilTheWorkloadHasItsPods")]
    public async Task WhenStablesServiceIsNotAsItWas(bool isGone)
    {
        await ServeFromTheCopyAsync();
        if (isGone) _shop.Cluster.Delete(KnownKinds.Services, "shop", "checkout-stable");
        else
        {
            var service = Get(KnownKinds.Services, "checkout-stable");
            service["spec"]!["selector"]!["team"] = "payments";
            _shop.Cluster.Put(KnownKinds.Services, service);
        }

        await GoneOrCaughtUpAsync("checkout-stable");
        var back = await HandBackAsync();
        var last = await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.Multiple(() =>
        {
            Assert.That(back.Waiting, Does.Contain("of the 3 pods of checkout"));
            Assert.That(last, Is.InstanceOf<WriteResult.Refused>());
            Assert.That((int?)Get(KnownKinds.Deployments, "checkout")["spec"]!["replicas"], Is.EqualTo(3));
        });
    }

    [Test]
    public async Task WhenTheCopyIsGoneAndTheRolloutIsDeleted_ThenTheWorkloadServesAllTheSame()
    {
        await ServeFromTheCopyAsync();
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null,
            "it is gone");
        Change("checkout", document => document["spec"]!["replicas"] = 1);
        Change("checkout", document => document["status"] = Status(1, (int)Json.Whole(document, "metadata", "generation")!));
        await CaughtUpAsync();

        var back = await HandBackAsync();

        Assert.Multiple(() =>
        {
            Assert.That(back, Is.EqualTo(new HandBackResult(null, true)));
            Assert.That(Selector("checkout"), Is.EqualTo("app=checkout"));
            Assert.That(Selector("checkout-stable"), Is.EqualTo("app=checkout"));
        });
    }

    [Test]
    public async Task WhenTheWorkloadIsGoneAndTheRolloutIsDeleted_ThenNothingIsWaitedFor()
    {
        await ServeFromTheCopyAsync();
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout")) is null, "it is gone");

        Assert.That((await HandBackAsync()).Left, Is.EqualTo("Deployment shop/checkout is not there"));
    }

    [Test]
    public async Task WhenAnotherServiceSelectsTheWorkload_ThenItFollowsTheCopyToo_AndIsRestored()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Services,
            "{ metadata: { name: checkout-grpc, namespace: shop }, spec: { selector: { app: checkout, team: payments }, ports: [{ port: 9 }] } }");
        await ServeFromTheCopyAsync(isStarted: true);
        var served = Selector("checkout-grpc");

        await HandBackAsync();
        Change("checkout", document => document["status"] = Status(3, (int)Json.Whole(document, "metadata", "generation")!));
        await CaughtUpAsync();
        await HandBackAsync();

        Assert.That((served, Selector("checkout-grpc")), Is.EqualTo(("canary.delivery/serves=checkout", "app=checkout,team=payments")));
    }

    [Test]
    public async Task WhenItIsPausedOrHalfRolledOut_ThenItIsNotThereToBeCopied()
    {
        await StartAsync(Deployment.Replace("updatedReplicas: 3", "updatedReplicas: 1"));
        var half = (await ObserveAsync()).Copy!.IsWorkloadAvailable;
        Change("checkout", document => document["status"] = Status(3, 1));
        Change("checkout", document => document["spec"]!["paused"] = true);
        Change("checkout", document => document["status"] = Status(3, (int)Json.Whole(document, "metadata", "generation")!));
        await CaughtUpAsync();
        var paused = (await ObserveAsync()).Copy!.IsWorkloadAvailable;

        await ArrangeAsync(Copying with { IsCopyWanted = false });

        Assert.That((half, paused), Is.EqualTo((false, false)));
        Assert.That(_shop.Cluster.List(KnownKinds.Deployments).Select(Json.Name), Is.EqualTo(new[] { "checkout" }));
    }

    [Test]
    public async Task WhenAServiceChangedSinceItWasRead_ThenThePassEndsAndLooksAgain()
    {
        await ServeFromTheCopyAsync();
        await _shop.FreezeAsync();
        var service = Get(KnownKinds.Services, "checkout-stable");
        service["metadata"]!["labels"]!["x"] = "y";
        _shop.Cluster.Put(KnownKinds.Services, service);

        var result = await Workloads.ArrangeAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, Copying, A.Limit());

        Assert.That(result, Is.InstanceOf<WriteResult.Contended>());
    }

    [TestCase("2026-12-01T08:00:00+02:00", "2026-12-01T07:00:00Z", true)]
    [TestCase("2026-12-01T07:00:00Z", "2026-12-01T08:00:00+02:00", false)]
    [TestCase("whenever", "2026-12-01T07:00:00Z", true)]
    [TestCase("2026-12-01T07:00:00Z", "zzzz", false)]
    public async Task WhenItIsRestartedFromAnotherTimeZone_ThenTheLaterOneCounts(string first, string second, bool isDue)
    {
        await StartAsync();
        Restart(first);
        await CaughtUpAsync();
        await ArrangeAsync(Copying);
        Restart(second);
        await CaughtUpAsync();

        Assert.That((await ObserveAsync()).Copy!.IsRestartDue, Is.EqualTo(isDue));

        void Restart(string at) => Change("checkout", document => document["spec"]!["template"]!["metadata"]!["annotations"] =
            new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = at });
    }

    [TestCase("canary.delivery/workload: shop")]
    [TestCase("canary.delivery/side: stable")]
    [TestCase("canary.delivery/revision: abc")]
    public async Task WhenItSelectsByALabelThatCanaryWrites_ThenTheStatusSaysSo(string label)
    {
        await StartAsync(Deployment.Replace("matchLabels: { app: checkout }", "matchLabels: { app: checkout, " + label + " }")
            .Replace("team: payments", label));

        Assert.That((await ObserveAsync()).Problems.Single().Message, Does.Contain("a label that Canary writes"));
    }

    [Test]
    public async Task WhenItSelectsByTheSide_ThenThatLabelDiffers_AndEverythingElseSelectsBoth()
    {
        await StartAsync(Deployment
            .Replace("matchLabels: { app: checkout }", "matchLabels: { app: checkout, canary.delivery/side: canary }")
            .Replace("team: payments", "canary.delivery/side: canary"));
        await ServeFromTheCopyAsync(isStarted: true);

        Assert.Multiple(() =>
        {
            Assert.That(Selector("checkout-stable"), Is.EqualTo("app=checkout,canary.delivery/side=stable"));
            Assert.That(Selector("checkout"), Is.EqualTo("app=checkout"));
        });
    }

    [Test]
    public void WhenPortsOfContainersHaveNoNames_ThenEachGetsOneOfItsOwn()
    {
        var deployment = JsonNode.Parse("""
            {"spec":{"template":{"spec":{"containers":[
              {"ports":[{"containerPort":53,"protocol":"TCP"},{"containerPort":53,"protocol":"UDP"},{"name":"http","containerPort":80}]},
              {"ports":[{"name":"http","containerPort":81}]}]}}}}
            """)!.AsObject();

        Assert.That(CopyDocuments.ContainerPorts(deployment).Select(port => Json.Text(port, "name")),
            Is.EqualTo(new[] { "port-53", "udp-53", "http", "tcp-81" }));
    }

    [Test]
    public async Task WhenTheServiceHasNoPodsOfItsOwn_ThenTheStatusSaysSo()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Services,
            "{ metadata: { name: checkout, namespace: shop }, spec: { type: ExternalName, externalName: a.example } }");
        await CaughtUpAsync();

        Assert.That((await ObserveAsync()).Problems.Single().ToString(),
            Does.StartWith("spec.workload.service: Service shop/checkout has no selector"));
    }
}
