using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>A ScaledObject whose trigger counts the pods of another workload: one pod of checkout for each two of them.</summary>
public sealed class GivenAScaledObject
{
    private const string Paused = "autoscaling.keda.sh/paused";

    [Test]
    public async Task WhenItIsMade_ThenItHasAnAutoscalerWithItsLabels_WhichScalesByTheTrigger()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, work: 6, replicas: 1);
        await ScaleAsync(cluster, "minReplicaCount: 1, maxReplicaCount: 5,");

        await cluster.PassAsync(60);

        var autoscaler = await cluster.GetAsync(WorkloadKinds.Autoscalers, "keda-hpa-checkout");
        Assert.Multiple(() =>
        {
            Assert.That((autoscaler.NumberAt("spec", "minReplicas"), autoscaler.NumberAt("spec", "maxReplicas")), Is.EqualTo((1, 5)));
            Assert.That(autoscaler.TextAt("spec", "scaleTargetRef", "kind"), Is.EqualTo("Deployment"));
            Assert.That(autoscaler.Labels()["team"], Is.EqualTo("payments"));
            Assert.That(autoscaler.Controller().TextAt("name"), Is.EqualTo("checkout"));
            Assert.That(ReplicasAsync(cluster).Result, Is.EqualTo(3));
        });
    }

    [Test]
    public async Task WhenTheWorkloadHasNoPods_ThenAnActiveTriggerStartsThem_AndWithoutOneAllGoAfterTheCooldown()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, work: 2, replicas: 0);
        await ScaleAsync(cluster, "cooldownPeriod: 120,");
        await cluster.PassAsync(1);
        var started = await ReplicasAsync(cluster);

        await cluster.MergeAsync(KnownKinds.Deployments, "work", "{spec: {replicas: 0}}");
        await cluster.PassAsync(60);
        var cooling = await ReplicasAsync(cluster);
        await cluster.PassAsync(120);

        Assert.That((started, cooling, await ReplicasAsync(cluster)), Is.EqualTo((1, 1, 0)));
    }

    [Test]
    public async Task WhenItsFewestPodsAreMore_ThenTheyAreThereWithoutATrigger()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, work: 0, replicas: 0);
        await ScaleAsync(cluster, "minReplicaCount: 2,");

        await cluster.PassAsync(1);

        Assert.That(await ReplicasAsync(cluster), Is.EqualTo(2));
    }

    [Test]
    public async Task WhenItIsPaused_ThenItsAutoscalerGoesAndNobodyScales_AndItComesBackWithoutTheAnnotation()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, work: 6, replicas: 1);
        await ScaleAsync(cluster, "");
        await cluster.PassAsync(60);

        await cluster.MergeAsync(KnownKinds.ScaledObjects, "checkout", $"{{metadata: {{annotations: {{{Paused}: 'true'}}}}}}");
        await cluster.PassAsync(1);
        await cluster.MergeAsync(KnownKinds.Deployments, "checkout", "{spec: {replicas: 0}}");
        await cluster.PassAsync(120);
        var (paused, autoscalers) = (await ReplicasAsync(cluster), (await cluster.ListAsync(WorkloadKinds.Autoscalers)).Count);
        var says = StatusCondition.Holds(await cluster.GetAsync(KnownKinds.ScaledObjects, "checkout"), "Paused");
        await cluster.MergeAsync(KnownKinds.ScaledObjects, "checkout", $"{{metadata: {{annotations: {{{Paused}: null}}}}}}");
        await cluster.PassAsync(60);

        Assert.That((paused, autoscalers, says), Is.EqualTo((0, 0, true)));
        Assert.That(await ReplicasAsync(cluster), Is.EqualTo(3));
    }

    [Test]
    public async Task WhenItIsPausedAtANumber_ThenTheWorkloadIsBroughtToIt()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, work: 6, replicas: 1);
        await ScaleAsync(cluster, "");
        await cluster.PassAsync(60);

        await cluster.MergeAsync(KnownKinds.ScaledObjects, "checkout",
            $"{{metadata: {{annotations: {{{Paused}-replicas: '2'}}}}}}");
        await cluster.PassAsync(60);

        Assert.That(await ReplicasAsync(cluster), Is.EqualTo(2));
    }

    [TestCase(true, 1)]
    [TestCase(false, 3)]
    public async Task WhenItIsDeleted_ThenItsAutoscalerGoes_AndTheReplicasComeBackIfItSaysSo(bool restores, int expected)
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, work: 6, replicas: 1);
        await ScaleAsync(cluster, $"advanced: {{restoreToOriginalReplicaCount: {(restores ? "true" : "false")}}},");
        await cluster.PassAsync(60);

        await cluster.DeleteAsync(KnownKinds.ScaledObjects, "checkout");
        await cluster.PassAsync(60);

        Assert.That(await cluster.ListAsync(WorkloadKinds.Autoscalers), Is.Empty);
        Assert.That(await cluster.ListAsync(KnownKinds.ScaledObjects), Is.Empty);
        Assert.That(await ReplicasAsync(cluster), Is.EqualTo(expected));
    }

    [Test]
    public async Task WhenItsBehaviorTakesNothingAway_ThenNothingGoes()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await DeployAsync(cluster, work: 6, replicas: 1);
        await ScaleAsync(cluster,
            "minReplicaCount: 1, advanced: {horizontalPodAutoscalerConfig: {behavior: {scaleDown: {selectPolicy: Disabled}}}},");
        await cluster.PassAsync(60);

        await cluster.MergeAsync(KnownKinds.Deployments, "work", "{spec: {replicas: 1}}");
        await cluster.PassAsync(900);

        Assert.That(await ReplicasAsync(cluster), Is.EqualTo(3));
    }

    private static async Task DeployAsync(SteppedCluster cluster, int work, int replicas)
    {
        await cluster.DeployAsync(KnownKinds.Deployments, $"replicas: {work},", name: "work");
        await cluster.DeployAsync(KnownKinds.Deployments, $"replicas: {replicas},");
        await cluster.PassAsync(10);
    }

    private static Task<JsonObject> ScaleAsync(SteppedCluster cluster, string fields) =>
        cluster.CreateAsync(KnownKinds.ScaledObjects, "checkout", $$$"""
            {metadata: {labels: {team: payments} }, spec: {scaleTargetRef: {name: checkout}, {{{fields}}}
              triggers: [{type: kubernetes-workload, metadata: {podSelector: 'app=work', value: '2'} }] } }
            """);

    private static async Task<int?> ReplicasAsync(SteppedCluster cluster) =>
        (await cluster.GetAsync(KnownKinds.Deployments, "checkout")).NumberAt("spec", "replicas");
}
