using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

/// <summary>A header route that a running rollout wants, in a VirtualService of a cluster.</summary>
public sealed class GivenAnIstioRouterWithManagedRoutes
{
    private const string Name = "canary.delivery/header/staff/primary";

    private static readonly Claim Claim = new("rollout-1", 6, 1);

    private static readonly ManagedRoutes Staff = new([new HeaderRoute("staff",
        [new RequestMatch([new HeaderTest("x-staff", false, new TextTest(TextTestKind.Exact, "yes"))])])], []);

    private static readonly RoutePlan Plan = new(Weight.Zero, Staff, Side.NamedCanary);

    private Shop _shop = null!;
    private ITrafficRouter _router = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync();
        _router = new IstioDescriptor().Create(_shop.Cluster.Client, _shop.Caches);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenItIsApplied_ThenOneWriteSetsIt_TheNextLookShowsIt_AndASecondTimeNothingIsSent()
    {
        var before = (await LookAsync()).Managed;

        var (first, second) = (await ApplyAsync(Plan), await ApplyAsync(Plan));

        Assert.That((first, second), Is.EqualTo((new WriteResult.Applied(1), new WriteResult.Applied(0))));
        Assert.That((before, (await LookAsync()).Managed), Is.EqualTo((ManagedRoutes.None, Staff)));
        Assert.That(Names(), Is.EqualTo(new[] { Name, "primary" }));
    }

    [Test]
    public async Task WhenGitIsAppliedAgain_ThenTheLookShowsThatTheRouteIsGone_AndItComesBack()
    {
        await ApplyAsync(Plan);
        await EditAsync(http => http.RemoveAt(0));
        Assert.That((await LookAsync()).Managed, Is.EqualTo(ManagedRoutes.None));

        await ApplyAsync(Plan);

        Assert.That(Names(), Is.EqualTo(new[] { Name, "primary" }));
    }

    [Test]
    public async Task WhenAnotherClientChangesIt_ThenItIsNoneThatIsKnown()
    {
        await ApplyAsync(Plan);
        await EditAsync(http => http[0]!["match"]!.AsArray().Clear());

        Assert.That((await LookAsync()).Managed, Is.Null);
    }

    [Test]
    public async Task WhenItIsRolledBack_ThenOneWriteTakesTheRouteOffAndSetsZero()
    {
        await ApplyAsync(Plan with { Second = Weight.FromPercent(20) });
        var writes = _shop.Cluster.Writes.Count;

        await ApplyAsync(RoutePlan.Only(Weight.Zero), Claim with { Sequence = 2 });

        Assert.That((_shop.Cluster.Writes.Count - writes, Names()), Is.EqualTo((1, new[] { "primary" })));
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 100, 0 }));
        Assert.That(_shop.Claimed(), Is.EqualTo("rollout-1/6/2"));
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenTheRouteGoesWithTheClaim()
    {
        await ApplyAsync(Plan);

        var result = await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), Weight.Zero, Claim, A.Limit());

        Assert.That(result.Restored, Is.EqualTo(new[] { "VirtualService shop/checkout without header and mirror routes" }));
        Assert.That((Names(), _shop.Claimed()), Is.EqualTo((new[] { "primary" }, (string?)null)));
    }

    [Test]
    public async Task WhenTheWeightsAreLeftAtADeletion_ThenTheRouteIsLeftToo()
    {
        await ApplyAsync(Plan);

        await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), null, Claim, A.Limit());

        Assert.That((Names(), _shop.Claimed()), Is.EqualTo((new[] { Name, "primary" }, (string?)null)));
    }

    private RolloutSnapshot Snapshot() => Wanting(_shop.Snapshot());

    private static RolloutSnapshot Wanting(RolloutSnapshot rollout) => rollout with
    {
        Status = rollout.Status with { ManagedRoutes = new ManagedRoutesStatus(Staff, ManagedRoutes.None) },
    };

    private async Task<RouteObservation> LookAsync() =>
        (await _router.ReadAsync(Snapshot(), _shop.Traffic(), A.Limit())).Routes.Single();

    private Task<WriteResult> ApplyAsync(RoutePlan plan, Claim? claim = null) =>
        _router.ApplyAsync(Snapshot(), _shop.Traffic(), plan, claim ?? Claim, A.Limit());

    private async Task EditAsync(System.Action<System.Text.Json.Nodes.JsonArray> edit)
    {
        _shop.Edit(document => edit(document["spec"]!["http"]!.AsArray()));
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");
    }

    private string?[] Names() => [.. _shop.Cluster.Get(IstioKinds.VirtualServices, "shop", "checkout")["spec"]!["http"]!.AsArray()
        .Select(route => (string?)route!["name"])];
}
