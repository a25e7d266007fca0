using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.Controller.Diagnostics;
using Canary.Controller.Scheduling;
using Canary.Engine.Passes;
using Canary.Engine.Ports;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.LeaderElection;
using Canary.Kubernetes.Stores;
using Microsoft.Extensions.Logging;

namespace Canary.Controller.LeaderElection;

/// <summary>
/// What happens on gain and loss of the Lease. Gain: the caches are complete, the Rollouts are read live, the routes of active rollouts are
/// claimed for the new term, and only then does the schedule open. Loss: the schedule closes and the passes that run are cut off; none of
/// them could write any more.
/// </summary>
internal sealed class LeaderLoop(
    LeaseElection election,
    RolloutCaches caches,
    ClaimStamper claimStamper,
    RolloutSchedule schedule,
    RolloutPasses passes,
    CurrentTerm currentTerm,
    LeaseNotifier notifier,
    TimeProvider time,
    ILogger<LeaderLoop> log)
{
    /// <summary>How long a graceful stop waits for the passes that run.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long a takeover may fail, and a kind may be refused, before the Lease is given up.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(15);

    /// <summary>The longest single attempt of a takeover. Thousands of active rollouts take a while to claim; what hangs for longer is
    /// tried anew.</summary>
    private static readonly TimeSpan LongestTakeover = TimeSpan.FromMinutes(2);

    /// <summary>How long the caches may take before the Lease is looked at without them.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestStepDown = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

    private long? _steppingDownSince;
    private volatile string? _takeoverProblem;

    private readonly Channel<long?> _terms = Channel.CreateUnbounded<long?>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Why this process cannot do a leader's work at the moment; null: it can.</summary>
    public static string? Unfit(RolloutCaches caches) =>
        caches.Problems(Tolerance).Where(problem => problem.PreventsLeading).Select(problem => problem.Message).FirstOrDefault();

    /// <summary>Why the takeover that goes on, or the last one where nobody else leads since, does not succeed; null: nothing is
    /// wrong.</summary>
    public string? Problem => _takeoverProblem;

    /// <summary>What hangs for good; null: nothing.</summary>
    public string? Hang
    {
        get
        {
            long? since;
            lock (_terms) since = _steppingDownSince;
            return since is { } began && time.GetElapsedTime(began) > LongestStepDown
                ? $"passes of a leadership that is over have not ended for {LongestStepDown.TotalMinutes} minutes" : null;
        }
    }

    /// <summary>Competes and leads until <paramref name="cancel"/>; then ends the passes, and gives the Lease up.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        election.Started += term => _terms.Writer.TryWrite(term);
        election.Lost += () => _terms.Writer.TryWrite(null);
        using var stop = new CancellationTokenSource();
        // Who cannot read takes no Lease; one period saved where the caches are complete in a moment.
        await Task.WhenAny(caches.WaitForSyncAsync(cancel), Task.Delay(HeadStart, time, cancel));
        var competing = election.RunAsync(stop.Token);
        var following = FollowAsync(cancel);
        // Neither ends before it is asked to. One that does has failed, and the process ends with it: another one takes over.
        var first = await Task.WhenAny(following, competing);
        log.Stopping();
        await StepDownAsync(isGraceful: true);
        await stop.CancelAsync();
        await EndAsync(competing);
        if (first == following) await EndAsync(following);
    }

    private static async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Its way to end as asked.
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        long? term = null;
        long? tryingSince = null;
        while (true)
        {
            while (_terms.Reader.TryRead(out var next)) (term, tryingSince) = (next, null);
            if (term is { } ours && await TakeOverAsync(ours, cancel))
            {
                (tryingSince, _takeoverProblem) = (null, null);
                var blindness = await LeadAsync(cancel);
                await StepDownAsync(isGraceful: false);
                log.Standby();
                if (blindness is not null) await ResignAsync(ours, blindness, cancel);
                term = await _terms.Reader.ReadAsync(cancel);
            }
            else if (term is { } failed && time.GetElapsedTime(tryingSince ??= time.GetTimestamp()) >= Tolerance)
            {
                await ResignAsync(failed, $"the takeover fails: {_takeoverProblem}", cancel);
                (term, tryingSince) = (await _terms.Reader.ReadAsync(cancel), null);
            }
            else if (term is null)
            {
                term = await _terms.Reader.ReadAsync(cancel);
            }
            else
            {
                await Task.Delay(RetryWait, time, cancel);
            }
        }
    }

    /// <summary>Waits until the leadership ends by itself, or until this process could not read for too long what it decides
    /// from.</summary>
    /// <returns>What it cannot read; null: the leadership has ended.</returns>
    private async Task<string?> LeadAsync(CancellationToken cancel)
    {
        var ended = _terms.Reader.WaitToReadAsync(cancel).AsTask();
        while (await Task.WhenAny(ended, Task.Delay(BetweenLooks, time, cancel)) != ended)
        {
            cancel.ThrowIfCancellationRequested();
            if (Unfit(caches) is { } problem) return problem;
        }

        await ended;
        return null;
    }

    private async Task ResignAsync(long term, string reason, CancellationToken cancel)
    {
        log.Resigning(reason);
        election.Resign(term, reason);
        await notifier.WarnAsync("LeaseGivenUp", $"gives up the Lease, so that another process can lead: {reason}", cancel);
    }

    private async Task<bool> TakeOverAsync(long term, CancellationToken cancel)
    {
        // What hangs is tried again, and given up in the end: a leader that does nothing must not keep others away.
        using var limit = new CancellationTokenSource(LongestTakeover, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await caches.WaitForSyncAsync(either.Token);
            await caches.CatchUpAsync(either.Token);
            if (election.Term != term) return false;
            IReadOnlyList<RolloutName> names = [.. caches.Names];
            await claimStamper.ClaimActiveAsync(names, term, either.Token);
            if (election.Term != term) return false;

            currentTerm.Begin(new LeadershipTerm());
            await schedule.OpenAsync();
            foreach (var name in names.Union(caches.Names).Concat(caches.StandaloneRuns)) schedule.Pull(name);
            log.Leading(term, names.Count);
            return true;
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            if (election.Term != term) return false;
            _takeoverProblem = limit.IsCancellationRequested ? $"it was not done within {LongestTakeover.TotalMinutes} minutes"
                : exception.Message;
            log.TakeoverFailed(RetryWait, exception);
            return false;
        }
    }

    private async Task StepDownAsync(bool isGraceful)
    {
        lock (_terms) _steppingDownSince = time.GetTimestamp();
        if (currentTerm.End() is { } term)
        {
            var drained = term.CloseAsync();
            if (!isGraceful)
            {
                await term.CutAsync();
            }
            else if (await Task.WhenAny(drained, Task.Delay(Patience, time, CancellationToken.None)) != drained)
            {
                log.CutOff(Patience);
                await term.CutAsync();
            }

            // Cut off passes end at their next request; the next term must not begin beside them. A process that ends waits no longer than
            // that: its Lease is worth more to others.
            if (!isGraceful) await drained;
            else await Task.WhenAny(drained, Task.Delay(Patience, time, CancellationToken.None));
            if (drained.IsCompleted) term.Dispose();
        }

        var closed = schedule.CloseAsync();
        if (!isGraceful) await closed;
        else await Task.WhenAny(closed, Task.Delay(Patience, time, CancellationToken.None));
        passes.Forget();
        lock (_terms) _steppingDownSince = null;
    }
}
