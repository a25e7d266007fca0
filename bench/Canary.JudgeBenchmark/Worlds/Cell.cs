using System.Globalization;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>One kind of world.</summary>
/// <param name="Rate">Requests a second, both arms together.</param>
/// <param name="Errors">Share of stable's requests that fail.</param>
/// <param name="Schedule">The canary's weights.</param>
internal sealed record Cell(double Rate, double Errors, Schedule Schedule)
{
    public WorldEffect Effect { get; init; } = WorldEffect.None;

    public Onset Onset { get; init; }

    public Noise Noise { get; init; }

    public WorldFault Fault { get; init; }

    public int CanaryPods { get; init; } = 2;

    public int StablePods { get; init; } = 4;

    /// <summary>Durations are measured and judged too.</summary>
    public bool HasDurations { get; init; }

    /// <summary>A fifth of the requests takes ten times as long as the others.</summary>
    public bool IsBimodal { get; init; }

    /// <summary>Looks that the judges are told to leave out at the start.</summary>
    public int WarmUp { get; init; }

    /// <summary>Whoever rolls it back is wrong.</summary>
    public bool IsHarmless => Effect.IsHarmless;

    /// <summary>What tells it from all other cells, in words.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"{Rate:#,0.##} rps, {Errors * 100:0.##} %, {Schedule}, {Effect}{OnsetWords}{NoiseWords}{(IsBimodal ? ", bimodal" : "")}"
            + $"{(HasDurations ? ", durations" : "")}{FaultWords}");

    private string OnsetWords => Onset switch
    {
        Onset.AtStart => "",
        Onset.AfterTwentyMinutes => " after 20 min",
        Onset.AtThirtyPercent => " from 30 % on",
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
    };

    private string FaultWords => Fault switch
    {
        WorldFault.None => "",
        WorldFault.MissedScrapes => ", 5 % of scrapes missed",
        WorldFault.Outage => ", outage 5 min",
        WorldFault.Resets => ", resets",
        WorldFault.NoCanaryTraffic => ", no canary traffic",
        WorldFault.Idle => ", idle",
    };
}
