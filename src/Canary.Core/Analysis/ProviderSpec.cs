using System;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>Where a metric's values come from.</summary>
public abstract record ProviderSpec
{
    private ProviderSpec() { }

    /// <summary>A PromQL query of one's own.</summary>
    public sealed record Prometheus(
        string? Address,
        string Query,
        QueryRange? Range,
        TimeSpan Timeout,
        MetricAuthentication? Authentication,
        EquatableArray<MetricHeader> Headers,
        bool IsInsecure,
        SecretValue? CertificateAuthority) : ProviderSpec;

    /// <summary>Rate, errors or duration of one side by a preset, without PromQL.</summary>
    /// <param name="Preset">Key of the preset: <c>istio-workload</c>, <c>istio-service</c>, <c>istio-version</c>.</param>
    /// <param name="Signal">Which of the three.</param>
    /// <param name="Quantile">For <see cref="RedSignal.Duration"/>, 0 to 1. Default 0.99.</param>
    /// <param name="Window">Range of the rate. Default 1 minute.</param>
    /// <param name="Subject">Values of the preset's placeholders: <c>ns</c>, <c>svc</c>, <c>workload</c>, <c>subset_ver</c>.</param>
    /// <param name="Connection">Address, timeout and authentication, as for a query of one's own; its query is empty.</param>
    public sealed record Red(string Preset, RedSignal Signal, double Quantile, TimeSpan Window, EquatableArray<Argument> Subject, Prometheus Connection) : ProviderSpec;
}
