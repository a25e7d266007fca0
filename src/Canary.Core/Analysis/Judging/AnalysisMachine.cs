using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Decides how far an analysis run is. Pure: measurements in, status out; each tick of the grid is counted once, however often it
/// is told. A metric of a dry run is measured, and decides nothing.</summary>
public static class AnalysisMachine
{
    /// <summary>Counts what was measured, starts the run where it has not started, and ends it where its limits or counts say so.</summary>
    /// <param name="spec">What is measured.</param>
    /// <param name="status">The status that the last evaluation left.</param>
    /// <param name="finished">Measurements of this run, in any order; those that were counted before are recognised by their tick.</param>
    /// <param name="now">UTC.</param>
    /// <returns>The next status; equal to the one given where nothing changed.</returns>
    public static RunStatus Advance(RunSpec spec, RunStatus status, IReadOnlyList<FinishedMeasurement> finished, DateTimeOffset now) =>
        Advance(spec, status, finished, now, MetricCount.Add);

    /// <inheritdoc cref="Advance(RunSpec, RunStatus, IReadOnlyList{FinishedMeasurement}, DateTimeOffset)" />
    /// <param name="count">Judges one measurement and counts it: <see cref="MetricCount.Add"/>, or what remembers its results.</param>
    public static RunStatus Advance(RunSpec spec, RunStatus status, IReadOnlyList<FinishedMeasurement> finished, DateTimeOffset now,
        MeasurementCount count)
    {
        if (status.EndedAt is not null) return status;
        var running = Start(spec, RunClock.WithoutFuture(status, now), now);
        EquatableArray<MetricStatus> metrics =
        [
            .. spec.Metrics.Zip(running.Metrics, (metric, measured) => finished
                .Where(measurement => measurement.Metric == metric.Name)
                .OrderBy(measurement => measurement.DueAt)
                .Aggregate(measured, (so, measurement) => count(metric, so, measurement, running.StartedAt!.Value))),
        ];
        var deciding = Deciding(spec, metrics).ToArray();
        running = running with { Score = RunScore.Compute(spec, metrics)?.Value };
        var worst = Phases(spec, metrics).DefaultIfEmpty(spec.Metrics.Count == 0 ? RunPhase.Inconclusive : RunPhase.Running).MaxBy(Badness);
        // Where nothing decides, all of it is for show, and the run lasts as long as what it shows.
        var isOver = Badness(worst) > Badness(RunPhase.Pending) || (deciding.Length > 0 ? deciding.All(HasEnded) : metrics.All(HasEnded));
        return isOver
            ? Ended(spec, running, [.. metrics.Select(one => Stop(spec, one))],
                deciding.Length > 0 || metrics.Count == 0 ? worst : RunPhase.Successful, now)
            : running with
            {
                Metrics = metrics,
                Message = Say(spec, deciding.Where(metric => metric is { Phase: RunPhase.Running, Message.Length: > 0 }))
            };
    }

    /// <summary>The run with its clock started, at the next whole second; unchanged where it was.</summary>
    public static RunStatus Start(RunSpec spec, RunStatus status, DateTimeOffset now) => status with
    {
        Phase = status.StartedAt is null ? RunPhase.Running : status.Phase,
        StartedAt = status.StartedAt ?? WholeSecond(now),
        Metrics = [.. spec.Metrics.Select(metric => status.Metrics.FirstOrDefault(one => one.Name == metric.Name)
            ?? MetricCount.New(metric.Name))],
    };

    /// <summary>The run taken to its end by the rollout. What was still running is Successful, as in Argo Rollouts; the message says what
    /// was measured, and what was not.</summary>
    /// <param name="reason">Why it ends: <c>the rollout was promoted</c>.</param>
    public static RunStatus End(RunSpec spec, RunStatus status, string reason, DateTimeOffset now)
    {
        if (status.EndedAt is not null) return status;
        var begun = status.StartedAt is null ? Start(spec, status, now) : status;
        EquatableArray<MetricStatus> metrics = [.. begun.Metrics.Select(one => Stop(spec, one))];
        var ended = Ended(spec, status, metrics, Deciding(spec, metrics).Where(one => !IsScored(spec, one)).Select(metric => metric.Phase)
            .DefaultIfEmpty(RunPhase.Successful).MaxBy(Badness), now);
        return ended with { StopReason = reason, Message = $"{reason}; {ended.Message}" };
    }

    /// <summary>A run of nobody's rollout that is past its error budget: there is nothing to hold, and whoever waits for it is to be told.
    /// Unchanged where it is not.</summary>
    public static RunStatus GiveUp(RunSpec spec, RunStatus status, DateTimeOffset now)
    {
        if (!IsPastErrorBudget(spec, status)) return status;
        EquatableArray<MetricStatus> metrics =
        [
            .. status.Metrics.Select(one => spec.Metrics.FirstOrDefault(metric => metric.Name == one.Name) is { IsDryRun: false } metric
                && one.Phase == RunPhase.Running && MetricCount.MayErrorsDecide(metric, one)
                ? one with { Phase = RunPhase.Error }
                : Stop(spec, one)),
        ];
        return Ended(spec, status, metrics, RunPhase.Error, now);
    }

