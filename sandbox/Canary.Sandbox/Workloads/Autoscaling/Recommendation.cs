using System;

namespace Canary.Sandbox.Workloads.Autoscaling;

/// <summary>How many pods a HorizontalPodAutoscaler wants by its metric alone, or why it cannot say.</summary>
/// <param name="Replicas">Number of pods; null where nothing is measured.</param>
/// <param name="Utilization">What was measured, in percent of the request.</param>
/// <param name="Problem">Why nothing is.</param>
/// <remarks>Source: kubernetes pkg/controller/podautoscaler/replica_calculator.go.</remarks>
internal sealed record Recommendation(int? Replicas, int? Utilization, string? Problem)
{
    // A ratio this near to 1 changes nothing.
    private const double Tolerance = 0.1;

    public static Recommendation None(string problem) => new(null, null, problem);

    /// <summary>So many pods that each has its part of what there is to do.</summary>
    /// <param name="current">Pods wanted now.</param>
    /// <param name="target">What one pod does (<c>averageValue</c>).</param>
    /// <param name="total">What there is to do.</param>
    public static Recommendation Divide(int current, int target, int total) =>
        current > 0 && Math.Abs(1 - (double)total / target / current) <= Tolerance ? new Recommendation(current, null, null)
            : new Recommendation((int)Math.Ceiling((double)total / target), null, null);

    /// <param name="current">Pods wanted now.</param>
    /// <param name="target">Utilization to reach, in percent.</param>
    /// <param name="sum">Sum of the utilization of the pods that are ready, in percent.</param>
    /// <param name="ready">How many are.</param>
    /// <param name="unready">How many are not: they count as idle when more pods seem to be needed.</param>
    public static Recommendation Compute(int current, int target, double sum, int ready, int unready)
    {
        if (ready == 0) return None("failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)");
        var utilization = (int)(sum / ready);
        var ratio = sum / ready / target;
        if (Math.Abs(1 - ratio) <= Tolerance) return new Recommendation(current, utilization, null);
        if (ratio < 1 || unready == 0) return new Recommendation((int)Math.Ceiling(ratio * ready), utilization, null);
        var all = ready + unready;
        var cautious = sum / all / target;
        var wanted = cautious - 1 <= Tolerance ? current : Math.Max(current, (int)Math.Ceiling(cautious * all));
        return new Recommendation(wanted, utilization, null);
    }
}
