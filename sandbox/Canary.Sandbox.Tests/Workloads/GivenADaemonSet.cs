using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Nodes;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

public sealed class GivenADaemonSet
{
    private const string Second = "{spec: {template: {spec: {containers: [{name: app, image: 'agent:2'}]}}}}";

    [Test]
    public async Task WhenItIsCreated_ThenEachNodeRunsOnePod()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.DaemonSets, "", name: "agent");

        await cluster.PassAsync(2);

        var set = await cluster.GetAsync(KnownKinds.DaemonSets, "agent");
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        var revision = (await cluster.ListAsync(KnownKinds.ControllerRevisions)).Single();
        Assert.That(pods.Select(pod => pod.TextAt("spec", "nodeName")), Is.EquivalentTo(SandboxNodes.Names));
        Assert.That(Counts(set), Is.EqualTo("3 3 3 3 3 0"));
        Assert.That(pods.Select(pod => pod.Labels()["controller-revision-hash"]),
            Is.All.EqualTo(revision.Labels()["controller-revision-hash"]));
    }

    [TestCase("maxUnavailable: 1", 2, 3)]
    [TestCase("maxUnavailable: '50%'", 1, 3)]
    [TestCase("maxSurge: 1, maxUnavailable: 0", 3, 4)]
    public async Task WhenItsTemplateChanges_ThenItKeepsToItsBounds(string bounds, int available, int most)
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.DaemonSets, $"updateStrategy: {{rollingUpdate: {{{bounds}}} }},", name: "agent");
        await cluster.PassAsync(2);

        await cluster.MergeAsync(KnownKinds.DaemonSets, "agent", Second);
        await cluster.PassAsync(0.5);
        var during = await cluster.GetAsync(KnownKinds.DaemonSets, "agent");
        var pods = await cluster.ListAsync(KnownKinds.Pods);
        await cluster.PassAsync(10);

        var after = await cluster.GetAsync(KnownKinds.DaemonSets, "agent");
        Assert.That((during.NumberAt("status", "numberAvailable"), pods.Count), Is.EqualTo((available, most)));
        Assert.That(Counts(after), Is.EqualTo("3 3 3 3 3 0"));
        Assert.That((await cluster.ListAsync(KnownKinds.Pods)).Select(Image), Is.EqualTo(new[] { "agent:2", "agent:2", "agent:2" }));
    }

    [Test]
    public async Task WhenItReplacesOnDelete_ThenAPodIsNewOnlyWhenSomebodyDeletesIt()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.DaemonSets, "updateStrategy: {type: OnDelete},", name: "agent");
        await cluster.PassAsync(2);

        await cluster.MergeAsync(KnownKinds.DaemonSets, "agent", Second);
        await cluster.PassAsync(5);
        await cluster.DeleteAsync(KnownKinds.Pods, (await cluster.ListAsync(KnownKinds.Pods))[0].Name());
        await cluster.PassAsync(5);

        Assert.That((await cluster.ListAsync(KnownKinds.Pods)).Select(Image),
            Is.EquivalentTo(new[] { "checkout:1", "checkout:1", "agent:2" }));
        Assert.That(Counts(await cluster.GetAsync(KnownKinds.DaemonSets, "agent")), Is.EqualTo("3 3 3 3 1 0"));
    }

    [Test]
    public async Task WhenANodeIsCordoned_ThenItKeepsItsPodAndANodeThatIsNotSelectedLosesIt()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.DaemonSets, "", name: "agent");
        await cluster.PassAsync(2);

        await cluster.MergeAsync(KnownKinds.Nodes, SandboxNodes.Names[0], "{spec: {unschedulable: true}}");
        await cluster.MergeAsync(KnownKinds.Nodes, SandboxNodes.Names[1],
            "{spec: {taints: [{key: dedicated, value: other, effect: NoSchedule}]}}");
        await cluster.PassAsync(5);

        Assert.That((await cluster.ListAsync(KnownKinds.Pods)).Select(pod => pod.TextAt("spec", "nodeName")),
            Is.EquivalentTo(new[] { SandboxNodes.Names[0], SandboxNodes.Names[2] }));
    }

    private static string? Image(JsonObject pod) => pod.ItemsAt("spec", "containers").Single().TextAt("image");

    private static string Counts(JsonObject set) => string.Join(' ', new[]
    {
        "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "numberAvailable", "updatedNumberScheduled",
        "numberUnavailable",
    }.Select(name => set.NumberAt("status", name) ?? 0));
}
