using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Sets;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads.Sets;

/// <summary>What Canary reads and writes of a DaemonSet, its pods and its ControllerRevisions, and what it leaves alone.</summary>
public sealed class GivenADaemonSet : OneSet
{
    private const string Set = """
        metadata: { name: web, namespace: shop, generation: 1, uid: set-1 }
        spec:
          updateStrategy: { type: OnDelete }
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: app, image: "registry.example.com/web:1.0.0", ports: [{ name: http, containerPort: 8080 }] }] }
        status: { observedGeneration: 1, desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 3, numberMisscheduled: 0 }
        """;

    private protected override ResourceKind Kind => KnownKinds.DaemonSets;

    [Test]
    public async Task WhenItIsLookedAt_ThenThePodsAreInTheOrderOfTheirNodes_AndTheNewestRevisionIsThatOfTheTemplate()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.ControllerRevisions, Revision("aaaa", 3, "set-1"));
        _shop.Cluster.Put(KnownKinds.ControllerRevisions, Revision("zzzz", 9, "another"));
        _shop.Cluster.Put(KnownKinds.Pods, Pod("web-x", "node-9", "bbbb").Replace("uid: set-1", "uid: another"));

        var seen = (await ObserveAsync()).Set!;

        Assert.Multiple(() =>
        {
            Assert.That((seen.Replicas, seen.Partition, seen.CurrentRevision, seen.UpdateRevision),
                Is.EqualTo((3, (int?)null, "aaaa", "aaaa")));
            Assert.That(seen.Pods.Select(pod => (pod.Name, pod.Index, pod.Revision, pod.IsReady)),
                Is.EqualTo(new[] { ("web-c", 0, "bbbb", true), ("web-b", 1, "bbbb", true), ("web-a", 2, "bbbb", true) }));
        });
    }

    [Test]
    public async Task WhenItIsArranged_ThenTheServicesFollow_AndTheDaemonSetIsNotWritten()
    {
        await StartAsync();

        var result = await ArrangeAsync(new SetLevels("bbbb", "bbbb", null, null));

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new WriteResult.Applied(2)));
            Assert.That((Selector("web-stable"), Selector("web-canary"), Selector("web")),
                Is.EqualTo(("app=web,controller-revision-hash=bbbb", "app=web,controller-revision-hash=bbbb", "app=web")));
            Assert.That(_shop.Cluster.Writes, Has.None.Contains("daemonsets"));
        });
    }

    [Test]
    public async Task WhenItsControllerHasNotSeenTheTemplate_ThenTheUpdateRevisionIsNotKnown()
    {
        await StartAsync();
        await ArrangeAsync(Nothing);

        await ChangeAsync(set => set["metadata"]!["generation"] = 2);
        var reading = await ObserveAsync();

        Assert.That((reading.Set!.UpdateRevision, reading.Set.CurrentRevision, reading.Second.Revision),
            Is.EqualTo(((string?)null, "", (string?)null)));
    }

    [TestCase("metadata: { name: web-cccc, namespace: shop, labels: { app: web } }\nrevision: 7")]
    [TestCase("metadata: { name: web-cccc, namespace: shop, labels: { app: web, controller-revision-hash: cccc } }\nrevision: 7")]
    public async Task WhenAControllerRevisionIsMalformedOrNobodys_ThenItIsNotTheTemplates(string document)
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.ControllerRevisions, document);

        Assert.That((await ObserveAsync()).Set!.UpdateRevision, Is.EqualTo("bbbb"));
    }

    [Test]
    public async Task WhenNoControllerRevisionIsThere_ThenNothingIsKnown_AndNothingIsDecided()
    {
        await StartAsync(Set);

        var reading = await ObserveAsync();

        Assert.That((reading.Set!.UpdateRevision, reading.Second.Revision, reading.Second.IsRolledOut),
            Is.EqualTo(((string?)null, (string?)null, false)));
    }

    [Test]
    public async Task WhenControllerRevisionsMayNotBeRead_ThenTheSidesAreNotKnown()
    {
        await StartAsync();
        _shop.Cluster.RefuseReading = path => path.EndsWith("/controllerrevisions", System.StringComparison.Ordinal)
            ? (403, "controllerrevisions.apps is forbidden") : null;

        var reading = await ObserveAsync();

        Assert.That((reading.Set, reading.IsStale), Is.EqualTo(((SetObservation?)null, true)));
        Assert.That(reading.First.Problem, Is.EqualTo("the pods of DaemonSet web cannot be read: controllerrevisions.apps is forbidden"));
    }

    [Test]
    public async Task WhenSidesAreReleased_ThenEachHasTheRevisionThatItsServiceSelects()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("bbbb", "cccc", null, null));
        _shop.Cluster.Put(KnownKinds.Pods, Pod("web-c", "node-1", "cccc"));
        _shop.Cluster.Put(KnownKinds.ControllerRevisions, Revision("cccc", 3, "set-1"));
        await ChangeAsync(set => set["status"]!["updatedNumberScheduled"] = 1);

        var reading = await ObserveAsync();

        Assert.Multiple(() =>
        {
            Assert.That((reading.First.Revision, reading.First.DesiredPods, reading.First.IsRolledOut), Is.EqualTo(("bbbb", 2, true)));
            Assert.That((reading.Second.Revision, reading.Second.DesiredPods, reading.Second.IsRolledOut), Is.EqualTo(("cccc", 1, true)));
        });
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    public async Task WhenAPodIsNotReady_ThenOnlyAReleaseWaitsForIt(bool isReleased, bool isRolledOut)
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("bbbb", "bbbb", null, null));
        _shop.Cluster.Put(KnownKinds.Pods, Pod("web-b", "node-2", "bbbb").Replace("status: \"True\"", "status: \"False\""));
        await ChangeAsync(set => set["status"]!["numberReady"] = 2);
        var rollout = TakenOver("bbbb");
        if (isReleased) rollout = rollout with { Status = rollout.Status with { StartedAt = _shop.Caches.Time.GetUtcNow() } };

        var reading = await Workloads.ObserveAsync(rollout, _shop.Traffic(), A.Limit());

        Assert.That((reading.First.IsRolledOut, reading.First.DesiredPods), Is.EqualTo((isRolledOut, 2)));
    }

    [Test]
    public async Task WhenANodeDoesNotSayThatItsPodIsGone_ThenThePodIsLost()
    {
        await StartAsync();
        var (now, end) = (_shop.Caches.Time.GetUtcNow(), "2000-01-01T00:00:00Z");
        _shop.Cluster.Put(KnownKinds.Pods,
            Pod("web-b", "node-2", "bbbb").Replace("name: web-b", $"name: web-b\n  deletionTimestamp: \"{end}\""));
        _shop.Cluster.Put(KnownKinds.Pods,
            Pod("web-a", "node-3", "bbbb").Replace("name: web-a", $"name: web-a\n  deletionTimestamp: \"{now:yyyy-MM-ddTHH:mm:ssZ}\""));

        var pods = (await ObserveAsync()).Set!.Pods;

        Assert.That(pods.Select(pod => (pod.IsTerminating, pod.IsReady, pod.IsLost)),
            Is.EqualTo(new[] { (false, true, false), (true, false, true), (true, false, false) }));
    }

    [Test]
    public async Task WhenAPodIsToGo_ThenItIsEvicted_AndOneThatTookItsPlaceIsNot()
    {
        await StartAsync();
        var pod = (await ObserveAsync()).Set!.Pods[0];

        var first = await ArrangeAsync(Nothing with { Evicted = pod });
        var second = await ArrangeAsync(Nothing with { Evicted = pod with { Uid = "another" } });

        Assert.Multiple(() =>
        {
            Assert.That(_shop.Cluster.Writes, Has.Member("POST /api/v1/namespaces/shop/pods/web-c/eviction"));
            Assert.That((first is WriteResult.Applied, second is WriteResult.Contended), Is.EqualTo((true, true)));
        });
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenBothServicesFindAllPods_AndTheDaemonSetIsNotWritten()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("bbbb", "cccc", null, null));

        var back = await HandBackAsync();

        Assert.Multiple(() =>
        {
            Assert.That(back, Is.EqualTo(new HandBackResult(null, false)));
            Assert.That((Selector("web-stable"), Selector("web-canary")), Is.EqualTo(("app=web", "app=web")));
            Assert.That(_shop.Cluster.Writes, Has.None.Contains("daemonsets"));
        });
    }

    [Test]
    public async Task WhenItIsAtRest_ThenNoRequestIsSent()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("bbbb", "bbbb", null, null));
        await ObserveAsync();
        var (pods, revisions) = (Requests("/pods"), Requests("/controllerrevisions"));

        var reading = await Workloads.ObserveAsync(TakenOver("bbbb"), _shop.Traffic(), A.Limit());

        Assert.That((reading.Set!.Pods.Count, reading.Set.UpdateRevision), Is.EqualTo((0, "bbbb")));
        Assert.That((Requests("/pods"), Requests("/controllerrevisions")), Is.EqualTo((pods, revisions)));
    }

    [TestCase("updateStrategy: { type: OnDelete }", "updateStrategy: { type: RollingUpdate }", "set spec.updateStrategy.type to OnDelete")]
    [TestCase("updateStrategy: { type: OnDelete }", "minReadySeconds: 1", "has the update strategy RollingUpdate")]
    [TestCase("desiredNumberScheduled: 3", "desiredNumberScheduled: 1", "runs on 1 Node, and a canary needs at least 2")]
    [TestCase("matchLabels: { app: web }", "matchExpressions: [{ key: app, operator: Exists }]", "has no matchLabels")]
    public async Task WhenItCannotBeReleased_ThenItIsSaidWhatToDo_AndNothingIsWritten(string from, string to, string expected)
    {
        await StartAsync(Set.Replace(from, to));

        var reading = await ObserveAsync();
        var result = await ArrangeAsync(Nothing);

        Assert.That((reading.Problems.Single().Path, reading.Set), Is.EqualTo(("spec.workload.name", (SetObservation?)null)));
        Assert.That(reading.Problems.Single().ToString(), Does.Contain(expected));
        Assert.That((result is WriteResult.Refused, _shop.Cluster.Writes.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task WhenItsStrategyChangesAfterItWasTakenOver_ThenItIsAProblem_AndTheServicesCanStillFollowThePods()
    {
        await StartAsync();
        await ArrangeAsync(new SetLevels("bbbb", "bbbb", null, null));
        await ChangeAsync(set => set["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate" });

        var reading = await Workloads.ObserveAsync(TakenOver("aaaa"), _shop.Traffic(), A.Limit());
        var result = await Workloads.ArrangeSetAsync(TakenOver("aaaa"), _shop.Snapshot().Spec!, Nothing with { StableRevision = "cccc" },
            A.Limit());

        Assert.That((reading.Problems.Count, reading.Set?.Pods.Count, result), Is.EqualTo((1, 3, new WriteResult.Applied(1))));
        Assert.That((reading.Set!.IsRolling, reading.Set.IsOnDelete), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task WhenItIsJustMade_ThenItIsWaitedFor()
    {
        await StartAsync(Set[..Set.IndexOf("status:", System.StringComparison.Ordinal)]);

        var reading = await ObserveAsync();

        Assert.That((reading.Problems.Count, reading.Set?.UpdateRevision), Is.EqualTo((0, (string?)null)));
    }

    private async Task StartAsync()
    {
        await StartAsync(Set, Pod("web-a", "node-3", "bbbb"), Pod("web-b", "node-2", "bbbb"), Pod("web-c", "node-1", "bbbb"));
        _shop.Cluster.Put(KnownKinds.ControllerRevisions, Revision("oooo", 1, "set-1"));
        _shop.Cluster.Put(KnownKinds.ControllerRevisions, Revision("bbbb", 2, "set-1"));
    }

    private static string Pod(string name, string node, string revision) => $$"""
        metadata:
          name: {{name}}
          namespace: shop
          labels: { app: web, controller-revision-hash: {{revision}} }
          ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: web, uid: set-1, controller: true }]
        spec: { nodeName: {{node}} }
        status: { conditions: [{ type: Ready, status: "True" }] }
        """;

    private static string Revision(string hash, int number, string owner) => $$"""
        metadata:
          name: web-{{hash}}
          namespace: shop
          labels: { app: web, controller-revision-hash: {{hash}} }
          ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: web, uid: {{owner}}, controller: true }]
        revision: {{number}}
        """;
}
