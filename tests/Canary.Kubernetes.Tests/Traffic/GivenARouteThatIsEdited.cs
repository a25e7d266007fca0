using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

/// <summary>The team edits its route while a header route and a mirror stand before it.</summary>
public sealed class GivenARouteThatIsEdited
{
    private static readonly Claim Claim = new("rollout-1", 6, 1);

    private static readonly HeaderRoute Staff = new("staff",
    [
        new RequestMatch([new HeaderTest("x-staff", false, new TextTest(TextTestKind.Exact, "yes"))]),
        new RequestMatch([new HeaderTest("group", true, new TextTest(TextTestKind.Exact, "staff"))]),
    ]);

    private static readonly ManagedRoutes Managed = new([Staff], [new MirrorRoute("shadow", Weight.FromPercent(20), [])]);

    private Shop _shop = null!;
    private ITrafficRouter _router = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync();
        _router = new IstioDescriptor().Create(_shop.Cluster.Client, _shop.Caches);
        await ApplyAsync(Managed, 1);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenItConflictsWithTheHeaderRoute_ThenThatIsAProblem_AndTheRoutesCanBeRead()
    {
        await EditAsync(http => http[2]!["match"] = JsonNode.Parse("""[{ "headers": { "x-staff": { "exact": "no" } } }]"""));

        var reading = await ReadAsync(Running());

        Assert.That(reading.Problems.Single().ToString(), Does.Contain("header route staff cannot stand before route primary"));
        Assert.That(reading.Routes.Single().NamedCanaryWeight, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenItConflictsAndIsRolledBack_ThenNothingKeepsTheRollbackFromItsEnd()
    {
        await EditAsync(http => http[2]!["match"] = JsonNode.Parse("""[{ "headers": { "x-staff": { "exact": "no" } } }]"""));
        var aborted = Running() with
        {
            Abort = new Abort(AbortReason.Request, default, "no", Weight.Zero),
            ManagedRoutes = new ManagedRoutesStatus(ManagedRoutes.None, Managed),
        };

        var result = await ApplyAsync(ManagedRoutes.None, 2);
        var reading = await ReadAsync(aborted);

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(reading.Problems, Is.Empty);
        Assert.That((reading.Routes.Single().Managed, reading.Routes.Single().Sequence), Is.EqualTo((ManagedRoutes.None, (long?)2)));
    }

    [TestCase("timeout", "\"9s\"")]
    [TestCase("match", """[{ "uri": { "prefix": "/api" } }, { "uri": { "prefix": "/v2" } }]""")]
    [TestCase("retries", """{ "attempts": 5 }""")]
    public async Task WhenAnyOtherFieldChanges_ThenTheClonesAreBehind_AndAreWrittenOnceMore(string field, string value)
    {
        await EditAsync(http => http[2]![field] = JsonNode.Parse(value));
        var edited = (await ReadAsync(Running())).Routes.Single();

        await ApplyAsync(Managed, 1);
        var written = (await ReadAsync(Running())).Routes.Single();

        Assert.That((edited.Managed, edited.IsBehind), Is.EqualTo((Managed, true)));
        Assert.That((written.Managed, written.IsBehind), Is.EqualTo((Managed, false)));
    }

    [TestCase("""[{ "uri": { "prefix": "/" } }]""", null)]
    [TestCase("""[{ "headers": { "x-staff": { "exact": "no" } } }]""", null)]
    [TestCase(null, """[{ "destination": { "host": "elsewhere" } }]""")]
    public async Task WhenAnotherClientChangesWhatIsCanarysOwnInAClone_ThenItIsNotBehindButForeign(string? match, string? destinations)
    {
        await EditAsync(http =>
        {
            if (match is not null) http[0]!["match"] = JsonNode.Parse(match);
            if (destinations is not null) http[0]!["route"] = JsonNode.Parse(destinations);
        });

        var route = (await ReadAsync(Running())).Routes.Single();

        Assert.That((route.Managed, route.IsBehind), Is.EqualTo(((ManagedRoutes?)null, false)));
    }

    [Test]
    public async Task WhenAnotherClientChangesThePercentageOfTheMirror_ThenItIsForeign()
    {
        await EditAsync(http => http[1]!["mirrorPercentage"]!["value"] = 100);

        Assert.That((await ReadAsync(Running())).Routes.Single().Managed, Is.Null);
    }

    private RolloutStatus Running() => _shop.Snapshot().Status with
    {
        StartedAt = DateTimeOffset.UnixEpoch,
        CurrentStepIndex = 1,
        Accepted = _shop.Snapshot().Spec! with
        {
            Steps = [new Step.SetHeaderRoute(Staff), new Step.SetMirrorRoute(Managed.Mirrors[0]), new Step.Pause(null)],
        },
        ManagedRoutes = new ManagedRoutesStatus(Managed, Managed),
    };

    private Task<RouterReading> ReadAsync(RolloutStatus status) =>
        _router.ReadAsync(_shop.Snapshot() with { Status = status, Spec = status.Accepted }, _shop.Traffic(), A.Limit());

    private Task<WriteResult> ApplyAsync(ManagedRoutes managed, long sequence) => _router.ApplyAsync(
        _shop.Snapshot(), _shop.Traffic(), new RoutePlan(Weight.Zero, managed, Side.NamedCanary), Claim with { Sequence = sequence },
        A.Limit());

    private async Task EditAsync(Action<JsonArray> edit)
    {
        _shop.Edit(document => edit(document["spec"]!["http"]!.AsArray()));
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");
    }
}
