using Canary.Core.Analysis;

namespace Canary.Providers.Metrics;

/// <summary>The body of an answer, read.</summary>
internal abstract record PrometheusReply
{
    private PrometheusReply() { }

    /// <summary><c>"status":"success"</c>.</summary>
    public sealed record Success(MetricAnswer Answer) : PrometheusReply;

    /// <summary><c>"status":"error"</c>.</summary>
    public sealed record Refusal(string ErrorType, string Error) : PrometheusReply;

    /// <summary>Not what Prometheus sends.</summary>
    public sealed record Strange(string Reason) : PrometheusReply;
}
