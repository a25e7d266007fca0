namespace Canary.Core.Statistics;

/// <summary>How the points of one metric are compared between the arms. The defaults are Kayenta's.</summary>
public sealed record SampleComparison
{
    /// <summary>The direction that is a finding.</summary>
    public ShiftDirection Direction { get; init; }

    /// <summary>What becomes of points without a value.</summary>
    public MissingValues Missing { get; init; }

    /// <summary>What becomes of outliers, after points without a value are seen to.</summary>
    public OutlierTreatment Outliers { get; init; }

    /// <summary>How many interquartile ranges beyond the quartiles the fences for outliers stand. Default 3.</summary>
    public double OutlierFactor { get; init; } = 3;

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
