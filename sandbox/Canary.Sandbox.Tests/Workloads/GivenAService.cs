using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads;
using Canary.Sandbox.Workloads.Reconciling;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

public sealed class GivenAService
{
    private const string Service =
        "{apiVersion: v1, kind: Service, metadata: {name: checkout, namespace: default}, spec: {selector: {app: checkout}, ports: [{name: "
            + "web, port: 80, targetPort: http}]}}";

    [Test]
    public async Task WhenPodsAreReady_ThenItsSliceNamesThemWithTheTargetPort()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.CreateAsync(KnownKinds.Services, Service);
        await cluster.DeployAsync(2);

        var slices = await UntilReadyAsync(cluster, 2);

        var pods = await cluster.ListAsync(KnownKinds.Pods);
        var slice = slices.Single();
        Assert.That(slice.ItemsAt("ports")
            .Select(port => (port.TextAt("name"), port.NumberAt("port"))), Is.EqualTo(new[] { ("web", (int?)8080) }));
        Assert.That(
            slice.ItemsAt("endpoints")
            .Select(endpoint => (endpoint.TextAt("targetRef", "name"), endpoint["addresses"]![0]!.GetValue<string>())),
            Is.EquivalentTo(pods.Select(pod => (pod.Name(), pod.TextAt("status", "podIP")))));
    }

    [Test]
    public async Task WhenAPodNeverBecomesReady_ThenTheSliceSaysThatItIsNot()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.CreateAsync(KnownKinds.Services, Service);
        var deployment = await cluster.DeployAsync(0);

        await cluster.MergeAsync(KnownKinds.Deployments, deployment.Name(),
            $"{{spec: {{replicas: 1, template: {{metadata: {{annotations: {{{SandboxAnnotations.NeverReady}: 'true'}}}}}}}}}}");

        await PlayedCluster.UntilAsync(() => cluster.ListAsync(KnownKinds.Pods), pods => pods.Count == 1
            && pods[0].TextAt("status", "phase") == "Running");
        var slices = await PlayedCluster.UntilAsync(() => cluster.ListAsync(KnownKinds.EndpointSlices), slices => slices
            .SelectMany(slice => slice.ItemsAt("endpoints")).Any());
        Assert.That(slices.SelectMany(slice => slice.ItemsAt("endpoints"))
            .Select(endpoint => endpoint.FlagAt("conditions", "ready")), Is.EqualTo(new bool?[] { false }));
    }

    [Test]
    public async Task WhenThePodsGo_ThenSoDoTheirEndpoints()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.CreateAsync(KnownKinds.Services, Service);
        await cluster.DeployAsync(2);
        await UntilReadyAsync(cluster, 2);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {replicas: 0}}");

        await UntilReadyAsync(cluster, 0);
    }

    [Test]
    public async Task WhenTheLabelsOfAPodChange_ThenItLeavesTheSlice()
    {
        await using var cluster = await PlayedCluster.StartAsync();
        await cluster.CreateAsync(KnownKinds.Services, Service);
        await cluster.CreateAsync(KnownKinds.Pods,
            "{apiVersion: v1, kind: Pod, metadata: {name: alone, namespace: default, labels: {app: checkout}}, spec: {containers: [{name: "
                + "app, image: 'checkout:1', ports: [{name: http, containerPort: 8080}]}]}}");
        await UntilReadyAsync(cluster, 1);

        await cluster.MergeAsync(KnownKinds.Pods, "alone", "{metadata: {labels: {app: other}}}");

        await UntilReadyAsync(cluster, 0);
    }

    [Test]
    public async Task WhenOnlyTheKubeletIsPlayed_ThenPodsRunAndNobodyWritesSlicesOrReplicaSets()
    {
        await using var cluster = await PlayedCluster.StartAsync(WorkloadsMode.Kubelet);
        await cluster.CreateAsync(KnownKinds.Services, Service);
        await cluster.DeployAsync(1);

        await cluster.CreateAsync(KnownKinds.Pods,
            "{apiVersion: v1, kind: Pod, metadata: {name: alone, namespace: default, labels: {app: checkout}}, spec: {containers: [{name: "
                + "app, image: 'checkout:1'}]}}");

        await PlayedCluster.UntilAsync(() => cluster.ListAsync(KnownKinds.Pods), pods => pods.Count == 1
            && pods[0].TextAt("status", "phase") == "Running");
        Assert.That(await cluster.ListAsync(KnownKinds.ReplicaSets), Is.Empty);
        Assert.That(await cluster.ListAsync(KnownKinds.EndpointSlices), Is.Empty);
    }

    private static Task<IReadOnlyList<JsonObject>> UntilReadyAsync(PlayedCluster cluster, int count) => PlayedCluster.UntilAsync(
        () => cluster.ListAsync(KnownKinds.EndpointSlices),
        slices => slices.Count > 0 && slices
        .SelectMany(slice => slice.ItemsAt("endpoints")).Count(endpoint => endpoint.FlagAt("conditions", "ready") == true) == count);
}
