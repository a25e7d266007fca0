using System;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>A pooled z-test of two proportions, one-sided, 5 percent, at each look over all that happened since the start: what a person
/// does who looks at a dashboard with a calculator.</summary>
internal sealed class ZTestJudge : IJudge
{
    private const double Critical = 1.6448536269514722;

    private int _start;

    public string Name => "z each look";

    public double? DeclaredRate => 0.05;

    public void Begin(Cell cell) => _start = cell.WarmUp * Clock.Look;

    public Verdict Look(World world, int look)
    {
        var at = look * Clock.Look;
        if (world.IsAnswering(at) && IsWorse(world, at, at - _start)) return Verdict.RolledBack;
        return look < Clock.Looks ? Verdict.Continue : Verdict.Promoted;
    }

    /// <summary>The statistic; 0 where it has none.</summary>
    public static double Z(double requests, double errors, double others, double theirs)
    {
        if (requests <= 0 || others <= 0) return 0;
        var pooled = (errors + theirs) / (requests + others);
        var variance = pooled * (1 - pooled) * ((1 / requests) + (1 / others));
        return variance <= 0 ? 0 : ((errors / requests) - (theirs / others)) / Math.Sqrt(variance);
    }

    private static bool IsWorse(World world, int at, int window)
    {
        var (requests, others) = (ArmReading.Requests(world, Arm.Canary, at, window), ArmReading.Requests(world, Arm.Stable, at, window));
        if (requests is null || others is null) return false;
        return Z(requests.Value, ArmReading.Errors(world, Arm.Canary, at, window), others.Value,
            ArmReading.Errors(world, Arm.Stable, at, window)) > Critical;
    }
}
