using System;

namespace Canary.Sandbox.Workloads.Autoscaling;

/// <summary>What a HorizontalPodAutoscaler may do of what it wants.</summary>
/// <param name="Replicas">Number of pods.</param>
/// <param name="IsLimited">It wanted another number.</param>
/// <param name="Reason">Of the condition ScalingLimited.</param>
/// <param name="Message">Of the condition ScalingLimited.</param>
internal sealed record ScaleLimits(int Replicas, bool IsLimited, string Reason, string Message)
{
    // From one look to the next at most twice as many, or 4 where that is more.
    private static int FastestGrowth(int current) => Math.Max(2 * current, 4);

    public static ScaleLimits Apply(int wanted, int current, int least, int most)
    {
        if (wanted > Math.Min(most, FastestGrowth(current)))
        {
            return most <= FastestGrowth(current)
                ? new ScaleLimits(most, true, "TooManyReplicas", "the desired replica count is more than the maximum replica count")
                : new ScaleLimits(FastestGrowth(current), true, "ScaleUpLimit",
                    "the desired replica count is increasing faster than the maximum scale rate");
        }

        return wanted < least
            ? new ScaleLimits(least, true, "TooFewReplicas", "the desired replica count is less than the minimum replica count")
            : new ScaleLimits(wanted, false, "DesiredWithinRange", "the desired count is within the acceptable range");
    }
}
