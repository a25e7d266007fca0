using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>Whoever may edit a routed object may write any claim into it. It must not keep Canary from its own.</summary>
public sealed class GivenAClaimThatNobodyOfOursWrote
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private FakeCluster _cluster = null!;
    private FakeHost _host = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = A.Cluster();
        _host = FakeHost.Of(_cluster);
        await _host.RunUntilIdleAsync(Phase.Healthy, Limit);
        _cluster.Ship("v2");
        await _host.RunAsync(() => _cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
    }

    [TestCase(999, 0)]
    [TestCase(999, Claim.LargestSequence)]
    [TestCase(long.MaxValue, 7)]
    [TestCase(1, Claim.LargestSequence)]
    [TestCase(1, Claim.LargestSequence - 1)]
    [TestCase(1, Claim.MostAhead)]
    public async Task WhenItNamesATermOrASequenceThatNeverWas_ThenAnAbortIsCarriedOutAllTheSame(long term, long sequence)
    {
        _cluster.Routes[0].Claim = new Claim(FakeCluster.Uid, term, sequence);
        _cluster.Stable.Claim = new Claim(FakeCluster.Uid, term, sequence);

        _cluster.Ask(RequestAction.Abort, "a1");
        await _host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(_cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That((_cluster.Routes[0].Claim!.Value.Term, _cluster.Routes[0].Claim!.Value.Sequence),
            Is.EqualTo((1L, _cluster.Rollout.Status.WriteSequence)));
        Assert.That(_cluster.Rollout.Status.WriteSequence, Is.LessThan(Claim.LargestSequence / 2));
        Assert.That(_cluster.Events.Exists(told => told.Reason == "ClaimIgnored"
            && told.Message.Contains(term.ToString(), StringComparison.Ordinal)), Is.EqualTo(term > 1 && sequence < Claim.MostAhead),
            "a made-up sequence is written over without a word");
    }

    [Test]
    public async Task WhenItIsWrittenDuringAPromotion_ThenThePromotionGoesOn()
    {
        _host.Source.Value = 0.001;
        await _host.RunAsync(() => _cluster.Rollout.Status.Weights.Desired == Weight.Full, Limit);
        _cluster.Stable.Claim = new Claim(FakeCluster.Uid, 4_000_000_000, 3);
        _cluster.Routes[0].Claim = new Claim(FakeCluster.Uid, 5_000_000_000, 3);

        await _host.RunUntilIdleAsync(Phase.Healthy, Limit);

        Assert.That((_cluster.Stable.Revision, _cluster.Routes[0].Second), Is.EqualTo(("v2", Weight.Zero)));
        Assert.That(_cluster.Events.Count(told => told.Reason == "ClaimIgnored"), Is.EqualTo(2));
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenTheDeletionEndsAndTrafficIsAtStable()
    {
        _cluster.Routes[0].Claim = new Claim(FakeCluster.Uid, 999, 3);

        _cluster.Delete();
        await _host.RunAsync(() => _cluster.IsGone, Limit);

        Assert.That(_cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That(_cluster.Events.Select(told => told.Reason), Does.Contain("ClaimIgnored"));
    }

    [Test]
    public async Task WhenALaterLeaderReallyWroteIt_ThenNothingIsWrittenOverIt()
    {
        _cluster.Lease = ("two", 2);
        _cluster.Routes[0].Claim = new Claim(FakeCluster.Uid, 2, _cluster.Rollout.Status.WriteSequence);
        var writes = _cluster.Count("route");

        _cluster.Ask(RequestAction.Abort, "a1");
        await _host.RunAsync(() => !_host.Connection.BelievesItLeads, Limit);

        Assert.That((_cluster.Count("route"), _cluster.Routes[0].Claim!.Value.Term), Is.EqualTo((writes, 2L)));
        Assert.That(_cluster.Events.Exists(told => told.Reason == "ClaimIgnored"), Is.False);
    }
}
