using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.Controller.Diagnostics;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Canary.Controller.Scheduling;

/// <summary>
/// When each rollout is looked at: one Quartz trigger a rollout, none for an idle one. An event moves the trigger to now; an event during a
/// pass marks the rollout, and it is looked at again at once. All of it is decided in one loop, so that a pass that ends and an event that
/// arrives never overtake each other.
/// </summary>
internal sealed class RolloutSchedule(IScheduler scheduler, TimeSpan? alertInterval, TimeProvider time, ILogger<RolloutSchedule> log)
{
    /// <summary>Events of one change come together: Deployment, EndpointSlice, VirtualService.</summary>
    public static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan BetweenTicks = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan BetweenWakes = TimeSpan.FromSeconds(1);

    /// <summary>A scheduler may round the moment that it was given.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    /// <summary>No trigger is set further ahead.</summary>
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(365);

    /// <summary>A trigger this late, or a pass this long, means that something hangs.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(5);

    /// <summary>Queries this late, or ticks that fail for this long, mean that nobody is measured any more.</summary>
    private static readonly TimeSpan OverdueTick = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan AfterFailedTick = TimeSpan.FromSeconds(1);

    private readonly Channel<Request> _requests = Channel.CreateUnbounded<Request>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<RolloutName, Entry> _entries = [];
    private bool _isOpen;
    private DateTimeOffset? _measureAt;
    private DateTimeOffset _lastTick;
    private DateTimeOffset _alertsAt;
    private DateTimeOffset? _alertsOwedAt;
    private DateTimeOffset? _tickOwedSince;
    private DateTimeOffset? _tickFailsSince;

    /// <summary>Something happened: look at this rollout now. Returns at once.</summary>
    public void Pull(RolloutName name) => _requests.Writer.TryWrite(new Request.Pull(name));

    /// <summary>A pass begins: that of the trigger that was due at <paramref name="scheduledFor"/>.</summary>
    public void Began(RolloutName name, DateTimeOffset? scheduledFor) => _requests.Writer.TryWrite(new Request.Began(name, scheduledFor));

    /// <summary>A pass ended; the next is due at <paramref name="wakeAt"/>, or when something happens.</summary>
    public void Ended(RolloutName name, DateTimeOffset? wakeAt) => _requests.Writer.TryWrite(new Request.Ended(name, wakeAt));

    /// <summary>Queries are due at <paramref name="at"/>; null: none are.</summary>
    public void MeasureAt(DateTimeOffset? at) => _requests.Writer.TryWrite(new Request.Measure(at));

    /// <summary>The queries that were due were sent; the next are due at <paramref name="nextAt"/>.</summary>
    public void Ticked(DateTimeOffset? nextAt) => _requests.Writer.TryWrite(new Request.Ticked(nextAt));

    /// <summary>The queries that were due could not be sent: they are tried again in a moment.</summary>
    public void TickFailed() => _requests.Writer.TryWrite(new Request.TickFailed());

    /// <summary>All sources of alerts were asked, whatever they answered.</summary>
    public void AlertsPolled() => _requests.Writer.TryWrite(new Request.AlertsPolled());

    /// <summary>Ask soon which alerts fire: somebody wants to know who did not before. Without sources of alerts nothing happens.</summary>
    public void PollAlerts() => _requests.Writer.TryWrite(new Request.PollAlerts());

    /// <summary>Passes may begin from now on.</summary>
    public Task OpenAsync() => AskAsync(answer => new Request.Open(answer));

    /// <summary>No pass begins any more, and every trigger is forgotten. Passes that run go on.</summary>
    public Task CloseAsync() => AskAsync(answer => new Request.Close(answer));

    /// <summary>What is wrong with the schedule; null: nothing, and the loop answers.</summary>
    public async Task<string?> CheckAsync(TimeSpan patience, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Writer.TryWrite(new Request.Check(answer));
        try
        {
            return await answer.Task.WaitAsync(patience, time, cancel);
        }
        catch (TimeoutException)
        {
            return $"the schedule has not answered for {patience.TotalSeconds} s";
        }
    }

