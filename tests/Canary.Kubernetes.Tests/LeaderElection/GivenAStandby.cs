using System.Threading.Tasks;
using Canary.Kubernetes.Tests.Api;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.LeaderElection;

public sealed class GivenAStandby
{
    private FakeLeases _leases = null!;
    private FakeApi _api = null!;
    private ManualTime _time = null!;

    [SetUp]
    public async Task StartServer()
    {
        _leases = new FakeLeases();
        _time = new ManualTime();
        _api = await FakeApi.ServeAsync(_leases.AnswerAsync);
    }

    [TearDown]
    public async Task StopServer() => await _api.DisposeAsync();

    [Test]
    public async Task WhenTheLeaderStops_ThenAStandbyLeadsWithinTwoSeconds()
    {
        await using var leader = await StartAsync("leader");
        await using var standby = await StartAsync("standby");
        var term = leader.Election.Term!.Value;
        await standby.RoundAsync();
        Assert.That(standby.Election.IsLeading, Is.False, "it stands by");

        await leader.StopAsync();
        await standby.RoundAsync();

        Assert.That((standby.Election.IsLeading, standby.Election.Term), Is.EqualTo((true, (long?)(term + 1))));
    }

    [Test]
    public async Task WhenTheServerIsAwayForAStandby_ThenItStandsByAgainAndTakesALeaseThatRanOut()
    {
        _leases.Write("other", 7, At(0));
        await using var standby = await StartAsync("standby");

        _leases.GoDown();
        for (var i = 0; i < 30; i++) await standby.RoundAsync();
        _leases.ComeBack();
        _leases.Write("other", 7, At(61));
        await standby.RoundAsync();
        Assert.That(standby.Election.IsLeading, Is.False, "the other one renewed it meanwhile");
        for (var i = 0; i < 8; i++) await standby.RoundAsync();

        Assert.That((standby.Election.IsLeading, standby.Election.Term, _leases.Holder), Is.EqualTo((true, (long?)8, "standby")));
        Assert.That(standby.Told, Is.EqualTo(new[] { "started 8" }));
    }

    private Task<ElectionRig> StartAsync(string identity) => ElectionRig.StartAsync(_api, _time, identity);

    private static string At(int seconds) => $"2026-03-01T12:{seconds / 60:00}:{seconds % 60:00}.000000Z";
}
