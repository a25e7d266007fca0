using System;
using Canary.JudgeBenchmark.Chance;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>How long requests take, seen through the buckets of Envoy.</summary>
internal static class Durations
{
    private const double Median = 60;
    private const double Spread = 0.7008;
    private const double TailDelay = 500;

    /// <summary>Envoy's default bounds up to half a minute, in milliseconds; what lies above them is in the last bucket.</summary>
    public static readonly double[] Bounds = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000];

    /// <summary>Buckets, with the last one.</summary>
    public static int Buckets => Bounds.Length + 1;

    /// <summary>Share of the requests that take at most <paramref name="bound"/> milliseconds.</summary>
    public static double UpTo(double bound, DurationShape shape, double slowness, double tailShare)
    {
        var early = Mixture(bound / slowness, shape);
        return tailShare <= 0 ? early : ((1 - tailShare) * early) + (tailShare * Mixture((bound - TailDelay) / slowness, shape));
    }

    /// <summary>Share of the requests in each bucket, by itself.</summary>
    public static void Fill(double[] shares, DurationShape shape, double slowness, double tailShare)
    {
        var before = 0.0;
        for (var bucket = 0; bucket < Bounds.Length; bucket++)
        {
            var upTo = UpTo(Bounds[bucket], shape, slowness, tailShare);
            shares[bucket] = Math.Max(0, upTo - before);
            before = upTo;
        }

        shares[Bounds.Length] = Math.Max(0, 1 - before);
    }

    private static double Mixture(double duration, DurationShape shape)
    {
        var quick = LogNormal(duration * shape.Quickness);
        return shape.SlowShare <= 0 ? quick
            : ((1 - shape.SlowShare) * quick) + (shape.SlowShare * LogNormal(duration * shape.Quickness / shape.SlowFactor));
    }

    private static double LogNormal(double duration) => duration <= 0 ? 0 : Tail.NormalUpTo(Math.Log(duration / Median) / Spread);
}
