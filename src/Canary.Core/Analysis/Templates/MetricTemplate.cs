namespace Canary.Core.Analysis.Templates;

/// <summary>A metric of a template, before its arguments are known. Fields are text; null where the user wrote nothing.</summary>
/// <param name="Name"><c>name</c>.</param>
/// <param name="Interval"><c>interval</c>: a duration.</param>
/// <param name="Count"><c>count</c>: a whole number; 0 is the same as nothing.</param>
/// <param name="InitialDelay"><c>initialDelay</c>: a duration.</param>
/// <param name="Window"><c>window</c>: how far back one measurement looks; nothing: the longest range of the query.</param>
/// <param name="SuccessCondition"><c>successCondition</c>.</param>
/// <param name="FailureCondition"><c>failureCondition</c>.</param>
/// <param name="FailureLimit"><c>failureLimit</c>: a whole number from -1.</param>
/// <param name="InconclusiveLimit"><c>inconclusiveLimit</c>: a whole number from 0.</param>
/// <param name="ConsecutiveErrorLimit"><c>consecutiveErrorLimit</c>: a whole number from 0.</param>
/// <param name="Prometheus"><c>provider.prometheus</c>; exactly one provider is given.</param>
/// <param name="Red"><c>provider.red</c>.</param>
public sealed record MetricTemplate(
    string Name,
    string? Interval,
    string? Count,
    string? InitialDelay,
    string? Window,
    string? SuccessCondition,
    string? FailureCondition,
    string? FailureLimit,
    string? InconclusiveLimit,
    string? ConsecutiveErrorLimit,
    PrometheusTemplate? Prometheus,
    RedTemplate? Red)
{
    /// <summary><c>consecutiveSuccessLimit</c>: a whole number from 0.</summary>
    public string? ConsecutiveSuccessLimit { get; init; }

    /// <summary><c>errorBudget</c>: a duration.</summary>
    public string? ErrorBudget { get; init; }

    /// <summary><c>onNoData</c>: success, failure, error or inconclusive.</summary>
    public string? OnNoData { get; init; }

    /// <summary><c>compare</c>.</summary>
    public ComparisonTemplate? Comparison { get; init; }

    /// <summary><c>compatibility</c>: canary or argo; null: that of the template.</summary>
    public string? Compatibility { get; init; }

    /// <summary><c>minSamples</c>: a whole number from 0.</summary>
    public string? MinSamples { get; init; }
}
