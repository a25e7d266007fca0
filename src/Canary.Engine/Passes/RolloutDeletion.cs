using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Diagnostics;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Passes;

/// <summary>
/// A Rollout that is deleted keeps a finalizer until its traffic is back at stable, or left as it is where the policy says so, and its
/// claims are off, so that another Rollout may take over. What can never be written is passed over and said; what may still be written is
/// tried for <see cref="Patience"/>, and then left: a deletion always ends.
/// </summary>
internal sealed class RolloutDeletion(
    IRolloutStore store,
    IWorkloads workloads,
    ITrafficRouter router,
    ILeadership leadership,
    Announcer announcer,
    Observer observer,
    TimeProvider time,
    ILogger<RolloutDeletion> log)
{
    /// <summary>How long a deletion waits for a pod of stable, or tries what is refused.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Objects that carry made-up terms, one each.
    private const int MostForged = 8;

    private static readonly TimeSpan OvertakenPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, Attempt> _attempts = new(StringComparer.Ordinal);

    /// <summary>One pass over a Rollout that is being deleted.</summary>
    public async Task<PassResult> RunAsync(RolloutSnapshot rollout, long term, CancellationToken cancel)
    {
        // Others may keep it for a while; nothing of ours is left to do.
        if (!rollout.Deletion.IsHeld) return new PassResult.Gone();
        var attempt = _attempts.GetOrAdd(rollout.Uid, _ => new Attempt(time.GetTimestamp()));
        if (rollout.Status.Governing(rollout.Spec) is { IsOfOneWorkload: true } spec
            && await HandBackAsync(rollout, spec, attempt, cancel) is { } unfinished) return unfinished;
        var tried = time.GetElapsedTime(attempt.Since);
        var isLast = tried >= Patience;
        if (rollout.Status.Governing(rollout.Spec)?.Traffic is { } traffic)
        {
            var claim = new Claim(rollout.Uid, term, rollout.Status.WriteSequence + 1);
            var (result, waiting) = await LetGoAsync(rollout, traffic, claim, isLast, cancel);
            for (var known = 0; known < MostForged && result is { IsToLaterLeader: true, Term: { } forged }
                && await leadership.IsStillOursAsync(term, cancel); known++)
            {
                await announcer.AnnounceAsync(rollout, Executor.ForgedClaim($"a claim names term {forged}, ours is {term}"), cancel);
                claim = claim with { ForgedTerm = forged };
                (result, waiting) = await LetGoAsync(rollout, traffic, claim, isLast, cancel);
            }

            if (result.IsToLaterLeader) return new PassResult.NotLeading();
            attempt.Restored.UnionWith(result.Restored);
            if (waiting is not null && !isLast)
                return await WaitAsync(rollout, attempt, $"traffic is not back yet: {waiting}", Patience - tried,
                    $"after {GoDuration.Format(Patience)} the weights are left as they are", cancel);
            await TellEndAsync(rollout, attempt, [.. result.Left, .. waiting is null ? Array.Empty<string>() : [waiting]], cancel);
        }

        await EndRunsAsync(rollout, cancel);
        switch (await store.ReleaseAsync(rollout, cancel))
        {
            case SaveResult.Saved or SaveResult.Gone:
                Forget(rollout.Uid);
                return new PassResult.Gone();
            case SaveResult.Refused refused:
                return new PassResult.Failed($"the finalizer of the Rollout was not removed: {refused.Reason}");
            default:
                return new PassResult.Overtaken(time.GetUtcNow() + OvertakenPause);
        }
    }

    /// <summary>Forgets a Rollout that is gone.</summary>
    public void Forget(string rolloutUid) => _attempts.TryRemove(rolloutUid, out _);

    /// <summary>Another process leads.</summary>
    public void ForgetAll() => _attempts.Clear();

    /// <summary>The one workload serves again before its copy goes. What never gets its pods leaves the copy serving; null: nothing is
    /// left to do.</summary>
    private async Task<PassResult?> HandBackAsync(RolloutSnapshot rollout, RolloutSpec spec, Attempt attempt, CancellationToken cancel)
    {
        if (rollout.Deletion.Policy is DeletionPolicy.Orphan || attempt.IsHandedBack) return null;
        var patience = spec.ProgressDeadline > Patience ? spec.ProgressDeadline : Patience;
        string? waiting;
        var isFinal = false;
        try
        {
            var back = await workloads.HandBackAsync(rollout, spec, cancel);
            (waiting, isFinal, attempt.Paused) = (back.Left ?? back.Waiting, back.Left is not null, back.Paused);
            if (back.IsCopyIdle)
            {
                attempt.IdleSince ??= time.GetTimestamp();
                var kept = CopiedWorkload.Bound(spec.Workload!.ScaleDownDelay) - time.GetElapsedTime(attempt.IdleSince.Value);
                if (kept > TimeSpan.Zero) return new PassResult.Deleting(rollout, time.GetUtcNow() + kept);
                waiting = await workloads.RemoveCopyAsync(rollout, spec, cancel) switch
                {
                    WriteResult.Applied => null,
                    WriteResult.Refused refused => refused.Message,
                    WriteResult.Contended contended => contended.Message,
                    WriteResult.Lost lost => lost.Message,
                    var result => $"{result}",
                };
            }
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            log.NotLetGo(rollout.Name, exception);
            waiting = exception.Message;
        }

        // What is tried once the copy idles has all of the patience, however long the copy was kept.
        var left = patience - (attempt.IdleSince is { } idle
            ? time.GetElapsedTime(idle) - CopiedWorkload.Bound(spec.Workload!.ScaleDownDelay) : time.GetElapsedTime(attempt.Since));
        if (waiting is not null && left > TimeSpan.Zero && !isFinal)
            return await WaitAsync(rollout, attempt, attempt.IdleSince is null ? $"traffic is not back yet: {waiting}"
                : $"not all of the copy is gone yet: {waiting}", left, $"after {GoDuration.Format(patience)} "
                + (spec.Set is { } whole ? $"{whole} is left as it is" : attempt.IdleSince is null ? "the copy is left serving"
                    : "it is left"), cancel);
        attempt.HandBack(time.GetTimestamp());
        var name = spec.Set?.Reference.Name ?? spec.Workload!.Reference.Name;
        await announcer.AnnounceAsync(rollout, waiting is null
            ? new RolloutEvent("WorkloadServes",
                $"the Rollout is deleted, and {name} serves all traffic again; Services "
                    + $"{spec.Traffic.NamedStable.Service} and {spec.Traffic.NamedCanary.Service} select its pods: delete them when no route "
                    + "names them any more", IsWarning: false)
            : spec.Set is { } set ? new RolloutEvent("SetLeft",
                $"the Rollout is deleted, and {set}{(set.HasPartition ? ", its partition" : "")} and its "
                    + $"{(spec.Traffic.NamedStable.Subset is null ? "Services" : "subsets")} are left as they are: {waiting}",
                IsWarning: true)
            : new RolloutEvent("CopyLeft",
                "the Rollout is deleted, and " + (attempt.IdleSince is null
                    ? $"what Canary made is left as it is, Deployment {spec.Workload!.CopyName} too: {waiting}"
                    : $"{name} serves all traffic again, but not all that Canary made is gone: {waiting}")
                + (attempt.Paused is { } paused ? $"; {paused}" : ""), IsWarning: true), cancel);
        return null;
    }

    private async Task<(ReleaseResult Result, string? Waiting)> LetGoAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim,
        bool isLast, CancellationToken cancel)
    {
        try
        {
            var target = await TargetAsync(rollout, cancel);
            if (target.Waiting is not null && !isLast) return (new ReleaseResult([], [], null, false), target.Waiting);
            var result = await router.ReleaseAsync(rollout, traffic, target.Second, claim, cancel);
            if (result is { IsToLaterLeader: true } or { Refused: not null }) return (result, result.Refused);
            var stable = await workloads.ReleaseStableAsync(rollout, traffic, claim, cancel);
            return stable switch
            {
                WriteResult.Lost { IsToLaterLeader: true } later => (result with { IsToLaterLeader = true, Term = later.Term }, null),
                WriteResult.Contended contended => (result, contended.Message),
                WriteResult.Refused refused => (result, refused.Message),
                _ => (result, target.Waiting),
            };
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            log.NotLetGo(rollout.Name, exception);
            return (new ReleaseResult([], [], null, false), exception.Message);
        }
    }

    /// <summary>
    /// The share that is written; null: none. Traffic is never sent to what is not there: while the canary has ready pods and stable has
    /// none it is waited for, and at last the weights stay.
    /// </summary>
    private async Task<(Weight? Second, string? Waiting)> TargetAsync(RolloutSnapshot rollout, CancellationToken cancel)
    {
        var status = rollout.Status;
        if (rollout.Deletion.Policy is DeletionPolicy.Orphan || status.StableRevision is null) return (null, null);
        var second = status.StableSide is Side.NamedStable ? Weight.Zero : Weight.Full;
        var seen = (await observer.LookAsync(rollout, null, time.GetUtcNow(), cancel)).Observation;
        var (stable, canary) = status.StableSide is Side.NamedStable ? (seen.First, seen.Second) : (seen.Second, seen.First);
        var isAway = seen.Routes.Count == 0 || seen.Routes.Any(route => route.NamedCanaryWeight != second
            || route.Managed is not { IsNone: true });
        return isAway && stable.ReadyEndpoints == 0 && canary.ReadyEndpoints > 0
            ? (null, "stable has no ready pod that the traffic could return to")
            : (second, null);
    }

    private async Task<PassResult> WaitAsync(RolloutSnapshot rollout, Attempt attempt, string waiting, TimeSpan left, string end,
        CancellationToken cancel)
    {
        var message = $"being deleted, {waiting}; {end}";
        var current = rollout;
        if (rollout.Status.Message != message)
        {
            var next = rollout.Status with { Message = message };
            if (await store.SaveAsync(rollout, next, cancel) is SaveResult.Saved saved)
                current = rollout with { ResourceVersion = saved.ResourceVersion, Status = next };
        }

        if (attempt.Told.Add(waiting))
            await announcer.AnnounceAsync(rollout, new RolloutEvent("DeletionWaits", message, IsWarning: true), cancel);
        var pause = RefusedWrites.WaitAfter(++attempt.Tries, RefusedWrites.LongestWait);
        return new PassResult.Deleting(current, time.GetUtcNow() + (left > TimeSpan.Zero && left < pause ? left : pause));
    }

    private async Task TellEndAsync(RolloutSnapshot rollout, Attempt attempt, IReadOnlyList<string> left, CancellationToken cancel)
    {
        if (attempt.IsEndTold) return;
        attempt.IsEndTold = true;
        if (attempt.Restored.Count > 0)
            await announcer.AnnounceAsync(rollout,
                new RolloutEvent("TrafficRestored",
                    $"the Rollout is deleted, its traffic is back at stable: {string.Join(", ", attempt.Restored)}", IsWarning: false),
                    cancel);
        else if (rollout.Deletion.Policy is DeletionPolicy.Orphan)
            await announcer.AnnounceAsync(rollout,
                new RolloutEvent("TrafficLeft",
                    $"the Rollout is deleted, and deletionPolicy is Orphan: the canary keeps "
                        + $"weight {rollout.Status.Weights.Applied?.ToString() ?? "as it is"}", IsWarning: false), cancel);
        else if (left.Count == 0)
            await announcer.AnnounceAsync(rollout,
                new RolloutEvent("TrafficRestored", "the Rollout is deleted; stable has all the traffic", IsWarning: false), cancel);
        if (left.Count > 0)
            await announcer.AnnounceAsync(rollout,
                new RolloutEvent("TrafficNotRestored", $"the Rollout is deleted, and this is left as it is: {string.Join("; ", left)}",
                    IsWarning: true), cancel);
    }

    /// <summary>They go with the Rollout, unless it is deleted without its dependents.</summary>
    private async Task EndRunsAsync(RolloutSnapshot rollout, CancellationToken cancel)
    {
        try
        {
            foreach (var run in await store.LoadRunsAsync(rollout, cancel))
            {
                if (run.Status.EndedAt is not null) continue;
                await store.SaveRunAsync(run, AnalysisMachine.End(run.Spec, run.Status, "the Rollout is deleted", time.GetUtcNow()),
                    cancel);
            }
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            log.NotLetGo(rollout.Name, exception);
        }
    }

    /// <summary>What this process did for one deletion so far.</summary>
    private sealed class Attempt(long since)
    {
        /// <summary>Since when the traffic is given back, or what is left to do is tried.</summary>
        public long Since { get; private set; } = since;

        public int Tries { get; set; }

        public bool IsEndTold { get; set; }

        public bool IsHandedBack { get; private set; }

        /// <summary>Since when no Service selects the copy's pods.</summary>
        public long? IdleSince { get; set; }

        /// <summary>What stays paused if nothing more is done; null: nothing.</summary>
        public string? Paused { get; set; }

        /// <summary>Nothing more is done about the copy. The rest is tried for as long again.</summary>
        public void HandBack(long now) => (IsHandedBack, Since) = (true, now);

        public SortedSet<string> Restored { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Told { get; } = new(StringComparer.Ordinal);
    }
}
