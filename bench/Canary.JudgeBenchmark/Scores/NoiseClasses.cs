using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Scores;

/// <summary>Sorts cells by what may be promised in them.</summary>
internal static class NoiseClasses
{
    /// <summary>Cells in which a rollback is false and nothing is wrong with the measuring.</summary>
    public static bool IsPlain(Cell cell) => cell.IsHarmless && !IsFaulty(cell) && !IsReallyWorse(cell);

    /// <summary>Something is wrong with the measuring that has a gate of its own. How pods are scraped is a part of the world.</summary>
    public static bool IsFaulty(Cell cell) => cell.Fault switch
    {
        WorldFault.MissedScrapes or WorldFault.Outage or WorldFault.Resets or WorldFault.NoCanaryTraffic or WorldFault.Idle => true,
        WorldFault.None or WorldFault.CanaryUnscraped or WorldFault.StableUnscraped or WorldFault.ScrapeGaps or WorldFault.ScrapedTwice
            or WorldFault.ScrapedThrice or WorldFault.ReplicaPair or WorldFault.UnevenBuckets => false,
    };

    /// <summary>A cold canary is worse for a while, and who looks then is right to say so: shown, and no promise broken.</summary>
    public static bool IsReallyWorse(Cell cell) => cell is { Noise: Noise.ColdStart, WarmUp: 0 };

    public static NoiseClass Of(Cell cell) => cell.Noise switch
    {
        Noise.Independent => cell.Fault is WorldFault.ScrapedTwice or WorldFault.ScrapedThrice or WorldFault.ReplicaPair ? NoiseClass.Batch
            : NoiseClass.Independent,
        Noise.Incident => NoiseClass.Incident,
        Noise.DayCycle => NoiseClass.DayCycle,
        Noise.MeshRetries => NoiseClass.Batch,
        Noise.GammaMild or Noise.GammaStrong or Noise.PodSpread or Noise.RetryStorms or Noise.ColdStart or Noise.JitterMild
            or Noise.JitterStrong or Noise.PodsDifferMild or Noise.PodsDifferStrong or Noise.BadStablePod or Noise.BadNodes
            or Noise.ClientLoops or Noise.Stalls or Noise.ColdPods or Noise.Sessions => NoiseClass.Overdispersed,
        Noise.WanderShort or Noise.WanderLong => NoiseClass.Impossible,
    };

    /// <summary>How many times the declared rate is allowed; null: any number of times.</summary>
    public static double? Allowance(NoiseClass kind) => kind switch
    {
        NoiseClass.Independent or NoiseClass.Incident or NoiseClass.DayCycle or NoiseClass.Batch => 1,
        NoiseClass.Overdispersed => 5,
        NoiseClass.Impossible => null,
    };
}
