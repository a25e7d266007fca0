using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;

namespace Canary.Core.Tests.Analysis;

/// <summary>Metrics and runs to start from.</summary>
internal static class A
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    public static readonly ProviderSpec.Prometheus Prometheus =
        new(null, "vector(1)", null, TimeSpan.FromSeconds(30), null, [], false, null);

    /// <summary>Every ten seconds, one success condition, the limits of Argo Rollouts.</summary>
    public static readonly MetricSpec Metric =
        new("errors", TimeSpan.FromSeconds(10), null, TimeSpan.Zero, TimeSpan.Zero, "result[0] < 0.01", null, 0, 0, 4, Prometheus);

    public static readonly ProviderSpec.Red Red = new("istio-service", RedSignal.Errors, 0.99, TimeSpan.FromMinutes(1),
        [new("ns", "shop"), new("svc", "checkout-canary")], Prometheus with { Query = "" });

    /// <summary>Errors that are held against stable each half minute, for as long as it takes.</summary>
    public static readonly MetricSpec ComparedErrors = Metric with
    {
        SuccessCondition = null,
        Provider = Red,
        Interval = TimeSpan.FromSeconds(30),
        InconclusiveLimit = int.MaxValue,
        Comparison = new Comparison(ComparisonKind.Sequential, []),
    };

    public static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    public static FinishedMeasurement Measured(double seconds, MetricAnswer answer, string metric = "errors") =>
        new(metric, At(seconds), At(seconds + 0.2), answer);
}
