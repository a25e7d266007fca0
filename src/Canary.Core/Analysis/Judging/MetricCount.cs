using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Counts the measurements of one metric against its limits.</summary>
public static class MetricCount
{
    private static readonly string[] Ordinals =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    internal static MetricStatus New(string name) => new(name, RunPhase.Running, "", 0, 0, 0, 0, 0, null, []);

    /// <summary>The metric after one more measurement; unchanged where it has ended, or its tick was counted.</summary>
    /// <param name="metric">What is measured.</param>
    /// <param name="status">What was counted before.</param>
    /// <param name="finished">The answers.</param>
    /// <param name="startedAt">Start of the run.</param>
    public static MetricStatus Add(MetricSpec metric, MetricStatus status, FinishedMeasurement finished, DateTimeOffset startedAt)
    {
        if (status.Phase != RunPhase.Running || finished.DueAt <= status.LastDueAt) return status;
        var judgement = metric.Comparison is null
            ? MetricJudge.Judge(metric, finished.Answer, finished.Samples, finished.DueAt) with
            {
                Evidence = status.Evidence,
                Finding = status.Classified,
                Samples = SampleCount.Count(finished.Samples),
            }
            : ComparisonJudge.Judge(metric, status, finished, startedAt);
        var message = JudgementText.Describe(metric, judgement);
        var measurement = new Measurement(finished.DueAt, finished.FinishedAt, judgement.Verdict, judgement.Shown, message)
        {
            Samples = judgement.Samples,
            Odds = judgement.Odds,
            Ratio = (judgement.Reason as JudgementReason.Compared)?.Finding.Range,
            Rate = (judgement.Reason as JudgementReason.HeldToObjective)?.Finding.Range,
            Interval = judgement.Interval,
        };
        var counted = Tallied(status, judgement.Verdict) with
        {
            ConsecutiveRefusals = judgement.Verdict == RunPhase.Error ? status.ConsecutiveRefusals + (IsRefused(metric, finished) ? 1 : 0)
            : 0,
            Evidence = judgement.Evidence == Evidence.None ? null : judgement.Evidence,
            Classified = judgement.Finding,
            LastDueAt = finished.DueAt,
            ErrorsSince = judgement.Verdict == RunPhase.Error ? status.ErrorsSince ?? finished.DueAt : null,
            Measurements = [.. status.Measurements.Append(measurement).TakeLast(Math.Max(1, metric.Retention))],
        };
        return Concluded(metric, status, counted, new Last(judgement.Verdict, message, FindReason(metric, judgement)));
    }

    /// <summary>Errors hold the rollout: more in a row than the limit, or for longer than the budget.</summary>
    internal static bool IsHeld(MetricSpec metric, MetricStatus status) => IsPastLimit(metric, status) || IsPastBudget(metric, status);

    /// <summary>
    /// Errors may decide: more in a row than the limit, and for longer than the budget. A short outage is neither, whatever the interval.
    /// What is no outage has no budget: waiting mends no query.
    /// </summary>
    internal static bool MayErrorsDecide(MetricSpec metric, MetricStatus status) =>
        (IsPastLimit(metric, status) && IsPastBudget(metric, status)) || status.ConsecutiveRefusals > metric.ConsecutiveErrorLimit;

    /// <summary>What was measured, in numbers: <c>7 measurements: 6 successful, 1 failed</c>.</summary>
    internal static string Tally(MetricStatus status)
    {
        var parts = new[] { (status.Successful, "successful"), (status.Failed, "failed"), (status.Inconclusive, "inconclusive"),
            (status.Errors, "without an answer") }
            .Where(part => part.Item1 > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}"));
        var all = Answered(status) + status.Errors;
        return string.Create(CultureInfo.InvariantCulture, $"{all} measurement{(all == 1 ? "" : "s")}: {string.Join(", ", parts)}");
    }

