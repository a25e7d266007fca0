using System;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Passes;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests;

/// <summary>A pass waits for a write that has no answer, for as long as nobody ends it; meanwhile a person asks for something.</summary>
public sealed class GivenAnAbortDuringAWriteThatHangs
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
    }

    [TestCase("route")]
    [TestCase("status")]
    [TestCase("newRun")]
    public async Task WhenAnAbortIsAskedFor_ThenThePassEndsAndTheNextOneRollsBack(string kind)
    {
        var hanging = await HangAsync(kind);

        _cluster.Ask(RequestAction.Abort, "a1");
        await _host.Reconciler.HearAsync(FakeCluster.Name);
        var cut = await hanging;
        _host.Connection.Hangs = _ => false;
        await _host.RunUntilIdleAsync(Phase.RolledBack, Limit);
        foreach (var late in _host.Connection.Held) late();

        Assert.That(cut, Is.EqualTo(new PassResult.Overtaken(_cutAt)));
        Assert.That((_cluster.Routes[0].Second, _cluster.Rollout.Status.Phase), Is.EqualTo((Weight.Zero, Phase.RolledBack)));
        Assert.That(_cluster.Unsafe, Is.Empty);
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenThePassEndsAndTheTrafficReturns()
    {
        await _host.RunAsync(() => _cluster.Rollout.Status.Weights.Applied == Weight.FromPercent(5), Limit);
        var hanging = await HangAsync("route");

        _cluster.Delete();
        await _host.Reconciler.HearAsync(FakeCluster.Name);
        var cut = await hanging;
        _host.Connection.Hangs = _ => false;
        await _host.RunAsync(() => _cluster.IsGone, Limit);
        foreach (var late in _host.Connection.Held) late();

        Assert.That(cut, Is.InstanceOf<PassResult.Overtaken>());
        Assert.That((_cluster.Routes[0].Second, _cluster.Routes[0].Claim), Is.EqualTo((Weight.Zero, (Canary.Engine.Ports.Claim?)null)));
    }

    [Test]
    public async Task WhenTheRaiseArrivesRightAfterThePassWasCutOff_ThenItIsTakenBack()
    {
        var hanging = await HangAsync("route");

        _cluster.Ask(RequestAction.Abort, "a1");
        await _host.Reconciler.HearAsync(FakeCluster.Name);
        await hanging;
        _host.Connection.Held[0]();
        _host.Connection.Hangs = _ => false;
        Assert.That(_cluster.Routes[0].Second, Is.EqualTo(Weight.FromPercent(5)));
        await _host.RunUntilIdleAsync(Phase.RolledBack, Limit);

        Assert.That(_cluster.Routes[0].Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenTheStatusOfARaiseWasSaved_ThenItsEventsAreToldAllTheSame()
    {
        var hanging = await HangAsync("route");
        var before = _cluster.Events.Count;

        _cluster.Ask(RequestAction.Abort, "a1");
        await _host.Reconciler.HearAsync(FakeCluster.Name);
        await hanging;

        Assert.That(_cluster.Events, Has.Count.GreaterThan(before));
    }

    [TestCase(RequestAction.Promote)]
    [TestCase(RequestAction.Pause)]
    public async Task WhenSomethingElseIsAskedFor_ThenTheWriteIsWaitedFor(RequestAction action)
    {
        var hanging = await HangAsync("route");

        _cluster.Ask(action, "p1");
        await _host.Reconciler.HearAsync(FakeCluster.Name);

        Assert.That(hanging.IsCompleted, Is.False);
        await CutAsync(hanging);
    }

    [Test]
    public async Task WhenThePassKnowsOfTheAbort_ThenNothingThatIsHeardCutsItOff()
    {
        await _host.RunAsync(() => _cluster.Routes[0].Second == Weight.FromPercent(5), Limit);
        _cluster.Ask(RequestAction.Abort, "a1");
        var hanging = await HangAsync("route");

        await _host.Reconciler.HearAsync(FakeCluster.Name);
        _cluster.Touch();
        await _host.Reconciler.HearAsync(FakeCluster.Name);

        Assert.That((hanging.IsCompleted, _cluster.Rollout.Status.Phase), Is.EqualTo((false, Phase.RollingBack)));
        await CutAsync(hanging);
    }

    [Test]
    public async Task WhenNoPassIsUnderWay_ThenNothingHappens()
    {
        _cluster.Ask(RequestAction.Abort, "a1");
        await _host.Reconciler.HearAsync(FakeCluster.Name);
        var pass = await _host.PassAsync();

        Assert.That(pass, Is.TypeOf<PassResult.Done>());
    }

    private DateTimeOffset _cutAt;

    // Passes until one waits for a write of this kind.
    private async Task<Task<PassResult>> HangAsync(string kind)
    {
        var pass = Task.FromResult<PassResult>(new PassResult.NotLeading());
        await _host.RunAsync(() => _cluster.Rollout.Status.IsRunning || _cluster.Rollout.Request is not null, Limit);
        _host.Connection.Hangs = one => one == kind;
        for (var second = 0; second < 600; second++)
        {
            pass = _host.PassAsync();
            if (!pass.IsCompleted) break;
            await pass;
            _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }

        _cutAt = _cluster.Time.GetUtcNow();
        Assert.That(_host.Connection.Held, Is.Not.Empty, $"no write of {kind}");
        return pass;
    }

    private async Task CutAsync(Task<PassResult> hanging)
    {
        _cluster.Ask(RequestAction.Abort, "a2");
        await _host.Reconciler.HearAsync(FakeCluster.Name);
        await hanging;
    }
}
