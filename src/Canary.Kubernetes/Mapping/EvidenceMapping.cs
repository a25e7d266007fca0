using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Analysis.Shares;
using Canary.Core.Statistics;
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
        Latest = Logs(evidence, "latest"),
        Shared = Count(evidence, "shared"),
        Spread = evidence.Child("spread") is { IsPresent: true } spread ? Spread(spread) : Overdispersion.None,
        Blocks = evidence.Int("blocks", 0, int.MaxValue / 2) ?? 0,
        Open = evidence.Child("openBlock") is { IsPresent: true } open
            ? new PartialMinute(Sum(open, "seconds"), open.Int("bound", 0, MostBounds)
                ?? 0, Count(open, "requests"), Count(open, "events"), Count(open, "stableRequests"), Count(open, "stableEvents"))
            : PartialMinute.None,
        Ours = Sum(evidence, "ours"),
        Theirs = Sum(evidence, "theirs"),
        Signs = Logs(evidence, "signs"),
        Ratios = evidence.Child("ratios") is { IsPresent: true } ratios ? Ratios(ratios, evidence.Int("blocks", 0) ?? 0)
            : MinuteRatios.None,
        AreMinutesShown = evidence.Flag("signShown", false),
        Expected = Sum(evidence, "expected"),
        Exposed = Counts(evidence, "exposed"),
        StableExposed = Counts(evidence, "stableExposed"),
        CanaryPods = Pods(evidence, "canaryPods"),
        StablePods = Pods(evidence, "stablePods"),
        PodBound = evidence.Int("podBound", 0, MostBounds) ?? 0,
        Steps = evidence.Child("steps") is { IsPresent: true } steps ? Steps(steps) : Unsteadiness.None,
        Traffic = evidence.Child("traffic") is { IsPresent: true } traffic ? TrafficShareMapping.Read(traffic) : TrafficShare.None,
        Raises = (int)Math.Clamp(evidence.Whole("raises") ?? 0, 0, Evidence.MostRaises),
        SinceRaise = evidence.Child("sinceRaise") is { IsPresent: true } recent ? ReadSinceRaise(recent) : null,
        Burn = evidence.Child("burn") is { IsPresent: true } burn ? ReadBurn(burn) : null,
        Gap = evidence.Text("gap") ?? "",
    };

    // Lists that do not fit together would count with numbers of other alternatives: what is known of the rate begins anew.
    private static BurnEvidence? ReadBurn(FieldReader burn)
    {
        var (whole, recent) = (Mixture(burn.Child("whole")), Mixture(burn.Child("recent")));
        return whole is null || recent is null ? null : new BurnEvidence(whole, recent)
        {
            Since = burn.Time("since"),
            Requests = Count(burn, "requests"),
            Events = Count(burn, "events"),
        };
    }

    private static StartMixture? Mixture(FieldReader mixture)
    {
        var read = new StartMixture(Logs(mixture, "logs"), Logs(mixture, "withoutBurst"), Logs(mixture, "withoutLatest"));
        return read.Logs.Count == ObjectiveProcess.Size && read.WithoutBurst.Count == ObjectiveProcess.Size
            && read.WithoutLatest.Count == ObjectiveProcess.Size ? read : null;
    }

    private static JsonObject Write(BurnEvidence burn) => new JsonObject()
        .Put("whole", Write(burn.Whole))
        .Put("recent", Write(burn.Recent))
        .PutTime("since", burn.Since)
        .Put("requests", burn.Requests)
        .Put("events", burn.Events);

    private static JsonObject Write(StartMixture mixture) => new JsonObject()
        .PutList("logs", [.. mixture.Logs.Where(double.IsFinite)], log => log)
        .PutList("withoutBurst", [.. mixture.WithoutBurst.Where(double.IsFinite)], log => log)
        .PutList("withoutLatest", [.. mixture.WithoutLatest.Where(double.IsFinite)], log => log);

    // One inside another is all that is written, and all that is read.
    private static Evidence? ReadSinceRaise(FieldReader recent)
    {
        if (recent.Has("sinceRaise")) return null;
        return Read(recent) is { } read ? read with { CanaryPods = [], StablePods = [] } : null;
    }

    // More minutes than there were are not of this run: they begin anew.
    private static MinuteRatios Ratios(FieldReader ratios, int blocks) =>
        ratios.Int("minutes", 0) is > 0 and var minutes && minutes <= blocks && ratios.Number("sum") is { } sum
            ? new(minutes, Math.Clamp(sum, -LargestLog, LargestLog), Sum(ratios, "squares")) : MinuteRatios.None;

    private static Overdispersion Spread(FieldReader spread) =>
        new(Sum(spread, "squares"), Sum(spread, "events"), Sum(spread, "squaredEvents"))
        {
            First = Sum(spread, "first"),
            Second = Sum(spread, "second"),
            FirstExpected = Sum(spread, "firstExpected"),
            Pods = spread.Int("pods", 0) ?? 0,
        };

    private static Unsteadiness Steps(FieldReader steps) =>
        new(Count(steps, "requests"), Count(steps, "events"), Count(steps, "stableRequests"), Count(steps, "stableEvents"))
        {
            Canary = StepsOf(steps, "canary"),
            Stable = StepsOf(steps, "stable"),
        };

    private static StepSum StepsOf(FieldReader steps, string key) => steps.Child(key) is { IsPresent: true } side
        ? new StepSum(Sum(side, "squares"), Sum(side, "pairs"), Sum(side, "squaredPairs"), Sum(side, "largest"), Sum(side, "largestPair"))
        : StepSum.None;

    // A name that is written twice would be two pods: the first stands.
    private static EquatableArray<PodEvidence> Pods(FieldReader evidence, string key) =>
    [
        .. evidence.Items(key).Take(PodTally.MostPods)
            .Select(pod => new PodEvidence(pod.Text("name") ?? "", Count(pod, "requests"), Count(pod, "events"))
            {
                BornAt = pod.Time("bornAt"),
                MissingSince = pod.Time("missingSince"),
            })
            .DistinctBy(pod => pod.Name),
    ];

    // Within what the judge adds up without end: numbers that a person wrote into the status must not make it count with infinities.
    private static long Count(FieldReader fields, string key) => Math.Clamp(fields.Whole(key) ?? 0, 0, MostCounted);

    private static double Sum(FieldReader fields, string key) => Math.Clamp(fields.Number(key) ?? 0, 0, LargestSum);

    private static EquatableArray<long> Counts(FieldReader fields, string key) =>
        fields.Numbers(key).Take(MostBounds).Select(number => (long)Math.Clamp(number, 0, MostCounted)).ToEquatableArray();

    private static EquatableArray<double> Logs(FieldReader fields, string key) =>
        fields.Numbers(key).Take(MostNumbers).Select(number => Math.Clamp(number, -LargestLog, LargestLog)).ToEquatableArray();

    /// <summary>The JSON, from which <see cref="Read"/> makes an equal one.</summary>
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
        .Put("shared", evidence.Shared == 0 ? null : evidence.Shared)
        .PutList("latest", [.. evidence.Latest.Where(double.IsFinite)], log => log)
        .PutList("largest", [.. evidence.Largest.Where(double.IsFinite)], log => log)
        .Put("spread", evidence.Spread == Overdispersion.None || !double.IsFinite(evidence.Spread.Squares + evidence.Spread.SquaredEvents)
            ? null
            : Write(evidence.Spread))
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
        .Put("ratios", evidence.Ratios == MinuteRatios.None || !double.IsFinite(evidence.Ratios.Sum + evidence.Ratios.Squares) ? null
            : new JsonObject
            {
                ["minutes"] = evidence.Ratios.Minutes,
                ["sum"] = evidence.Ratios.Sum,
                ["squares"] = evidence.Ratios.Squares,
            })
        .PutFlag("signShown", evidence.AreMinutesShown)
        .PutNumber("expected", evidence.Expected)
        .PutList("exposed", evidence.Exposed, count => count)
        .PutList("stableExposed", evidence.StableExposed, count => count)
        .PutList("canaryPods", evidence.CanaryPods, Write)
        .PutList("stablePods", evidence.StablePods, Write)
        .Put("podBound", evidence.PodBound == 0 ? null : evidence.PodBound)
        .Put("steps", evidence.Steps == Unsteadiness.None ? null : Write(evidence.Steps))
        .Put("traffic", TrafficShareMapping.Write(evidence.Traffic))
        .Put("raises", evidence.Raises == 0 ? null : evidence.Raises)
        .Put("sinceRaise", evidence.SinceRaise is { } recent ? Write(recent) : null)
        .Put("burn", evidence.Burn is { } burn ? Write(burn) : null)
        .PutText("gap", FieldWriter.Clip(evidence.Gap, LongestGap));

    private static JsonObject Write(Overdispersion spread) => new JsonObject
    {
        ["squares"] = spread.Squares,
        ["events"] = spread.Events,
        ["squaredEvents"] = spread.SquaredEvents,
        ["first"] = spread.First,
        ["second"] = spread.Second,
        ["firstExpected"] = spread.FirstExpected,
        ["pods"] = spread.Pods,
    };

    private static JsonObject Write(Unsteadiness steps) => new JsonObject
    {
        ["requests"] = steps.Requests,
        ["events"] = steps.Events,
        ["stableRequests"] = steps.StableRequests,
        ["stableEvents"] = steps.StableEvents,
    }.Put("canary", Write(steps.Canary)).Put("stable", Write(steps.Stable));

    private static JsonObject? Write(StepSum steps) => steps == StepSum.None
        || !double.IsFinite(steps.Squares + steps.SquaredPairs + steps.Largest + steps.LargestPair) ? null : new JsonObject
        {
            ["squares"] = steps.Squares,
            ["pairs"] = steps.Pairs,
            ["squaredPairs"] = steps.SquaredPairs,
            ["largest"] = steps.Largest,
            ["largestPair"] = steps.LargestPair,
        };

    private static JsonObject Write(PodEvidence pod) => new JsonObject()
        .PutText("name", pod.Name)
        .Put("requests", pod.Requests)
        .Put("events", pod.Events)
        .PutTime("bornAt", pod.BornAt)
        .PutTime("missingSince", pod.MissingSince);
}
