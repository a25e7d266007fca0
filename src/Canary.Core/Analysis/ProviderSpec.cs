using System;
using Canary.Core.Analysis.Secrets;
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
        SecretValue? CertificateAuthority) : ProviderSpec
    {
        /// <summary>Default of <see cref="Timeout"/>.</summary>
        public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

        /// <summary>How many requests (or other samples) the measurement saw, as a query of one number; null: it is not known.</summary>
        public string? SamplesQuery { get; init; }
    }

    /// <summary>Rate, errors or duration of one side by a preset, without PromQL.</summary>
    /// <param name="Preset">Key of the preset: <c>istio-workload</c>, <c>istio-service</c>, <c>istio-version</c>.</param>
    /// <param name="Signal">Which of the three.</param>
    /// <param name="Quantile">For <see cref="RedSignal.Duration"/>, 0 to 1. Default 0.99.</param>
    /// <param name="Window">Range of the rate. Default 1 minute.</param>
    /// <param name="Subject">Values of the preset's placeholders: <c>ns</c>, <c>svc</c>, <c>workload</c>, <c>subset_ver</c>.</param>
    /// <param name="Connection">Address, timeout and authentication, as for a query of one's own; its query is empty.</param>
    public sealed record Red(string Preset, RedSignal Signal, double Quantile, TimeSpan Window, EquatableArray<Argument> Subject,
        Prometheus Connection) : ProviderSpec
    {
        /// <summary>Default of <see cref="Quantile"/>.</summary>
        public const double DefaultQuantile = 0.99;

        /// <summary>Default of <see cref="Window"/>.</summary>
        public static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);

        /// <summary>The side that is measured. <see cref="Subject"/> is already that side's.</summary>
        public RedSide Side { get; init; } = RedSide.Canary;

        /// <summary><c>min</c>: the least value that is good; null: none. In the unit of the signal: requests a second, share of failed
        /// requests (0 to 1), milliseconds.</summary>
        public double? Min { get; init; }

        /// <summary><c>max</c>: the greatest value that is good; null: none. In the unit of the signal.</summary>
        public double? Max { get; init; }

        /// <summary><c>histogram</c>: which histograms are asked. Default <see cref="HistogramKind.Auto"/>.</summary>
        public HistogramKind Histogram { get; init; }
    }
}

/// <summary>A header of a request to a metric source.</summary>
public sealed record MetricHeader(string Name, SecretValue Value);

/// <summary>Which side of a rollout a RED metric measures.</summary>
public enum RedSide
{
    Canary,
    Stable,
}

/// <summary>Which histograms of Prometheus a RED metric reads.</summary>
public enum HistogramKind
{
    /// <summary>Classic ones; and native ones where there are no series of those.</summary>
    Auto,

    /// <summary>Series with the label <c>le</c>, one for each bucket.</summary>
    Classic,

    /// <summary>One series with all buckets, exponential or custom.</summary>
    Native,
}

/// <summary>Rate, errors, duration.</summary>
public enum RedSignal
{
    /// <summary>Requests a second.</summary>
    Requests,

    /// <summary>Share of failed requests, 0 to 1.</summary>
    Errors,

    /// <summary>A quantile of the duration, in milliseconds.</summary>
    Duration,
}
