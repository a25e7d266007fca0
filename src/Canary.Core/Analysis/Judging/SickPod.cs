using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Finds the one pod of stable that is sick by itself: stable is compared without it, or a bad node under it would hide a bad
/// canary.</summary>
internal static class SickPod
{
    // Below it pods differ as pods do, and two of them are no exception.
    private const double Times = 2.5;

    private const int LeastEvents = 10;

    private const double StandardErrors = 5;

    /// <summary>The pods to leave out of a window: stable's one sick pod and then the canary's as well, so that both sides are treated
    /// alike; none where nothing would be left of a side.</summary>
    /// <param name="before">What each pod did before.</param>
    /// <param name="window">The window.</param>
    /// <param name="factor">Events for one observation.</param>
    public static IReadOnlySet<string> FindLeftOut(Evidence before, WindowCounts window, double factor)
    {
        if (Find(before.StablePods, factor) is not { } sick) return new HashSet<string>();
        var leftOut = new HashSet<string>(StringComparer.Ordinal) { sick };
        if (FindAny(before.CanaryPods, factor) is { } ours) leftOut.Add(ours);
        return Serves(window.StablePods, leftOut) && Serves(window.CanaryPods, leftOut) ? leftOut : new HashSet<string>();
    }

    /// <summary>The name of stable's; null: there is none, or more than one, which is how this service's pods are.</summary>
    /// <param name="pods">What each of stable's pods did.</param>
    /// <param name="factor">Events for one observation.</param>
    public static string? Find(EquatableArray<PodEvidence> pods, double factor) =>
        pods.Count(IsServing) > 2 ? FindAny(pods, factor) : null;

    private static string? FindAny(EquatableArray<PodEvidence> pods, double factor)
    {
        PodEvidence[] serving = [.. pods.Where(IsServing)];
        if (serving.Length < 2 || serving.MaxBy(pod => pod.Events / (double)pod.Requests) is not { } worst) return null;
        PodEvidence[] others = [.. serving.Where(pod => pod != worst)];
        return IsSick(worst, others, factor)
            && (others.Length < 2 || !others.Any(pod => IsSick(pod, [.. others.Where(other => other != pod)], factor)))
            ? worst.Name : null;
    }

    private static bool IsServing(PodEvidence pod) => pod is { Requests: > 0, MissingSince: null };

    private static bool Serves(EquatableArray<PodCounts> pods, HashSet<string> leftOut) =>
        pods.Any(pod => pod.Counts.Requests > 0 && !leftOut.Contains(pod.Name));

    private static bool IsSick(PodEvidence pod, PodEvidence[] others, double factor)
    {
        double requests = others.Sum(other => other.Requests), events = others.Sum(other => other.Events);
        var expected = pod.Requests * Math.Max(events, 0.5) / requests;
        return pod.Events >= LeastEvents && pod.Events >= Times * expected
            && pod.Events - expected >= StandardErrors * Math.Sqrt(factor * expected);
    }
}
