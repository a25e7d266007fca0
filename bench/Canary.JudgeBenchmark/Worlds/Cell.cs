using System.Globalization;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>One kind of world.</summary>
/// <param name="Rate">Requests a second, both arms together.</param>
/// <param name="Errors">Share of stable's requests that fail.</param>
/// <param name="Schedule">The canary's weights.</param>
internal sealed record Cell(double Rate, double Errors, Schedule Schedule)
{
    private const int UsualCanaryPods = 2;
    private const int UsualStablePods = 4;

    public WorldEffect Effect { get; init; } = WorldEffect.None;

    public Onset Onset { get; init; }

    public Noise Noise { get; init; }

    public WorldFault Fault { get; init; }

    /// <summary>Minutes that an arm is not scraped, where that is its fault.</summary>
    public int GapMinutes { get; init; }

    public int CanaryPods { get; init; } = UsualCanaryPods;

    public int StablePods { get; init; } = UsualStablePods;

    /// <summary>The canary has one pod at its first weight and one more at each that follows, up to <see cref="CanaryPods"/>.</summary>
    public bool IsGrowing { get; init; }

    /// <summary>Durations are measured and judged too.</summary>
    public bool HasDurations { get; init; }

    public DurationShape Shape { get; init; } = DurationShape.Single;

    /// <summary>Looks that the judges are told to leave out at the start.</summary>
    public int WarmUp { get; init; }

    /// <summary>Whoever rolls it back is wrong.</summary>
    public bool IsHarmless => Effect.IsHarmless;

    /// <summary>The same without what is different about the canary.</summary>
    public Cell Healthy => this with { Effect = WorldEffect.None, Onset = Onset.AtStart };

    /// <summary>Looks that were taken when the canary began to be different.</summary>
    public int OnsetLook
    {
        get
        {
            var slot = Clock.Before;
            while (slot < Clock.Slots && !SharedPlan.IsDifferent(this, slot)) slot++;
            return (slot - Clock.Before) / Clock.SlotsInLook;
        }
    }

    /// <summary>What tells it from all other cells, in words.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"{Rate:#,0.##} rps, {Errors * 100:0.##} %, {Schedule}, {Effect}{OnsetWords}{NoiseWords}{ShapeWords}"
            + $"{(HasDurations ? ", durations" : "")}{FaultWords}{PodWords}");

    private string OnsetWords => Onset switch
    {
        Onset.AtStart => "",
        Onset.AfterTwentyMinutes => " after 20 min",
        Onset.AtThirtyPercent => " from 30 % on",
        Onset.AtFiftyPercent => " from 50 % on",
        Onset.InOnePod => string.Create(CultureInfo.InvariantCulture, $" in 1 of {CanaryPods} pods"),
    };

    private string NoiseWords => Noise switch
    {
        Noise.Independent => "",
        Noise.Incident => ", incident",
        Noise.DayCycle => ", day cycle",
        Noise.GammaMild => ", Gamma 0.2",
        Noise.GammaStrong => ", Gamma 0.5",
        Noise.PodSpread => ", pods differ",
        Noise.RetryStorms => ", retry storms",
        Noise.ColdStart => WarmUp > 0 ? ", cold start left out" : ", cold start",
        Noise.JitterMild => ", jitter 5 %",
        Noise.JitterStrong => ", jitter 15 %",
        Noise.PodsDifferMild => ", pods differ by 0.2",
        Noise.PodsDifferStrong => ", pods differ by 0.3",
        Noise.BadStablePod => ", bad stable pod",
        Noise.BadNodes => ", bad nodes",
        Noise.MeshRetries => ", mesh retries",
        Noise.ClientLoops => ", client loops",
        Noise.Stalls => ", stalls",
        Noise.WanderShort => ", wanders over 5 min",
        Noise.WanderLong => ", wanders over 15 min",
        Noise.ColdPods => ", cold pods",
        Noise.Sessions => ", sessions",
    };

    private string ShapeWords => Shape == DurationShape.Single ? ""
        : Shape == DurationShape.Bimodal ? ", bimodal"
        : string.Create(CultureInfo.InvariantCulture, $", {Shape.SlowShare * 100:0.##} % of a slow path x{Shape.SlowFactor}");

    private string FaultWords => Fault switch
    {
        WorldFault.None => "",
        WorldFault.MissedScrapes => ", 5 % of scrapes missed",
        WorldFault.Outage => ", outage 5 min",
        WorldFault.Resets => ", resets",
        WorldFault.NoCanaryTraffic => ", no canary traffic",
        WorldFault.Idle => ", idle",
        WorldFault.CanaryUnscraped => string.Create(CultureInfo.InvariantCulture, $", canary not scraped for {GapMinutes} min"),
        WorldFault.StableUnscraped => string.Create(CultureInfo.InvariantCulture, $", stable not scraped for {GapMinutes} min"),
        WorldFault.ScrapeGaps => ", scrape gaps",
        WorldFault.ScrapedTwice => ", scraped twice",
        WorldFault.ScrapedThrice => ", scraped three times",
        WorldFault.ReplicaPair => ", pair of replicas",
        WorldFault.UnevenBuckets => ", uneven buckets",
    };

    // Pods of which one alone is different are counted above.
    private string PodWords
    {
        get
        {
            if (IsGrowing) return string.Create(CultureInfo.InvariantCulture, $", 1 to {CanaryPods} canary pods");
            var isUsual = StablePods == UsualStablePods && (CanaryPods == UsualCanaryPods || Onset == Onset.InOnePod);
            return isUsual ? "" : string.Create(CultureInfo.InvariantCulture, $", {CanaryPods}+{StablePods} pods");
        }
    }
}
