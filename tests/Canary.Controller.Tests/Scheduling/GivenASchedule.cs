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

    private CancellationTokenSource stop = null!;
    private FakeJob job = null!;
    private IScheduler scheduler = null!;
    private RolloutSchedule schedule = null!;
    private Task loop = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        stop = new CancellationTokenSource();
        job = new FakeJob();
        scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.UseDefaultThreadPool(4);
            quartz.UseInMemoryStore(_ => { });
            quartz.UseJobFactory(new JobFactory(_ => job));
        }).BuildScheduler(stop.Token);
        schedule = job.Schedule = new RolloutSchedule(scheduler, null, TimeProvider.System, NullLogger<RolloutSchedule>.Instance);
        loop = schedule.RunAsync(stop.Token);
        await schedule.OpenAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await schedule.CloseAsync();
        await scheduler.Shutdown(true, CancellationToken.None);
        await stop.CancelAsync();
        stop.Dispose();
    }

    [Test]
    public async Task WhenARolloutIsPulled_ThenItIsLookedAtAndNothingStaysBehind()
    {
        schedule.Pull(Checkout);
        await BeganAsync();

        Assert.That(job.Began, Is.EqualTo(new[] { Checkout }));
        Assert.That(await TriggersAsync(0), Is.Zero);
    }

    [Test]
    public async Task WhenEventsComeTogether_ThenOnePassIsEnough()
    {
        for (var pull = 0; pull < 50; pull++) schedule.Pull(Checkout);
        await BeganAsync();

        Assert.That(await TriggersAsync(0), Is.Zero);
        Assert.That(job.Began, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenAnEventComesDuringAPass_ThenItIsLookedAtAgainAtOnceAndNeverTwiceAtATime()
    {
        var gate = new TaskCompletionSource();
        job.Pass = async _ =>
        {
            await gate.Task;
            return null;
        };
        schedule.Pull(Checkout);
        await BeganAsync();

        schedule.Pull(Checkout);
        Assert.That(await schedule.CheckAsync(Patience, stop.Token), Is.Null);
        Assert.That(job.Began, Has.Count.EqualTo(1));
        gate.SetResult();
        await BeganAsync();

        Assert.That(await TriggersAsync(0), Is.Zero);
        Assert.That((job.Began.Count, job.MostAtATime), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task WhenAPassSaysWhenToLookAgain_ThenItIsLookedAtThen()
    {
        var started = DateTimeOffset.UtcNow;
        job.Pass = _ => Task.FromResult<DateTimeOffset?>(job.Began.Count == 1 ? started + TimeSpan.FromMilliseconds(300) : null);
        schedule.Pull(Checkout);
        await BeganAsync();
        await BeganAsync();

        Assert.That(DateTimeOffset.UtcNow - started, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(290)));
        Assert.That(await TriggersAsync(0), Is.Zero);
    }

    [Test]
    public async Task WhenItWaitsForLater_ThenAnEventBringsItForward()
    {
        job.Pass = _ => Task.FromResult<DateTimeOffset?>(job.Began.Count == 1 ? DateTimeOffset.UtcNow + TimeSpan.FromHours(1) : null);
        schedule.Pull(Checkout);
        await BeganAsync();
        Assert.That(await TriggersAsync(1), Is.EqualTo(1));

        schedule.Pull(Checkout);
        await BeganAsync();

        Assert.That(await TriggersAsync(0), Is.Zero);
    }

    [Test]
    public async Task WhenTheClockIsBehindTheTriggerThatFired_ThenTheNextEventIsLookedAtAllTheSame()
    {
        await schedule.CloseAsync();
        var frozen = new FixedTime { Now = DateTimeOffset.UtcNow };
        schedule = job.Schedule = new RolloutSchedule(scheduler, null, frozen, NullLogger<RolloutSchedule>.Instance);
        _ = schedule.RunAsync(CancellationToken.None);
        await schedule.OpenAsync();
        schedule.Pull(Checkout);
        await BeganAsync();
        Assert.That(await TriggersAsync(0), Is.Zero);
        Assert.That(await schedule.CheckAsync(Patience, stop.Token), Is.Null);

        schedule.Pull(Checkout);

        await BeganAsync();
    }

    [Test]
    public async Task WhenItIsClosed_ThenNoPassBegins()
    {
        await schedule.CloseAsync();
        schedule.Pull(Checkout);
        Assert.That(await schedule.CheckAsync(Patience, stop.Token), Is.Null);

        Assert.That(await TriggersAsync(0), Is.Zero);
        Assert.That(job.Began, Is.Empty);
    }

    [Test]
    public async Task WhenSomebodyWantsToKnowOfAlerts_ThenTheyAreAskedForWellBeforeTheInterval()
    {
        await schedule.CloseAsync();
        schedule = job.Schedule = new RolloutSchedule(
            scheduler, TimeSpan.FromHours(1), TimeProvider.System, NullLogger<RolloutSchedule>.Instance);
        _ = schedule.RunAsync(CancellationToken.None);
        await schedule.OpenAsync();
        await BeganAsync();

        for (var watch = 0; watch < 50; watch++) schedule.PollAlerts();
        await BeganAsync();

        Assert.That(job.Began, Has.Count.EqualTo(2), "fifty come together");
        Assert.That(await TriggersAsync(1), Is.EqualTo(1), "from then on at the interval again");
    }

    [Test]
    public async Task WhenQueriesAreDueAndNoTickSendsThem_ThenTheCheckSaysSo()
    {
        var clock = await FreezeAsync(null);
        var due = clock.Now + TimeSpan.FromMinutes(30);
        schedule.MeasureAt(due);
        clock.Now = due + TimeSpan.FromSeconds(50);
        var soon = await schedule.CheckAsync(Patience, stop.Token);
        schedule.MeasureAt(due);
        clock.Now = due + TimeSpan.FromSeconds(70);
        var late = await schedule.CheckAsync(Patience, stop.Token);
        schedule.Ticked(clock.Now + TimeSpan.FromSeconds(10));
        var sent = await schedule.CheckAsync(Patience, stop.Token);

        Assert.That((soon, sent), Is.EqualTo(((string?)null, (string?)null)));
        Assert.That(late, Does.StartWith("queries were due at ").And.EndsWith(" and were not sent"));
    }

    [Test]
    public async Task WhenNothingIsDueAnyMore_ThenNoTickIsOwed()
    {
        var clock = await FreezeAsync(null);
        schedule.MeasureAt(clock.Now + TimeSpan.FromMinutes(30));
        schedule.MeasureAt(null);
        clock.Now += TimeSpan.FromHours(1);

        Assert.That(await schedule.CheckAsync(Patience, stop.Token), Is.Null);
    }

    [Test]
    public async Task WhenEveryTickFails_ThenTheCheckSaysSoUntilOneDoesNot()
    {
        var clock = await FreezeAsync(null);
        for (var count = 0; count < 8; count++)
        {
            schedule.TickFailed();
            Assert.That(
                await schedule.CheckAsync(Patience, stop.Token), count <= 6 ? Is.Null : Does.StartWith("no query could be sent since "));
            clock.Now += TimeSpan.FromSeconds(10);
        }

        schedule.Ticked(null);
        Assert.That(await schedule.CheckAsync(Patience, stop.Token), Is.Null);
    }

    [Test]
    public async Task WhenSourcesOfAlertsAreNotAskedAnyMore_ThenTheCheckSaysSo()
    {
        var clock = await FreezeAsync(TimeSpan.FromHours(1));
        await BeganAsync();
        schedule.AlertsPolled();
        await schedule.CheckAsync(Patience, stop.Token);
        clock.Now += TimeSpan.FromMinutes(64);
        var soon = await schedule.CheckAsync(Patience, stop.Token);
        clock.Now += TimeSpan.FromMinutes(2);

        Assert.That(soon, Is.Null);
        Assert.That(await schedule.CheckAsync(Patience, stop.Token), Does.StartWith("sources of alerts were due"));
    }

    [Test]
    public async Task WhenTheLoopDoesNotAnswer_ThenTheCheckSaysSo()
    {
        await stop.CancelAsync();
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        Assert.That(await schedule.CheckAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None), Does.Contain("has not answered"));
        loop = Task.CompletedTask;
        schedule = job.Schedule = new RolloutSchedule(scheduler, null, TimeProvider.System, NullLogger<RolloutSchedule>.Instance);
        _ = schedule.RunAsync(CancellationToken.None);
    }

    private async Task<FixedTime> FreezeAsync(TimeSpan? alertInterval)
    {
        await schedule.CloseAsync();
        var clock = new FixedTime { Now = DateTimeOffset.UtcNow };
        schedule = job.Schedule = new RolloutSchedule(scheduler, alertInterval, clock, NullLogger<RolloutSchedule>.Instance);
        _ = schedule.RunAsync(CancellationToken.None);
        await schedule.OpenAsync();
        return clock;
    }

    private async Task BeganAsync() => Assert.That(await job.HasBegun.WaitAsync(Patience), Is.True, "no pass began");

    // The end of a pass reaches the loop after the pass: asked until it is as expected or the patience is over.
    private async Task<int> TriggersAsync(int expected)
    {
        var end = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(3);
        while (true)
        {
            var page = await scheduler.QueryTriggers(new TriggerQuery(), CancellationToken.None);
            var count = page.Items.Count;
            if (count == expected || DateTimeOffset.UtcNow > end) return count;
            await Task.Delay(20);
        }
    }
}
