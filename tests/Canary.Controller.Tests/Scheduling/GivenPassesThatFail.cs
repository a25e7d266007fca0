using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Monitoring;
using Canary.Controller.Scheduling;
using Canary.Engine.Alerts;
using Canary.Engine.Measuring;
using Canary.Engine.Passes;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Prometheus;

namespace Canary.Controller.Tests.Scheduling;

public sealed class GivenPassesThatFail
{
    private readonly FixedTime _time = new();
    private FakeStore _store = null!;
    private LogLines<RolloutPasses> _log = null!;
    private RolloutPasses _passes = null!;

    [SetUp]
    public void Build()
    {
        _store = new FakeStore();
        _log = new LogLines<RolloutPasses>();
        var inbox = new MeasurementInbox();
        var claimStamper = new ClaimStamper(_store, _store, _store, NullLogger<ClaimStamper>.Instance);
        var reconciler = new RolloutReconciler(
            _store, _store, _store, _store, _store, claimStamper, new Measurer([], inbox, _time, NullLogger<Measurer>.Instance), inbox,
            new FiringAlerts(_time), _time, NullLoggerFactory.Instance);
        _passes = new RolloutPasses(reconciler, null, new RolloutMetrics(Metrics.NewCustomRegistry(), () => true), _time, _log);
    }

    [Test]
    public async Task WhenTheyGoOnFailing_ThenTheWaitGrowsToHalfAMinuteAndItIsSaidOnce()
    {
        _store.Failure = new InvalidOperationException("the cache is upside down");

        var waits = new TimeSpan[12];
        for (var pass = 0; pass < waits.Length; pass++) waits[pass] = (await RunAsync())!.Value - _time.Now;

        Assert.That(waits[0], Is.InRange(RolloutPasses.FirstWait / 2, RolloutPasses.FirstWait));
        Assert.That(waits[^1], Is.InRange(RolloutPasses.LongestWait / 2, RolloutPasses.LongestWait));
        Assert.That(waits, Has.All.LessThanOrEqualTo(RolloutPasses.LongestWait));
        Assert.That(_log.Lines.Select(line => line.Level), Is.EqualTo(new[] { LogLevel.Error }));
        Assert.That(_log.Lines.Single().Text, Does.Contain("shop/checkout").And.Contain("upside down"));
    }

    [Test]
    public async Task WhenTheyWorkAgain_ThenItIsSaidAndTheNextFailureBeginsAnew()
    {
        _store.Failure = new InvalidOperationException("no");
        for (var pass = 0; pass < 8; pass++) await RunAsync();

        _store.Failure = null;
        await RunAsync();
        _store.Failure = new InvalidOperationException("no");
        var wait = (await RunAsync())!.Value - _time.Now;

        Assert.That(wait, Is.LessThanOrEqualTo(RolloutPasses.FirstWait));
        Assert.That(_log.Lines.Select(line => line.Level), Is.EqualTo(new[] { LogLevel.Error, LogLevel.Information, LogLevel.Error }));
    }

    [Test]
    public async Task WhenAStatusIsRefused_ThenItIsTriedAgainWithBackOff()
    {
        _store.Save = new SaveResult.Refused("forbidden");

        var wakeAt = await RunAsync();

        Assert.That(wakeAt, Is.GreaterThan(_time.Now));
        Assert.That(_log.Lines.Single().Text, Does.Contain("forbidden"));
    }

    [Test]
    public async Task WhenEveryPassIsOvertaken_ThenItGivesOthersABreath()
    {
        _store.Save = new SaveResult.Conflict();

        var waits = new TimeSpan[40];
        for (var pass = 0; pass < waits.Length; pass++) waits[pass] = (await RunAsync())!.Value - _time.Now;

        Assert.That(waits[..10], Has.All.LessThan(TimeSpan.FromMilliseconds(500)));
        Assert.That(waits[30..], Has.All.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(_log.Lines.Select(line => line.Level), Is.EqualTo(new[] { LogLevel.Warning }));
    }

    [Test]
    public async Task WhenTheLeadershipIsInDoubtForAMoment_ThenTheRolloutIsLookedAtAgain()
    {
        _store.Term = null;

        Assert.That(await RunAsync(), Is.EqualTo(_time.Now + TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task WhenARolloutHasNothingToDo_ThenItIsNotScheduled()
    {
        while (await RunAsync() is { } wakeAt && wakeAt <= _time.Now)
        {
            // Until what was decided is saved.
        }

        _store.IsGone = true;

        Assert.That(await RunAsync(), Is.Null);
    }

    private Task<DateTimeOffset?> RunAsync() => _passes.RunAsync(FakeStore.Checkout, CancellationToken.None);
}
