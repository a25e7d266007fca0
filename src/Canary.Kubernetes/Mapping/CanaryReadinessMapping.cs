using System;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary><c>status.canaryReadiness</c>.</summary>
internal static class CanaryReadinessMapping
{
    public static CanaryReadiness? Read(FieldReader readiness) =>
        readiness.IsPresent
            ? new CanaryReadiness(
                readiness.Int("losses", 0) ?? 0,
                readiness.Int("readyPods", 0) ?? 0,
                readiness.Int("step", 0) ?? 0,
                readiness.Duration("unreadyBefore") ?? TimeSpan.Zero,
                readiness.Time("unreadySince"),
                readiness.Time("observedAt"))
            : null;

    public static JsonObject? Write(CanaryReadiness? readiness)
    {
        if (readiness is null) return null;
        var written = new JsonObject { ["losses"] = readiness.Losses }.Put("readyPods", readiness.ReadyPods).Put("step", readiness.Step);
        if (readiness.UnreadyBefore > TimeSpan.Zero) written.PutDuration("unreadyBefore", readiness.UnreadyBefore);
        return written.PutTime("unreadySince", readiness.UnreadySince).PutTime("observedAt", readiness.ObservedAt);
    }
}
