using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Engine.Diagnostics;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Passes;

/// <summary>
/// One evaluation of one rollout, from end to end: load, look, decide, then write in one order: the evidence (AnalysisRun status), the
/// Rollout's status, the routes, the Events. What was written before a crash is seen by the next pass, and the rest is done again: there is
/// no rollback code.
/// </summary>
public sealed class RolloutReconciler
{
    /// <summary>Pause before everything is read again after somebody else's write, so that the watch can bring it.</summary>
    private static readonly TimeSpan OvertakenPause = TimeSpan.FromMilliseconds(100);

    private readonly IRolloutStore _store;
    private readonly Announcer _announcer;
    private readonly ILeadership _leadership;
    private readonly ClaimStamper _claimStamper;
    private readonly Measurer _measurer;
    private readonly MeasurementInbox _inbox;
    private readonly FiringAlerts _alerts;
    private readonly TimeProvider _time;
    private readonly ILogger<RolloutReconciler> _log;
    private readonly Observer _observer;
    private readonly Executor _executor;
    private readonly RolloutDeletion _deletion;
    private readonly FinalizerWriter _finalizers;
    private readonly RefusedWrites _problem = new();
    private readonly WatchTimes _watchTimes = new();
    private readonly GroupTurns _turns = new();
    private readonly ConcurrentDictionary<RolloutName, (string Uid, IReadOnlyList<string> Runs)> _known = new();
    private readonly ConcurrentDictionary<RolloutName, string> _doubted = new();
    private readonly ConcurrentDictionary<RolloutName, RunningPass> _running = new();

    public RolloutReconciler(
        IRolloutStore store,
        IWorkloads workloads,
        ITrafficRouter router,
        INotifier notifier,
        ILeadership leadership,
        ClaimStamper claimStamper,
        Measurer measurer,
        MeasurementInbox inbox,
        FiringAlerts alerts,
        TimeProvider time,
        ILoggerFactory logs)
    {
        _alerts = alerts;
        _store = store;
        _announcer = new Announcer(notifier, logs.CreateLogger<Announcer>());
        _leadership = leadership;
        _claimStamper = claimStamper;
        _measurer = measurer;
        _inbox = inbox;
        _time = time;
        _log = logs.CreateLogger<RolloutReconciler>();
        _observer = new Observer(store, workloads, router, inbox, alerts);
        _finalizers = new FinalizerWriter(store, _announcer, time);
        _deletion =
            new RolloutDeletion(store, workloads, router, leadership, _announcer, _observer, time, logs.CreateLogger<RolloutDeletion>());
        _executor = new Executor(store, workloads, router, leadership, claimStamper, _problem, _finalizers, _announcer, time,
            logs.CreateLogger<Executor>());
    }

