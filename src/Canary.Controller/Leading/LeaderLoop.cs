using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.Controller.Scheduling;
using Canary.Engine;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Caching;
using Microsoft.Extensions.Logging;

namespace Canary.Controller.Leading;

/// <summary>
/// What happens on gain and loss of the Lease. Gain: the caches are complete, the Rollouts are read live, the routes of active rollouts are claimed for the new term, and only then does the schedule open.
/// Loss: the schedule closes and the passes that run are cut off; none of them could write any more.
/// </summary>
internal sealed class LeaderLoop(
    LeaseElection election,
    RolloutCaches caches,
    Takeover takeover,
    RolloutSchedule schedule,
    RolloutPasses passes,
    Tenures tenures,
    TimeProvider time,
    ILogger<LeaderLoop> log)
{
    /// <summary>How long a graceful stop waits for the passes that run.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

    private readonly Channel<long?> terms = Channel.CreateUnbounded<long?>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Competes and leads until <paramref name="cancel"/>; then ends the passes, and gives the Lease up.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        election.Started += term => terms.Writer.TryWrite(term);
        election.Lost += () => terms.Writer.TryWrite(null);
        using var stop = new CancellationTokenSource();
        var competing = election.RunAsync(stop.Token);
        var following = FollowAsync(cancel);
        // Neither ends before it is asked to. One that does has failed, and the process ends with it: another one takes over.
        var first = await Task.WhenAny(following, competing).ConfigureAwait(false);
        log.Stopping();
        await StepDownAsync(isGraceful: true).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await EndAsync(competing).ConfigureAwait(false);
        if (first == following) await EndAsync(following).ConfigureAwait(false);
    }

    private static async Task EndAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Its way to end as asked.
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        long? term = null;
        while (true)
        {
            while (terms.Reader.TryRead(out var next)) term = next;
            if (term is { } ours && await TakeOverAsync(ours, cancel).ConfigureAwait(false))
            {
                term = await terms.Reader.ReadAsync(cancel).ConfigureAwait(false);
                await StepDownAsync(isGraceful: false).ConfigureAwait(false);
                log.Standby();
            }
            else if (term is null)
            {
                term = await terms.Reader.ReadAsync(cancel).ConfigureAwait(false);
            }
            else
            {
                await Task.Delay(RetryWait, time, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> TakeOverAsync(long term, CancellationToken cancel)
    {
        try
        {
            await caches.WaitForSyncAsync(cancel).ConfigureAwait(false);
            await caches.CatchUpAsync(cancel).ConfigureAwait(false);
            if (election.Term != term) return false;
            IReadOnlyList<RolloutName> names = [.. caches.Names];
            await takeover.ClaimActiveAsync(names, term, cancel).ConfigureAwait(false);
            if (election.Term != term) return false;

            tenures.Begin(new Tenure());
            await schedule.OpenAsync().ConfigureAwait(false);
            foreach (var name in names.Union(caches.Names).Concat(caches.StandaloneRuns)) schedule.Pull(name);
            log.Leading(term, names.Count);
            return true;
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            log.TakeoverFailed(RetryWait, exception);
            return false;
        }
    }

    private async Task StepDownAsync(bool isGraceful)
    {
        if (tenures.End() is { } tenure)
        {
            var drained = tenure.CloseAsync();
            if (!isGraceful)
            {
                await tenure.CutAsync().ConfigureAwait(false);
            }
            else if (await Task.WhenAny(drained, Task.Delay(Patience, time, CancellationToken.None)).ConfigureAwait(false) != drained)
            {
                log.CutOff(Patience);
                await tenure.CutAsync().ConfigureAwait(false);
            }

            // Cut off passes end at their next request; the next tenure must not begin beside them.
            await drained.ConfigureAwait(false);
            tenure.Dispose();
        }

        await schedule.CloseAsync().ConfigureAwait(false);
        passes.Forget();
    }
}
