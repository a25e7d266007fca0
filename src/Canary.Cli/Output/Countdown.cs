using System;
using System.Globalization;
using System.Text.Json.Nodes;
using Canary.Cli.Reading;
using Canary.Core.Units;
using Canary.Terminal;

namespace Canary.Cli.Output;

/// <summary>What a rollout waits for, as far as a clock says when it ends.</summary>
internal static class Countdown
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeptByDefault = TimeSpan.FromSeconds(30);

    /// <summary><c>4m10s of the pause of 10m left</c>, or how long until the deadline, or where it was rolled back; null: no clock
    /// runs.</summary>
    public static string? Describe(RolloutDetails details, DateTimeOffset now)
    {
        var status = details.Rollout["status"];
        var strategy = (status?["accepted"] ?? details.Rollout["spec"])?["strategy"];
        if (strategy?["blueGreen"] is not null && details.Phase is "RollingBack" or "RolledBack" && status?["abort"] is not null)
            return (decimal?)status["abort"]?["weight"] > 0 ? "after the switch" : "before the switch";
        var canary = StrategySteps.Find(strategy);
        var steps = canary?["steps"] as JsonArray ?? [];
        var index = (int?)status?["currentStepIndex"] ?? 0;
        var isBefore = (bool?)status?["beforeSteps"] == true;
        if (details.Phase is "RollingBack" or "RolledBack" && status?["abort"] is not null)
            return isBefore || index < 0 ? "before the first step" : index < steps.Count ? $"at step {index + 1} of {steps.Count}"
                : "after the last step";
        if (details.Phase is not ("Progressing" or "Paused" or "Promoting")) return null;
        if (Time(status?["waitingSince"]) is { } waiting)
        {
            var deadline = Length((status?["accepted"] ?? details.Rollout["spec"])?["progressDeadline"]) ?? Deadline;
            return $"{Left(waiting + deadline, now)} until the deadline";
        }

        if (strategy?["blueGreen"] is { } switching) return Describe(status, switching, now);
        // A pause that is held for another reason does not end by its clock.
        if ((string?)status?["hold"]?["reason"] is not (null or "PauseStep") || isBefore || index >= steps.Count) return null;
        return Length(steps[index]?["pause"]?["duration"]) is { } length && Time(status?["stepStartedAt"]) is { } started
            ? $"{Left(started + length, now)} of the pause of {GoDuration.Format(length)} left"
            : null;
    }

    // The pause before the switch, and the time after it in which the old version is kept.
    private static string? Describe(JsonNode? status, JsonNode blueGreen, DateTimeOffset now)
    {
        if ((string?)status?["hold"]?["reason"] is not (null or "PauseStep") || (bool?)status?["beforeSteps"] == true
            || Time(status?["stepStartedAt"]) is not { } started) return null;
        if (status?["promotion"] is null)
            return Length(blueGreen["autoPromotionAfter"]) is { } pause ? $"{Left(started + pause, now)} until the switch" : null;
        return (string?)status["promotion"] is "ConfirmingFull" or "Verifying" && (decimal?)status["weights"]?["applied"] == 100
            ? $"the old version is kept for {Left(started + (Length(blueGreen["scaleDownDelay"]) ?? KeptByDefault), now)} more" : null;
    }

    private static string Left(DateTimeOffset end, DateTimeOffset now) =>
        Age.Format(end > now ? end - now + TimeSpan.FromSeconds(0.999) : TimeSpan.Zero);

    private static TimeSpan? Length(JsonNode? text) =>
        text is not null && GoDuration.TryParse(text.ToString(), out var length, out _) ? length : null;

    private static DateTimeOffset? Time(JsonNode? text) =>
        DateTimeOffset.TryParse((string?)text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
