using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

public sealed class GivenSelectorsThatChange
{
    private Shop _shop = null!;
    private KubernetesWorkloads _workloads = null!;
    private RolloutStatus _status = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync();
        _workloads = new KubernetesWorkloads(_shop.Cluster.Client, _shop.Caches);
        var reading = await ObserveAsync(RolloutStatus.New);
        _status = RolloutStatus.New with
        {
            StableRevision = reading.First.Revision,
            CanaryRevision = reading.Second.Revision,
            RevisionScheme = reading.Scheme
        };
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [TestCase("{ app: checkout, side: canary, team: payments }", TestName = "one label more")]
    [TestCase("{ app: checkout }", TestName = "one label less")]
    [TestCase("{ team: payments }", TestName = "another label")]
    [TestCase("{ side: stable }", TestName = "another value")]
    [TestCase("{}", TestName = "none")]
    public async Task WhenTheSelectorOfAServiceChanges_ThenNoRevisionDoes(string selector)
    {
        await SelectAsync("canary", selector);

        var reading = await ObserveAsync();

        Assert.That((reading.First.Revision, reading.Second.Revision), Is.EqualTo((_status.StableRevision, _status.CanaryRevision)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WhenAServiceOrTheOtherDeploymentIsGone_ThenNoRevisionChanges(bool isService)
    {
        if (isService) _shop.Cluster.Delete(KnownKinds.Services, "shop", "checkout-stable");
        else _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(() => _shop.Caches.Services.Count + _shop.Caches.Deployments.Cache.Count == 3, "deleted");

        var reading = await ObserveAsync();

        Assert.That(reading.Second.Revision, Is.EqualTo(_status.CanaryRevision));
    }

    [Test]
    public async Task WhenTheStatusIsOfAnEarlierVersion_ThenItsRevisionsAreFoundAgainAndTheirLabelsAreFixed()
    {
        var old = (await ObserveAsync(_status with { RevisionScheme = null })).Second.Revision;
        _status = _status with { RevisionScheme = null, StableRevision = old, CanaryRevision = old };

        var reading = await ObserveAsync();
        _status = RolloutMachine.Decide(_shop.Snapshot().Spec, [], _status, Observation(reading), System.DateTimeOffset.UnixEpoch).Status;
        await SelectAsync("canary", "{ team: payments }");
        var later = await ObserveAsync();

        Assert.That((_status.CanaryRevision, later.Second.Revision), Is.EqualTo((old, old)));
        Assert.That((_status.IsRunning, _status.RevisionScheme?.Version), Is.EqualTo((false, (int?)1)));
    }

    [Test]
    public async Task WhenARunningRolloutWouldPromoteALabelThatStableIsNowSelectedBy_ThenThatIsSaid()
    {
        var canary = Yaml.Object(Shop.Deployment("canary", "2.0.0"));
        canary["spec"]!["template"]!["metadata"]!["labels"]!["track"] = "canary";
        _shop.Cluster.Put(KnownKinds.Deployments, canary);
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-canary");
        var pushed = (await ObserveAsync()).Second.Revision;
        await SelectAsync("canary", "{ app: checkout, track: canary }");

        var reading = await ObserveAsync(_status with { CanaryRevision = pushed, StartedAt = System.DateTimeOffset.UnixEpoch });

        Assert.That(reading.Problems.Single().ToString(), Does.StartWith(
            $"spec.traffic.canary.service: Service checkout-canary selects pods by label track since revision {pushed} was accepted; the "
                + "label is absent in the template of stable's workload and canary in that of canary's"));
    }

    [Test]
    public async Task WhenANewerVersionMadeTheRevisions_ThenNothingIsReleasedAndItIsSaid()
    {
        var reading = await ObserveAsync(_status with { RevisionScheme = _status.RevisionScheme! with { Version = 9 } });

        Assert.That(reading.Second.Revision, Is.Null);
        Assert.That(reading.Problems.Single().ToString(), Does.StartWith("status.revisionScheme.version: it is 9"));
    }

    [Test]
    public async Task WhenTheTemplateIsPromoted_ThenStableSelectsItsOwnPods()
    {
        foreach (var (side, version) in new[] { ("stable", "1.0.0"), ("canary", "2.0.0") })
        {
            var deployment = Yaml.Object(Shop.Deployment(side, version));
            deployment["spec"]!["template"]!["spec"]!["topologySpreadConstraints"] = Yaml.Object(
                $"{{ of: [{{ topologyKey: zone, labelSelector: {{ matchLabels: {{ side: {side} }} }} }}] }}")["of"]!.DeepClone();
            _shop.Cluster.Put(KnownKinds.Deployments, deployment);
            await _shop.CaughtUpAsync(KnownKinds.Deployments, $"checkout-{side}");
        }

        var revision = (await ObserveAsync()).Second.Revision!;
        var result = await _workloads.PromoteTemplateAsync(_shop.Snapshot() with { Status = _status }, _shop.Traffic(), Side.NamedCanary,
            revision, new Claim("rollout-1", 6), A.Limit());

        var written = _shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout-stable")["spec"]!["template"]!.ToJsonString();
        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(written, Does.Contain(":2.0.0").And.Not.Contain("canary"));
        Assert.That((await ObserveAsync()).First.Revision, Is.EqualTo(revision));
    }

    private static Observation Observation(WorkloadReading reading) =>
        new(1, reading.First, reading.Second, [new RouteObservation("VirtualService shop/checkout", Core.Units.Weight.Zero)], [], null,
            reading.Problems, null)
        {
            Scheme = reading.Scheme,
            CurrentScheme = reading.CurrentScheme,
        };

    private Task<WorkloadReading> ObserveAsync(RolloutStatus? status = null) =>
        _workloads.ObserveAsync(_shop.Snapshot() with { Status = status ?? _status }, _shop.Traffic(), A.Limit());

    private async Task SelectAsync(string side, string selector)
    {
        _shop.Cluster.Put(KnownKinds.Services,
            $"{{ metadata: {{ name: checkout-{side}, namespace: shop }}, spec: {{ selector: {selector} }} }}");
        await _shop.CaughtUpAsync(KnownKinds.Services, $"checkout-{side}");
    }
}
