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
        Largest = evidence.Numbers("largest").ToEquatableArray(),
        Spread = evidence.Child("spread") is { IsPresent: true } spread ? new Spread(spread.Number("squares") ?? 0, spread.Number("events") ?? 0, spread.Number("squaredEvents") ?? 0) : Spread.None,
        Blocks = (int)(evidence.Whole("blocks") ?? 0),
        Open = evidence.Child("openBlock") is { IsPresent: true } open
            ? new OpenBlock(open.Number("seconds") ?? 0, (int)(open.Whole("bound") ?? 0), open.Whole("requests") ?? 0, open.Whole("events") ?? 0, open.Whole("stableRequests") ?? 0, open.Whole("stableEvents") ?? 0)
            : OpenBlock.None,
        Ours = evidence.Number("ours") ?? 0,
        Theirs = evidence.Number("theirs") ?? 0,
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
        .PutList("largest", evidence.Largest, log => log)
        .Put("spread", evidence.Spread == Spread.None ? null : new JsonObject { ["squares"] = evidence.Spread.Squares, ["events"] = evidence.Spread.Events, ["squaredEvents"] = evidence.Spread.SquaredEvents })
        .Put("blocks", evidence.Blocks)
        .Put("openBlock", evidence.Open == OpenBlock.None ? null : new JsonObject
        {
            ["seconds"] = evidence.Open.Seconds,
            ["bound"] = evidence.Open.Bound,
            ["requests"] = evidence.Open.Requests,
            ["events"] = evidence.Open.Events,
            ["stableRequests"] = evidence.Open.StableRequests,
            ["stableEvents"] = evidence.Open.StableEvents,
        })
        .Put("ours", evidence.Ours)
        .Put("theirs", evidence.Theirs)
        .PutList("signs", evidence.Signs, log => log)
        .PutFlag("signShown", evidence.IsSignShown)
        .Put("expected", evidence.Expected)
        .Put("pods", evidence.Pods)
        .PutText("gap", evidence.Gap);
}
