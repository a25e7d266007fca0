using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

public sealed class GivenAStatefulSet
{
    private const string Second = "{spec: {template: {spec: {containers: [{name: app, image: 'db:2'}]}}}}";

    [Test]
    public async Task WhenItIsCreated_ThenItsPodsComeOneAfterTheOtherWithTheirNames()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 3, serviceName: db,", name: "db");

        await cluster.PassAsync(1.5);
        var early = await cluster.ListAsync(KnownKinds.Pods);
        await cluster.PassAsync(3);

        var set = await cluster.GetAsync(KnownKinds.StatefulSets, "db");
        var pod = await cluster.GetAsync(KnownKinds.Pods, "db-2");
        Assert.That(early.Select(one => one.Name()), Is.EquivalentTo(new[] { "db-0", "db-1" }));
        Assert.That(Counts(set), Is.EqualTo("3 3 3 3 3"));
        Assert.That(set.TextAt("status", "currentRevision"), Is.EqualTo(set.TextAt("status", "updateRevision")));
        Assert.That(
            (pod.Labels()["statefulset.kubernetes.io/pod-name"], pod.Labels()["controller-revision-hash"], pod.TextAt("spec", "hostname"),
                pod.TextAt("spec", "subdomain")),
            Is.EqualTo(("db-2", set.TextAt("status", "updateRevision"), "db-2", "db")));
    }

    [Test]
    public async Task WhenItsPodsAreManagedInParallel_ThenTheyComeAtOnce()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 3, podManagementPolicy: Parallel, ordinals: {start: 5},", name: "db");

        await cluster.PassAsync(0.5);

        Assert.That((await cluster.ListAsync(KnownKinds.Pods)).Select(pod => pod.Name()),
            Is.EquivalentTo(new[] { "db-5", "db-6", "db-7" }));
    }

    [Test]
    public async Task WhenItsTemplateChanges_ThenPodsAreReplacedFromTheLastDownToThePartition()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}},", name: "db");
        await cluster.PassAsync(5);

        await cluster.MergeAsync(KnownKinds.StatefulSets, "db", Second);
        await cluster.PassAsync(5);
        var partly = await cluster.GetAsync(KnownKinds.StatefulSets, "db");
        var images = await ImagesAsync(cluster);
        await cluster.DeleteAsync(KnownKinds.Pods, "db-0");
        await cluster.PassAsync(3);
        var replaced = await ImagesAsync(cluster);
        await cluster.MergeAsync(KnownKinds.StatefulSets, "db", "{spec: {updateStrategy: {rollingUpdate: {partition: 0}}}}");
        await cluster.PassAsync(10);

        var whole = await cluster.GetAsync(KnownKinds.StatefulSets, "db");
        Assert.That((images, Counts(partly)), Is.EqualTo(("checkout:1 checkout:1 db:2", "3 3 3 2 1")));
        Assert.That(partly.TextAt("status", "currentRevision"), Is.Not.EqualTo(partly.TextAt("status", "updateRevision")));
        Assert.That(replaced, Is.EqualTo("checkout:1 checkout:1 db:2"));
        Assert.That((await ImagesAsync(cluster), Counts(whole)), Is.EqualTo(("db:2 db:2 db:2", "3 3 3 3 3")));
        Assert.That(whole.TextAt("status", "currentRevision"), Is.EqualTo(partly.TextAt("status", "updateRevision")));
    }

    [Test]
    public async Task WhenItReplacesOnDelete_ThenAPodIsNewOnlyWhenSomebodyDeletesIt()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 2, updateStrategy: {type: OnDelete},", name: "db");
        await cluster.PassAsync(5);

        await cluster.MergeAsync(KnownKinds.StatefulSets, "db", Second);
        await cluster.PassAsync(5);
        var before = await ImagesAsync(cluster);
        await cluster.DeleteAsync(KnownKinds.Pods, "db-0");
        await cluster.PassAsync(5);

        Assert.That((before, await ImagesAsync(cluster)), Is.EqualTo(("checkout:1 checkout:1", "db:2 checkout:1")));
    }

    [Test]
    public async Task WhenANewPodNeverBecomesReady_ThenTheSetWaitsAlsoWhenTheTemplateIsCorrected()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 2,", name: "db");
        await cluster.PassAsync(5);
        await cluster.MergeAsync(KnownKinds.StatefulSets, "db",
            "{spec: {template: {spec: {containers: [{name: app, image: 'db:broken'}]}}}}");
        await cluster.PassAsync(5);

        await cluster.MergeAsync(KnownKinds.StatefulSets, "db", Second);
        await cluster.PassAsync(60);
        var stuck = await ImagesAsync(cluster);
        await cluster.DeleteAsync(KnownKinds.Pods, "db-1");
        await cluster.PassAsync(10);

        Assert.That((stuck, await ImagesAsync(cluster)), Is.EqualTo(("checkout:1 db:broken", "db:2 db:2")));
    }

    [Test]
    public async Task WhenItIsScaledDown_ThenThePodsWithTheHighestNumbersGo()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 3,", name: "db");
        await cluster.PassAsync(5);

        await cluster.MergeAsync(KnownKinds.StatefulSets, "db", "{spec: {replicas: 1}}");
        await cluster.PassAsync(5);

        Assert.That((await cluster.ListAsync(KnownKinds.Pods)).Select(pod => pod.Name()), Is.EqualTo(new[] { "db-0" }));
    }

    [Test]
    public async Task WhenATemplateComesBack_ThenItsRevisionDoesWithTheHighestNumber()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.StatefulSets, "replicas: 1,", name: "db");
        await cluster.PassAsync(3);
        await cluster.MergeAsync(KnownKinds.StatefulSets, "db", Second);
        await cluster.PassAsync(3);

        await cluster.MergeAsync(KnownKinds.StatefulSets, "db",
            $$"""{spec: {template: {{SteppedCluster.Template("db")}} } }""");
        await cluster.PassAsync(3);

        var revisions = await cluster.ListAsync(KnownKinds.ControllerRevisions);
        Assert.That(
            revisions.Select(revision => (revision.ItemsAt("data", "spec", "template", "spec", "containers").Single().TextAt("image"),
                revision.NumberAt("revision"))),
            Is.EquivalentTo(new[] { ("checkout:1", (int?)3), ("db:2", 2) }));
    }

    private static string Counts(JsonObject set) => string.Join(' ', new[]
    {
        "replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas",
    }.Select(name => set.NumberAt("status", name) ?? 0));

    private static async Task<string> ImagesAsync(SteppedCluster cluster) => string.Join(' ',
        (await cluster.ListAsync(KnownKinds.Pods)).OrderBy(pod => pod.Name())
            .Select(pod => pod.ItemsAt("spec", "containers").Single().TextAt("image")));
}
