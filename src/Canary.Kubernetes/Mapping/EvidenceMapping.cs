using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary><c>evidence</c> of a metric in the status of a run.</summary>
internal static class EvidenceMapping
{
    private const long MostCounted = 1_000_000_000_000_000;
    private const double LargestLog = 1e9;
    private const double LargestSum = 1e18;
    private const int MostNumbers = 256;
    private const int MostBounds = 16;
    private const int LongestGap = 1024;

    /// <summary>The evidence; null where it cannot be read, or does not fit together: it begins anew then.</summary>
    public static Evidence? Read(FieldReader evidence)
    {
        var read = ReadFields(evidence);
        return read.Events.Count == read.StableEvents.Count && (read.Events.Count > 0 || (read.Windows == 0 && read.Worse.Count == 0))
            ? read : null;
    }

    private static Evidence ReadFields(FieldReader evidence) => new()
    {
        CountedTo = evidence.Time("countedTo"),
        Windows = evidence.Int("windows", 0, int.MaxValue / 2) ?? 0,
        Requests = Count(evidence, "requests"),
        StableRequests = Count(evidence, "stableRequests"),
        Events = Counts(evidence, "events"),
        StableEvents = Counts(evidence, "stableEvents"),
        Worse = Logs(evidence, "worse"),
        Harmless = Logs(evidence, "harmless"),
        Placebo = Logs(evidence, "placebo"),
        Largest = Logs(evidence, "largest"),
        Spread = evidence.Child("spread") is { IsPresent: true } spread
        ? new Overdispersion(Sum(spread, "squares"), Sum(spread, "events"), Sum(spread, "squaredEvents")) : Overdispersion.None,
        Blocks = evidence.Int("blocks", 0, int.MaxValue / 2) ?? 0,
        Open = evidence.Child("openBlock") is { IsPresent: true } open
            ? new PartialMinute(Sum(open, "seconds"), open.Int("bound", 0, MostBounds)
                ?? 0, Count(open, "requests"), Count(open, "events"), Count(open, "stableRequests"), Count(open, "stableEvents"))
            : PartialMinute.None,
        Ours = Sum(evidence, "ours"),
        Theirs = Sum(evidence, "theirs"),
        Signs = Logs(evidence, "signs"),
        IsSignShown = evidence.Flag("signShown", false),
        Expected = Sum(evidence, "expected"),
        Pods = evidence.Int("pods", 0) ?? 0,
        Gap = evidence.Text("gap") ?? "",
    };

    /// <summary>The JSON, from which <see cref="Read"/> makes an equal one.</summary>
    // Within what the judge adds up without end: numbers that a person wrote into the status must not make it count with infinities.
    private static long Count(FieldReader fields, string key) => Math.Clamp(fields.Whole(key) ?? 0, 0, MostCounted);

    private static double Sum(FieldReader fields, string key) => Math.Clamp(fields.Number(key) ?? 0, 0, LargestSum);

    private static EquatableArray<long> Counts(FieldReader fields, string key) =>
        fields.Numbers(key).Take(MostBounds).Select(number => (long)Math.Clamp(number, 0, MostCounted)).ToEquatableArray();

    private static EquatableArray<double> Logs(FieldReader fields, string key) =>
        fields.Numbers(key).Take(MostNumbers).Select(number => Math.Clamp(number, -LargestLog, LargestLog)).ToEquatableArray();

    public static JsonObject Write(Evidence evidence) => new JsonObject()
        .PutTime("countedTo", evidence.CountedTo)
        .Put("windows", evidence.Windows)
        .Put("requests", evidence.Requests)
        .Put("stableRequests", evidence.StableRequests)
        .PutList("events", evidence.Events, count => count)
        .PutList("stableEvents", evidence.StableEvents, count => count)
        .PutList("worse", [.. evidence.Worse.Where(double.IsFinite)], log => log)
        .PutList("harmless", [.. evidence.Harmless.Where(double.IsFinite)], log => log)
        .PutList("placebo", [.. evidence.Placebo.Where(double.IsFinite)], log => log)
        .PutList("largest", [.. evidence.Largest.Where(double.IsFinite)], log => log)
        .Put("spread", evidence.Spread == Overdispersion.None || !double.IsFinite(evidence.Spread.Squares + evidence.Spread.SquaredEvents)
            ? null
            : new JsonObject
            {
                ["squares"] = evidence.Spread.Squares,
                ["events"] = evidence.Spread.Events,
                ["squaredEvents"] = evidence.Spread.SquaredEvents
            })
        .Put("blocks", evidence.Blocks)
        .Put("openBlock", evidence.Open == PartialMinute.None ? null : new JsonObject
        {
            ["seconds"] = evidence.Open.Seconds,
            ["bound"] = evidence.Open.Bound,
            ["requests"] = evidence.Open.Requests,
            ["events"] = evidence.Open.Events,
            ["stableRequests"] = evidence.Open.StableRequests,
            ["stableEvents"] = evidence.Open.StableEvents,
        })
        .PutNumber("ours", evidence.Ours)
        .PutNumber("theirs", evidence.Theirs)
        .PutList("signs", [.. evidence.Signs.Where(double.IsFinite)], log => log)
        .PutFlag("signShown", evidence.IsSignShown)
        .PutNumber("expected", evidence.Expected)
        .Put("pods", evidence.Pods)
        .PutText("gap", FieldWriter.Clip(evidence.Gap, LongestGap));
}
