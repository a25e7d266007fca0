using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Scheduling;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Quartz;

namespace Canary.Controller.Tests.Scheduling;

/// <summary>The real Quartz in real time: what is tested is that passes come, not how soon.</summary>
public sealed class GivenASchedule
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly RolloutName Checkout = new("shop", "checkout");

    private CancellationTokenSource _stop = null!;
    private FakeJob _job = null!;
    private IScheduler _scheduler = null!;
    private RolloutSchedule _schedule = null!;
    private Task _loop = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _stop = new CancellationTokenSource();
        _job = new FakeJob();
        _scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.UseDefaultThreadPool(4);
            quartz.UseInMemoryStore(_ => { });
            quartz.UseJobFactory(new JobFactory(_ => _job));
        }).BuildScheduler(_stop.Token);
        _schedule = _job.Schedule = new RolloutSchedule(_scheduler, null, TimeProvider.System, NullLogger<RolloutSchedule>.Instance);
        _loop = _schedule.RunAsync(_stop.Token);
        await _schedule.OpenAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _schedule.CloseAsync();
        await _scheduler.Shutdown(true, CancellationToken.None);
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    [Test]
    public async Task WhenARolloutIsPulled_ThenItIsLookedAtAndNothingStaysBehind()
    {
        _schedule.Pull(Checkout);
        await BeganAsync();

        Assert.That(_job.Began, Is.EqualTo(new[] { Checkout }));
        Assert.That(await TriggersAsync(0), Is.Zero);
    }

    [Test]
    public async Task WhenEventsComeTogether_ThenOnePassIsEnough()
    {
        for (var pull = 0; pull < 50; pull++) _schedule.Pull(Checkout);
        await BeganAsync();

        Assert.That(await TriggersAsync(0), Is.Zero);
        Assert.That(_job.Began, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenAnEventComesDuringAPass_ThenItIsLookedAtAgainAtOnceAndNeverTwiceAtATime()
    {
        var gate = new TaskCompletionSource();
        _job.Pass = async _ =>
        {
            await gate.Task;
            return null;
        };
        _schedule.Pull(Checkout);
        await BeganAsync();

        _schedule.Pull(Checkout);
        Assert.That(await _schedule.CheckAsync(Patience, _stop.Token), Is.Null);
        Assert.That(_job.Began, Has.Count.EqualTo(1));
        gate.SetResult();
        await BeganAsync();

        Assert.That(await TriggersAsync(0), Is.Zero);
        Assert.That((_job.Began.Count, _job.MostAtATime), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task WhenAPassSaysWhenToLookAgain_ThenItIsLookedAtThen()
    {
        var started = DateTimeOffset.UtcNow;
        _job.Pass = _ => Task.FromResult<DateTimeOffset?>(_job.Began.Count == 1 ? started + TimeSpan.FromMilliseconds(300) : null);
        _schedule.Pull(Checkout);
        await BeganAsync();
        await BeganAsync();

        Assert.That(DateTimeOffset.UtcNow - started, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(290)));
        Assert.That(await TriggersAsync(0), Is.Zero);
    }

    [Test]
    public async Task WhenItWaitsForLater_ThenAnEventBringsItForward()
    {
        _job.Pass = _ => Task.FromResult<DateTimeOffset?>(_job.Began.Count == 1 ? DateTimeOffset.UtcNow + TimeSpan.FromHours(1) : null);
        _schedule.Pull(Checkout);
        await BeganAsync();
        Assert.That(await TriggersAsync(1), Is.EqualTo(1));

        _schedule.Pull(Checkout);
        await BeganAsync();

        Assert.That(await TriggersAsync(0), Is.Zero);
    }

    [Test]
    public async Task WhenTheClockIsBehindTheTriggerThatFired_ThenTheNextEventIsLookedAtAllTheSame()
    {
        await _schedule.CloseAsync();
        var frozen = new FixedTime { Now = DateTimeOffset.UtcNow };
        _schedule = _job.Schedule = new RolloutSchedule(_scheduler, null, frozen, NullLogger<RolloutSchedule>.Instance);
        _ = _schedule.RunAsync(CancellationToken.None);
        await _schedule.OpenAsync();
        _schedule.Pull(Checkout);
        await BeganAsync();
        Assert.That(await TriggersAsync(0), Is.Zero);
        Assert.That(await _schedule.CheckAsync(Patience, _stop.Token), Is.Null);

        _schedule.Pull(Checkout);

        await BeganAsync();
    }

    [Test]
    public async Task WhenItIsClosed_ThenNoPassBegins()
    {
        await _schedule.CloseAsync();
        _schedule.Pull(Checkout);
        Assert.That(await _schedule.CheckAsync(Patience, _stop.Token), Is.Null);

        Assert.That(await TriggersAsync(0), Is.Zero);
        Assert.That(_job.Began, Is.Empty);
    }

    [Test]
    public async Task WhenSomebodyWantsToKnowOfAlerts_ThenTheyAreAskedForWellBeforeTheInterval()
    {
        await _schedule.CloseAsync();
        _schedule = _job.Schedule = new RolloutSchedule(
            _scheduler, TimeSpan.FromHours(1), TimeProvider.System, NullLogger<RolloutSchedule>.Instance);
        _ = _schedule.RunAsync(CancellationToken.None);
        await _schedule.OpenAsync();
        await BeganAsync();

        for (var watch = 0; watch < 50; watch++) _schedule.PollAlerts();
        await BeganAsync();

        Assert.That(_job.Began, Has.Count.EqualTo(2), "fifty come together");
        Assert.That(await TriggersAsync(1), Is.EqualTo(1), "from then on at the interval again");
    }

    [Test]
    public async Task WhenQueriesAreDueAndNoTickSendsThem_ThenTheCheckSaysSo()
    {
        var clock = await FreezeAsync(null);
        var due = clock.Now + TimeSpan.FromMinutes(30);
        _schedule.MeasureAt(due);
        clock.Now = due + TimeSpan.FromSeconds(50);
        var soon = await _schedule.CheckAsync(Patience, _stop.Token);
        _schedule.MeasureAt(due);
        clock.Now = due + TimeSpan.FromSeconds(70);
        var late = await _schedule.CheckAsync(Patience, _stop.Token);
        _schedule.Ticked(clock.Now + TimeSpan.FromSeconds(10));
        var sent = await _schedule.CheckAsync(Patience, _stop.Token);

        Assert.That((soon, sent), Is.EqualTo(((string?)null, (string?)null)));
        Assert.That(late, Does.StartWith("queries were due at ").And.EndsWith(" and were not sent"));
    }

    [Test]
    public async Task WhenNothingIsDueAnyMore_ThenNoTickIsOwed()
    {
        var clock = await FreezeAsync(null);
        _schedule.MeasureAt(clock.Now + TimeSpan.FromMinutes(30));
        _schedule.MeasureAt(null);
        clock.Now += TimeSpan.FromHours(1);

        Assert.That(await _schedule.CheckAsync(Patience, _stop.Token), Is.Null);
    }

    [Test]
    public async Task WhenEveryTickFails_ThenTheCheckSaysSoUntilOneDoesNot()
    {
        var clock = await FreezeAsync(null);
        for (var count = 0; count < 8; count++)
        {
            _schedule.TickFailed();
            Assert.That(
                await _schedule.CheckAsync(Patience, _stop.Token), count <= 6 ? Is.Null : Does.StartWith("no query could be sent since "));
            clock.Now += TimeSpan.FromSeconds(10);
        }

        _schedule.Ticked(null);
        Assert.That(await _schedule.CheckAsync(Patience, _stop.Token), Is.Null);
    }

    [Test]
    public async Task WhenSourcesOfAlertsAreNotAskedAnyMore_ThenTheCheckSaysSo()
    {
        var clock = await FreezeAsync(TimeSpan.FromHours(1));
        await BeganAsync();
        _schedule.AlertsPolled();
        await _schedule.CheckAsync(Patience, _stop.Token);
        clock.Now += TimeSpan.FromMinutes(64);
        var soon = await _schedule.CheckAsync(Patience, _stop.Token);
        clock.Now += TimeSpan.FromMinutes(2);

        Assert.That(soon, Is.Null);
        Assert.That(await _schedule.CheckAsync(Patience, _stop.Token), Does.StartWith("sources of alerts were due"));
    }

    [Test]
    public async Task WhenTheLoopDoesNotAnswer_ThenTheCheckSaysSo()
    {
        await _stop.CancelAsync();
        try
        {
            await _loop;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        Assert.That(await _schedule.CheckAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None), Does.Contain("has not answered"));
        _loop = Task.CompletedTask;
        _schedule = _job.Schedule = new RolloutSchedule(_scheduler, null, TimeProvider.System, NullLogger<RolloutSchedule>.Instance);
        _ = _schedule.RunAsync(CancellationToken.None);
    }

    private async Task<FixedTime> FreezeAsync(TimeSpan? alertInterval)
    {
        await _schedule.CloseAsync();
        var clock = new FixedTime { Now = DateTimeOffset.UtcNow };
        _schedule = _job.Schedule = new RolloutSchedule(_scheduler, alertInterval, clock, NullLogger<RolloutSchedule>.Instance);
        _ = _schedule.RunAsync(CancellationToken.None);
        await _schedule.OpenAsync();
        return clock;
    }

    private async Task BeganAsync() => Assert.That(await _job.HasBegun.WaitAsync(Patience), Is.True, "no pass began");

    // The end of a pass reaches the loop after the pass: asked until it is as expected or the patience is over.
    private async Task<int> TriggersAsync(int expected)
    {
        var end = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(3);
        while (true)
        {
            var page = await _scheduler.QueryTriggers(new TriggerQuery(), CancellationToken.None);
            var count = page.Items.Count;
            if (count == expected || DateTimeOffset.UtcNow > end) return count;
            await Task.Delay(20);
        }
    }
}
