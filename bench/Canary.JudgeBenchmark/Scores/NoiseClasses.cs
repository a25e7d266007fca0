using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Scores;

/// <summary>Sorts cells by what may be promised in them.</summary>
internal static class NoiseClasses
{
    /// <summary>Cells in which a rollback is false and nothing is wrong with the measuring.</summary>
    public static bool IsPlain(Cell cell) => cell is { IsHarmless: true, Fault: WorldFault.None } && !IsReallyWorse(cell);

    /// <summary>A cold canary is worse for a while, and who looks then is right to say so: shown, and no promise broken.</summary>
    public static bool IsReallyWorse(Cell cell) => cell is { Noise: Noise.ColdStart, WarmUp: 0 };

    public static NoiseClass Of(Noise noise) => noise switch
    {
        Noise.Independent => NoiseClass.Independent,
        Noise.Incident => NoiseClass.Incident,
        Noise.DayCycle => NoiseClass.DayCycle,
        Noise.GammaMild or Noise.GammaStrong or Noise.PodSpread or Noise.RetryStorms or Noise.ColdStart or Noise.JitterMild
            or Noise.JitterStrong => NoiseClass.Overdispersed,
    };

    /// <summary>How many times the declared rate is allowed.</summary>
    public static double Allowance(NoiseClass kind) => kind switch
    {
        NoiseClass.Independent or NoiseClass.Incident or NoiseClass.DayCycle => 1,
        NoiseClass.Overdispersed => 5,
    };
}
