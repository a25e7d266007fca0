using System;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Diagnostics;

/// <summary>What the engine says. Once a change, never once a tick.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(2001, LogLevel.Information, "{Rollout} {Reason}: {Message}")]
    public static partial void Announced(this ILogger log, RolloutName rollout, string reason, string message);

    [LoggerMessage(2002, LogLevel.Warning, "{Rollout} {Reason}: {Message}")]
    public static partial void Warned(this ILogger log, RolloutName rollout, string reason, string message);

    [LoggerMessage(2003, LogLevel.Warning, "{Rollout} could not tell people about {Reason}")]
    public static partial void NotAnnounced(this ILogger log, RolloutName rollout, string reason, Exception exception);

    [LoggerMessage(2004, LogLevel.Debug, "{Rollout} was changed by somebody else since it was read: {Message}")]
    public static partial void Contended(this ILogger log, RolloutName rollout, string message);

    [LoggerMessage(2005, LogLevel.Warning, "{Rollout} is led by another process: {Message}")]
    public static partial void Deposed(this ILogger log, RolloutName rollout, string message);

    [LoggerMessage(2006, LogLevel.Warning, "{Rollout} write refused: {Message}")]
    public static partial void Refused(this ILogger log, RolloutName rollout, string message);

    [LoggerMessage(2007, LogLevel.Warning, "{Rollout} analysis run {Run} cannot be made: {Problems}")]
    public static partial void RunInvalid(this ILogger log, RolloutName rollout, string run, string problems);

    [LoggerMessage(2023, LogLevel.Information,
        "{Rollout} analysis run {Run} got no answers, and its templates ask for something else now: it is made anew")]
    public static partial void RunRenewed(this ILogger log, RolloutName rollout, string run);

    [LoggerMessage(2008, LogLevel.Warning, "{Rollout} status of analysis run {Run} was not saved: {Reason}")]
    public static partial void RunNotSaved(this ILogger log, RolloutName rollout, string run, string reason);

    [LoggerMessage(2009, LogLevel.Warning,
        "{Rollout} routes or stable's workload could not be claimed for the new term; the next pass tries again: {Reason}")]
    public static partial void NotClaimed(this ILogger log, RolloutName rollout, string reason);

    [LoggerMessage(2010, LogLevel.Warning, "{Rollout} is rolled back, but its status was not saved; the weight is sent all the same")]
    public static partial void RolledBackUnsaved(this ILogger log, RolloutName rollout);

    [LoggerMessage(2017, LogLevel.Error, "{Rollout} is rolled back although the rest of the pass failed: {Message}")]
    public static partial void RolledBackBlindly(this ILogger log, RolloutName rollout, string message);

    [LoggerMessage(2018, LogLevel.Error, "{Rollout} could not be claimed for the new term; the others are, and its next pass tries again")]
    public static partial void TakeoverFailed(this ILogger log, RolloutName rollout, Exception exception);

    [LoggerMessage(2019, LogLevel.Error, "analysis run {Run} of {Rollout} cannot be measured; the others are: {Message}")]
    public static partial void NotMeasured(this ILogger log, RolloutName rollout, string run, string message);

    [LoggerMessage(2011, LogLevel.Warning, "{Rollout} old analysis runs were not deleted")]
    public static partial void NotPruned(this ILogger log, RolloutName rollout, Exception exception);

    [LoggerMessage(2013, LogLevel.Warning, "{Source} does not say which alerts fire, what it said before stands: {Reason}")]
    public static partial void AlertsNotRead(this ILogger log, string source, string reason);

    [LoggerMessage(2014, LogLevel.Information, "{Source} says again which alerts fire")]
    public static partial void AlertsReadAgain(this ILogger log, string source);

    [LoggerMessage(2016, LogLevel.Error,
        "{Source} has not said for {Length} which alerts fire: {Rollouts} rollouts would not be rolled back for a new one unless "
            + "Alertmanager calls")]
    public static partial void AlertsUnread(this ILogger log, string source, string length, int rollouts);

    [LoggerMessage(2015, LogLevel.Error, "the status of AnalysisRun {Namespace}/{Name} was not saved: {Reason}")]
    public static partial void AnalysisNotSaved(this ILogger log, string @namespace, string name, string reason);

    [LoggerMessage(2021, LogLevel.Warning, "{Rollout} is being deleted, and its traffic could not be let go of")]
    public static partial void NotLetGo(this ILogger log, RolloutName rollout, Exception exception);

    [LoggerMessage(2022, LogLevel.Warning,
        "{Rollout} is to be aborted or was deleted: what this pass still waited for is given up, and the next one carries that out")]
    public static partial void CutByAbort(this ILogger log, RolloutName rollout);

    [LoggerMessage(2012, LogLevel.Error, "metric source {Provider} threw instead of answering")]
    public static partial void SourceThrew(this ILogger log, string provider, Exception exception);
}
