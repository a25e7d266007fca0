using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>What controllers want to know of a pod.</summary>
internal static class PodReadiness
{
    /// <summary>Neither being deleted nor at its end.</summary>
    public static bool IsActive(JsonObject pod) =>
        !pod.IsTerminating() && pod.TextAt("status", "phase") is not ("Failed" or "Succeeded");

    /// <summary>Since when it has been ready; null where it is not.</summary>
    public static DateTimeOffset? ReadySince(JsonObject pod)
    {
        var ready = pod.ItemsAt("status", "conditions")
            .FirstOrDefault(condition => condition.TextAt("type") == "Ready" && condition.TextAt("status") == "True");
        if (ready is null) return null;
        var isKnown = DateTimeOffset.TryParse(ready.TextAt("lastTransitionTime"), CultureInfo.InvariantCulture, out var since);
        return isKnown ? since : DateTimeOffset.MinValue;
    }

    public static bool IsReady(JsonObject pod) => ReadySince(pod) is not null;

    /// <summary>Ready for at least this long.</summary>
    public static bool IsAvailable(JsonObject pod, TimeSpan wait, DateTimeOffset now) =>
        ReadySince(pod) is { } since && now - since >= wait;

    /// <summary>How long until the next of these pods is available; null where none will be by waiting.</summary>
    public static TimeSpan? UntilAvailable(System.Collections.Generic.IEnumerable<JsonObject> pods, TimeSpan wait, DateTimeOffset now)
    {
        var waiting = pods.Select(ReadySince).OfType<DateTimeOffset>().Where(since => now - since < wait).ToList();
        return waiting.Count == 0 ? null : waiting.Min() + wait - now;
    }
}
