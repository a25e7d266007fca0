using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

public sealed class GivenStableChangedByAnother
{
    private Shop _shop = null!;
    private KubernetesWorkloads _workloads = null!;
    private RolloutStatus _promoted = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync();
        _workloads = new KubernetesWorkloads(_shop.Cluster.Client, _shop.Caches);
        var reading = await ObserveAsync(RolloutStatus.New);
        _promoted = RolloutStatus.New with
        {
            StableRevision = reading.First.Revision,
            CanaryRevision = reading.First.Revision,
            PromotedRevision = reading.First.Revision,
            RevisionScheme = reading.Scheme,
            Accepted = _shop.Snapshot().Spec,
        };
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenAToolResetTheTemplate_ThenItsFieldManagerAndTimeAreKnownAndAskedForOnce()
    {
        var stable = Yaml.Object(Shop.Deployment("stable", "0.9.0"));
        stable["metadata"]!["managedFields"] = Yaml.Object("""
            of:
            - { manager: canary, operation: Update, time: "2026-11-20T14:00:00Z", fieldsV1: { "f:spec": { "f:template": { "f:spec": {} } } } }
            - { manager: argocd-controller, operation: Apply, time: "2026-11-20T14:02:11Z", fieldsV1: { "f:spec": { "f:template": { "f:spec": {} } } } }
            - { manager: kube-controller-manager, operation: Update, subresource: status, time: "2026-11-20T14:05:00Z", fieldsV1: { "f:status": {} } }
            """)["of"]!.DeepClone();
        _shop.Cluster.Put(KnownKinds.Deployments, stable);
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-stable");

        var reading = await ObserveAsync(_promoted);
        var before = Reads();
        await ObserveAsync(_promoted with
        {
            StableChange =
            new StableChange(_promoted.PromotedRevision!, reading.First.Revision!, "argocd-controller (Apply)", null)
        });

        Assert.That((reading.First.ChangedBy, reading.First.ChangedAt),
            Is.EqualTo(("argocd-controller (Apply)",
                (System.DateTimeOffset?)new System.DateTimeOffset(2026, 11, 20, 14, 2, 11, System.TimeSpan.Zero))));
        Assert.That(Reads() - before, Is.Zero);
    }

    [Test]
    public async Task WhenStableWasRestarted_ThenThatIsKnown()
    {
        var stable = Yaml.Object(Shop.Deployment("stable", "1.0.0"));
        stable["spec"]!["template"]!["metadata"]!["annotations"] = Yaml.Object("{ kubectl.kubernetes.io/restartedAt: now }");
        _shop.Cluster.Put(KnownKinds.Deployments, stable);
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-stable");

        var reading = await ObserveAsync(_promoted);

        Assert.That((reading.First.IsRestarted, reading.First.Revision == _promoted.PromotedRevision), Is.EqualTo((true, false)));
    }

    private int Reads() =>
        _shop.Cluster.Requests.Count(request =>
            request.PathAndQuery.EndsWith("/deployments/checkout-stable", System.StringComparison.Ordinal));

    private Task<WorkloadReading> ObserveAsync(RolloutStatus status) =>
        _workloads.ObserveAsync(_shop.Snapshot() with { Status = status }, _shop.Traffic(), A.Limit());
}
