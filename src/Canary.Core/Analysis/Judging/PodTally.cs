using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Adds up what each pod did, window by window.</summary>
public static class PodTally
{
    /// <summary>Pods of one side that are kept, at most: the status of a run has its limits.</summary>
    public const int MostPods = 100;

    // One that comes back later is taken for a new one, or for an old one by what it brings.
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    /// <summary>The pods after one more window.</summary>
    /// <param name="before">What they did before.</param>
    /// <param name="pods">What they counted in the window.</param>
    /// <param name="bound">The bound that is counted.</param>
    /// <param name="isOtherBound">Before, another bound was counted.</param>
    /// <param name="isCompared">Both sides had requests, so that the window is a part of the decision.</param>
    /// <param name="from">Beginning of the window.</param>
    /// <param name="end">Its end.</param>
    internal static EquatableArray<PodEvidence> Add(EquatableArray<PodEvidence> before, EquatableArray<PodCounts> pods, int bound,
        bool isOtherBound, bool isCompared, DateTimeOffset from, DateTimeOffset end)
    {
        var counted = pods.ToDictionary(pod => pod.Name, StringComparer.Ordinal);
        var next = new List<PodEvidence>();
        foreach (var known in before)
        {
            var pod = isOtherBound ? known with { Requests = 0, Events = 0 } : known;
            if (counted.Remove(pod.Name, out var window)) next.Add(Plus(pod, window, isCompared ? bound : null));
            else if (end - (pod.MissingSince ?? from) < Forgotten) next.Add(pod with { MissingSince = pod.MissingSince ?? from });
        }

        next.AddRange(pods.Where(pod => counted.ContainsKey(pod.Name))
            .Select(pod => Plus(new PodEvidence(pod.Name, 0, 0), pod, isCompared ? bound : null)));
        // Those that are gone make room first.
        return next.Count <= MostPods ? [.. next] : [.. next.OrderBy(pod => pod.MissingSince is null ? 0 : 1).Take(MostPods)];
    }

    /// <summary>The events of a window of which two pods or more have a good part each; 0: one pod has nearly all of them.</summary>
    internal static long CountShared(EquatableArray<PodCounts> pods, int bound)
    {
        const double share = 0.2;
        var all = pods.Sum(pod => pod.Counts.Events[bound]);
        return pods.Count(pod => pod.Counts.Events[bound] > 0 && pod.Counts.Events[bound] >= share * all) > 1 ? all : 0;
    }

    private static PodEvidence Plus(PodEvidence pod, PodCounts window, int? bound) => pod with
    {
        Requests = pod.Requests + (bound is { } at ? window.Counts.RequestsAt(at) : 0),
        Events = pod.Events + (bound is { } index ? window.Counts.Events[index] : 0),
        BornAt = window.BornAt,
        MissingSince = window.MissingSince,
    };
}