    private static MetricStatus Tallied(MetricStatus status, RunPhase verdict) => verdict switch
    {
        RunPhase.Successful =>
            status with
            {
                Successful = status.Successful + 1,
                ConsecutiveErrors = 0,
                ConsecutiveFailures = 0,
                ConsecutiveSuccesses = status.ConsecutiveSuccesses + 1
            },
        RunPhase.Failed =>
            status with
            {
                Failed = status.Failed + 1,
                ConsecutiveErrors = 0,
                ConsecutiveFailures = status.ConsecutiveFailures + 1,
                ConsecutiveSuccesses = 0
            },
        RunPhase.Inconclusive =>
            status with
            {
                Inconclusive = status.Inconclusive + 1,
                ConsecutiveErrors = 0,
                ConsecutiveFailures = 0,
                ConsecutiveSuccesses = 0
            },
        // An error says nothing of the canary: it neither continues a row of verdicts nor breaks one.
        RunPhase.Error => status with { Errors = status.Errors + 1, ConsecutiveErrors = status.ConsecutiveErrors + 1 },
        RunPhase.Pending or RunPhase.Running =>
            throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "a measurement has a verdict"),
    };

    // Where no data is an error, an error that has an answer may be no more than a pause of the traffic.
    private static bool IsRefused(MetricSpec metric, FinishedMeasurement finished)
    {
        MetricAnswer.Faulted[] faults = [.. new[] { finished.Answer, finished.Samples, finished.Baseline }.OfType<MetricAnswer.Faulted>()];
        return faults.Length > 0 ? faults.All(fault => fault.IsRefusal) : metric.OnNoData != EmptyVerdict.Error;
    }

    // The order of the questions is the priority.
    private static MetricStatus Concluded(MetricSpec metric, MetricStatus before, MetricStatus counted, Last last)
    {
        if (metric.FailureLimit >= 0 && counted.Failed > metric.FailureLimit)
            return counted with
            {
                Phase = RunPhase.Failed,
                Reason = last.Reason,
                Message = metric.Comparison is null
                ? $"{last.Message}, {HowOften(metric, counted)}" : last.Message
            };
        if (counted.Inconclusive > metric.InconclusiveLimit)
            return counted with
            {
                Phase = RunPhase.Inconclusive,
                Reason = last.Reason,
                Message =
                    $"{last.Message}; {Of(counted.Inconclusive, counted, "inconclusive")}"
                        + $"{Limit("inconclusiveLimit", metric.InconclusiveLimit)}"
            };
        if (metric.ConsecutiveSuccessLimit > 0 && counted.ConsecutiveSuccesses >= metric.ConsecutiveSuccessLimit)
            return counted with
            {
                Phase = RunPhase.Successful,
                Reason = MetricReason.Counted,
                Message = $"{metric.ConsecutiveSuccessLimit} good measurements in a row; {Tally(counted)}"
            };
        if (Answered(counted) >= (metric.Count ?? (metric.Interval is null ? 1 : int.MaxValue))
            && !IsEvidenceAwaited(metric, counted, last)) return AtCount(metric, counted, last);
        if (!IsHeld(metric, counted)) return counted with { Reason = MetricReason.None, Message = "" };

        // The message of a hold is the one that it began with: a tick alone must not change what the rollout says.
        var isNews = !IsHeld(metric, before) || MayErrorsDecide(metric, before) != MayErrorsDecide(metric, counted);
        return !isNews ? counted : counted with
        {
            Reason = MetricReason.NoAnswer,
            Message = IsPastLimit(metric, counted)
                ? string.Create(CultureInfo.InvariantCulture,
                    $"more than {metric.ConsecutiveErrorLimit} measurements in a row without an answer: {last.Message}")
                : $"no answer for longer than the error budget of {GoDuration.Format(metric.ErrorBudget)}: {last.Message}",
        };
    }

    // A limit on good measurements that was not reached is Failed where failures themselves are not limited, and Inconclusive where they
    // are and stayed within it: the table of Argo Rollouts.
    private static MetricStatus AtCount(MetricSpec metric, MetricStatus counted, Last last)
    {
        var tally = Tally(counted);
        if (metric.ConsecutiveSuccessLimit > 0)
        {
            return counted with
            {
                Phase = metric.FailureLimit < 0 ? RunPhase.Failed : RunPhase.Inconclusive,
                Reason = MetricReason.Counted,
                Message = $"never {metric.ConsecutiveSuccessLimit} good measurements in a row; {tally}",
            };
        }

        // What a comparison knows is in its last look: the ones before it are in the evidence.
        if (metric.Comparison is not null)
            return counted with
            {
                Phase = last.Verdict == RunPhase.Successful ? RunPhase.Successful
                : RunPhase.Inconclusive,
                Reason = last.Reason,
                Message = last.Message
            };

        // Argo Rollouts is content with a count of inconclusive measurements. No data is not good data.
        var isConclusive = metric.Compatibility == Compatibility.Argo || counted.Successful + counted.Failed > 0;
        return counted with
        {
            Phase = isConclusive ? RunPhase.Successful : RunPhase.Inconclusive,
            Reason = isConclusive ? MetricReason.Counted : last.Reason,
            Message = isConclusive ? tally
            : $"{last.Message}; {tally}"
        };
    }

    // Evidence that is required may take more looks than were asked for. One without an answer is none, and decides nothing.
    private static bool IsEvidenceAwaited(MetricSpec metric, MetricStatus counted, Last last) =>
        metric is { Interval: { } interval, Count: { } count, Comparison.CountExtension: var within } && within > TimeSpan.Zero
        && (last.Verdict == RunPhase.Error
            || (last.Verdict == RunPhase.Inconclusive && Answered(counted) < count + Math.Ceiling(within / interval)));

    private static MetricReason FindReason(MetricSpec metric, MetricJudgement judgement) => judgement.Reason switch
    {
        JudgementReason.Good => MetricReason.None,
        JudgementReason.NoAnswer or JudgementReason.SamplesUnknown or JudgementReason.NotEvaluated => MetricReason.NoAnswer,
        JudgementReason.NoValue => MetricReason.NoData,
        JudgementReason.Compared or JudgementReason.HeldToObjective => MetricReason.Compared,
        JudgementReason.Classified => MetricReason.Classified,
        _ when metric.Provider is ProviderSpec.Red && !(judgement.Value is { } value && double.IsFinite(value)) => MetricReason.NoData,
        JudgementReason.TooFewSamples => MetricReason.TooFewSamples,
        JudgementReason.FailureHolds or JudgementReason.SuccessFails or JudgementReason.NeitherHolds => MetricReason.Measured,
        _ => throw new UnreachableException(),
    };

    private static bool IsPastLimit(MetricSpec metric, MetricStatus status) => status.ConsecutiveErrors > metric.ConsecutiveErrorLimit;

    private static bool IsPastBudget(MetricSpec metric, MetricStatus status) =>
        status.ErrorsSince is { } since && status.LastDueAt - since >= metric.ErrorBudget;

    private static int Answered(MetricStatus status) => status.Successful + status.Failed + status.Inconclusive;

    private static string Limit(string name, int limit) =>
        limit > 0 ? string.Create(CultureInfo.InvariantCulture, $", {name} {limit}") : "";

    // So many in a row are one more than the limit, which is not said beside them.
    private static string HowOften(MetricSpec metric, MetricStatus status) =>
        status.ConsecutiveFailures == status.Failed && status.Failed > 1
            ? $"{Ordinal(status.Failed)} failure in a row"
            : Of(status.Failed, status, "failed") + Limit("failureLimit", metric.FailureLimit);

    private static string Ordinal(int number) =>
        number <= Ordinals.Length ? Ordinals[number - 1] : string.Create(CultureInfo.InvariantCulture, $"{number}{Ending(number)}");

    private static string Ending(int number) => (number % 100, number % 10) switch
    {
        (11 or 12 or 13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };

    private static string Of(int some, MetricStatus status, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{some} of {Answered(status)} measurement{(Answered(status) == 1 ? "" : "s")} {what}");

    private sealed record Last(RunPhase Verdict, string Message, MetricReason Reason);
}