    /// <summary>A run of nobody's rollout that has no answer yet says why it waits, and how long. Unchanged where every metric that goes on
    /// was answered last.</summary>
    public static RunStatus SayWhatItWaitsFor(RunSpec spec, RunStatus status)
    {
        if (status.EndedAt is not null) return status;
        var waiting = spec.Metrics.Where(metric => !metric.IsDryRun)
            .Select(metric => (Metric: metric, Status: status.Metrics.FirstOrDefault(one => one.Name == metric.Name)))
            .Where(one => one.Status is { Phase: RunPhase.Running, ErrorsSince: not null })
            .ToArray();
        if (waiting.Length == 0) return status;
        var why = Say(spec,
            waiting.Select(one => one.Status!.Message.Length > 0 ? one.Status
                : one.Status with { Message = one.Status.Measurements[^1].Message, Reason = MetricReason.NoAnswer }));
        var limits = waiting.Select(one => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"more than {one.Metric.ConsecutiveErrorLimit} errors in a row (consecutiveErrorLimit) "
                + $"over {GoDuration.Format(one.Metric.ErrorBudget)} (errorBudget)"));
        return status with
        {
            Message =
            $"waits for an answer: {why}; the run ends as Error after {string.Join(", or ", limits.Distinct())}"
        };
    }

    /// <summary>
    /// Every metric has a verdict to promote on: it ended well, or its newest measurement that was Successful or Failed was Successful. A
    /// limit tolerates a failure between good measurements, and not one that is the last word; a metric that may fail for ever (limit -1)
    /// needs any verdict.
    /// </summary>
    public static bool IsConclusive(RunSpec spec, RunStatus status) => IsConclusive(spec, status, _ => true);

    private static bool IsConclusive(RunSpec spec, RunStatus status, Func<MetricSpec, bool> counts) =>
        RunScore.IsGood(spec, status.Metrics)
        && spec.Metrics.Where(metric => !metric.IsDryRun && !RunScore.IsScored(metric) && counts(metric))
        .All(metric => status.Metrics.Any(one => one.Name == metric.Name && (metric.Comparison is null
            ? one.Successful + one.Failed > 0 && (metric.FailureLimit < 0 || IsLastWordGood(one))
            : one.Phase == RunPhase.Successful || ComparisonJudge.IsGood(metric, one))));

    private static bool IsLastWordGood(MetricStatus metric) =>
        metric.Phase == RunPhase.Successful
        || metric.Measurements.LastOrDefault(one => one.Verdict is RunPhase.Successful or RunPhase.Failed)?.Verdict == RunPhase.Successful;

    /// <summary>A metric that goes on is past its error limit, or its error budget: the rollout holds until the next answer.</summary>
    public static bool IsHeldByErrors(RunSpec spec, RunStatus status) => AnyRunning(spec, status, MetricCount.IsHeld);

    /// <summary>A metric that goes on is past both its error limit and its error budget, or past its limit with errors that are no outage:
    /// <c>onError</c> may decide.</summary>
    public static bool IsPastErrorBudget(RunSpec spec, RunStatus status) => AnyRunning(spec, status, MetricCount.MayErrorsDecide);

    /// <summary>The run as the rollout's machine sees it. Its message does not change from one measurement to the next, so that a tick
    /// alone writes no Rollout.</summary>
    public static RunObservation Observe(RunKey key, RunSpec spec, RunStatus status) =>
        new(key, status.Phase, status.Message, IsHeldByErrors(spec, status), IsConclusive(spec, status))
        {
            IsPastErrorBudget = IsPastErrorBudget(spec, status),
            IsConclusiveWithoutComparisons = IsConclusive(spec, status, metric => !metric.IsSequentialTest),
            AwaitsAnswer = AnyRunning(spec, status, (metric, one) => metric.IsSequentialTest && one.ErrorsSince is not null),
            TrafficMismatch = status.EndedAt is not null ? ""
                : status.Metrics.Where(metric => IsComparing(spec, metric)).Select(TrafficShares.Describe)
                    .FirstOrDefault(said => said.Length > 0) ?? "",
            MissingForRaise = Lacks(spec, status, isFull: false),
            MissingForFullWeight = Lacks(spec, status, isFull: true),
        };

    private static string Lacks(RunSpec spec, RunStatus status, bool isFull) => string.Join(
        "; ",
        from metric in spec.Metrics
        where metric.IsSequentialTest
        let one = status.Metrics.FirstOrDefault(other => other.Name == metric.Name)
        where one is not { Phase: RunPhase.Successful }
        let lack = ComparisonJudge.Lacks(metric, one?.Evidence, isFull)
        where lack.Length > 0
        select $"{metric.Name} {lack}");

    private static RunStatus Ended(RunSpec spec, RunStatus running, EquatableArray<MetricStatus> metrics, RunPhase phase,
        DateTimeOffset now)
    {
        // What went wrong is the message; where nothing did, all of it is.
        var deciding = Deciding(spec, metrics).Where(metric => metric.Phase == phase && !IsScored(spec, metric)).ToArray();
        var score = RunScore.Stand(spec, metrics) is { } stand && stand.Phase == phase ? stand.Why : "";
        var message = metrics.Count == 0 ? "there is no metric"
            : deciding.Length == 0 && score.Length == 0 && !spec.Metrics.Any(RunScore.IsScored) ? "every metric is a dry run"
            : string.Join("; ", new[] { score, Say(spec, deciding) }.Where(part => part.Length > 0));
        return running with { Phase = phase, EndedAt = now, Metrics = metrics, Message = message };
    }

    private static IEnumerable<MetricStatus> Deciding(RunSpec spec, EquatableArray<MetricStatus> metrics) =>
        metrics.Where(status => !spec.Metrics.Any(metric => metric.Name == status.Name && metric.IsDryRun));

    // Those that a score speaks for do not speak for themselves.
    private static IEnumerable<RunPhase> Phases(RunSpec spec, EquatableArray<MetricStatus> metrics) =>
        Deciding(spec, metrics).Where(metric => !IsScored(spec, metric)).Select(metric => metric.Phase)
        .Concat(RunScore.Stand(spec, metrics) is { } score ? [score.Phase] : []);

    private static bool IsScored(RunSpec spec, MetricStatus status) =>
        spec.Metrics.Any(metric => metric.Name == status.Name && RunScore.IsScored(metric));

    private static bool AnyRunning(RunSpec spec, RunStatus status, Func<MetricSpec, MetricStatus, bool> question) => status.EndedAt is null
        && spec.Metrics.Any(metric => !metric.IsDryRun
            && status.Metrics.Any(one => one.Name == metric.Name && one.Phase == RunPhase.Running && question(metric, one)));

    private static MetricStatus Stop(RunSpec spec, MetricStatus metric) => HasEnded(metric) ? metric : metric with
    {
        Phase = RunPhase.Successful,
        Reason = MetricReason.Stopped,
        Message = metric.LastDueAt is null ? "ended before its first measurement"
            : $"ended early; {MetricCount.Tally(metric)}{Seen(spec, metric)}",
    };

    // Successful is as much as could have been seen.
    private static string Seen(RunSpec spec, MetricStatus status) =>
        spec.Metrics.FirstOrDefault(metric => metric.Name == status.Name)
            is { Comparison: { Judge: ComparisonKind.Sequential, Objective: null } } metric
        && status.Evidence is { Windows: > 0 } evidence
            ? $"; {EvidenceText.Describe(metric, SmallestRegression.Find(metric, evidence))}" : "";

    private static string Say(RunSpec spec, IEnumerable<MetricStatus> metrics) => string.Join("; ", metrics.Select(status =>
        spec.Metrics.Any(metric => metric.Name == status.Name && SaysWhat(metric, status)) ? status.Message
        : $"{status.Name}: {status.Message}"));

    // The message names what was measured, "error rate 4.1%", so that the name of the metric in front of it would say it twice.
    private static bool SaysWhat(MetricSpec metric, MetricStatus status) => status.Reason switch
    {
        MetricReason.Compared => true,
        MetricReason.Measured or MetricReason.TooFewSamples => metric.Provider is ProviderSpec.Red,
        MetricReason.None or MetricReason.Classified or MetricReason.NoData or MetricReason.NoAnswer or MetricReason.Counted
            or MetricReason.Stopped => false,
    };

    private static bool IsComparing(RunSpec spec, MetricStatus status) => status.Phase == RunPhase.Running
        && spec.Metrics.Any(metric => metric.Name == status.Name && metric.IsComparedWithStable);

    private static bool HasEnded(MetricStatus metric) => metric.Phase is not (RunPhase.Pending or RunPhase.Running);

    // The order of Argo Rollouts.
    private static int Badness(RunPhase phase) => phase switch
    {
        RunPhase.Successful => 0,
        RunPhase.Running => 1,
        RunPhase.Pending => 2,
        RunPhase.Inconclusive => 3,
        RunPhase.Error => 4,
        RunPhase.Failed => 5,
    };

    // Objects hold whole seconds more often than not: a grid that starts on one is the same after it was read back. Up, since the start
    // must not lie before the traffic.
    private static DateTimeOffset WholeSecond(DateTimeOffset now) =>
        new((now.UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
