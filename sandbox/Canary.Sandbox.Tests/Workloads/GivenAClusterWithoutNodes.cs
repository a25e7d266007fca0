using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads;
using Canary.Sandbox.Workloads.Nodes;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>A control plane with its own controllers: of pods without a Node they make no endpoints.</summary>
public sealed class GivenAClusterWithoutNodes
{
    [Test]
    public async Task WhenAPodIsCreated_ThenItIsBoundToANodeThatIsReadyAndThenItRuns()
    {
        await using var cluster = await PlayedCluster.StartAsync(WorkloadsMode.Kubelet);

        await cluster.CreateAsync(KnownKinds.Pods, Pod("a", ""));
        var pod = await RunningAsync(cluster, "a");

        var bound = pod.TextAt("spec", "nodeName")!;
        Assert.That(SandboxNodes.Names, Does.Contain(bound));
        var node = await cluster.Api.GetAsync(KnownKinds.Nodes, new ObjectName(null, bound), CancellationToken.None);
        Assert.That(pod.TextAt("status", "podIP"), Is.Not.Null.And.Not.Empty);
        Assert.That(node.ItemsAt("status", "conditions")
            .Select(condition => (condition.TextAt("type"), condition.TextAt("status"))), Is.EqualTo(new[] { ("Ready", "True") }));
    }

    [Test]
    public async Task WhenAPodIsOfAnotherNodeOrGated_ThenItIsLeftAlone()
    {
        await using var cluster = await PlayedCluster.StartAsync(WorkloadsMode.Kubelet);

        await cluster.CreateAsync(KnownKinds.Pods, Pod("elsewhere", "nodeName: worker-1,"));
        await cluster.CreateAsync(KnownKinds.Pods, Pod("gated", "schedulingGates: [{name: example.com/wait}],"));
        await cluster.CreateAsync(KnownKinds.Pods, Pod("later", ""));
        await RunningAsync(cluster, "later");

        var pods = (await cluster.ListAsync(KnownKinds.Pods)).ToDictionary(pod => pod.Name());
        Assert.That((pods["elsewhere"].TextAt("spec", "nodeName"), pods["elsewhere"].TextAt("status", "podIP")),
            Is.EqualTo(("worker-1", (string?)null)));
        Assert.That((pods["gated"].TextAt("spec", "nodeName"), pods["gated"].TextAt("status", "podIP")),
            Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public async Task WhenTheClusterHasItsOwnScheduler_ThenAPodIsBoundOnce()
    {
        await using var cluster = await PlayedCluster.StartAsync(WorkloadsMode.None);
        var pod = await cluster.CreateAsync(KnownKinds.Pods, Pod("a", ""));
        await using var nodes = new SandboxNodes(cluster.Api, TimeProvider.System);
        await nodes.CreateAsync(CancellationToken.None);
        await nodes.CreateAsync(CancellationToken.None);
        var known = (await cluster.Api.ListAllAsync(KnownKinds.Nodes, null, ListOptions.All, CancellationToken.None)).Items;
        var scheduler = new PodScheduler(cluster.Api, () => known, () => [], TimeProvider.System);

        await scheduler.BindAsync(pod, CancellationToken.None);

        Assert.That(async () => await scheduler.BindAsync(pod, CancellationToken.None),
            Throws.TypeOf<ApiException>().With.Property(nameof(ApiException.IsConflict)).True);
        await nodes.DisposeAsync();
        Assert.That((await cluster.Api.ListAllAsync(KnownKinds.Nodes, null, ListOptions.All, CancellationToken.None)).Items, Is.Empty);
    }

    private static Task<System.Text.Json.Nodes.JsonObject> RunningAsync(PlayedCluster cluster, string name) => PlayedCluster.UntilAsync(
        () => cluster.Api.GetAsync(KnownKinds.Pods, new ObjectName("default", name), CancellationToken.None),
        pod => pod.TextAt("status", "phase") == "Running");

    private static string Pod(string name, string spec) => $$"""
        {apiVersion: v1, kind: Pod, metadata: {name: {{name}}, namespace: default, labels: {app: checkout} }, spec: { {{spec}} containers: [{name: app, image: "checkout:1.0.0", ports: [{containerPort: 8080} ] } ] } }
        """;
}
