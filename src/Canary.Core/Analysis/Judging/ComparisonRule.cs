using Canary.Core.Statistics;

namespace Canary.Core.Analysis.Judging;

/// <summary>The processes that a comparison runs.</summary>
/// <param name="Worse">Evidence that the canary is worse than is tolerated.</param>
/// <param name="Harmless">Evidence that it is not much worse.</param>
internal sealed record ComparisonRule(RatioProcess Worse, RatioProcess Harmless)
{
    /// <summary>Those of a metric.</summary>
    public static ComparisonRule Find(MetricSpec metric)
    {
        var comparison = metric.Comparison!;
        var isSlowness = metric.Provider is ProviderSpec.Red { Signal: RedSignal.Duration };
        return new(
            new RatioProcess(isSlowness ? RatioGrid.Slowness(comparison.Tolerate) : RatioGrid.Errors(comparison.Tolerate)),
            new RatioProcess(RatioGrid.Harmlessness(comparison.NotWorseThan)));
    }
}
