using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis.Shares;
using Canary.Core.Statistics;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary><c>evidence.traffic</c> of a metric in the status of a run.</summary>
internal static class TrafficShareMapping
{
    private const long MostCounted = 1_000_000_000_000_000;
    private const double LargestLog = 1e9;
    private const double MostSeconds = 1e9;
    private const int MostFindings = 1_000_000;

    /// <summary>What a person wrote into it has a harmless value where it cannot be counted with.</summary>
    public static TrafficShare Read(FieldReader traffic)
    {
        var logs = traffic.Numbers("logs").Select(number => Math.Clamp(number, -LargestLog, LargestLog)).ToEquatableArray();
        return new TrafficShare
        {
            Logs = logs.Count == ShareProcess.Start.Count ? logs : [],
            Weight = traffic.Percent("weight"),
            Since = traffic.Time("since"),
            Seconds = Math.Clamp(traffic.Number("seconds") ?? 0, 0, MostSeconds),
            Requests = Count(traffic, "requests"),
            StableRequests = Count(traffic, "stableRequests"),
            Findings = (int)Math.Clamp(traffic.Whole("findings") ?? 0, 0, MostFindings),
            Mismatch = traffic.Child("mismatch") is { IsPresent: true } found && found.Percent("weight") is { } weight
                ? new TrafficMismatch(weight, Count(found, "requests"), Count(found, "stableRequests")) : null,
        };
    }

    /// <summary>The JSON, from which <see cref="Read"/> makes an equal one; null: nothing is known.</summary>
    public static JsonObject? Write(TrafficShare share) => share with { Open = [] } == TrafficShare.None ? null : new JsonObject()
        .PutList("logs", [.. share.Logs.Where(double.IsFinite)], log => log)
        .Put("weight", share.Weight is { } weight ? weight.Percent : null)
        .PutTime("since", share.Since)
        .PutNumber("seconds", share.Seconds)
        .Put("requests", share.Requests)
        .Put("stableRequests", share.StableRequests)
        .Put("findings", share.Findings == 0 ? null : share.Findings)
        .Put("mismatch", share.Mismatch is not { } found ? null : new JsonObject
        {
            ["weight"] = found.Weight.Percent,
            ["requests"] = found.Requests,
            ["stableRequests"] = found.StableRequests,
        });

    private static long Count(FieldReader fields, string key) => Math.Clamp(fields.Whole(key) ?? 0, 0, MostCounted);
}
