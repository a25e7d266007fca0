namespace Canary.Core.Analysis;

/// <summary>What is asked of a metric, where it is one number or a range.</summary>
/// <param name="Min">The least value that is good; null: any.</param>
/// <param name="Max">The greatest value that is good; null: any.</param>
public sealed record MetricBounds(double? Min, double? Max)
{
    /// <summary>The bounds of a metric: those of a RED metric, or what a condition says that is a bound and nothing else.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="isFailure">By its failure condition, not by its success condition.</param>
    /// <returns>Null: it is a condition that says more, or there is none.</returns>
    public static MetricBounds? Find(MetricSpec metric, bool isFailure)
    {
        var (min, max) = metric.Provider is ProviderSpec.Red { Min: var least, Max: var most } && (least, most) is not (null, null)
            ? (least, most)
            : SimpleCondition.Bounds(isFailure ? metric.FailureCondition : metric.SuccessCondition, isFailure);
        return (min, max) is (null, null) ? null : new MetricBounds(min, max);
    }
}
