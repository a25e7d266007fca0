using System;
using System.Linq;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Statistics;

namespace Canary.Core.Analysis.Judging;

/// <summary>Counts windows into the evidence of a metric that is held against an objective.</summary>
internal static class ObjectiveSum
{
    /// <summary>Counts a window in.</summary>
    /// <param name="metric">What is measured.</param>
    /// <param name="before">What is known.</param>
    /// <param name="window">The window; it has no pods of stable.</param>
    /// <param name="from">Its beginning.</param>
    /// <param name="to">Its end.</param>
    public static Evidence Add(MetricSpec metric, Evidence before, WindowCounts window, DateTimeOffset from, DateTimeOffset to)
    {
        if (window.WaitsFor is { } missing) return before with { Gap = EvidenceGap.Describe(missing) };
        var canary = window.Canary;
        // Requests of a pod without the bucket of the bound are known to nobody.
        var requests = canary.Events.Count == 0 ? 0 : canary.RequestsAt(0);
        var next = before with
        {
            CountedTo = to,
            Gap = Gap(metric, before, window, requests),
            CanaryPods = PodTally.Add(before.CanaryPods, window.CanaryPods, 0, false, requests > 0, from, to),
        };
        if (requests == 0) return next;
        var events = canary.Events[0];
        SideCounts none = new(0, [0]);
        return next with
        {
            Windows = before.Windows + 1,
            Requests = before.Requests + requests,
            Events = [(before.Events.Count > 0 ? before.Events[0] : 0) + events],
            StableEvents = [0],
            Steps = before.Steps.Add(new SideCounts(requests, [events]), none, 0, isRaise: false),
            Burn = Burnt(metric.Comparison!.Objective!, before, requests, events, from, to),
        };
    }

    private static BurnEvidence Burnt(Objective objective, Evidence before, long requests, long events, DateTimeOffset from,
        DateTimeOffset to)
    {
        var burn = before.Burn ?? BurnEvidence.None;
        var isShort = (to - from).TotalSeconds < SequentialJudge.BlockSeconds;
        var number = before.Windows + 1;
        var recent = new ObjectiveProcess(objective.AllowedForAWhile);
        var next = burn with
        {
            Whole = burn.Whole.Add(new ObjectiveProcess(objective.Allowed).LogFactors(requests, events),
                burn.Whole.Logs.Count == 0 ? 0 : double.NegativeInfinity, isShort),
            Recent = burn.Recent.Add(recent.LogFactors(requests, events), StartMixture.LogWeight(number), isShort),
            Since = burn.Since ?? from,
            Requests = burn.Requests + requests,
            Events = burn.Events + events,
        };
        // Since when it burns: where all of it together says nothing any more, the time that is meant begins anew.
        return recent.LogFactors(next.Requests, next.Events).Max() > 0 ? next
            : next with { Since = null, Requests = 0, Events = 0 };
    }

    // Where little is asked, a window without a request is no surprise: what was seen before stands. Labels that nobody has are one.
    private static string Gap(MetricSpec metric, Evidence before, WindowCounts window, long requests)
    {
        if (window.HasNoSeries)
            return "no series of the canary: nobody asked it for anything, or the labels it is looked for by are others";
        if (requests > 0 || ObjectiveJudge.IsEnough(metric, before.Requests)) return "";
        return window.CanaryPods.FirstOrDefault(pod => pod.IsWarmingUp) is { } pod
            ? $"warm-up: what new pods such as {pod.Name} serve is not counted yet" : "no traffic: the canary had no requests";
    }
}
