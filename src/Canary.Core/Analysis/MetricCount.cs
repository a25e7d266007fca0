using System;
using System.Globalization;
using System.Linq;

namespace Canary.Core.Analysis;

/// <summary>Counts the measurements of one metric against its limits.</summary>
internal static class MetricCount
{
    private const int Kept = 10;

    public static MetricStatus New(string name) => new(name, RunPhase.Running, "", 0, 0, 0, 0, 0, null, []);

    /// <summary>The metric after one more measurement; unchanged where it has ended, or its tick was counted.</summary>
    public static MetricStatus Add(MetricSpec metric, MetricStatus status, FinishedMeasurement finished)
    {
        if (status.Phase != RunPhase.Running || finished.DueAt <= status.LastDueAt) return status;
        var judgement = MetricJudge.Judge(metric, finished.Answer);
        var measurement = new Measurement(finished.DueAt, finished.FinishedAt, judgement.Verdict, judgement.Value, judgement.Message);
        var counted = Tallied(status, judgement.Verdict) with
        {
            LastDueAt = finished.DueAt,
            Measurements = [.. status.Measurements.Append(measurement).TakeLast(Kept)],
        };
        return Concluded(metric, status, counted, judgement);
    }

    public static bool IsHeld(MetricSpec metric, MetricStatus status) => status.ConsecutiveErrors > metric.ConsecutiveErrorLimit;

    /// <summary>What was measured, in numbers: <c>7 measurements: 6 successful, 1 failed</c>.</summary>
    public static string Tally(MetricStatus status)
    {
        var parts = new[] { (status.Successful, "successful"), (status.Failed, "failed"), (status.Inconclusive, "inconclusive"), (status.Errors, "without an answer") }
            .Where(part => part.Item1 > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}"));
        var all = Answered(status) + status.Errors;
        return string.Create(CultureInfo.InvariantCulture, $"{all} measurement{(all == 1 ? "" : "s")}: {string.Join(", ", parts)}");
    }

    private static MetricStatus Tallied(MetricStatus status, RunPhase verdict) => verdict switch
    {
        RunPhase.Successful => status with { Successful = status.Successful + 1, ConsecutiveErrors = 0 },
        RunPhase.Failed => status with { Failed = status.Failed + 1, ConsecutiveErrors = 0 },
        RunPhase.Inconclusive => status with { Inconclusive = status.Inconclusive + 1, ConsecutiveErrors = 0 },
        RunPhase.Error => status with { Errors = status.Errors + 1, ConsecutiveErrors = status.ConsecutiveErrors + 1 },
        RunPhase.Pending or RunPhase.Running => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "a measurement has a verdict"),
    };

    // The order of the questions is the priority.
    private static MetricStatus Concluded(MetricSpec metric, MetricStatus before, MetricStatus counted, Judgement last)
    {
        if (metric.FailureLimit >= 0 && counted.Failed > metric.FailureLimit)
            return counted with { Phase = RunPhase.Failed, Message = $"{last.Message}; {Of(counted.Failed, counted, "failed")}, failureLimit {metric.FailureLimit}" };
        if (counted.Inconclusive > metric.InconclusiveLimit)
            return counted with { Phase = RunPhase.Inconclusive, Message = $"{last.Message}; {Of(counted.Inconclusive, counted, "inconclusive")}, inconclusiveLimit {metric.InconclusiveLimit}" };
        if (Answered(counted) >= (metric.Count ?? (metric.Interval is null ? 1 : int.MaxValue)))
        {
            // Argo Rollouts is content with a count of inconclusive measurements. No data is not good data.
            var isConclusive = counted.Successful + counted.Failed > 0;
            return counted with { Phase = isConclusive ? RunPhase.Successful : RunPhase.Inconclusive, Message = isConclusive ? Tally(counted) : $"{last.Message}; {Tally(counted)}" };
        }

        if (!IsHeld(metric, counted)) return counted with { Message = "" };

        // The message of a hold is the one that it began with: a tick alone must not change what the rollout says.
        return IsHeld(metric, before) ? counted : counted with
        {
            Message = string.Create(CultureInfo.InvariantCulture, $"more than {metric.ConsecutiveErrorLimit} measurements in a row without an answer: {last.Message}"),
        };
    }

    private static int Answered(MetricStatus status) => status.Successful + status.Failed + status.Inconclusive;

    private static string Of(int some, MetricStatus status, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{some} of {Answered(status)} measurement{(Answered(status) == 1 ? "" : "s")} {what}");
}
