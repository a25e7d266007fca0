using System;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Controller.Diagnostics;

/// <summary>What the process says.</summary>
internal static partial class ControllerLog
{
    [LoggerMessage(
        3001,
        LogLevel.Information,
        "canary-controller {Version} starts: API server {Server}, namespace {Namespace}, identity {Identity}")]
    public static partial void Starting(this ILogger log, string version, Uri server, string @namespace, string identity);

    [LoggerMessage(3002, LogLevel.Information, "/metrics, /healthz and /readyz are served on {Address}")]
    public static partial void Listening(this ILogger log, string address);

    [LoggerMessage(3003, LogLevel.Information, "leading with term {Term}: {Rollouts} rollouts, their active routes are claimed")]
    public static partial void Leading(this ILogger log, long term, int rollouts);

    [LoggerMessage(3004, LogLevel.Information, "not leading any more, on standby")]
    public static partial void Standby(this ILogger log);

    [LoggerMessage(3005, LogLevel.Information, "stopping: no new pass begins")]
    public static partial void Stopping(this ILogger log);

    [LoggerMessage(3006, LogLevel.Warning, "passes were still running after {Patience}, they are cut off")]
    public static partial void CutOff(this ILogger log, TimeSpan patience);

    [LoggerMessage(3007, LogLevel.Information, "stopped")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(3008, LogLevel.Error, "the takeover failed, it is tried again in {Wait}")]
    public static partial void TakeoverFailed(this ILogger log, TimeSpan wait, Exception exception);

    [LoggerMessage(3014, LogLevel.Error, "the Lease is given up, so that another process can lead: {Reason}")]
    public static partial void Resigning(this ILogger log, string reason);

    [LoggerMessage(3015, LogLevel.Error, "the queries that are due cannot be sent, next try in {Wait}")]
    public static partial void MeasuringFailed(this ILogger log, TimeSpan wait, Exception exception);

    [LoggerMessage(3016, LogLevel.Warning, "not ready: {Problem}")]
    public static partial void NotReady(this ILogger log, string problem);

    [LoggerMessage(3017, LogLevel.Information, "ready")]
    public static partial void Ready(this ILogger log);

    [LoggerMessage(3010, LogLevel.Error, "{Rollout} pass failed, next try in {Wait}: {Message}")]
    public static partial void PassFailed(this ILogger log, RolloutName rollout, TimeSpan wait, string message, Exception? exception);

    [LoggerMessage(3011, LogLevel.Information, "{Rollout} pass works again")]
    public static partial void PassWorksAgain(this ILogger log, RolloutName rollout);

    [LoggerMessage(
        3012,
        LogLevel.Warning,
        "{Rollout} asked for another pass at once {Count} times in a row, it is looked at once a second until it rests")]
    public static partial void PassNeverRests(this ILogger log, RolloutName rollout, int count);

    [LoggerMessage(3013, LogLevel.Error, "the schedule refused {Request}")]
    public static partial void ScheduleFailed(this ILogger log, string request, Exception exception);

    [LoggerMessage(3030, LogLevel.Warning, "/hooks/alertmanager answered {Status} to {Caller}: {Message}")]
    public static partial void HookRefused(this ILogger log, int status, string caller, string message);

    [LoggerMessage(
        3032,
        LogLevel.Warning,
        "/hooks/alertmanager answered {Status} to {Caller}: {Message} (and {Count} times more since this was last said)")]
    public static partial void HookRefusedOften(this ILogger log, int status, string caller, string message, int count);

    [LoggerMessage(3033, LogLevel.Information, "/hooks/alertmanager takes no calls: the controller was started without --alert-token-file")]
    public static partial void HookOff(this ILogger log);

    [LoggerMessage(3034, LogLevel.Information, "/hooks/alertmanager takes no calls as long as there is no token in {File}")]
    public static partial void HookWithoutToken(this ILogger log, string file);

    [LoggerMessage(
        3031,
        LogLevel.Warning,
        "Alertmanager left {Count} alerts out of its call: raise max_alerts of the receiver, or group them otherwise")]
    public static partial void HookTruncated(this ILogger log, long count);

    [LoggerMessage(
        3035,
        LogLevel.Warning,
        "{Count} alerts of Alertmanager's webhook were left out: {Most} are kept already, and no rule of an active rollout matches these")]
    public static partial void HookFull(this ILogger log, int count, int most);

    [LoggerMessage(3018, LogLevel.Error, "{Rollout} changed while its pass is under way, and what is asked of it could not be read")]
    public static partial void NotHeard(this ILogger log, RolloutName rollout, Exception exception);

    [LoggerMessage(3020, LogLevel.Critical, "stopped by an error")]
    public static partial void Fatal(this ILogger log, Exception exception);

    [LoggerMessage(3091, LogLevel.Error, "{Request} of the schedule failed; the others go on")]
    public static partial void ScheduleRequestFailed(this ILogger log, string? request, Exception exception);
}