    /// <summary>The loop, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var request in _requests.Reader.ReadAllAsync(cancel))
        {
            try
            {
                await HandleAsync(request, cancel);
            }
            catch (SchedulerException exception)
            {
                // One rollout's trigger must not stop all others.
                log.ScheduleFailed(request.ToString(), exception);
            }
            catch (Exception exception) when (!cancel.IsCancellationRequested && request is not (Request.Open or Request.Close))
            {
                log.ScheduleRequestFailed(request.ToString(), exception);
            }
        }
    }

    private async Task HandleAsync(Request request, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        switch (request)
        {
            case Request.Pull(var name) when _isOpen:
                var pulled = Find(name);
                if (pulled.RunningSince is not null) _entries[name] = pulled with { IsDirty = true };
                else if (pulled.FireAt is not { } due || due > now + Debounce)
                    await FireAsync(name, pulled, now + Debounce, cancel);
                break;
            case Request.Began(var name, var scheduledFor):
                // Told by the trigger itself and not by the clock alone: a clock that was set back would keep a trigger in the books that
                // has fired, and none would be set again.
                var begun = Find(name);
                var hasFired = begun.FireAt <= now || begun.FireAt <= scheduledFor + Grain;
                _entries[name] = begun with { RunningSince = now, FireAt = hasFired ? null : begun.FireAt };
                break;
            case Request.Ended(var name, var wakeAt):
                await EndAsync(name, wakeAt, now, cancel);
                break;
            case Request.Ticked(var next) when _isOpen:
                (_tickOwedSince, _tickFailsSince) = (null, null);
                await MeasureAsync(next, cancel);
                break;
            case Request.TickFailed when _isOpen:
                _tickFailsSince ??= now;
                _measureAt = null;
                await MeasureAsync(now + AfterFailedTick, cancel);
                break;
            case Request.AlertsPolled:
                _alertsOwedAt = now + alertInterval;
                break;
            case Request.Measure(var at) when _isOpen:
                await MeasureAsync(at, cancel);
                break;
            case Request.PollAlerts when _isOpen:
                // One that is still to come hears all rules that there are by then; a thousand rollouts that are taken over ask once a
                // second.
                if (_alertsAt > now) break;
                await PollAlertsAsync(
                    now + Debounce > _alertsAt + BetweenWakes ? now + Debounce : _alertsAt + BetweenWakes, cancel);
                break;
            case Request.Open(var answer):
                _isOpen = true;
                await PollAlertsAsync(now, cancel);
                await scheduler.Start(cancel);
                answer.TrySetResult(null);
                break;
            case Request.Close(var answer):
                _isOpen = false;
                await scheduler.Standby(cancel);
                await scheduler.Clear(cancel);
                _entries.Clear();
                (_measureAt, _tickOwedSince, _tickFailsSince, _alertsOwedAt) = (null, null, null, null);
                answer.TrySetResult(null);
                break;
            case Request.Check(var answer):
                answer.TrySetResult(Problem(now));
                break;
            case Request.Pull or Request.Measure or Request.Ticked or Request.TickFailed or Request.PollAlerts:
                // On standby.
                break;
            default:
                throw new UnreachableException();
        }
    }

    private async Task EndAsync(RolloutName name, DateTimeOffset? wakeAt, DateTimeOffset now, CancellationToken cancel)
    {
        if (!_isOpen || !_entries.TryGetValue(name, out var entry)) return;
        var next = entry.IsDirty ? now : wakeAt;
        var ended = entry with { RunningSince = null, IsDirty = false };
        if (ended.FireAt is { } pending && (next is null || pending <= next))
        {
            // An event came between the firing and the beginning of this pass.
            _entries[name] = ended;
        }
        else if (next is { } at)
        {
            await FireAsync(name, ended, at, cancel);
        }
        else
        {
            _entries.Remove(name);
        }
    }

    private async Task FireAsync(RolloutName name, Entry entry, DateTimeOffset at, CancellationToken cancel)
    {
        var job = JobBuilder.Create<RolloutJob>().WithIdentity(name.Name, name.Namespace).Build();
        var trigger = TriggerBuilder.Create(time).WithIdentity(name.Name, name.Namespace).ForJob(job).StartAt(Within(at)).Build();
        await scheduler.ScheduleJob(job, trigger, ScheduleJobOptions.Replacing, cancel);
        _entries[name] = entry with { FireAt = at };
    }

    // A trigger at the end of the calendar is none that the scheduler can count with. What fires early finds nothing due, and asks again.
    private DateTimeOffset Within(DateTimeOffset at)
    {
        var now = time.GetUtcNow();
        return at > now + Furthest ? now + Furthest : at < now - Furthest ? now : at;
    }

    private async Task PollAlertsAsync(DateTimeOffset at, CancellationToken cancel)
    {
        if (alertInterval is not { } interval) return;
        _alertsAt = at;
        _alertsOwedAt ??= at;
        var job = JobBuilder.Create<AlertJob>().WithIdentity(AlertJob.Key).Build();
        var trigger = TriggerBuilder.Create(time).WithIdentity(AlertJob.Key.Name, AlertJob.Key.Group).ForJob(job).StartAt(at)
            .WithSimpleSchedule(schedule => schedule.WithInterval(interval).RepeatForever())
            .Build();
        await scheduler.ScheduleJob(job, trigger, ScheduleJobOptions.Replacing, cancel);
    }

    private async Task MeasureAsync(DateTimeOffset? at, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        // Nothing is due any more, or not before a later moment: then no tick is owed.
        if (at is null || at > now) _tickOwedSince = at;
        else _tickOwedSince ??= at;
        if (_measureAt <= now) _lastTick = now;
        if (at == _measureAt && at > now) return;
        // What is overdue right after a tick is not asked for again at once: a tick sends everything that it can.
        _measureAt = at < _lastTick + BetweenTicks ? _lastTick + BetweenTicks : at;
        // A trigger that is there stays: a tick with nothing due sends nothing, and taking it away could meet it while it fires.
        if (_measureAt is not { } due) return;

        var job = JobBuilder.Create<MeasuringJob>().WithIdentity(MeasuringJob.Key).Build();
        var trigger = TriggerBuilder.Create(time)
            .WithIdentity(MeasuringJob.Key.Name, MeasuringJob.Key.Group)
            .ForJob(job)
            .StartAt(Within(due))
            .Build();
        await scheduler.ScheduleJob(job, trigger, ScheduleJobOptions.Replacing, cancel);
    }

    private string? Problem(DateTimeOffset now)
    {
        if (!_isOpen) return null;
        if (_tickFailsSince is { } failing && now - failing > OverdueTick) return $"no query could be sent since {failing:O}";
        if (_tickOwedSince is { } owed && now - owed > OverdueTick) return $"queries were due at {owed:O} and were not sent";
        if (now - _alertsOwedAt > Overdue) return $"sources of alerts were due at {_alertsOwedAt:O} and were not asked";
        foreach (var (name, entry) in _entries)
        {
            if (entry.RunningSince is { } since && now - since > Overdue) return $"a pass over {name} has been running since {since:O}";
            if (entry.RunningSince is null && entry.FireAt is { } due && now - due > Overdue)
                return $"{name} was due at {due:O} and was not looked at";
        }

        return null;
    }

    private Entry Find(RolloutName name) => _entries.TryGetValue(name, out var entry) ? entry : new Entry(null, null, false);

    private Task AskAsync(Func<TaskCompletionSource<string?>, Request> ask)
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Writer.TryWrite(ask(answer));
        return answer.Task;
    }

    private sealed record Entry(DateTimeOffset? FireAt, DateTimeOffset? RunningSince, bool IsDirty);

    private abstract record Request
    {
        private Request() { }

        public sealed record Pull(RolloutName Name) : Request;

        public sealed record Began(RolloutName Name, DateTimeOffset? ScheduledFor) : Request;

        public sealed record Ended(RolloutName Name, DateTimeOffset? WakeAt) : Request;

        public sealed record Measure(DateTimeOffset? At) : Request;

        public sealed record Ticked(DateTimeOffset? NextAt) : Request;

        public sealed record TickFailed : Request;

        public sealed record AlertsPolled : Request;

        public sealed record PollAlerts : Request;

        public sealed record Open(TaskCompletionSource<string?> Answer) : Request;

        public sealed record Close(TaskCompletionSource<string?> Answer) : Request;

        public sealed record Check(TaskCompletionSource<string?> Answer) : Request;
    }
}
