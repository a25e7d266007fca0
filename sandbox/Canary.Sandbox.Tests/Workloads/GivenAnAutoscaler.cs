using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Autoscaling;
using Canary.Sandbox.Workloads.Reconciling;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

public sealed class GivenAnAutoscaler
{
    [Test]
    public async Task WhenTheLoadIsAboveTheTarget_ThenItScalesUpToTheMaximum()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, 2, cpu: "100");
        await AutoscaleAsync(cluster, "checkout", least: 1, most: 3);

        await cluster.PassAsync(20);

        var autoscaler = await cluster.GetAsync(WorkloadKinds.Autoscalers, "checkout");
        var deployment = await cluster.GetAsync(KnownKinds.Deployments, "checkout");
        Assert.That(deployment.NumberAt("spec", "replicas"), Is.EqualTo(3));
        Assert.That((autoscaler.NumberAt("status", "currentReplicas"), autoscaler.NumberAt("status", "desiredReplicas")),
            Is.EqualTo((3, 3)));
        Assert.That((Reason(autoscaler, "ScalingActive"), Reason(autoscaler, "ScalingLimited")),
            Is.EqualTo(("True ValidMetricFound", "True TooManyReplicas")));
        Assert.That(autoscaler.ItemsAt("status", "currentMetrics").Single().NumberAt("resource", "current", "averageUtilization"),
            Is.EqualTo(100));
        Assert.That((await cluster.ListAsync(KnownKinds.Events)).Select(one => one.TextAt("message")),
            Does.Contain("New size: 3; reason: cpu resource utilization (percentage of request) above target"));
    }

    [Test]
    public async Task WhenTheLoadFalls_ThenItScalesDownOnlyAfterTheWindow()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, 4, cpu: "50");
        await AutoscaleAsync(cluster, "checkout", least: 1, most: 10);
        await cluster.PassAsync(20);

        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", $"{{metadata: {{annotations: {{{SandboxAnnotations.Cpu}: '10'}}}}}}");
        await cluster.PassAsync(270);
        var held = await cluster.GetAsync(WorkloadKinds.Autoscalers, "checkout");
        var before = await ReplicasAsync(cluster, "checkout");
        await cluster.PassAsync(60);

        Assert.That((before, Reason(held, "AbleToScale")), Is.EqualTo((4, "True ScaleDownStabilized")));
        Assert.That(await ReplicasAsync(cluster, "checkout"), Is.EqualTo(1));
    }

    [Test]
    public async Task WhenItsTargetHasNoPods_ThenItIsDisabled()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, 0, cpu: "100");
        await AutoscaleAsync(cluster, "checkout", least: 2, most: 5);

        await cluster.PassAsync(40);

        var autoscaler = await cluster.GetAsync(WorkloadKinds.Autoscalers, "checkout");
        Assert.That((Reason(autoscaler, "ScalingActive"), await ReplicasAsync(cluster, "checkout")),
            Is.EqualTo(("False ScalingDisabled", 0)));
    }

    [TestCase(1, 3)]
    [TestCase(9, 5)]
    public async Task WhenItsTargetIsOutOfBounds_ThenItIsBroughtBackWhateverIsMeasured(int replicas, int expected)
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, replicas, cpu: null);
        await AutoscaleAsync(cluster, "checkout", least: 3, most: 5);

        await cluster.PassAsync(1);

        Assert.That(await ReplicasAsync(cluster, "checkout"), Is.EqualTo(expected));
    }

    [Test]
    public async Task WhenNothingIsMeasured_ThenItSaysSoAndLeavesTheSize()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, 2, cpu: null);
        await AutoscaleAsync(cluster, "checkout", least: 1, most: 5);

        await cluster.PassAsync(20);

        var autoscaler = await cluster.GetAsync(WorkloadKinds.Autoscalers, "checkout");
        Assert.That((Reason(autoscaler, "ScalingActive"), await ReplicasAsync(cluster, "checkout")),
            Is.EqualTo(("False FailedGetResourceMetric", 2)));
    }

    [Test]
    public async Task WhenTwoSelectTheSamePods_ThenBothAreAmbiguousAndScaleNothing()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, 2, cpu: "100");
        await cluster.CreateAsync(KnownKinds.Deployments, "checkout-canary",
            $$"""{spec: {replicas: 1, selector: {matchLabels: {app: checkout, track: canary} }, template: {{SteppedCluster.Template()
                .Replace("app: checkout}", "app: checkout, track: canary}", System.StringComparison.Ordinal)}} } }""");
        await AutoscaleAsync(cluster, "checkout", least: 1, most: 5);
        await AutoscaleAsync(cluster, "checkout-canary", least: 1, most: 5);

        await cluster.PassAsync(20);

        foreach (var name in new[] { "checkout", "checkout-canary" })
        {
            var autoscaler = await cluster.GetAsync(WorkloadKinds.Autoscalers, name);
            Assert.That(Reason(autoscaler, "ScalingActive"), Is.EqualTo("False AmbiguousSelector"));
            Assert.That(StatusCondition.Find(autoscaler, "ScalingActive").TextAt("message"),
                Does.EndWith("are controlled by multiple HPAs: [default/checkout default/checkout-canary]"));
        }

        Assert.That(await ReplicasAsync(cluster, "checkout"), Is.EqualTo(2));
    }

    // current, target, sum of the ready, ready, unready; from the rules of the Kubernetes documentation.
    [TestCase(3, 50, 300, 3, 0, 6)]
    [TestCase(3, 50, 160, 3, 0, 3)]
    [TestCase(4, 50, 40, 4, 0, 1)]
    [TestCase(3, 50, 200, 2, 1, 4)]
    [TestCase(3, 50, 120, 2, 1, 3)]
    public void WhenItIsCalculated_ThenPodsThatAreNotReadyCountAsIdle(int current, int target, int sum, int ready, int unready,
        int wanted) =>
        Assert.That(Recommendation.Compute(current, target, sum, ready, unready).Replicas, Is.EqualTo(wanted));

    [TestCase(9, 2, 4, "ScaleUpLimit")]
    [TestCase(9, 4, 8, "ScaleUpLimit")]
    [TestCase(30, 8, 10, "TooManyReplicas")]
    [TestCase(1, 4, 2, "TooFewReplicas")]
    [TestCase(5, 4, 5, "DesiredWithinRange")]
    public void WhenItWantsANumber_ThenItGetsWhatTheLimitsAllow(int wanted, int current, int allowed, string reason)
    {
        var limits = ScaleLimits.Apply(wanted, current, 2, 10);

        Assert.That((limits.Replicas, limits.Reason), Is.EqualTo((allowed, reason)));
    }

    private static async Task DeployAsync(SteppedCluster cluster, int replicas, string? cpu)
    {
        await cluster.DeployAsync(KnownKinds.Deployments, $"replicas: {replicas},");
        if (cpu is not null)
        {
            await cluster.MergeAsync(KnownKinds.Deployments, "checkout",
                $"{{metadata: {{annotations: {{{SandboxAnnotations.Cpu}: '{cpu}'}}}}}}");
        }
    }

    private static Task AutoscaleAsync(SteppedCluster cluster, string name, int least, int most) =>
        cluster.CreateAsync(WorkloadKinds.Autoscalers, name, $$$"""
        {spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{{name}}} },
          minReplicas: {{{least}}}, maxReplicas: {{{most}}},
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50} } }] } }
        """);

    private static async Task<int?> ReplicasAsync(SteppedCluster cluster, string name) =>
        (await cluster.GetAsync(KnownKinds.Deployments, name)).NumberAt("spec", "replicas");

    private static string Reason(JsonObject autoscaler, string type)
    {
        var condition = StatusCondition.Find(autoscaler, type);
        return $"{condition.TextAt("status")} {condition.TextAt("reason")}";
    }
}
