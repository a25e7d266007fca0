using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>What Canary makes beside one Deployment, and what it leaves alone.</summary>
public sealed class GivenOneWorkload : OneWorkload
{
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
            Assert.That(Selector("checkout"), Is.EqualTo("canary.delivery/serves=checkout"));
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

        var lost = await ArrangeAsync(new CopyLevels(StableServing.Neither, 3, null, "0000000000"));
        var found = await ArrangeAsync(new CopyLevels(StableServing.Neither, 3, null, stable));

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
}
