namespace Canary.Controller.Monitoring;

/// <summary>Buckets of the histograms of this process.</summary>
internal static class DurationBuckets
{
    /// <summary>Upper bounds in seconds.</summary>
    public static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
}
