namespace Canary.Core.Analysis;

/// <summary>What a metric is held to, in words.</summary>
public static class MetricThreshold
{
    /// <summary><c>limit 1%</c>, <c>at least 5</c>, or the conditions as they are written; empty: nothing is asked of it.</summary>
    public static string Of(MetricSpec metric)
    {
        if (metric.FailureCondition is null && MetricReading.Limit(metric, isFailure: false) is { } limit) return limit;
        if (metric.SuccessCondition is null && MetricReading.Limit(metric, isFailure: true) is { } failing) return failing;
        return (metric.SuccessCondition, metric.FailureCondition) switch
        {
            (null, null) => "",
            ({ } success, null) => success,
            (null, { } failure) => $"not {failure}",
            ({ } success, { } failure) => $"{success}, not {failure}",
        };
    }
}
