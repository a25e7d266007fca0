using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Diagnostics;
using Canary.Controller.Monitoring;
using Canary.Core.Units;
using Canary.Engine.Passes;
using Canary.Engine.Ports;
using Canary.Engine.StandaloneRuns;
using Microsoft.Extensions.Logging;

namespace Canary.Controller.Scheduling;

/// <summary>Runs passes and says when the next is due: after a failure with back-off, and never in a circle without a breath.</summary>
internal sealed class RolloutPasses(
    RolloutReconciler reconciler, AnalysisReconciler? analyses, RolloutMetrics metrics, TimeProvider time, ILogger<RolloutPasses> log)
{
    public static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Passes in a row that each ask for the next at once. A whole rollout needs a few; more is a fault of ours, and must not become a
    /// storm of writes.
    /// </summary>
    private const int MostInARow = 20;
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<RolloutName, (int Count, string Message)> _failures = new();
    private readonly ConcurrentDictionary<RolloutName, int> _inARow = new();

    /// <summary>One pass.</summary>
    /// <returns>When the next is due; null: when something happens.</returns>
    public async Task<DateTimeOffset?> RunAsync(RolloutName name, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        try
        {
            if (AnalysisReconciler.IsKey(name))
                return analyses is null ? null : Calm(name, await analyses.ReconcileAsync(name, cancel));
            var result = await reconciler.ReconcileAsync(name, cancel);
            return Judge(name, result);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            return AfterFailure(name, exception.Message, exception);
        }
        finally
        {
            metrics.Passed(time.GetElapsedTime(started));
        }
    }

    /// <summary>A Rollout is another than before, and its pass may be under way. Returns at once.</summary>
    public void Hear(RolloutName name) => _ = HearAsync(name);

    private async Task HearAsync(RolloutName name)
    {
        try
        {
            await reconciler.HearAsync(name);
        }
        catch (Exception exception)
        {
            // The pass goes on as if nobody had asked, and the next one reads what is asked.
            log.NotHeard(name, exception);
        }
    }

    /// <summary>Another process leads: what is known of failures is of no use any more.</summary>
    public void Forget()
    {
        _failures.Clear();
        _inARow.Clear();
        metrics.Clear();
        reconciler.ForgetAll();
        analyses?.ForgetAll();
    }

    private DateTimeOffset? Judge(RolloutName name, PassResult result)
    {
        switch (result)
        {
            case PassResult.Done done:
                metrics.Show(name, done.Rollout.Status);
                if (_failures.TryRemove(name, out _)) log.PassWorksAgain(name);
                return Calm(name, done.WakeAt);
            case PassResult.Overtaken overtaken:
                return Calm(name, overtaken.WakeAt);
            case PassResult.Failed failed:
                return AfterFailure(name, failed.Reason, null);
            case PassResult.Deleting deleting:
                metrics.Show(name, deleting.Rollout.Status);
                return Calm(name, deleting.WakeAt);
            case PassResult.Gone:
                metrics.Remove(name);
                _failures.TryRemove(name, out _);
                _inARow.TryRemove(name, out _);
                return null;
            case PassResult.NotLeading:
                // A renewal that came late may have ended the doubt by now. Where another process leads, the schedule closes and this is
                // forgotten.
                return time.GetUtcNow() + Breath;
            default:
                throw new UnreachableException();
        }
    }

    private DateTimeOffset? Calm(RolloutName name, DateTimeOffset? wakeAt)
    {
        var now = time.GetUtcNow();
        if (wakeAt is not { } at || at > now + Breath)
        {
            _inARow.TryRemove(name, out _);
            return wakeAt;
        }

        var count = _inARow.AddOrUpdate(name, 1, (_, before) => before + 1);
        if (count < MostInARow) return wakeAt;
        if (count == MostInARow) log.PassNeverRests(name, MostInARow);
        return now + Breath;
    }

    private DateTimeOffset AfterFailure(RolloutName name, string message, Exception? exception)
    {
        metrics.Failed();
        var isNews = !_failures.TryGetValue(name, out var last) || last.Message != message;
        var count = last.Count + 1;
        _failures[name] = (count, message);
        var wait = new ExponentialBackoff(FirstWait, LongestWait).After(count, Random.Shared.NextDouble());
        if (isNews) log.PassFailed(name, wait, message, exception);
        return time.GetUtcNow() + wait;
    }
}
