using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Nodes;
using Canary.Sandbox.Workloads.Reconciling;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>Three Nodes: where pods go, and what becomes of them when one is lost.</summary>
public sealed class GivenNodes
{
    private const string Lost = $$"""{metadata: {annotations: {{{SandboxAnnotations.Lost}}: 'true'} } }""";
    private const string Found = $$"""{metadata: {annotations: {{{SandboxAnnotations.Lost}}: null} } }""";
    private const string ShortPatience =
        "tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 20}],";

    [Test]
    public async Task WhenADeploymentHasAsManyPods_ThenEachNodeHasOne()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 3,");

        await cluster.PassAsync(2);

        var pods = await cluster.ListAsync(KnownKinds.Pods);
        Assert.That(pods.Select(pod => pod.TextAt("spec", "nodeName")), Is.EquivalentTo(SandboxNodes.Names));
        Assert.That(pods.Select(pod => pod.TextAt("status", "hostIP")),
            Is.EquivalentTo(new[] { "10.0.0.1", "10.0.0.2", "10.0.0.3" }));
    }

    [Test]
    public async Task WhenANodeIsLost_ThenItsPodsLoseReadinessAndAreReplacedAfterTheirToleration()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 3,", SteppedCluster.Template(spec: ShortPatience));
        await cluster.CreateAsync(KnownKinds.Services, "checkout", "{spec: {selector: {app: checkout}, ports: [{port: 80}]}}");
        await cluster.PassAsync(2);
        var gone = SandboxNodes.Names[1];

        await cluster.MergeAsync(KnownKinds.Nodes, gone, Lost);
        await cluster.PassAsync(10);
        var node = await cluster.GetAsync(KnownKinds.Nodes, gone);
        var unready = (await cluster.ListAsync(KnownKinds.Pods)).Where(pod => !PodReadiness.IsReady(pod)).ToList();
        var endpoints = (await cluster.ListAsync(KnownKinds.EndpointSlices)).Single().ItemsAt("endpoints").ToList();
        await cluster.PassAsync(15);

        var deployment = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        Assert.That((StatusCondition.Find(node, "Ready").TextAt("status"), unready.Select(pod => pod.TextAt("spec", "nodeName")).Single()),
            Is.EqualTo(("Unknown", gone)));
        Assert.That(endpoints.Count(endpoint => endpoint.FlagAt("conditions", "ready") == true), Is.EqualTo(2));
        // As in a cluster, the pod on the lost Node goes on terminating: nobody there says that it has ended.
        Assert.That(deployment.NumberAt("status", "availableReplicas"), Is.EqualTo(3));
        Assert.That(pods.Where(pod => !pod.IsTerminating()).Select(pod => pod.TextAt("spec", "nodeName")), Does.Not.Contain(gone));
        Assert.That(pods.Where(pod => pod.IsTerminating()).Select(pod => pod.Name()), Is.EqualTo(unready.Select(pod => pod.Name())));
    }

    [Test]
    public async Task WhenTheNodeComesBackBeforeThat_ThenItsPodsAreReadyAgain()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 3,");
        await cluster.PassAsync(2);
        var before = (await cluster.ListAsync(KnownKinds.Pods)).Select(pod => pod.Uid()).ToList();
        await cluster.MergeAsync(KnownKinds.Nodes, SandboxNodes.Names[0], Lost);
        await cluster.PassAsync(100);

        await cluster.MergeAsync(KnownKinds.Nodes, SandboxNodes.Names[0], Found);
        await cluster.PassAsync(3);

        var node = await cluster.GetAsync(KnownKinds.Nodes, SandboxNodes.Names[0]);
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        Assert.That((StatusCondition.Holds(node, "Ready"), node.ItemsAt("spec", "taints").Any()), Is.EqualTo((true, false)));
        Assert.That(pods.Select(pod => pod.Uid()), Is.EquivalentTo(before));
        Assert.That(pods.Select(PodReadiness.IsReady), Is.All.True);
    }

    [Test]
    public async Task WhenANodeIsDeleted_ThenItsPodsGoWithItAndComeElsewhere()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 3,", name: "db");
        await cluster.PassAsync(5);

        await cluster.DeleteAsync(KnownKinds.Nodes, SandboxNodes.Names[2]);
        await cluster.PassAsync(5);

        var pods = await cluster.ListAsync(KnownKinds.Pods);
        Assert.That(pods.Select(pod => pod.Name()), Is.EquivalentTo(new[] { "db-0", "db-1", "db-2" }));
        Assert.That(pods.Select(pod => pod.TextAt("spec", "nodeName")).Distinct(), Is.EquivalentTo(SandboxNodes.Names.Take(2)));
        Assert.That(pods.Select(PodReadiness.IsReady), Is.All.True);
    }

    [Test]
    public async Task WhenAPodIsMarkedAsUnschedulable_ThenItSaysSoAsTheSchedulerDoes()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,",
            SteppedCluster.Template(annotations: $"{SandboxAnnotations.Unschedulable}: 'true'"));

        await cluster.PassAsync(2);

        var pod = (await cluster.ListAsync(KnownKinds.Pods)).Single();
        var scheduled = StatusCondition.Find(pod, "PodScheduled");
        Assert.That((pod.TextAt("status", "phase"), scheduled.TextAt("status"), scheduled.TextAt("reason"), scheduled.TextAt("message")),
            Is.EqualTo(("Pending", "False", "Unschedulable", "0/3 nodes are available: 3 Insufficient cpu.")));
        Assert.That((await cluster.ListAsync(KnownKinds.Events)).Select(one => one.TextAt("reason")), Does.Contain("FailedScheduling"));
    }

    [Test]
    public void WhenNodesDifferInWhatIsWrong_ThenTheMessageCountsEachReason()
    {
        var nodes = new[] { "{}", "{\"unschedulable\":true}", "{\"taints\":[{\"key\":\"gpu\",\"effect\":\"NoSchedule\"}]}" }
            .Select((spec, index) => Node(index + 1, spec)).ToList();

        var placement = Placement.Choose(Pod("65"), nodes, []);

        Assert.That(placement.Problem, Is.EqualTo(
            "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {gpu: }, 1 node(s) were unschedulable."));
    }

    [Test]
    public void WhenANodeIsFull_ThenThePodGoesToTheOther()
    {
        var full = Pod("63");
        full["spec"]!["nodeName"] = NodeDocument.NameOf(1);

        var placement = Placement.Choose(Pod("2"), [Node(1, "{}"), Node(2, "{}")], [full]);

        Assert.That(placement.Node, Is.EqualTo(NodeDocument.NameOf(2)));
    }

    private static JsonObject Node(int number, string spec)
    {
        var node = NodeDocument.Build(NodeDocument.NameOf(number), System.DateTimeOffset.UnixEpoch);
        node["spec"] = JsonNode.Parse(spec);
        return node;
    }

    private static JsonObject Pod(string cpu) => JsonNode.Parse(
        $$$"""{"metadata":{"name":"a"},"spec":{"containers":[{"resources":{"requests":{"cpu":"{{{cpu}}}"} } }] } }""")!.AsObject();
}