    /// <summary>One pass. Never two at a time for one rollout: the host sees to that.</summary>
    public async Task<PassResult> ReconcileAsync(RolloutName name, CancellationToken cancel)
    {
        var isSeenThrough = false;
        using var pass = new RunningPass(cancel);
        _running[name] = pass;
        try
        {
            var result = await ReconcileOnceAsync(name, pass, cancel);
            isSeenThrough = result is PassResult.Done or PassResult.Overtaken;
            if (result is PassResult.Done done) _watchTimes.Promise(name, done.WakeAt);
            return result;
        }
        catch (OperationCanceledException) when (pass.IsCut && !cancel.IsCancellationRequested)
        {
            _log.CutByAbort(name);
            return new PassResult.Overtaken(_time.GetUtcNow());
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(name, pass));
            // What could not be read or written was not watched either.
            if (!isSeenThrough) _watchTimes.Break(name);
        }
    }

    /// <summary>Something happened to a Rollout: a pass that is under way without the abort or the deletion that a person asks for by now
    /// ends here, whatever it waits for.</summary>
    public async Task HearAsync(RolloutName name)
    {
        if (!_running.TryGetValue(name, out var pass)) return;
        if (await _store.LoadAsync(name, CancellationToken.None) is not { } rollout) return;
        pass.Hear(rollout.Request, rollout.Status.LastRequest);
        if (rollout.Deletion.IsAsked) pass.HearDeletion();
    }

    private async Task<PassResult> ReconcileOnceAsync(RolloutName name, RunningPass running, CancellationToken host)
    {
        var cancel = running.Token;
        if (_leadership.Term is not { } term) return new PassResult.NotLeading();
        if (await _store.LoadAsync(name, cancel) is not { } loaded) return Forget(name);
        running.Know(loaded.Request, loaded.Deletion.IsAsked);
        if (loaded.Deletion.IsAsked)
        {
            Forget(name);
            return await _deletion.RunAsync(loaded, term, cancel);
        }

        if (await _finalizers.WriteAsync(loaded, cancel) is not { } rollout)
            return new PassResult.Overtaken(_time.GetUtcNow() + OvertakenPause);

        var (pass, stopped) = await DecideAndSaveAsync(rollout, term, cancel);
        if (stopped is not null) return stopped;
        var result = await CarryOutAsync(rollout, pass, cancel, host);
        // The rollback went out; that something could not be read is a failed pass all the same, and comes again.
        if (pass.Look.Failure is { } failure && result is PassResult.Done) return new PassResult.Failed(failure.Message);
        return result;
    }

    private async Task<(Pass Pass, PassResult? Stop)> DecideAndSaveAsync(RolloutSnapshot rollout, long term, CancellationToken cancel)
    {
        using var turn = await _turns.EnterAsync(rollout, cancel);
        var now = _time.GetUtcNow();
        Pass pass;
        try
        {
            pass = await DecideAsync(rollout, term, now, cancel);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            await AbortBlindlyAsync(rollout, term, exception, now, cancel);
            throw;
        }

        var (afterEvidence, stop) = await SaveEvidenceAsync(pass, cancel);
        return stop is not null ? (pass, stop) : await SaveStatusAsync(afterEvidence, cancel);
    }

    private async Task<Pass> DecideAsync(RolloutSnapshot rollout, long term, DateTimeOffset now, CancellationToken cancel)
    {
        _problem.ClearWhatIsNotWanted(rollout.Uid, rollout.Status.DesiredPlan, rollout.Status.Promotion is PromotionStage.UpdatingStable
            || rollout.Status.TemplateSequence is not null);
        var look = await _observer.LookAsync(rollout, _problem.MessageOf(rollout.Uid), now, cancel);
        if (look.IsStale) _watchTimes.Break(rollout.Name);
        look = look with
        {
            Observation =
            look.Observation with
            {
                WatchedSince = _watchTimes.Watch(rollout.Name, now),
                RunRefusal = _executor.WhyUnmade(rollout.Uid),
                CopyRefusal = _executor.WhyNotArranged(rollout.Uid),
            }
        };
        _problem.ClearWhatIsShown(rollout.Uid, look.Observation.Routes);
        var decision = RolloutMachine.Decide(rollout.Spec, rollout.Errors, rollout.Status, look.Observation, now);
        var pass = new Pass(rollout, look, decision, new Claim(rollout.Uid, term, decision.Status.WriteSequence));
        if (look.Failure is not { } failure) return pass;
        // What was decided without all that there is to know is not done, unless it is a rollback, which needs none of it.
        if (!pass.RollsBack) ExceptionDispatchInfo.Throw(failure);
        _log.RolledBackBlindly(rollout.Name, failure.Message);
        return pass;
    }

    // The last resort: neither what there is to see nor what is to be decided may keep an abort from being carried out.
    private async Task AbortBlindlyAsync(RolloutSnapshot rollout, long term, Exception why, DateTimeOffset now, CancellationToken cancel)
    {
        if (RolloutMachine.AbortBlindly(rollout.Status, rollout.Request, $"the rest of the pass failed: {why.Message}",
            now) is not { } decision) return;
        if (rollout.Status.Governing(rollout.Spec)?.Traffic is not { } traffic) return;
        _log.RolledBackBlindly(rollout.Name, why.Message);
        var nothing = new Observation(rollout.Generation, Observer.Unknown, Observer.Unknown, [], [], rollout.Request, [], null);
        var pass = new Pass(rollout, new Look(nothing, traffic, []), decision, new Claim(rollout.Uid, term, decision.Status.WriteSequence));
        var (saved, stopped) = await SaveStatusAsync(pass, cancel);
        if (stopped is not null) return;
        await _executor.ExecuteAsync(saved.Rollout, saved.Look, saved.Decision, saved.Claim, cancel);
        await AnnounceAsync(saved, cancel);
    }

    /// <summary>Lets go of everything held in memory: another process leads.</summary>
    public void ForgetAll()
    {
        foreach (var name in _known.Keys) Forget(name);
        _observer.ForgetAll();
        _deletion.ForgetAll();
        _finalizers.ForgetAll();
        _watchTimes.Clear();
        _alerts.Clear();
    }

    private async Task<(Pass Pass, PassResult? Stop)> SaveEvidenceAsync(Pass pass, CancellationToken cancel)
    {
        var runs = new List<CountedRun>(pass.Look.Runs.Count);
        foreach (var counted in pass.Look.Runs)
        {
            runs.Add(counted);
            if (!counted.HasEvidence) continue;
            if (_leadership.Term != pass.Claim.Term) return (pass, new PassResult.NotLeading());
            SaveResult result;
            try
            {
                result = await _store.SaveRunAsync(counted.Run, counted.Next, cancel);
            }
            catch (Exception exception) when (pass.RollsBack && !cancel.IsCancellationRequested)
            {
                result = new SaveResult.Refused(exception.Message);
            }

            switch (result)
            {
                case SaveResult.Saved saved:
                    _inbox.Acknowledge(counted.Run.Uid, counted.Finished);
                    EngineMeters.CountVerdicts(counted.Run.Status, counted.Next);
                    runs[^1] = counted with
                    {
                        Run = counted.Run with { ResourceVersion = saved.ResourceVersion, Status = counted.Next },
                        Finished = []
                    };
                    break;
                case SaveResult.Conflict:
                    return (pass, await AfterConflictAsync(pass, cancel));
                case SaveResult.Gone:
                    _measurer.Forget(counted.Run.Uid);
                    return (pass, new PassResult.Overtaken(_time.GetUtcNow() + OvertakenPause));
                case SaveResult.Refused refused when pass.RollsBack:
                    // Evidence that cannot be kept is no reason to leave the traffic where it fails.
                    _log.RunNotSaved(pass.Rollout.Name, counted.Run.ObjectName, refused.Reason);
                    break;
                case SaveResult.Refused refused:
                    return (pass,
                        new PassResult.Failed($"the status of AnalysisRun {counted.Run.ObjectName} was not saved: {refused.Reason}"));
                default:
                    throw new UnreachableException();
            }
        }

        return (pass with { Look = pass.Look with { Runs = runs } }, null);
    }

    private async Task<(Pass Pass, PassResult? Stop)> SaveStatusAsync(Pass pass, CancellationToken cancel)
    {
        if (_leadership.Term != pass.Claim.Term) return (pass, new PassResult.NotLeading());
        SaveResult result;
        try
        {
            result = await _store.SaveAsync(pass.Rollout, pass.Decision.Status, cancel);
        }
        catch (Exception) when (pass.RollsBack && !cancel.IsCancellationRequested)
        {
            _log.RolledBackUnsaved(pass.Rollout.Name);
            await _executor.RouteOnlyAsync(pass.Rollout, pass.Look, pass.Decision, pass.Claim, cancel);
            throw;
        }

        switch (result)
        {
            case SaveResult.Saved saved:
                return (pass with
                {
                    Rollout =
                    pass.Rollout with { ResourceVersion = saved.ResourceVersion, Status = pass.Decision.Status }
                }, null);
            case SaveResult.Conflict:
                return (pass, await AfterConflictAsync(pass, cancel));
            case SaveResult.Gone:
                return (pass, Forget(pass.Rollout.Name));
            case SaveResult.Refused refused:
                if (pass.RollsBack)
                {
                    _log.RolledBackUnsaved(pass.Rollout.Name);
                    await _executor.RouteOnlyAsync(pass.Rollout, pass.Look, pass.Decision, pass.Claim, cancel);
                }

                return (pass, new PassResult.Failed($"the status of the Rollout was not saved: {refused.Reason}"));
            default:
                throw new UnreachableException();
        }
    }

    private async Task<PassResult> CarryOutAsync(RolloutSnapshot before, Pass pass, CancellationToken cancel, CancellationToken host)
    {
        Execution execution;
        try
        {
            execution = await _executor.ExecuteAsync(pass.Rollout, pass.Look, pass.Decision, pass.Claim, cancel);
        }
        finally
        {
            // The status that these speak of is saved: no later pass would say them again, not even one that an abort brings.
            await AnnounceAsync(pass, host);
        }

        if (execution.IsDeposed) return new PassResult.NotLeading();
        if (execution.IsOvertaken) return new PassResult.Overtaken(_time.GetUtcNow() + OvertakenPause);
        if (pass.Rollout.Status.History != before.Status.History) await PruneAsync(pass.Rollout, cancel);
        Measure(pass);

        var hasChanged = execution.HasChanged || pass.Rollout.Status != before.Status;
        return new PassResult.Done(pass.Rollout, pass.Decision.Situation, hasChanged ? _time.GetUtcNow()
            : Earlier(Earlier(pass.Decision.WakeAt, execution.RetryAt), _finalizers.RetryAt(pass.Rollout)));
    }

    private async Task AnnounceAsync(Pass pass, CancellationToken cancel)
    {
        var doubt = Doubt(pass);
        foreach (var announcement in doubt is null ? pass.Decision.Announcements : [.. pass.Decision.Announcements, doubt])
        {
            await _announcer.AnnounceAsync(pass.Rollout, announcement, cancel);
        }
    }

    // An alert that nobody can hear of rolls nothing back: whoever waits for this rollout is told, once a silence.
    private RolloutEvent? Doubt(Pass pass)
    {
        var why = AlertRules(pass.Rollout).Count > 0 ? _alerts.Doubts : null;
        if (why is null)
        {
            _doubted.TryRemove(pass.Rollout.Name, out _);
            return null;
        }

        if (_doubted.TryGetValue(pass.Rollout.Name, out var last) && last == why) return null;
        _doubted[pass.Rollout.Name] = why;
        return new RolloutEvent("AlertsNotRead", $"{why}; the rollout goes on, and an alert may not roll it back", IsWarning: true);
    }

    private static EquatableArray<AlertRule> AlertRules(RolloutSnapshot rollout) =>
        rollout.Status is { IsRunning: true, Abort: null } ? Observer.AlertRules(rollout) : [];

    private async Task PruneAsync(RolloutSnapshot rollout, CancellationToken cancel)
    {
        try
        {
            await _store.PruneRunsAsync(rollout, cancel);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            // The next end of a rollout deletes them.
            _log.NotPruned(rollout.Name, exception);
        }
    }

    // Queries are sent for the runs that still take measurements; whatever this pass ended is let go of.
    private void Measure(Pass pass)
    {
        _alerts.Watch(pass.Rollout.Name, AlertRules(pass.Rollout));
        var ending = pass.Decision.Effects.OfType<Effect.EndAnalysis>().Select(effect => effect.Key).ToHashSet();
        var open = pass.Look.Runs.Where(run => !run.IsOver && !ending.Contains(run.Run.Key)).ToList();
        foreach (var run in open) _measurer.Watch(pass.Rollout.Name, run.Run);
        var last = _known.TryGetValue(pass.Rollout.Name, out var entry) ? entry.Runs : [];
        foreach (var uid in last.Except(open.Select(run => run.Run.Uid))) _measurer.Forget(uid);
        _known[pass.Rollout.Name] = (pass.Rollout.Uid, [.. open.Select(run => run.Run.Uid)]);
    }

    private async Task<PassResult> AfterConflictAsync(Pass pass, CancellationToken cancel)
    {
        // Everything of this pass is forgotten. The local view of the Lease may be as old as the read that just lost: only the server
        // knows.
        if (await _leadership.IsStillOursAsync(pass.Claim.Term, cancel))
            return new PassResult.Overtaken(_time.GetUtcNow() + OvertakenPause);
        _log.Deposed(pass.Rollout.Name, "the Lease has another holder or term");
        return new PassResult.NotLeading();
    }

    private PassResult.Gone Forget(RolloutName name)
    {
        _alerts.Watch(name, []);
        _doubted.TryRemove(name, out _);
        if (_known.TryRemove(name, out var entry))
        {
            foreach (var run in entry.Runs) _measurer.Forget(run);
            _problem.Forget(entry.Uid);
            _executor.Forget(entry.Uid);
            _claimStamper.Forget(entry.Uid);
            _finalizers.Forget(entry.Uid);
        }

        return new PassResult.Gone();
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        (one, other) switch
        {
            ({ } first, { } second) => first < second ? first : second,
            _ => one ?? other,
        };

    private sealed record Pass(RolloutSnapshot Rollout, Look Look, Decision Decision, Claim Claim)
    {
        public bool RollsBack => Decision.Status is { IsRunning: true, Abort: not null };
    }
}
