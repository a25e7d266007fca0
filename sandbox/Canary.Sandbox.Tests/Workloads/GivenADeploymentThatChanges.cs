using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;
using Canary.Sandbox.Workloads.Revisions;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>What a release of one Deployment does to it.</summary>
public sealed class GivenADeploymentThatChanges
{
    private const string Second = "{spec: {template: {metadata: {labels: {version: '2'}}}}}";
    private static readonly ResourceKind Quotas = new("", "v1", "resourcequotas", "ResourceQuota", true);

    [Test]
    public async Task WhenItIsScaledToZeroAndBack_ThenItsStatusFollows()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 3,");
        await cluster.PassAsync(2);
        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {replicas: 0}}");
        await cluster.PassAsync(2);
        var empty = await cluster.GetAsync(KnownKinds.Deployments, "checkout");

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {replicas: 2}}");
        await cluster.PassAsync(2);

        var full = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        Assert.That((Counts(empty), ReasonOf(empty, "Progressing"), ReasonOf(empty, "Available")),
            Is.EqualTo(("0 0 0 0 0", "NewReplicaSetAvailable", "MinimumReplicasAvailable")));
        Assert.That((Counts(full), full.NumberAt("status", "observedGeneration")),
            Is.EqualTo(("2 2 2 2 0", full.NumberAt("metadata", "generation"))));
    }

    [Test]
    public async Task WhenPodsAreNotReadyYet_ThenItIsNeitherAvailableNorDone()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 2, minReadySeconds: 5,");

        await cluster.PassAsync(3);
        var ready = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        await cluster.PassAsync(4);

        var available = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        Assert.That((Counts(ready), ReasonOf(ready, "Progressing"), ReasonOf(ready, "Available")),
            Is.EqualTo(("2 2 2 0 2", "ReplicaSetUpdated", "MinimumReplicasUnavailable")));
        Assert.That((Counts(available), ReasonOf(available, "Progressing")), Is.EqualTo(("2 2 2 2 0", "NewReplicaSetAvailable")));
    }

    [Test]
    public async Task WhenTheNewTemplateNeverWorks_ThenTheDeadlineIsExceededAndTheOldPodsStay()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 4, progressDeadlineSeconds: 60,");
        await cluster.PassAsync(2);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout",
            "{spec: {template: {spec: {containers: [{name: app, image: 'checkout:broken'}]}}}}");
        await cluster.PassAsync(61);

        var deployment = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        Assert.That((Counts(deployment), ReasonOf(deployment, "Progressing")), Is.EqualTo(("5 2 3 3 2", "ProgressDeadlineExceeded")));
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        Assert.That(pods.Select(pod => pod.ItemsAt("status", "containerStatuses").Single().TextAt("state", "waiting", "reason"))
            .Count(reason => reason == "ImagePullBackOff"), Is.EqualTo(2));
    }

    [Test]
    public async Task WhenItIsPaused_ThenItScalesButReleasesNothing()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,");
        await cluster.PassAsync(2);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout",
            "{spec: {paused: true, replicas: 3, template: {metadata: {labels: {version: '2'}}}}}");
        await cluster.PassAsync(2);
        var paused = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {paused: false}}");
        await cluster.PassAsync(10);

        var resumed = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        Assert.That((Counts(paused), ReasonOf(paused, "Progressing")), Is.EqualTo(("3 0 3 3 0", "DeploymentPaused")));
        Assert.That((Counts(resumed), ReasonOf(resumed, "Progressing")), Is.EqualTo(("3 3 3 3 0", "NewReplicaSetAvailable")));
    }

    [Test]
    public async Task WhenItIsResizedInTheMiddleOfARollout_ThenBothReplicaSetsGrowInProportion()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 10, strategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 2}},");
        await cluster.PassAsync(2);
        await cluster.MergeAsync(KnownKinds.Deployments, "checkout",
            "{spec: {template: {spec: {containers: [{name: app, image: 'checkout:broken'}]}}}}");
        await cluster.PassAsync(2);
        var before = await SizesAsync(cluster);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {replicas: 15}}");
        await cluster.PassAsync(2);

        // The example of the Kubernetes documentation: 8 and 5 of 10, 11 and 7 of 15.
        Assert.That((before, await SizesAsync(cluster)), Is.EqualTo(("5 8", "7 11")));
    }

    [Test]
    public async Task WhenManyTemplatesHaveBeen_ThenOnlyTheLastOnesAreKeptWithTheirTemplates()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1, revisionHistoryLimit: 1,");
        await cluster.PassAsync(2);

        foreach (var version in new[] { "2", "3", "4" })
        {
            await cluster.MergeAsync(KnownKinds.Deployments, "checkout",
                $"{{spec: {{template: {{metadata: {{labels: {{version: '{version}'}}}}}}}}}}");
            await cluster.PassAsync(5);
        }

        var sets = await cluster.ListAsync(KnownKinds.ReplicaSets);
        Assert.That(
            sets.Select(set => (set.TextAt("spec", "template", "metadata", "labels", "version"), set.NumberAt("spec", "replicas"),
                set.TextAt("metadata", "annotations", "deployment.kubernetes.io/revision"))),
            Is.EquivalentTo(new[] { ((string?)"3", (int?)0, "3"), ("4", 1, "4") }));
        Assert.That(
            sets.Select(set => set.TextAt("spec", "selector", "matchLabels", PodTemplate.HashLabel)),
            Is.EqualTo(sets.Select(set => set.Labels()[PodTemplate.HashLabel])));
    }

    [Test]
    public async Task WhenAnotherDeploymentLivesBesideIt_ThenEachHasItsOwnPods()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 2,");
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 3,", name: "checkout-stable");
        await cluster.PassAsync(2);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", Second);
        await cluster.PassAsync(10);

        var stable = await cluster.GetAsync(KnownKinds.Deployments, "checkout-stable");
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        Assert.That(Counts(stable), Is.EqualTo("3 3 3 3 0"));
        Assert.That(pods.Count(pod => pod.Labels().GetValueOrDefault("version") == "2"), Is.EqualTo(2));
        Assert.That(pods.Count(pod => pod.Labels()["app"] == "checkout-stable"), Is.EqualTo(3));
    }

    [Test]
    public async Task WhenItIsDeletedWithoutItsPodsAndComesBack_ThenItAdoptsThem()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 2,");
        await cluster.PassAsync(2);
        var before = (await cluster.ListAsync(KnownKinds.Pods)).Select(pod => pod.Uid()).ToList();
        await cluster.Api.DeleteAsync(KnownKinds.Deployments, new ObjectName("default", "checkout"),
            new DeleteOptions(DeletePropagation.Orphan), default);

        var again = await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 2,");
        await cluster.PassAsync(5);

        var set = (await cluster.ListAsync(KnownKinds.ReplicaSets)).Single();
        Assert.That(set.Controller().TextAt("uid"), Is.EqualTo(again.Uid()));
        Assert.That((await cluster.ListAsync(KnownKinds.Pods)).Select(pod => pod.Uid()), Is.EquivalentTo(before));
    }

    [Test]
    public async Task WhenAQuotaRefusesPods_ThenDeploymentReplicaSetAndEventSaySo()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.CreateAsync(Quotas, "few", "{spec: {hard: {pods: '1'}}}");
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 2,");
        await cluster.PassAsync(3);
        var refused = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        var events = await cluster.ListAsync(KnownKinds.Events);

        await cluster.DeleteAsync(Quotas, "few");
        await cluster.PassAsync(3);

        var failure = StatusCondition.Find(refused, "ReplicaFailure");
        Assert.That((failure.TextAt("status"), failure.TextAt("reason")), Is.EqualTo(("True", "FailedCreate")));
        Assert.That(failure.TextAt("message"), Does.Match(
            "^pods \"checkout-.*\" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$"));
        Assert.That(
            events.Where(one => one.TextAt("involvedObject", "kind") == "ReplicaSet").Select(one => one.TextAt("reason")).Distinct(),
            Is.EqualTo(new[] { "FailedCreate" }));
        var allowed = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        Assert.That((Counts(allowed), StatusCondition.Find(allowed, "ReplicaFailure")), Is.EqualTo(("2 2 2 2 0", (JsonObject?)null)));
    }

    private static string Counts(JsonObject deployment) => string.Join(' ', new[]
    {
        "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas",
    }.Select(name => deployment.NumberAt("status", name) ?? 0));

    private static string? ReasonOf(JsonObject deployment, string type) => StatusCondition.Find(deployment, type).TextAt("reason");

    private static async Task<string> SizesAsync(SteppedCluster cluster) => string.Join(' ',
        (await cluster.ListAsync(KnownKinds.ReplicaSets)).Select(set => set.NumberAt("spec", "replicas")).Order());
}
