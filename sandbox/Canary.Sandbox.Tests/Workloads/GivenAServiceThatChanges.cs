using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

public sealed class GivenAServiceThatChanges
{
    [Test]
    public async Task WhenItsSelectorChanges_ThenItsEndpointsMove()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 2,");
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,", name: "checkout-stable");
        await cluster.CreateAsync(KnownKinds.Services, "checkout", "{spec: {selector: {app: checkout}, ports: [{port: 80}]}}");
        await cluster.PassAsync(2);
        var before = await PodsAsync(cluster);

        await cluster.MergeAsync(KnownKinds.Services, "checkout", "{spec: {selector: {app: checkout-stable}}}");
        await cluster.PassAsync(0);

        var after = await PodsAsync(cluster);
        Assert.That(before, Has.Count.EqualTo(2).And.None.StartsWith("checkout-stable-"));
        Assert.That(after, Has.Count.EqualTo(1).And.All.StartsWith("checkout-stable-"));
    }

    [Test]
    public async Task WhenItHasSeveralPorts_ThenEachIsNamedAndANameOfATargetIsLookedUpInEachPod()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,");
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,",
            SteppedCluster.Template("next").Replace("8080", "9090", System.StringComparison.Ordinal), name: "next");
        await cluster.CreateAsync(KnownKinds.Services, "both",
            "{spec: {ports: [{name: web, port: 80, targetPort: http}, {name: admin, port: 81, targetPort: 9000}], selector: {side: any}}}");
        foreach (var name in new[] { "checkout", "next" })
            await cluster.MergeAsync(KnownKinds.Deployments, name, "{spec: {template: {metadata: {labels: {side: any}}}}}");

        await cluster.PassAsync(6);

        var slices = await cluster.ListAsync(KnownKinds.EndpointSlices);
        Assert.That(
            slices.Select(slice => string.Join(' ',
                slice.ItemsAt("ports").Select(port => $"{port.TextAt("name")}={port.NumberAt("port")}"))),
            Is.EquivalentTo(new[] { "web=8080 admin=9000", "web=9090 admin=9000" }));
        Assert.That(slices.Select(slice => slice.ItemsAt("endpoints").Count()), Is.All.EqualTo(1));
        Assert.That(slices.SelectMany(slice => slice.ItemsAt("endpoints")).Select(one => one.TextAt("nodeName")), Has.None.Null);
    }

    [Test]
    public async Task WhenItHasNoSelector_ThenTheSlicesOfOthersStayAsTheyAre()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.CreateAsync(KnownKinds.Services, "legacy", "{spec: {ports: [{port: 80}]}}");
        await cluster.CreateAsync(KnownKinds.EndpointSlices, "legacy-1",
            "{metadata: {labels: {kubernetes.io/service-name: legacy}}, addressType: IPv4, ports: [{port: 80}], endpoints: [{addresses: "
                + "[10.9.9.9]}]}");

        await cluster.PassAsync(1);

        var slice = (await cluster.ListAsync(KnownKinds.EndpointSlices)).Single();
        Assert.That(slice.ItemsAt("endpoints").Single()["addresses"]!.ToJsonString(), Is.EqualTo("[\"10.9.9.9\"]"));
    }

    [Test]
    public async Task WhenItIsTheServiceOfAStatefulSet_ThenItsEndpointsHaveHostNames()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.CreateAsync(KnownKinds.Services, "db", "{spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}}");
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 2, serviceName: db,", name: "db");

        await cluster.PassAsync(4);

        var endpoints = (await cluster.ListAsync(KnownKinds.EndpointSlices)).Single().ItemsAt("endpoints");
        Assert.That(endpoints.Select(one => one.TextAt("hostname")), Is.EqualTo(new[] { "db-0", "db-1" }));
    }

    private static async Task<List<string>> PodsAsync(SteppedCluster cluster) =>
        [.. (await cluster.ListAsync(KnownKinds.EndpointSlices)).SelectMany(slice => slice.ItemsAt("endpoints"))
            .Where(endpoint => endpoint.FlagAt("conditions", "ready") == true).Select(endpoint => endpoint.TextAt("targetRef", "name")!)];
}
