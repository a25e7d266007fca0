namespace Canary.Core.Statistics.Kayenta;

/// <summary>How the points of one metric are compared between the arms. The defaults are Kayenta's.</summary>
public sealed record SampleComparison
{
    /// <summary>The direction that is a finding.</summary>
    public ShiftDirection Direction { get; init; }

    /// <summary>What becomes of points without a value.</summary>
    public MissingValues Missing { get; init; }

    /// <summary>What becomes of outliers, after points without a value are seen to.</summary>
    public OutlierTreatment Outliers { get; init; }

    /// <summary>Default of <see cref="OutlierFactor"/>, as in Kayenta.</summary>
    public const double DefaultOutlierFactor = 3;

    /// <summary>How many interquartile ranges beyond the quartiles the fences for outliers stand. Default 3.</summary>
    public double OutlierFactor { get; init; } = DefaultOutlierFactor;

    /// <summary>The measure that the four limits below are in.</summary>
    public EffectMeasure Effect { get; init; }

    /// <summary>The smallest effect at which a higher canary is a finding. Default 1 of <see cref="EffectMeasure.MeanRatio"/>, 0.5 of
    /// <see cref="EffectMeasure.Cles"/>: any.</summary>
    public double? AllowedIncrease { get; init; }

    /// <summary>The largest effect at which a lower canary is a finding. Default 1 of <see cref="EffectMeasure.MeanRatio"/>, 0.5 of
    /// <see cref="EffectMeasure.Cles"/>: any.</summary>
    public double? AllowedDecrease { get; init; }

    /// <summary>The smallest effect at which a higher canary fails the whole comparison, where the metric is critical. Defaults as those of
    /// <see cref="AllowedIncrease"/>.</summary>
    public double? CriticalIncrease { get; init; }

    /// <summary>The largest effect at which a lower canary fails the whole comparison, where the metric is critical. Defaults as those of
    /// <see cref="AllowedDecrease"/>.</summary>
    public double? CriticalDecrease { get; init; }

    /// <summary>That this metric alone can fail the whole comparison.</summary>
    public bool IsCritical { get; init; }

    /// <summary>That an arm without values is a failure and no gap. It changes nothing for a critical metric, which fails by itself, nor
    /// with <see cref="MissingValues.Replace"/>.</summary>
    public bool MustHaveValues { get; init; }
}

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

/// <summary>What becomes of a point that has no value, which is a NaN.</summary>
public enum MissingValues
{
    /// <summary>It is left out. The default.</summary>
    Remove,

    /// <summary>It is a 0, and an arm without any point passes; for counts of errors, where no value means that nothing happened.</summary>
    Replace,
}

/// <summary>What becomes of values far from the others of their arm.</summary>
public enum OutlierTreatment
{
    /// <summary>They are judged as the others are. The default.</summary>
    Keep,

    /// <summary>Those strictly outside of the fences of <see cref="SampleComparison.OutlierFactor"/> are left out, in each arm by its own
    /// fences.</summary>
    Remove,
}

/// <summary>The direction in which a metric gets worse.</summary>
public enum ShiftDirection
{
    /// <summary>Both: a canary that is higher and one that is lower are findings. The default.</summary>
    Either,

    /// <summary>Only a higher canary is a finding, as with errors and latency.</summary>
    Increase,

    /// <summary>Only a lower canary is a finding, as with throughput.</summary>
    Decrease,
}
