using System;
using System.Collections.Generic;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Reading;

/// <summary>What queries of PromQL say of the arms of a world: <c>sum(increase(...))</c> over pods and codes.</summary>
internal static class ArmReading
{
    /// <summary>Requests; null: no series has a result.</summary>
    public static double? Requests(World world, Arm arm, int at, int window)
    {
        double? sum = null;
        foreach (var (pod, scraper) in Targets(world, arm))
        {
            if (RangeFunctions.Increase(world.Series[world.Shape.Good(pod, scraper)], at, window) is { } good) sum = (sum ?? 0) + good;
            if (RangeFunctions.Increase(world.Series[world.Shape.Failed(pod, scraper)], at, window) is { } bad) sum = (sum ?? 0) + bad;
        }

        return sum;
    }

    /// <summary>Requests that failed, <c>or vector(0)</c>.</summary>
    public static double Errors(World world, Arm arm, int at, int window)
    {
        var sum = 0.0;
        foreach (var (pod, scraper) in Targets(world, arm))
            sum += RangeFunctions.Increase(world.Series[world.Shape.Failed(pod, scraper)], at, window) ?? 0;
        return sum;
    }

    /// <summary>A quantile of the durations in milliseconds; NaN: there were none.</summary>
    public static double Quantile(World world, Arm arm, int at, int window, double quantile)
    {
        var cumulative = new double[Durations.Buckets];
        foreach (var (pod, scraper) in Targets(world, arm))
        {
            for (var bucket = 0; bucket < cumulative.Length; bucket++)
                cumulative[bucket] += RangeFunctions.Increase(world.Series[world.Shape.Bucket(pod, bucket, scraper)], at, window) ?? 0;
        }

        // Where pods have not the same buckets, Prometheus makes them rise before it looks for the quantile.
        for (var bucket = 1; bucket < cumulative.Length; bucket++)
            cumulative[bucket] = Math.Max(cumulative[bucket], cumulative[bucket - 1]);

        return RangeFunctions.Quantile(quantile, Durations.Bounds, cumulative);
    }

    private static IEnumerable<(int Pod, int Scraper)> Targets(World world, Arm arm)
    {
        var (first, end) = world.Shape.PodsOf(arm);
        for (var scraper = 0; scraper < world.Shape.Scrapers; scraper++)
            for (var pod = first; pod < end; pod++) yield return (pod, scraper);
    }
}
