using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Kubernetes.LeaderElection;
using Canary.Kubernetes.Tests.Api;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.LeaderElection;

public sealed class GivenALease
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
    public async Task WhenThereIsNone_ThenItIsMadeAndWeLead()
    {
        await using var we = await StartAsync("we");

        var spec = _leases.Lease!["spec"]!;
        Assert.That((we.Election.IsLeading, we.Election.Term, we.Election.Holder), Is.EqualTo((true, (long?)_leases.Transitions, "we")));
        Assert.That((string?)spec["holderIdentity"], Is.EqualTo("we"));
        Assert.That((string?)spec["renewTime"], Is.EqualTo("2026-03-01T12:00:00.000000Z"));
        Assert.That((int?)spec["leaseDurationSeconds"], Is.EqualTo(15));
        Assert.That(_leases.Transitions, Is.EqualTo((59 * 86400) + (12 * 3600)),
            "seconds since 2026, so that a deleted Lease does not bring old terms back");
    }

    [Test]
    public async Task WhenWeLead_ThenEachRenewalIsOneRequest()
    {
        await using var we = await StartAsync("we");
        _leases.Label("team", "sre");
        var term = we.Election.Term;
        await we.RoundAsync();
        var requests = _api.Requests.Count;

        await we.RoundAsync();
        await we.RoundAsync();

        Assert.That(_api.Requests.Skip(requests).Select(request => request.Method), Has.Exactly(0).EqualTo("GET").And.All.EqualTo("PUT"));
        Assert.That((string?)_leases.Lease!["spec"]!["renewTime"], Is.EqualTo("2026-03-01T12:00:06.000000Z"));
        Assert.That((string?)_leases.Lease!["metadata"]!["labels"]!["team"], Is.EqualTo("sre"),
            "what others wrote stays, also across a conflict");
        Assert.That(we.Election.Term, Is.EqualTo(term));
        Assert.That(we.Told, Is.EqualTo(new[] { $"started {term}" }));
    }

    [TestCase("2000-01-01T00:00:00.000000Z")]
    [TestCase("2099-01-01T00:00:00.000000Z")]
    public async Task WhenAnotherHoldsIt_ThenOnlyOurOwnClockSaysWhenItHasRunOut(string renewed)
    {
        _leases.Write("other", 7, renewed);
        await using var we = await StartAsync("we");
        var began = _time.GetUtcNow();

        while (!we.Election.IsLeading && _time.GetUtcNow() - began < TimeSpan.FromMinutes(1)) await we.RoundAsync();

        Assert.That(_time.GetUtcNow() - began, Is.InRange(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(17.5)));
        Assert.That((_leases.Holder, _leases.Transitions, we.Election.Term), Is.EqualTo(("we", 8, (long?)8)));
    }

    [Test]
    public async Task WhenAnotherRenewsIt_ThenWeWaitOn()
    {
        _leases.Write("other", 7, At(1));
        await using var we = await StartAsync("we");

        for (var i = 2; i < 22; i++)
        {
            _leases.Write("other", 7, At(i));
            await we.RoundAsync();
        }

        Assert.That((we.Election.IsLeading, we.Election.Holder, _leases.Holder), Is.EqualTo((false, "other", "other")));
    }

    [Test]
    public async Task WhenItWasGivenUp_ThenItIsTakenAtOnceInANewTerm()
    {
        _leases.Write("", 7, "2026-03-01T11:59:59.000000Z", 1);

        await using var we = await StartAsync("we");

        Assert.That((we.Election.IsLeading, _leases.Transitions), Is.EqualTo((true, 8)));
    }

    [TestCase(int.MaxValue)]
    [TestCase(-1)]
    public async Task WhenThereIsNoNextTerm_ThenItIsTakenAllTheSameAndTermsBeginAgain(int transitions)
    {
        _leases.Write("", transitions, "2026-03-01T11:59:59.000000Z", 1);

        await using var we = await StartAsync("we");
        await we.RoundAsync();

        Assert.That((we.Election.IsLeading, _leases.Holder, we.Election.Term), Is.EqualTo((true, "we", (long?)_leases.Transitions)));
        Assert.That(_leases.Transitions, Is.EqualTo((59 * 86400) + (12 * 3600)));
    }

    [Test]
    public async Task WhenTheLastTermIsNext_ThenItIsTaken()
    {
        _leases.Write("", int.MaxValue - 1, "2026-03-01T11:59:59.000000Z", 1);

        await using var we = await StartAsync("we");

        Assert.That((we.Election.IsLeading, _leases.Transitions), Is.EqualTo((true, int.MaxValue)));
    }

    [Test]
    public async Task WhenAnotherHasTakenIt_ThenTheNextRenewalFindsOutAndWritesNothing()
    {
        await using var we = await StartAsync("we");
        var term = we.Election.Term!.Value;
        _leases.Write("other", (int)term + 1, "2026-03-01T12:00:01.000000Z");

        await we.RoundAsync();

        Assert.That((we.Election.IsLeading, _leases.Holder), Is.EqualTo((false, "other")));
        Assert.That(we.Told, Is.EqualTo(new[] { $"started {term}", "lost" }));
    }

    [Test]
    public async Task WhenTheServerIsDown_ThenWeLeadForTenSecondsAndNoLonger()
    {
        await using var we = await StartAsync("we");
        var term = we.Election.Term!.Value;
        _leases.GoDown();

        for (var i = 0; i < 4; i++) await we.RoundAsync();
        var before = we.Election.IsLeading;
        for (var i = 0; i < 2; i++) await we.RoundAsync();
        var after = we.Election.IsLeading;
        _leases.ComeBack();
        for (var i = 0; i < 10; i++) await we.RoundAsync();

        Assert.That((before, after), Is.EqualTo((true, false)));
        Assert.That(we.Told, Is.EqualTo(new[] { $"started {term}", "lost", $"started {term + 1}" }),
            "a term names one leadership, also of one process");
    }

    [Test]
    public async Task WhenTheProcessSleptTooLong_ThenItKnowsAtTheMomentWhenItWakes()
    {
        await using var we = await StartAsync("we");
        _leases.GoDown();

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That((we.Election.IsLeading, we.Election.Term), Is.EqualTo((false, (long?)null)));
        Assert.That(await we.Election.IsStillOursAsync(A.Limit()), Is.False);
    }

    [Test]
    public async Task WhenWeAskLive_ThenTheServerDecides()
    {
        await using var we = await StartAsync("we");
        var term = we.Election.Term!.Value;

        var first = await we.Election.IsStillOursAsync(A.Limit());
        _leases.Write("we", (int)term + 1, "2026-03-01T12:00:01.000000Z");
        var second = await we.Election.IsStillOursAsync(A.Limit());
        var isLeading = we.Election.IsLeading;
        var third = await we.Election.IsStillOursAsync(A.Limit());
        await Eventually.ThatAsync(() => we.Told.Count == 2, "the loss is told without waiting for the next round");

        Assert.That((first, second, isLeading, third), Is.EqualTo((true, false, false, false)),
            "our name in another term is another process with our name");
        Assert.That(we.Told, Is.EqualTo(new[] { $"started {term}", "lost" }));
    }

    [Test]
    public async Task WhenTheLeaseIsDeleted_ThenItIsLostAndMadeAnewWithAHigherTerm()
    {
        await using var we = await StartAsync("we");
        var term = we.Election.Term!.Value;
        _leases.Delete();

        await we.RoundAsync();
        await we.RoundAsync();

        Assert.That(we.Told.Take(2), Is.EqualTo(new[] { $"started {term}", "lost" }));
        Assert.That(we.Election.Term, Is.GreaterThan(term));
    }

    [Test]
    public async Task WhenWeStop_ThenOthersNeedNotWait()
    {
        await using var we = await StartAsync("we");
        var term = we.Election.Term!.Value;

        await we.StopAsync();

        Assert.That(we.Told, Is.EqualTo(new[] { $"started {term}", "lost", "drain" }));
        Assert.That((_leases.Holder, _leases.Transitions), Is.EqualTo(("", (int)term)));
        await using var next = await StartAsync("next");
        Assert.That(next.Election.Term, Is.EqualTo(term + 1));
    }

    [Test]
    public async Task WhenTheAnswerToTheTakingIsLost_ThenTheNextLookFindsThatWeLead()
    {
        _leases.Write("", 7, "2026-03-01T11:59:59.000000Z");
        _leases.LoseNextAnswer();

        await using var we = await StartAsync("we");

        Assert.That((we.Election.Term, _leases.Transitions), Is.EqualTo(((long?)8, 8)));
        Assert.That(we.Told, Is.EqualTo(new[] { "started 8" }));
    }

    [Test]
    public async Task WhenTheAnswerToARenewalIsLost_ThenWeLeadOn()
    {
        await using var we = await StartAsync("we");
        _leases.LoseNextAnswer();

        for (var i = 0; i < 8; i++) await we.RoundAsync();

        Assert.That(we.Election.IsLeading, Is.True);
        Assert.That(we.Told, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenTwoCompete_ThenNeverBothLead()
    {
        await using var a = new ElectionRig(_api, _time, "a").Start();
        await using var b = new ElectionRig(_api, _time, "b").Start();
        for (var i = 0; i < 40; i++)
        {
            await Task.WhenAll(a.SettleAsync(), b.SettleAsync());
            Assert.That(a.Election.IsLeading && b.Election.IsLeading, Is.False);
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.That(a.Election.IsLeading || b.Election.IsLeading, Is.True);
        Assert.That(a.Told.Count + b.Told.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task WhenItIsReadOrWritten_ThenNothingIsWrong()
    {
        await using var we = new ElectionRig(_api, _time, "we");
        var before = we.Election.Problem;
        we.Start();
        await we.SettleAsync();

        Assert.That((before, we.Election.Problem), Is.EqualTo(("Lease shop/canary: not read yet", (string?)null)));
        for (var i = 0; i < 20; i++)
        {
            await we.RoundAsync();
            Assert.That(we.Election.Problem, Is.Null);
        }
    }

    [Test]
    public async Task WhenAnotherHoldsIt_ThenNothingIsWrong()
    {
        _leases.Write("other", 7, At(1));
        await using var we = await StartAsync("we");

        for (var i = 2; i < 12; i++)
        {
            _leases.Write("other", 7, At(i));
            await we.RoundAsync();
            Assert.That(we.Election.Problem, Is.Null);
        }
    }

    [Test]
    public async Task WhenItIsRefusedFromTheBeginning_ThenThatIsWrongAtOnce()
    {
        _leases.GoDown();

        await using var we = await StartAsync("we");

        Assert.That(we.Election.Problem, Does.StartWith("Lease shop/canary: ").And.EndsWith("down"));
    }

    [Test]
    public async Task WhenItIsRefusedForItsDuration_ThenThatIsWrongUntilItIsReadAgain()
    {
        await using var we = await StartAsync("we");
        _leases.GoDown();
        var began = _time.GetUtcNow();
        while (we.Election.Problem is null) await we.RoundAsync();
        var after = _time.GetUtcNow() - began;
        _leases.ComeBack();
        await we.RoundAsync();
        await we.RoundAsync();

        Assert.That(after, Is.InRange(TimeSpan.FromSeconds(13), TimeSpan.FromSeconds(18)));
        Assert.That(we.Election.Problem, Is.Null);
    }

    [Test]
    public async Task WhenWeCouldNotLead_ThenItIsNotTakenBeforeWeCan()
    {
        await using var we = new ElectionRig(_api, _time, "we") { Unfit = "pods cannot be read" }.Start();
        await we.RoundAsync();
        var (holder, problem) = (_leases.Lease, we.Election.Problem);
        we.Unfit = null;
        await we.RoundAsync();

        Assert.That((holder, problem), Is.EqualTo(((System.Text.Json.Nodes.JsonObject?)null, (string?)null)));
        Assert.That((_leases.Holder, we.Election.IsLeading), Is.EqualTo(("we", true)));
    }

    [Test]
    public async Task WhenWeResign_ThenAnotherNeedNotWaitAndWeRestForALeaseDuration()
    {
        await using var we = await StartAsync("we");
        var term = we.Election.Term!.Value;

        we.Election.Resign(term, "pods cannot be read");
        await we.RoundAsync();
        var released = (_leases.Holder, we.Election.IsLeading);
        var began = _time.GetUtcNow();
        while (!we.Election.IsLeading) await we.RoundAsync();

        Assert.That(released, Is.EqualTo(("", false)));
        Assert.That(_time.GetUtcNow() - began, Is.InRange(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(18)));
        Assert.That(we.Told, Is.EqualTo(new[] { $"started {term}", "lost", "drain", $"started {term + 1}" }));
    }

    [Test]
    public async Task WhenAnOlderTermIsResigned_ThenThisOneGoesOn()
    {
        await using var we = await StartAsync("we");
        var term = we.Election.Term!.Value;

        we.Election.Resign(term - 1, "old");
        await we.RoundAsync();
        await we.RoundAsync();

        Assert.That((we.Election.Term, _leases.Holder), Is.EqualTo(((long?)term, "we")));
    }

    [Test]
    public void WhenTheTimesDoNotFit_ThenItIsRefused()
    {
        using var client = A.Client(_api);
        var options = LeaseElectionOptions.For("shop", "canary", "we") with { RenewDeadline = TimeSpan.FromSeconds(15) };

        Assert.That(() => new LeaseElection(client, options, _time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance),
            Throws.ArgumentException);
    }

    private Task<ElectionRig> StartAsync(string identity) => ElectionRig.StartAsync(_api, _time, identity);

    /// <summary>A time as a Lease holds it, so many seconds after noon.</summary>
    private static string At(int seconds) => $"2026-03-01T12:{seconds / 60:00}:{seconds % 60:00}.000000Z";
}
