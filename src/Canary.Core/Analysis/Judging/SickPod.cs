using System;
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

    /// <summary>Its name; null: there is none, or more than one, which is how this service's pods are.</summary>
    /// <param name="pods">What each of stable's pods did.</param>
    /// <param name="factor">Events for one observation.</param>
    public static string? Find(EquatableArray<PodEvidence> pods, double factor)
    {
        PodEvidence[] serving = [.. pods.Where(pod => pod.Requests > 0)];
        if (serving.Length <= 2 || serving.MaxBy(pod => pod.Events / (double)pod.Requests) is not { } worst) return null;
        PodEvidence[] others = [.. serving.Where(pod => pod != worst)];
        return IsSick(worst, others, factor) && !others.Any(pod => IsSick(pod, [.. others.Where(other => other != pod)], factor))
            ? worst.Name : null;
    }

    private static bool IsSick(PodEvidence pod, PodEvidence[] others, double factor)
    {
        double requests = others.Sum(other => other.Requests), events = others.Sum(other => other.Events);
        var expected = pod.Requests * Math.Max(events, 0.5) / requests;
        return pod.Events >= LeastEvents && pod.Events >= Times * expected
            && pod.Events - expected >= StandardErrors * Math.Sqrt(factor * expected);
    }
}
