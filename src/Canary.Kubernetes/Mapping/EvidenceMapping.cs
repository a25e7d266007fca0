using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Kubernetes.Mapping;

/// <summary><c>evidence</c> of a metric in the status of a run.</summary>
internal static class EvidenceMapping
{
    public static Evidence Read(FieldReader evidence) => new()
    {
        CountedTo = evidence.Time("countedTo"),
        Windows = (int)(evidence.Whole("windows") ?? 0),
        Requests = evidence.Whole("requests") ?? 0,
        StableRequests = evidence.Whole("stableRequests") ?? 0,
        Events = evidence.Numbers("events").Select(number => (long)number).ToEquatableArray(),
        StableEvents = evidence.Numbers("stableEvents").Select(number => (long)number).ToEquatableArray(),
        Worse = evidence.Numbers("worse").ToEquatableArray(),
        Harmless = evidence.Numbers("harmless").ToEquatableArray(),
        Placebo = evidence.Numbers("placebo").ToEquatableArray(),
        Signs = evidence.Numbers("signs").ToEquatableArray(),
        IsSignShown = evidence.Flag("signShown", false),
        Expected = evidence.Number("expected") ?? 0,
        Pods = (int)(evidence.Whole("pods") ?? 0),
        Gap = evidence.Text("gap") ?? "",
    };

    /// <summary>The JSON, from which <see cref="Read"/> makes an equal one.</summary>
    public static JsonObject Write(Evidence evidence) => new JsonObject()
        .PutTime("countedTo", evidence.CountedTo)
        .Put("windows", evidence.Windows)
        .Put("requests", evidence.Requests)
        .Put("stableRequests", evidence.StableRequests)
        .PutList("events", evidence.Events, count => count)
        .PutList("stableEvents", evidence.StableEvents, count => count)
        .PutList("worse", evidence.Worse, log => log)
        .PutList("harmless", evidence.Harmless, log => log)
        .PutList("placebo", evidence.Placebo, log => log)
        .PutList("signs", evidence.Signs, log => log)
        .PutFlag("signShown", evidence.IsSignShown)
        .Put("expected", evidence.Expected)
        .Put("pods", evidence.Pods)
        .PutText("gap", evidence.Gap);
}
