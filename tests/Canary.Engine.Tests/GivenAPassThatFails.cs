using System;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>Something in the world throws at every pass. An abort is carried out all the same; nothing else is.</summary>
public sealed class GivenAPassThatFails
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [TestCase("runs")]
    [TestCase("sides")]
    [TestCase("routes")]
    [TestCase("everything")]
    public async Task WhenAPartCannotBeRead_ThenAnAbortIsCarriedOutAllTheSame(string part)
    {
        var (cluster, host) = await AtTheFirstWeightAsync();
        Break(host, part);

        cluster.Ask(RequestAction.Abort, "stop");
        await PassesAsync(host);

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That(cluster.Rollout.Status,
            Is.EqualTo(cluster.Rollout.Status with { Phase = Phase.RollingBack }).Or.EqualTo(
                cluster.Rollout.Status with { Phase = Phase.RolledBack }));
        Assert.That(cluster.Rollout.Status.LastRequest,
            Is.EqualTo(cluster.Rollout.Status.LastRequest! with { Id = "stop", IsCarriedOut = true }));
    }

    [Test]
    public async Task WhenThePartCanBeReadAgain_ThenTheRollbackEnds()
    {
        var (cluster, host) = await AtTheFirstWeightAsync();
        Break(host, "sides");
        cluster.Ask(RequestAction.Abort, "stop");
        await PassesAsync(host);

        host.Connection.ReadFailure = _ => null;
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Rollout.Status.History[0].Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
    }

    [TestCase("runs")]
    [TestCase("sides")]
    [TestCase("routes")]
    public async Task WhenNobodyAborts_ThenThePassFailsAndNothingIsWritten(string part)
    {
        var (cluster, host) = await AtTheFirstWeightAsync();
        var writes = cluster.Writes.Count;
        Break(host, part);

        await Assert.ThatAsync(() => host.PassAsync(), Throws.InstanceOf<FormatException>());

        Assert.That(cluster.Writes, Has.Count.EqualTo(writes));
    }

    [Test]
    public async Task WhenNothingCanBeDecided_ThenAnAbortIsCarriedOutAllTheSame()
    {
        var (cluster, host) = await AtTheFirstWeightAsync();
        cluster.Save(cluster.Rollout.Status with { Conditions = [null!] }, "a person");

        cluster.Ask(RequestAction.Abort, "stop");
        await PassesAsync(host);

        Assert.That(cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
        Assert.That(cluster.Rollout.Status.Abort!.Reason, Is.EqualTo(AbortReason.Request));
    }

    [Test]
    public async Task WhenARolloutCannotBeReadAtTheTakeover_ThenNothingIsThrownAndItsNextPassClaimsIt()
    {
        var (cluster, _) = await AtTheFirstWeightAsync();
        cluster.Lease = ("two", 2);
        var host = FakeHost.Of(cluster, new FakeConnection(cluster, "two", 2));
        Break(host, "rollout");

        await host.TakeOverAsync();
        host.Connection.ReadFailure = _ => null;
        cluster.Ask(RequestAction.Abort, "stop");
        await host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(cluster.Routes[0].Claim!.Value.Term, Is.EqualTo(2));
    }

    private static async Task<(FakeCluster Cluster, FakeHost Host)> AtTheFirstWeightAsync()
    {
        var cluster = A.Cluster();
        var host = FakeHost.Of(cluster);
        await host.RunUntilIdleAsync(Phase.Healthy, Limit);
        cluster.Ship("v2");
        await host.RunAsync(() => cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        return (cluster, host);
    }

    private static void Break(FakeHost host, string part) =>
        host.Connection.ReadFailure = what => what == part || (part == "everything" && what is "runs" or "sides" or "routes")
        ? new FormatException($"{what} cannot be read") : null;

    private static async Task PassesAsync(FakeHost host)
    {
        for (var pass = 0; pass < 5; pass++)
        {
            try
            {
                await host.PassAsync();
            }
            catch (Exception failure) when (failure is FormatException or NullReferenceException)
            {
                // The pass failed, as it should; the host tries again.
            }
        }
    }
}
