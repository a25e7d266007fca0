using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Reading;

/// <summary>What queries of PromQL say of the arms of a world: <c>sum(increase(...))</c> over pods and codes.</summary>
internal static class ArmReading
{
    /// <summary>Requests; null: no series has a result.</summary>
    public static double? Requests(World world, Arm arm, int at, int window)
    {
        double? sum = null;
        var (first, end) = world.Shape.PodsOf(arm);
        for (var pod = first; pod < end; pod++)
        {
            if (RangeFunctions.Increase(world.Series[world.Shape.Good(pod)], at, window) is { } good) sum = (sum ?? 0) + good;
            if (RangeFunctions.Increase(world.Series[world.Shape.Failed(pod)], at, window) is { } failed) sum = (sum ?? 0) + failed;
        }

        return sum;
    }

    /// <summary>Requests that failed, <c>or vector(0)</c>.</summary>
    public static double Errors(World world, Arm arm, int at, int window)
    {
        var sum = 0.0;
        var (first, end) = world.Shape.PodsOf(arm);
        for (var pod = first; pod < end; pod++) sum += RangeFunctions.Increase(world.Series[world.Shape.Failed(pod)], at, window) ?? 0;
        return sum;
    }

    /// <summary>A quantile of the durations in milliseconds; NaN: there were none.</summary>
    public static double Quantile(World world, Arm arm, int at, int window, double quantile)
    {
        var cumulative = new double[Durations.Buckets];
        var (first, end) = world.Shape.PodsOf(arm);
        for (var pod = first; pod < end; pod++)
        {
            for (var bucket = 0; bucket < cumulative.Length; bucket++)
                cumulative[bucket] += RangeFunctions.Increase(world.Series[world.Shape.Bucket(pod, bucket)], at, window) ?? 0;
        }

        return RangeFunctions.Quantile(quantile, Durations.Bounds, cumulative);
    }
}
