using System.Globalization;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>What a window did not see, in words.</summary>
internal static class EvidenceGap
{
    /// <summary>Of a window that was counted; empty: it is whole.</summary>
    public static string Describe(WindowCounts window) => (window.Canary.Requests, window.Stable.Requests) switch
    {
        _ when window.HasNoSeries =>
            "idle: there is no series of either side; where there is traffic, the labels they are looked for by are others",
        (0, _) or (_, 0) when FindWarmUp(window) is { } pod => $"warm-up: what new pods such as {pod} serve is not counted yet",
        (0, 0) => "idle: there were no requests on either side",
        (0, var stable) => $"no traffic: the canary got none of the {OddsText.Count(stable)} requests",
        (var canary, 0) => $"nothing to compare with: stable got none of the {OddsText.Count(canary)} requests",
        _ => "",
    };

    /// <summary>Of a window that waits.</summary>
    public static string Describe(MissingPod missing) => string.Create(CultureInfo.InvariantCulture,
        $"the window waits for pod {missing.Name} of {(missing.IsCanary ? "the canary" : "stable")}, not scraped since "
            + $"{missing.Since:HH:mm:ss}");

    private static string? FindWarmUp(WindowCounts window)
    {
        foreach (var pod in window.Canary.Requests == 0 ? window.CanaryPods : window.StablePods)
            if (pod.IsWarmingUp) return pod.Name;
        return null;
    }
}
