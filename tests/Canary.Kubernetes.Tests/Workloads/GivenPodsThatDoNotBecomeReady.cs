using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>A person reads which pod it is and what the cluster says of it.</summary>
public sealed class GivenPodsThatDoNotBecomeReady
{
    private FakeCluster _cluster = null!;

    [SetUp]
    public async Task StartAsync() => _cluster = await FakeCluster.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task WhenNoNodeHasRoom_ThenThePodIsNamedThatWaitsForTheLongest_AndHowManyOthersDo()
    {
        foreach (var (name, at) in new[] { ("checkout-7d9-a", "02"), ("checkout-7d9-b", "01"), ("checkout-7d9-c", "03") })
            PutPod(name, $"2026-12-01T09:00:{at}Z", """
                conditions: [{ type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes are available: 3 Insufficient cpu." }]
                """);

        Assert.That(await FindAsync(), Is.EqualTo(
            "pod checkout-7d9-b and 2 others: Unschedulable: 0/3 nodes are available: 3 Insufficient cpu."));
    }

    [Test]
    public async Task WhenAQuotaIsUsedUp_ThenTheReplicaSetsWordsAreSaid_AndNoPodIsAskedFor()
    {
        var said = await FindAsync("""
            { type: ReplicaFailure, status: "True", reason: FailedCreate,
              message: "pods \"checkout-7d9-x2x\" is forbidden: exceeded quota: compute, requested: cpu=1, used: cpu=9, limited: cpu=9" }
            """);

        Assert.That(said, Is.EqualTo("Deployment checkout: FailedCreate: pods \"checkout-7d9-x2x\" is forbidden: exceeded quota: "
            + "compute, requested: cpu=1, used: cpu=9, limited: cpu=9"));
        Assert.That(_cluster.Requests, Is.Empty);
    }

    [Test]
    public async Task WhenNoStatusSaysWhy_ThenTheLastWarningOfThePodDoes()
    {
        PutPod("checkout-7d9-a", "2026-12-01T09:00:00Z",
            "containerStatuses: [{ name: app, state: { waiting: { reason: ContainerCreating } } }]");
        PutEvent("1", "checkout-7d9-a", "Warning", "FailedMount", "MountVolume.SetUp failed for volume \"tls\": secret \"tls\" not found", "08");
        PutEvent("2", "checkout-7d9-a", "Warning", "Unhealthy", "an older one", "07");
        PutEvent("3", "checkout-7d9-a", "Normal", "Scheduled", "it is bound", "09");
        PutEvent("4", "checkout-7d9-z", "Warning", "Unhealthy", "another pod", "09");

        Assert.That(await FindAsync("""{ type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: "it timed out" }"""),
            Is.EqualTo("pod checkout-7d9-a: FailedMount: MountVolume.SetUp failed for volume \"tls\": secret \"tls\" not found"));
    }

    [Test]
    public async Task WhenEventsMayNotBeRead_ThenTheDeploymentsConditionIsSaid()
    {
        PutPod("checkout-7d9-a", "2026-12-01T09:00:00Z", "{}");
        _cluster.RefuseReading = path => path.EndsWith("/events", System.StringComparison.Ordinal) ? (403, "no") : null;

        Assert.That(await FindAsync("""{ type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: "it timed out" }"""),
            Is.EqualTo("Deployment checkout: ProgressDeadlineExceeded: it timed out"));
    }

    [Test]
    public async Task WhenABackOffGoesOn_ThenTheSentenceStaysTheSame()
    {
        PutPod("checkout-7d9-a", "2026-12-01T09:00:00Z",
            "containerStatuses: [{ name: app, state: { waiting: { reason: CrashLoopBackOff, message: back-off 40s } } }]");

        Assert.That(await FindAsync(), Is.EqualTo("pod checkout-7d9-a: container app: CrashLoopBackOff"));
    }

    private Task<string?> FindAsync(string condition = "") => new PodProblems(_cluster.Client).FindAsync("shop", Yaml.Object($$"""
        metadata: { name: checkout, namespace: shop }
        spec: { selector: { matchLabels: { app: checkout } } }
        status: { conditions: [ {{condition.ReplaceLineEndings(" ")}} ] }
        """), A.Limit());

    private void PutPod(string name, string created, string status) => _cluster.Put(KnownKinds.Pods, $"""
        metadata: {"{"} name: {name}, namespace: shop, creationTimestamp: "{created}", labels: {"{"} app: checkout {"}"} {"}"}
        status:
          {status.Trim()}
        """);

    private void PutEvent(string name, string pod, string type, string reason, string message, string second) =>
        _cluster.Put(KnownKinds.Events, new System.Text.Json.Nodes.JsonObject
        {
            ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = name, ["namespace"] = "shop" },
            ["involvedObject"] = new System.Text.Json.Nodes.JsonObject { ["kind"] = "Pod", ["name"] = pod },
            ["type"] = type,
            ["reason"] = reason,
            ["message"] = message,
            ["lastTimestamp"] = $"2026-12-01T09:00:{second}Z",
        });
}
