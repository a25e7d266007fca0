using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Diagnostics;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Passes;

/// <summary>
/// Carries effects out. Every one is a level, so doing it again after a crash is harmless; and every write to an object that carries
/// traffic tests the claim, so that a process which slept through a change of leaders writes nothing.
/// </summary>
internal sealed class Executor(
    IRolloutStore store,
    IWorkloads workloads,
    ITrafficRouter router,
    ILeadership leadership,
    ClaimStamper claimStamper,
    RefusedWrites problem,
    FinalizerWriter finalizers,
    Announcer announcer,
    TimeProvider time,
    ILogger<Executor> log)
{
    /// <summary>Objects that carry made-up terms, one each, in one pass.</summary>
    private const int MostForged = 8;

    /// <summary>Pause before a run whose templates are wrong is tried again, where the check before did not see it.</summary>
    private static readonly TimeSpan InvalidRunPause = TimeSpan.FromSeconds(5);

    /// <summary>Until the watch has told that a run is gone.</summary>
    private static readonly TimeSpan RenewedRunPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, string> _unmade = new(StringComparer.Ordinal);

    private static readonly TimeSpan FightWindow = TimeSpan.FromMinutes(10);

    private const int MostArranged = 8;

    // The sides that were written last, and how often in a row.
    private readonly ConcurrentDictionary<string, (object? Levels, int Count, DateTimeOffset Since)> _arranged =
        new(StringComparer.Ordinal);

    // What was refused of the sides of one workload.
    private readonly RefusedWrites _arranging = new();
    private readonly ConcurrentDictionary<string, object> _refusedLevels = new(StringComparer.Ordinal);

    // Rollouts whose template was written into stable in this promotion.
    private readonly ConcurrentDictionary<string, byte> _promoted = new(StringComparer.Ordinal);

    /// <summary>Carries them out in their order, as far as they can be.</summary>
    public async Task<Execution> ExecuteAsync(RolloutSnapshot rollout, Look look, Decision decision, Claim claim, CancellationToken cancel)
    {
        var sum = Execution.Nothing;
        if (decision.Status.Promotion is not PromotionStage.UpdatingStable) _promoted.TryRemove(rollout.Uid, out _);
        if (!decision.Effects.Any(effect => effect is Effect.Arrange or Effect.ArrangeSet or Effect.RestoreTemplate))
            _arranging.Clear(rollout.Uid, null);
        if (!decision.Effects.Any(effect => effect is Effect.Analyze)) _unmade.TryRemove(rollout.Uid, out _);
        var isRouteBehind = false;
        foreach (var effect in decision.Effects)
        {
            if (leadership.Term != claim.Term) return (Execution.Nothing with { IsDeposed = true }).After(sum);
            // A template is promoted into stable only while the routes are as they shall be.
            if (isRouteBehind && effect is Effect.PromoteTemplate) continue;
            var one = await ExecuteAsync(rollout, look, decision, effect, claim, cancel);
            for (var known = 0; one.Forged is { Term: { } forged } lost && known < MostForged; known++)
            {
                claim = claim with { ForgedTerm = forged };
                await announcer.AnnounceAsync(rollout, ForgedClaim(lost.Message), cancel);
                one = await ExecuteAsync(rollout, look, decision, effect, claim, cancel);
            }

            isRouteBehind |= effect is Effect.Route or Effect.FenceRoutes && one.RetryAt is not null;
            sum = one.After(sum);
            if (!sum.MayGoOn) return sum;
        }

        if (look.Traffic is { } traffic && leadership.Term == claim.Term)
            await claimStamper.EnsureStableAsync(rollout, traffic, claim, cancel);
        return sum;
    }

    /// <summary>What is said of a claim that was made up.</summary>
    public static RolloutEvent ForgedClaim(string lost) => new(
        "ClaimIgnored",
        $"{lost}; the Lease says that there is no later leader than this one, so nobody of ours wrote that claim: it is replaced. "
            + "metadata.managedFields of the object says who may write it",
        IsWarning: true);

    private async Task<Execution> ExecuteAsync(RolloutSnapshot rollout, Look look, Decision decision, Effect effect, Claim claim,
        CancellationToken cancel) => effect switch
        {
            Effect.Route route => await RouteAsync(rollout, look, route, claim, cancel),
            Effect.FenceRoutes => await FenceRoutesAsync(rollout, look, decision, claim, cancel),
            Effect.FenceStable => await FenceStableAsync(rollout, look, claim, cancel),
            Effect.Analyze analyze => await AnalyzeAsync(rollout, look, analyze, cancel),
            Effect.EndAnalysis end => await EndAnalysisAsync(rollout, look, end, cancel),
            Effect.Arrange arrange => await ArrangeAsync(rollout, decision, arrange.Levels,
                spec => workloads.ArrangeAsync(rollout, spec, arrange.Levels, cancel), claim, cancel),
            Effect.ArrangeSet arrange => await ArrangeAsync(rollout, decision, arrange.Levels,
                spec => workloads.ArrangeSetAsync(rollout, spec, arrange.Levels, cancel), claim, cancel),
            Effect.RestoreTemplate restore => await RestoreAsync(rollout, look, restore, claim, cancel),
            Effect.PromoteTemplate promote => await PromoteAsync(rollout, look, decision, promote, claim, cancel),
            _ => throw new UnreachableException(),
        };

    /// <summary>Why an AnalysisRun that is wanted could not be made at the last try; null: none is missing.</summary>
    public string? WhyUnmade(string rolloutUid) => _unmade.TryGetValue(rolloutUid, out var why) ? why : null;

    /// <summary>Why the sides of one workload are not as they shall be; null: they are, or nothing was refused.</summary>
    public string? WhyNotArranged(string rolloutUid) => _arranging.MessageOf(rolloutUid);

    /// <summary>Forgets a Rollout that is gone.</summary>
    public void Forget(string rolloutUid)
    {
        _arranging.Forget(rolloutUid);
        _refusedLevels.TryRemove(rolloutUid, out _);
        _arranged.TryRemove(rolloutUid, out _);
        _unmade.TryRemove(rolloutUid, out _);
        _promoted.TryRemove(rolloutUid, out _);
    }

    /// <summary>Sends the weight of a rollback alone, for a pass whose status could not be saved.</summary>
    public Task<Execution> RouteOnlyAsync(RolloutSnapshot rollout, Look look, Decision decision, Claim claim, CancellationToken cancel) =>
        ExecuteAsync(rollout, look,
            decision with { Effects = decision.Effects.Where(effect => effect is Effect.Route or Effect.FenceRoutes).ToEquatableArray() },
            claim, cancel);

    private async Task<Execution> RouteAsync(RolloutSnapshot rollout, Look look, Effect.Route effect, Claim claim, CancellationToken cancel)
    {
        if (look.Traffic is not { } traffic) return Execution.Nothing;
        if (problem.WaitFor(rollout.Uid, effect.Plan, time.GetUtcNow()) is { } wait) return Execution.Nothing with { RetryAt = wait };
        if (finalizers.WhyNot(rollout, look.Observation.Routes, effect.Plan) is { } why)
            return await JudgeAsync(rollout, effect.Plan, new WriteResult.Refused(why), claim, cancel);
        // A route that refuses the claim keeps the others from nothing: each write of a weight stamps its own.
        var unclaimed = await claimStamper.EnsureRoutesAsync(rollout, traffic, claim, cancel);
        var result = unclaimed is WriteResult.Contended or WriteResult.Lost { IsToLaterLeader: true }
            ? unclaimed
            : await router.ApplyAsync(rollout, traffic, effect.Plan, claim, cancel);
        return await JudgeAsync(rollout, effect.Plan, result, claim, cancel);
    }

    private async Task<Execution> FenceRoutesAsync(RolloutSnapshot rollout, Look look, Decision decision, Claim claim,
        CancellationToken cancel)
    {
        if (look.Traffic is not { } traffic) return Execution.Nothing;
        var desired = decision.Status.DesiredPlan;
        if (problem.WaitFor(rollout.Uid, desired, time.GetUtcNow()) is { } wait) return Execution.Nothing with { RetryAt = wait };
        return await JudgeAsync(rollout, desired, await router.ClaimAsync(rollout, traffic, claim, cancel)
            , claim, cancel);
    }

    private async Task<Execution> FenceStableAsync(RolloutSnapshot rollout, Look look, Claim claim, CancellationToken cancel)
    {
        if (look.Traffic is not { } traffic) return Execution.Nothing;
        if (problem.WaitFor(rollout.Uid, null, time.GetUtcNow()) is { } wait) return Execution.Nothing with { RetryAt = wait };
        return await JudgeAsync(rollout, null, await workloads.ClaimStableAsync(rollout, traffic, claim, cancel)
            , claim, cancel);
    }

    private async Task<Execution> PromoteAsync(RolloutSnapshot rollout, Look look, Decision decision, Effect.PromoteTemplate effect,
        Claim claim, CancellationToken cancel)
    {
        if (look.Traffic is not { } traffic) return Execution.Nothing;
        if (problem.WaitFor(rollout.Uid, null, time.GetUtcNow()) is { } wait) return Execution.Nothing with { RetryAt = wait };
        var from = decision.Status.StableSide switch { Side.NamedStable => Side.NamedCanary, Side.NamedCanary => Side.NamedStable };
        var result = await claimStamper.EnsureRoutesAsync(rollout, traffic, claim, cancel)
            ?? await workloads.PromoteTemplateAsync(rollout, traffic, from, effect.Revision, claim, cancel);
        if (result is WriteResult.Applied { Note: { } note })
            await announcer.AnnounceAsync(rollout, new RolloutEvent("ImagesNotPinned", note, IsWarning: true), cancel);
        // The first time it is ours to write. After that somebody else wrote stable's template in between, and a tool that does so once
        // does it again: slower each time.
        if (result is WriteResult.Applied { Writes: > 0 } && !_promoted.TryAdd(rollout.Uid, 0))
            result =
                new WriteResult.Refused(
                    "another client changed stable's template back after it was promoted, and it was written again; "
                        + "metadata.managedFields of the workload says which one");
        return await JudgeAsync(rollout, null, result, claim, cancel);
    }

    private async Task<Execution> ArrangeAsync(RolloutSnapshot rollout, Decision decision, object levels,
        Func<RolloutSpec, Task<WriteResult>> arrange, Claim claim, CancellationToken cancel)
    {
        if (decision.Status.Governing(rollout.Spec) is not { } spec) return Execution.Nothing;
        // What is decided anew does not wait for what was refused before: an eviction that a budget refuses holds no partition back.
        if (_arranging.WaitFor(rollout.Uid, null, time.GetUtcNow()) is { } wait
            && levels.Equals(_refusedLevels.GetValueOrDefault(rollout.Uid))) return Execution.Nothing with { RetryAt = wait };
        // Who deletes the Rollout must find the workload serving again, which needs the finalizer.
        var result = rollout.Deletion.IsHeld
            ? await arrange(spec)
            : new WriteResult.Refused("the sides are not changed while the Rollout's finalizer cannot be written");
        if (result is WriteResult.Applied { Note: { } note })
            await announcer.AnnounceAsync(rollout, new RolloutEvent("ImagesNotPinned", note, IsWarning: true), cancel);
        if (result is WriteResult.Applied { Writes: > 0 } && IsFight(rollout.Uid, levels))
            result = new WriteResult.Refused(
                "another client changes the sides back again and again; metadata.managedFields of the workload and the Services says "
                    + "which one");
        if (result is WriteResult.Refused) _refusedLevels[rollout.Uid] = levels;
        return await JudgeAsync(rollout, null, result, claim, cancel, _arranging);
    }

    // A write that arrives late tests a version that is not there any more; one that finds it is a release like any other, from the first
    // step. So it needs no claim on an object that is the user's.
    private async Task<Execution> RestoreAsync(RolloutSnapshot rollout, Look look, Effect.RestoreTemplate effect, Claim claim,
        CancellationToken cancel)
    {
        if (look.Traffic is not { } traffic) return Execution.Nothing;
        if (_arranging.WaitFor(rollout.Uid, null, time.GetUtcNow()) is { } wait) return Execution.Nothing with { RetryAt = wait };
        var result = await workloads.RestoreTemplateAsync(rollout, traffic, effect.Revision, effect.From, cancel);
        return await JudgeAsync(rollout, null, result, claim, cancel, _arranging);
    }

    // The same was written so often that somebody else must write too: slower from here on.
    private bool IsFight(string rolloutUid, object levels)
    {
        var now = time.GetUtcNow();
        var before = _arranged.GetValueOrDefault(rolloutUid);
        var count = levels.Equals(before.Levels) && now - before.Since < FightWindow ? before.Count + 1 : 1;
        _arranged[rolloutUid] = (levels, count, count == 1 ? now : before.Since);
        return count > MostArranged;
    }

    private async Task<Execution> JudgeAsync(RolloutSnapshot rollout, RoutePlan? target, WriteResult result, Claim claim,
        CancellationToken cancel, RefusedWrites? kind = null)
    {
        var refusals = kind ?? problem;
        switch (result)
        {
            case WriteResult.Applied applied:
                // The problem that is over is news to the state machine, even where nothing had to be written any more.
                var isOver = refusals.Clear(rollout.Uid, target);
                return Execution.Nothing with { HasChanged = applied.Writes > 0 || isOver };
            case WriteResult.Contended contended:
                log.Contended(rollout.Name, contended.Message);
                return Execution.Nothing with { IsOvertaken = true };
            case WriteResult.Lost lost when !await leadership.IsStillOursAsync(claim.Term, cancel):
                log.Deposed(rollout.Name, lost.Message);
                return Execution.Nothing with { IsDeposed = true };
            case WriteResult.Lost { IsToLaterLeader: true } forged when forged.Term != claim.ForgedTerm:
                return Execution.Nothing with { Forged = forged };
            case WriteResult.Lost lost:
                return Refuse(lost.Message);
            case WriteResult.Refused refused:
                return Refuse(refused.Message);
            default:
                throw new UnreachableException();
        }

        Execution Refuse(string message)
        {
            var isNews = refusals.MessageOf(rollout.Uid) != message;
            var retryAt = refusals.Note(rollout.Uid, target, message, time.GetUtcNow());
            if (isNews) log.Refused(rollout.Name, message);
            return Execution.Nothing with { HasChanged = isNews, RetryAt = retryAt };
        }
    }

    private async Task<Execution> AnalyzeAsync(RolloutSnapshot rollout, Look look, Effect.Analyze effect, CancellationToken cancel)
    {
        if (look.Runs.FirstOrDefault(run => run.Run.Key == effect.Key) is { } known)
            return await RenewAsync(rollout, look, known, effect, cancel);
        switch (await store.CreateRunAsync(rollout, effect.Key, effect.Analysis, cancel))
        {
            case RunCreation.Exists:
                _unmade.TryRemove(rollout.Uid, out _);
                return Execution.Nothing with { HasChanged = true };
            case RunCreation.Invalid invalid:
                var why = string.Join("; ", invalid.Problems);
                var isNews = WhyUnmade(rollout.Uid) != why;
                _unmade[rollout.Uid] = why;
                if (isNews) log.RunInvalid(rollout.Name, effect.Key.Suffix, why);
                if (isNews)
                    await announcer.AnnounceAsync(rollout, new RolloutEvent("AnalysisRunNotMade", why, IsWarning: true), cancel);
                return Execution.Nothing with { HasChanged = isNews, RetryAt = time.GetUtcNow() + InvalidRunPause };
            default:
                throw new UnreachableException();
        }
    }

    // A run holds what its templates said when it began. Where that has no answer, and somebody corrects the template, it would wait for
    // ever.
    private async Task<Execution> RenewAsync(RolloutSnapshot rollout, Look look, CountedRun known, Effect.Analyze effect,
        CancellationToken cancel)
    {
        if (known.IsOver || !look.Observation.Runs.Any(run => run.Key == effect.Key && run.IsHeldByErrors)) return Execution.Nothing;
        if (!await store.RenewRunAsync(rollout, known.Run, effect.Analysis, cancel)) return Execution.Nothing;
        log.RunRenewed(rollout.Name, known.Run.ObjectName);
        return Execution.Nothing with { RetryAt = time.GetUtcNow() + RenewedRunPause };
    }

    private async Task<Execution> EndAnalysisAsync(RolloutSnapshot rollout, Look look, Effect.EndAnalysis effect, CancellationToken cancel)
    {
        if (look.Runs.FirstOrDefault(run => run.Run.Key == effect.Key) is not { IsOver: false } counted) return Execution.Nothing;
        var ended = AnalysisMachine.End(counted.Run.Spec, counted.Next, effect.Reason, time.GetUtcNow());
        switch (await store.SaveRunAsync(counted.Run, ended, cancel))
        {
            case SaveResult.Saved or SaveResult.Gone:
                return Execution.Nothing with { HasChanged = true };
            case SaveResult.Conflict:
                return Execution.Nothing with { IsOvertaken = true };
            case SaveResult.Refused refused:
                log.RunNotSaved(rollout.Name, counted.Run.ObjectName, refused.Reason);
                return Execution.Nothing with { RetryAt = time.GetUtcNow() + RefusedWrites.LongestWait };
            default:
                throw new UnreachableException();
        }
    }
}
