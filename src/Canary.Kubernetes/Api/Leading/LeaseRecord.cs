using System;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Leading;

/// <summary>What a Lease says.</summary>
internal sealed record LeaseRecord(string Holder, long Transitions, string Acquired, string Renewed, TimeSpan? Duration)
{
    // A holder that is gone must not keep the Lease for ever, whatever it wrote.
    private const long LongestDuration = 3600;

    private static readonly DateTimeOffset _beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Term of a Lease that is made anew: seconds since 2026, not 0. If somebody deletes the Lease while a leader sleeps,
    /// the terms after that must not be those of before, or the sleeper's would hold again.
    /// </summary>
    public static long FirstTerm(DateTimeOffset now) => Math.Clamp((long)(now - _beginning).TotalSeconds, 0, int.MaxValue / 2);

    /// <summary>
    /// Term of a Lease that is taken over: the next one. A Lease holds no term above 2147483647, and whoever may edit it may write that there: then terms begin again, as with a Lease that is made anew.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="isAgain">Terms begin again.</param>
    public long NextTerm(DateTimeOffset now, out bool isAgain)
    {
        isAgain = Transitions is < 0 or >= int.MaxValue;
        return isAgain ? FirstTerm(now) : Transitions + 1;
    }

    public static LeaseRecord Of(JsonObject lease)
    {
        var spec = lease["spec"] as JsonObject;
        return new LeaseRecord(
            Documents.Text(spec?["holderIdentity"]) ?? "",
            Number(spec?["leaseTransitions"]) ?? 0,
            Documents.Text(spec?["acquireTime"]) ?? "",
            Documents.Text(spec?["renewTime"]) ?? "",
            Number(spec?["leaseDurationSeconds"]) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestDuration)) : null);
    }

    private static long? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out long number) ? number : null;

    /// <summary>Changes these fields of the Lease and no other.</summary>
    public void WriteTo(JsonObject lease)
    {
        if (lease["spec"] is not JsonObject spec) lease["spec"] = spec = [];
        spec["holderIdentity"] = Holder;
        spec["leaseTransitions"] = Transitions;
        spec["acquireTime"] = Acquired;
        spec["renewTime"] = Renewed;
        if (Duration is { } duration) spec["leaseDurationSeconds"] = (long)Math.Ceiling(duration.TotalSeconds);
    }
}
