using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Scheduling;
using Canary.Controller.Web;
using Canary.Engine;
using Canary.Engine.Alerting;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Prometheus;

namespace Canary.Controller.Tests.Scheduling;

public sealed class GivenPassesThatFail
{
    private readonly FixedTime time = new();
    private FakeStore store = null!;
    private LogLines<RolloutPasses> log = null!;
    private RolloutPasses passes = null!;

    [SetUp]
    public void Build()
    {
        store = new FakeStore();
        log = new LogLines<RolloutPasses>();
        var inbox = new MeasurementInbox();
        var claimStamper = new ClaimStamper(store, store, store, NullLogger<ClaimStamper>.Instance);
        var reconciler = new RolloutReconciler(
            store, store, store, store, store, claimStamper, new Measurer([], inbox, time, NullLogger<Measurer>.Instance), inbox, new FiringAlerts(time), time, NullLoggerFactory.Instance);
        passes = new RolloutPasses(reconciler, null, new RolloutMetrics(Metrics.NewCustomRegistry(), () => true), time, log);
    }

    [Test]
    public async Task WhenTheyGoOnFailing_ThenTheWaitGrowsToHalfAMinuteAndItIsSaidOnce()
    {
        store.Failure = new InvalidOperationException("the cache is upside down");

        var waits = new TimeSpan[12];
        for (var pass = 0; pass < waits.Length; pass++) waits[pass] = (await RunAsync())!.Value - time.Now;

        Assert.That(waits[0], Is.InRange(RolloutPasses.FirstWait / 2, RolloutPasses.FirstWait));
        Assert.That(waits[^1], Is.InRange(RolloutPasses.LongestWait / 2, RolloutPasses.LongestWait));
        Assert.That(waits, Has.All.LessThanOrEqualTo(RolloutPasses.LongestWait));
        Assert.That(log.Lines.Select(line => line.Level), Is.EqualTo(new[] { LogLevel.Error }));
        Assert.That(log.Lines.Single().Text, Does.Contain("shop/checkout").And.Contain("upside down"));
    }

    [Test]
    public async Task WhenTheyWorkAgain_ThenItIsSaidAndTheNextFailureBeginsAnew()
    {
        store.Failure = new InvalidOperationException("no");
        for (var pass = 0; pass < 8; pass++) await RunAsync();

        store.Failure = null;
        await RunAsync();
        store.Failure = new InvalidOperationException("no");
        var wait = (await RunAsync())!.Value - time.Now;

        Assert.That(wait, Is.LessThanOrEqualTo(RolloutPasses.FirstWait));
        Assert.That(log.Lines.Select(line => line.Level), Is.EqualTo(new[] { LogLevel.Error, LogLevel.Information, LogLevel.Error }));
    }

    [Test]
    public async Task WhenAStatusIsRefused_ThenItIsTriedAgainWithBackOff()
    {
        store.Save = new SaveResult.Refused("forbidden");

        var wakeAt = await RunAsync();

        Assert.That(wakeAt, Is.GreaterThan(time.Now));
        Assert.That(log.Lines.Single().Text, Does.Contain("forbidden"));
    }

    [Test]
    public async Task WhenEveryPassIsOvertaken_ThenItGivesOthersABreath()
    {
        store.Save = new SaveResult.Conflict();

        var waits = new TimeSpan[40];
        for (var pass = 0; pass < waits.Length; pass++) waits[pass] = (await RunAsync())!.Value - time.Now;

        Assert.That(waits[..10], Has.All.LessThan(TimeSpan.FromMilliseconds(500)));
        Assert.That(waits[30..], Has.All.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(log.Lines.Select(line => line.Level), Is.EqualTo(new[] { LogLevel.Warning }));
    }

    [Test]
    public async Task WhenTheLeadershipIsInDoubtForAMoment_ThenTheRolloutIsLookedAtAgain()
    {
        store.Term = null;

        Assert.That(await RunAsync(), Is.EqualTo(time.Now + TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task WhenARolloutHasNothingToDo_ThenItIsNotScheduled()
    {
        while (await RunAsync() is { } wakeAt && wakeAt <= time.Now)
        {
            // Until what was decided is saved.
        }

        store.IsGone = true;

        Assert.That(await RunAsync(), Is.Null);
    }

    private Task<DateTimeOffset?> RunAsync() => passes.RunAsync(FakeStore.Checkout, CancellationToken.None);
}
