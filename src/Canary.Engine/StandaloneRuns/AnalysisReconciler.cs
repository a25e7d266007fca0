using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts.Reporting;
using Canary.Engine.Diagnostics;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.StandaloneRuns;

/// <summary>
/// One evaluation of a run that belongs to no rollout: counts what was measured, saves it, measures on. The same pure machine as for the
/// runs of rollouts. What a metric without answers holds up there ends the run here, past the error budget: somebody waits for it.
/// </summary>
public sealed class AnalysisReconciler(IAnalysisStore store, ILeadership leadership, Measurer measurer, MeasurementInbox inbox,
    TimeProvider time, ILogger<AnalysisReconciler> log)
{
    private const string Prefix = "run/";

    private static readonly TimeSpan OvertakenPause = TimeSpan.FromMilliseconds(100);

    /// <summary>What heals by itself is looked at this often even if no event says so.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(10);

    /// <summary>
    /// So long after it was made a run waits for a template that is not there or not right: a tool that applies both may bring the run
    /// first. Then it ends as Error, since somebody waits for it.
    /// </summary>
    public static readonly TimeSpan TemplatePatience = TimeSpan.FromMinutes(1);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<RolloutName, string> _known = new();

    /// <summary>How the schedule names a run by itself: no Rollout can be called so.</summary>
    public static RolloutName KeyOf(string @namespace, string name) => new(@namespace, Prefix + name);

    /// <summary>The key names a run by itself.</summary>
    public static bool IsKey(RolloutName key) => key.Name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>One pass. Never two at a time for one run: the host sees to that.</summary>
    /// <returns>When to look again: null, when something happens.</returns>
    public async Task<DateTimeOffset?> ReconcileAsync(RolloutName key, CancellationToken cancel)
    {
        if (leadership.Term is not { } term) return time.GetUtcNow() + Recheck;
        var run = await store.LoadAsync(key.Namespace, key.Name[Prefix.Length..], cancel);
        if (run is null || run.Status.EndedAt is not null) return Forget(key);
        if (_known.TryGetValue(key, out var before) && before != run.Uid) measurer.Forget(before);
        _known[key] = run.Uid;

        var now = time.GetUtcNow();
        var (next, finished) = Count(run, now);
        if (leadership.Term != term) return now + Recheck;
        switch (await store.SaveAsync(run, next, cancel))
        {
            case SaveResult.Saved saved:
                inbox.Acknowledge(run.Uid, finished);
                EngineMeters.CountVerdicts(run.Status, next);
                return await GoOnAsync(key, run with { ResourceVersion = saved.ResourceVersion, Status = next }, run.Status, cancel);
            case SaveResult.Conflict:
                // Everything is forgotten and read again; another leader's write is found by the term.
                return await leadership.IsStillOursAsync(term, cancel) ? now + OvertakenPause : now + Recheck;
            case SaveResult.Gone:
                return Forget(key);
            case SaveResult.Refused refused:
                log.AnalysisNotSaved(key.Namespace, run.Name, refused.Reason);
                return now + Recheck;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Lets go of everything held in memory: another process leads.</summary>
    public void ForgetAll()
    {
        foreach (var key in _known.Keys) Forget(key);
    }

    private (RunStatus Next, IReadOnlyList<FinishedMeasurement> Finished) Count(StandaloneRunSnapshot run, DateTimeOffset now)
    {
        if (run.Spec is not { } spec) return (WithoutSpec(run, now), []);
        var (status, finished) = inbox.Count(run.Uid, spec, AnalysisMachine.Start(spec, run.Status, now) with { Message = "" }, now);
        // Nobody's rollout has no weight.
        status = TrafficShares.Weigh(status, null, null, now);
        status = AnalysisMachine.SayWhatItWaitsFor(spec, AnalysisMachine.GiveUp(spec, status, now));
        return (run.IsToEnd ? AnalysisMachine.End(spec, status, "terminated", now) : status, finished);
    }

    private static RunStatus WithoutSpec(StandaloneRunSnapshot run, DateTimeOffset now)
    {
        var message = string.Join("; ", run.Problems.Select(problem => problem.ToString()));
        if (run.IsToEnd)
            return run.Status with
            {
                Phase = RunPhase.Successful,
                StartedAt = now,
                EndedAt = now,
                Message = $"terminated before it began; {message}"
            };
        return run.MayHeal && now - run.CreatedAt < TemplatePatience
            ? run.Status with { Phase = RunPhase.Pending, Message = message }
            : run.Status with { Phase = RunPhase.Error, StartedAt = now, EndedAt = now, Message = message };
    }

    private async Task<DateTimeOffset?> GoOnAsync(RolloutName key, StandaloneRunSnapshot run, RunStatus before, CancellationToken cancel)
    {
        if (run.Status.EndedAt is null)
        {
            if (run.Spec is not { } spec) return time.GetUtcNow() + Recheck;
            measurer.Watch(key,
                new RunSnapshot(new RunKey(run.Name, 1, null), run.Name, run.Uid, run.ResourceVersion, run.Status.StartedAt!.Value, spec,
                    run.Status));
            return null;
        }

        Forget(key);
        if (before.EndedAt is null)
        {
            var isBad = run.Status.Phase != RunPhase.Successful;
            await store.AnnounceAsync(run, new RolloutEvent($"Analysis{run.Status.Phase}", run.Status.Message, isBad), cancel);
        }

        return null;
    }

    private DateTimeOffset? Forget(RolloutName key)
    {
        if (_known.TryRemove(key, out var uid)) measurer.Forget(uid);
        return null;
    }
}
