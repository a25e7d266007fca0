namespace Canary.Core.Statistics;

/// <summary>The measure of how large a difference is, next to whether there is one.</summary>
public enum EffectMeasure
{
    /// <summary>The canary's mean divided by stable's; none where either mean is 0, and of no use where values are below 0. The
    /// default.</summary>
    MeanRatio,

    /// <summary>The chance that a value of the canary is above one of stable, ties counted half: the common language effect size, 0 to 1,
    /// 0.5 where neither is.</summary>
    Cles,
}
