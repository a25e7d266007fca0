using System;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Diagnostics;

/// <summary>What this project says. Api: 1000 to 1099, the rest: from 1100.</summary>
internal static partial class KubernetesLog
{
    [LoggerMessage(1000, LogLevel.Information, "{Kind}: {Count} objects in the cache, watching from version {Version}")]
    public static partial void CacheListed(this ILogger log, ResourceKind kind, int count, string version);

    [LoggerMessage(1001, LogLevel.Warning, "{Kind}: the cache cannot follow the API server, next attempt in {Delay}: {Problem}")]
    public static partial void CacheInterrupted(this ILogger log, ResourceKind kind, TimeSpan delay, string problem);

    [LoggerMessage(1002, LogLevel.Information, "{Kind}: the cache follows the API server again")]
    public static partial void CacheResumed(this ILogger log, ResourceKind kind);

    [LoggerMessage(1003, LogLevel.Warning,
        "{Kind}: the API server is at version {Found}, the cache had seen {Known}: everything is listed again")]
    public static partial void CacheAhead(this ILogger log, ResourceKind kind, string found, string known);

    [LoggerMessage(1010, LogLevel.Information, "{Lease}: {Identity} leads, term {Term}")]
    public static partial void LeaseTaken(this ILogger log, ObjectName lease, string identity, long term);

    [LoggerMessage(1011, LogLevel.Information, "{Lease}: held by {Holder}, {Identity} waits")]
    public static partial void LeaseHeld(this ILogger log, ObjectName lease, string holder, string identity);

    [LoggerMessage(1012, LogLevel.Warning, "{Lease}: {Identity} leads no more: {Reason}")]
    public static partial void LeaseLost(this ILogger log, ObjectName lease, string identity, string reason);

    [LoggerMessage(1013, LogLevel.Warning, "{Lease}: cannot be read or renewed by {Identity}: {Problem}")]
    public static partial void LeaseUnreachable(this ILogger log, ObjectName lease, string identity, string problem);

    [LoggerMessage(1016, LogLevel.Error,
        "{Lease}: spec.leaseTransitions is {Found}, after which there is no next term (allowed are 0 to 2147483646). Somebody else wrote "
            + "it: terms begin again at {Term}, and claims of higher terms are ignored")]
    public static partial void LeaseTermsEnd(this ILogger log, ObjectName lease, long found, long term);

    [LoggerMessage(1014, LogLevel.Information, "{Lease}: given up by {Identity}")]
    public static partial void LeaseReleased(this ILogger log, ObjectName lease, string identity);

    [LoggerMessage(1015, LogLevel.Warning, "{Lease}: the Event {Reason} cannot be written: {Problem}")]
    public static partial void LeaseEventNotWritten(this ILogger log, ObjectName lease, string reason, string problem);

    [LoggerMessage(1100, LogLevel.Warning, "{Rollout}: the Event {Reason} cannot be written: {Problem}")]
    public static partial void EventNotWritten(this ILogger log, RolloutName rollout, string reason, string problem);
}
