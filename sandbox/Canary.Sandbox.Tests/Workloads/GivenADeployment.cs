using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Pods;
using Canary.Sandbox.Workloads.Revisions;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

public sealed class GivenADeployment
{
    [Test]
    public async Task WhenItIsCreated_ThenItsPodsBecomeReadyUnderOneReplicaSet()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.DeployAsync(3);

        var deployment = await cluster.RolledOutAsync(3);

        var set = (await cluster.ListAsync(KnownKinds.ReplicaSets)).Single();
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        var hash = set.Labels()[PodTemplate.HashLabel];
        Assert.That(set.Name(), Is.EqualTo($"checkout-{hash}"));
        Assert.That(set.Controller().TextAt("uid"), Is.EqualTo(deployment.Uid()));
        Assert.That(set.TextAt("metadata", "annotations", "deployment.kubernetes.io/revision"), Is.EqualTo("1"));
        Assert.That(pods.Select(pod => (pod.Controller().TextAt("uid"), pod.Labels()[PodTemplate.HashLabel])),
            Is.All.EqualTo((set.Uid(), hash)));
        Assert.That(pods.Select(pod => pod.TextAt("status", "podIP")), Is.Unique.And.All.StartsWith("10."));
        Assert.That(
            deployment.ItemsAt("status", "conditions")
            .Select(condition => (condition.TextAt("type"), condition.TextAt("status"), condition.TextAt("reason"))),
            Is.EquivalentTo(
                new[] { ("Available", "True", "MinimumReplicasAvailable"), ("Progressing", "True", "NewReplicaSetAvailable") }));
    }

    [Test]
    public async Task WhenItsTemplateChanges_ThenANewReplicaSetTakesOverAndTheOldOneIsKeptEmpty()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.DeployAsync(2);
        await cluster.RolledOutAsync(2);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {template: {metadata: {labels: {version: '2'}}}}}");

        await cluster.RolledOutAsync(2);
        var sets = await cluster.ListAsync(KnownKinds.ReplicaSets);
        Assert.That(
            sets.Select(set => (set.TextAt("spec", "template", "metadata", "labels", "version"), set.NumberAt("spec", "replicas"),
            set.TextAt("metadata", "annotations", "deployment.kubernetes.io/revision"))),
            Is.EquivalentTo(new[] { ((string?)null, (int?)0, "1"), ("2", 2, "2") }));
    }

    [Test]
    public async Task WhenItsOldTemplateComesBack_ThenTheOldReplicaSetDoesWithTheHighestRevision()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.DeployAsync(1);
        await cluster.RolledOutAsync(1);
        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {template: {metadata: {labels: {version: '2'}}}}}");
        await cluster.RolledOutAsync(1);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {template: {metadata: {labels: {version: null}}}}}");

        await cluster.RolledOutAsync(1);
        var sets = await cluster.ListAsync(KnownKinds.ReplicaSets);
        Assert.That(
            sets.Select(set =>
                (set.NumberAt("spec", "replicas"), set.TextAt("metadata", "annotations", "deployment.kubernetes.io/revision"))),
            Is.EquivalentTo(new[] { ((int?)1, "3"), (0, "2") }));
    }

    [Test]
    public async Task WhenItIsScaled_ThenPodsComeAndGo()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.DeployAsync(1);
        await cluster.RolledOutAsync(1);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {replicas: 4}}");
        await cluster.RolledOutAsync(4);
        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {replicas: 0}}");

        await cluster.RolledOutAsync(0);
        // A pod that is being deleted counts no more for its Deployment, and is still there for a moment.
        await PlayedCluster.UntilAsync(() => cluster.ListAsync(KnownKinds.Pods), pods => pods.Count == 0);
    }

    [Test]
    public async Task WhenAnImageCannotBePulled_ThenThePodSaysSoAndTheOldOnesStay()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.DeployAsync(2, "progressDeadlineSeconds: 1,");
        await cluster.RolledOutAsync(2);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout",
            "{spec: {template: {spec: {containers: [{name: app, image: 'checkout:broken'}]}}}}");

        var deployment = await PlayedCluster.UntilAsync(cluster.DeploymentAsync, item => item.ItemsAt("status", "conditions")
            .Any(condition => condition.TextAt("reason") == "ProgressDeadlineExceeded"));
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        Assert.That(deployment.NumberAt("status", "availableReplicas"), Is.EqualTo(2));
        Assert.That(
            pods.Select(pod => pod.ItemsAt("status", "containerStatuses").Single().TextAt("state", "waiting", "reason")),
            Is.EquivalentTo(new[] { null, null, "ImagePullBackOff" }));
    }

    [Test]
    public async Task WhenItIsRecreated_ThenTheOldPodsAreGoneBeforeNewOnesCome()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.DeployAsync(2, "strategy: {type: Recreate},");
        await cluster.RolledOutAsync(2);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {template: {metadata: {labels: {version: '2'}}}}}");

        await cluster.RolledOutAsync(2);
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        Assert.That(pods.Select(pod => pod.Labels().GetValueOrDefault("version")), Is.EqualTo(new[] { "2", "2" }));
    }

    [Test]
    public async Task WhenItIsDeleted_ThenEverythingItOwnsGoesToo()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.DeployAsync(2);
        await cluster.RolledOutAsync(2);

        await cluster.Api.DeleteAsync(KnownKinds.Deployments, new ObjectName("default", "checkout"),
            new DeleteOptions(DeletePropagation.Background), default);

        await PlayedCluster.UntilAsync(() => cluster.ListAsync(KnownKinds.Pods), pods => pods.Count == 0);
        await PlayedCluster.UntilAsync(() => cluster.ListAsync(KnownKinds.ReplicaSets), sets => sets.Count == 0);
    }

    [Test]
    public async Task WhenAPodIsDeleted_ThenAnotherOneComesAndTheFirstServesOnForAMoment()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.DeployAsync(1);
        await cluster.RolledOutAsync(1);
        var pod = (await cluster.ListAsync(KnownKinds.Pods)).Single();
        var address = pod.TextAt("metadata", "annotations", PodNetwork.AddressAnnotation);
        using var http = new HttpClient();

        await cluster.Api.DeleteAsync(KnownKinds.Pods, ObjectName.Of(pod), DeleteOptions.Default, default);

        using var answer = await http.GetAsync($"http://{address}/");
        Assert.That(answer.IsSuccessStatusCode, Is.True);
        await PlayedCluster.UntilAsync(() => cluster.ListAsync(KnownKinds.Pods), pods => pods.Count == 1 && pods[0].Uid() != pod.Uid());
        await PlayedCluster.UntilAsync(() => AnswersAsync(http, address!), answers => !answers);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string address)
    {
        try
        {
            using var answer = await http.GetAsync($"http://{address}/");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
