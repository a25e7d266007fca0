using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Alerts;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;

namespace Canary.Engine.Passes;

/// <summary>Looks at the world once: workloads, routes, finished measurements, requests. Waits for nothing.</summary>
internal sealed class Observer(IRolloutStore store, IWorkloads workloads, ITrafficRouter router, MeasurementInbox inbox,
    FiringAlerts alerts)
{
    public static readonly SideObservation Unknown = new(null, 0, 0, false, null) { IsUnknown = true };

    /// <summary>When this process first saw a run that is open, by its uid.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _askedSince = new(StringComparer.Ordinal);

    public async Task<Look> LookAsync(RolloutSnapshot rollout, string? routeTrouble, DateTimeOffset now, CancellationToken cancel)
    {
        var spec = rollout.Status.Governing(rollout.Spec);
        Exception? failure = null;
        var problems = new List<SpecError>();
        var runs = await PartAsync("spec.strategy.canary", () => CountAsync(rollout, now, cancel), []);
        var sides = new WorkloadReading(Unknown, Unknown, []);
        var routes = new RouterReading([], []);
        var peers = await PartAsync("spec.dependsOn", () => store.LoadPeersAsync(rollout, cancel), PeerReading.None);
        // One that is being released goes on: nothing waits for it to begin.
        if (!rollout.Status.IsRunning) problems.AddRange(peers.Problems);
        if (spec is not null)
        {
            sides = await PartAsync("spec.traffic", () => workloads.ObserveAsync(rollout, spec.Traffic, cancel), sides);
            routes = await PartAsync("spec.traffic", () => router.ReadAsync(rollout, spec.Traffic, cancel), routes);
            problems.AddRange(sides.Problems);
            problems.AddRange(routes.Problems);
            problems.AddRange(await PartAsync("spec.strategy.canary", () => CheckAnalysesAsync(rollout, spec, runs, cancel), [])
                );
        }

        var observation = new Observation(
            rollout.Generation,
            sides.First,
            sides.Second,
            routes.Routes,
            runs.Select(run => Observe(run, now)).ToEquatableArray(),
            rollout.Request,
            problems.ToEquatableArray(),
            routeTrouble)
        {
            Scheme = sides.Scheme,
            CurrentScheme = sides.CurrentScheme,
            IsSchemeLost = sides.IsSchemeLost,
            AreTemplatesAlike = sides.AreTemplatesAlike,
            UntrackedConfiguration = sides.UntrackedConfiguration,
            Copy = sides.Copy,
            Set = sides.Set,
            Templates = sides.Templates,
            Peers = peers.Peers,
            Name = rollout.Name.ToString(),
            Alerts = rollout.Status.IsRunning ? alerts.Matching(AlertRules(rollout)) : [],
            OngoingAlerts = rollout.Status.IsRunning ? alerts.Ongoing(AlertRules(rollout)) : [],
        };
        return new Look(observation, spec?.Traffic, runs) { IsStale = sides.IsStale, Failure = failure };

        // What cannot be read fails the pass, but not an abort, which needs none of it.
        async Task<T> PartAsync<T>(string path, Func<Task<T>> read, T otherwise)
        {
            try
            {
                return await read();
            }
            catch (Exception exception) when (!cancel.IsCancellationRequested)
            {
                failure ??= exception;
                problems.Add(new SpecError(path, $"it cannot be read: {exception.Message}"));
                return otherwise;
            }
        }
    }

    /// <summary>The rules that are read live, and those in force where the spec cannot be read.</summary>
    public static EquatableArray<AlertRule> AlertRules(RolloutSnapshot rollout) => (rollout.Spec ?? rollout.Status.Accepted)?.Alerts ?? [];

    /// <summary>Lets go of what was seen: another process leads, and asks.</summary>
    public void ForgetAll() => _askedSince.Clear();

    private RunObservation Observe(CountedRun run, DateTimeOffset now)
    {
        var observation = AnalysisMachine.Observe(run.Run.Key, run.Run.Spec, run.Next);
        if (run.IsOver)
        {
            _askedSince.TryRemove(run.Run.Uid, out _);
            return observation;
        }

        var since = _askedSince.GetOrAdd(run.Run.Uid, now);
        observation = observation with
        {
            IsPastErrorBudget = observation.IsPastErrorBudget
            || AnalysisSilence.IsPastErrorBudget(run.Run.Spec, run.Next, since, now)
        };
        return observation.IsHeldByErrors || AnalysisSilence.Explain(run.Run.Spec, run.Next, since, now) is not { } silence
            ? observation
            : observation with { IsHeldByErrors = true, Message = silence };
    }

    private async Task<IReadOnlyList<CountedRun>> CountAsync(RolloutSnapshot rollout, DateTimeOffset now, CancellationToken cancel)
    {
        var runs = await store.LoadRunsAsync(rollout, cancel);
        return [.. runs.Select(Count)];

        CountedRun Count(RunSnapshot run)
        {
            if (run.Status.EndedAt is not null) return new CountedRun(run, run.Status, []);
            var started = Started(rollout.Status, run);
            // What the runs of this attempt know already goes on in this one. A person who retries wants another look: what rolled the
            // canary back before must not do so again before anything new was seen.
            if (started.StartedAt is not null && run.Status.StartedAt is null)
                started = EvidenceCarry.Into(run.Spec, started,
                    runs.Where(other => other.Uid != run.Uid
                        && (other.Key.Revision, other.Key.Attempt) == (run.Key.Revision, run.Key.Attempt))
                    .Select(other => (other.Spec, other.Status)));
            // Its moment has not come, or is over: a clock that started by itself would measure what carries no traffic.
            if (started.StartedAt is null) return new CountedRun(run, run.Status, []);
            var (next, finished) = inbox.Count(run.Uid, run.Spec, started, now);
            return new CountedRun(run with { Status = started }, Weighed(rollout.Status, next, now), finished);
        }
    }

    // What the routes were last seen to show: they show it in this pass too, or the step has no beginning any more in the next. With
    // requests that are sent by their headers, or copied, the canary's share says nothing of its weight.
    private static RunStatus Weighed(RolloutStatus status, RunStatus run, DateTimeOffset now) => TrafficShares.Weigh(
        run, status is { IsRunning: true, Abort: null, ManagedRoutes.Desired.IsNone: true }
            && status.Weights.Applied == status.Weights.Desired ? status.Weights.Share : null,
        status.StepStartedAt, now);

    // A run starts when its step, or this revision's traffic, did: the Rollout's status holds the moment, so a new process finds the same
    // grid, and the start of a run is no write of its own. It is saved with the first measurement.
    private static RunStatus Started(RolloutStatus status, RunSnapshot run)
    {
        if (run.Status.StartedAt is not null || run.Key.Revision != status.CanaryRevision || run.Key.Attempt != status.Attempt)
            return run.Status;
        return Moment(status, run) is { } at ? AnalysisMachine.Start(run.Spec, run.Status, at) : run.Status;
    }

    private static DateTimeOffset? Moment(RolloutStatus status, RunSnapshot run) => run.Key switch
    {
        { Edge: AnalysisPlacement.Pre } => status.IsBeforeSteps ? status.StepStartedAt : status.FirstTrafficAt,
        { Edge: AnalysisPlacement.Post } => status.Promotion is PromotionStage.Verifying ? status.StepStartedAt : null,
        { Step: { } step } when step == status.CurrentStepIndex => status.IsBeforeSteps ? null : status.StepStartedAt,
        // One of an earlier step that was gone on without, before anybody heard of it.
        { Step: { } step } => step < status.CurrentStepIndex ? status.FirstTrafficAt : null,
        // A later starting step is where initialDelay counts from: the run was made when that step began.
        _ when status.Accepted?.Analysis is { StartingStep: > 0 } =>
            status.FirstTrafficAt > run.CreatedAt ? status.FirstTrafficAt : status.FirstTrafficAt is null ? null : run.CreatedAt,
        _ => status.FirstTrafficAt,
    };

    // A run that was made holds its metrics resolved: its templates may go. What is still to be run needs them.
    private async Task<IReadOnlyList<SpecError>> CheckAnalysesAsync(RolloutSnapshot rollout, RolloutSpec spec,
        IReadOnlyList<CountedRun> runs, CancellationToken cancel)
    {
        var status = rollout.Status;
        var problems = new List<SpecError>();
        if (spec.PreAnalysis is { } pre && !(status is { IsRunning: true, IsRestarting: false, IsBeforeSteps: false })
            && !Exists(null, AnalysisPlacement.Pre)) await CheckAsync(pre, spec.PreAnalysisPath);
        if (spec.Analysis is { } background && !Exists(null)) await CheckAsync(background.Analysis, $"{spec.StrategyPath}.analysis");
        for (var index = status.IsRunning ? status.CurrentStepIndex : 0; index < spec.Steps.Count; index++)
        {
            if (spec.Steps[index] is not Step.Analyze step || Exists(index)) continue;
            await CheckAsync(step.Analysis, $"spec.strategy.canary.steps[{index}].analysis");
        }

        if (spec.PostAnalysis is { } post && !Exists(null, AnalysisPlacement.Post))
            await CheckAsync(post, spec.PostAnalysisPath);
        return problems;

        async Task CheckAsync(AnalysisReference analysis, string path) =>
            problems.AddRange(await store.CheckAnalysisAsync(rollout, analysis, path, cancel));

        bool Exists(int? step, AnalysisPlacement? edge = null) =>
            status.IsRunning && runs.Any(run => run.Run.Key == new RunKey(status.CanaryRevision ?? "", status.Attempt, step, edge));
    }
}
