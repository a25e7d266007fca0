using System;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Reading;

/// <summary>What the last minute looked like at a look, read once for all judges that ask.</summary>
internal sealed class MinuteReading
{
    private const int Window = 60_000;
    private const double Percentile = 0.99;

    private readonly (bool IsRead, double? Requests, double Errors)[,] _counts = new (bool, double?, double)[2, Clock.Looks + 1];
    private readonly (bool IsRead, double Value)[,] _quantiles = new (bool, double)[2, Clock.Looks + 1];
    private World? _world;
    private int _run;

    /// <summary>Share of the requests that failed; null: there were none, or no samples.</summary>
    public double? ErrorShare(World world, Arm arm, int look)
    {
        Turn(world);
        ref var count = ref _counts[(int)arm, look];
        if (!count.IsRead)
            count = (true, ArmReading.Requests(world, arm, look * Clock.Look, Window),
                ArmReading.Errors(world, arm, look * Clock.Look, Window));
        return count.Requests > 0 ? count.Errors / count.Requests : null;
    }

    /// <summary>The 99th percentile of the durations in milliseconds; NaN: there were none.</summary>
    public double SlowestPercent(World world, Arm arm, int look)
    {
        Turn(world);
        ref var quantile = ref _quantiles[(int)arm, look];
        if (!quantile.IsRead) quantile = (true, ArmReading.Quantile(world, arm, look * Clock.Look, Window, Percentile));
        return quantile.Value;
    }

    private void Turn(World world)
    {
        if (ReferenceEquals(world, _world) && world.Run == _run) return;
        (_world, _run) = (world, world.Run);
        Array.Clear(_counts);
        Array.Clear(_quantiles);
    }
}
