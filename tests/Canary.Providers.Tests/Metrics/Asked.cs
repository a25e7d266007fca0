using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Providers.Metrics;
using Canary.Providers.Prometheus.Query;

namespace Canary.Providers.Tests.Metrics;

/// <summary>A query and the source that it is put to.</summary>
internal static class Asked
{
    public static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);

    public static readonly PrometheusOptions Options =
        new((string?)null) { Query = new PrometheusQueryOptions { RetryDelay = TimeSpan.FromMilliseconds(1) } };

    public static MetricQuery Query(string? address, string query = "up") =>
        new(MetricQueries.Prometheus, "shop", address, query, null, At, TimeSpan.FromSeconds(10), null, [], false, null);

    public static async Task<MetricAnswer> AskAsync(MetricQuery query, FakeSecrets? secrets = null, PrometheusOptions? options = null)
    {
        using var source = new PrometheusSource(options ?? Options, secrets ?? [], TimeProvider.System);
        return await source.AskAsync(query, CancellationToken.None);
    }

    public static async Task<string> FaultAsync(MetricQuery query, FakeSecrets? secrets = null, PrometheusOptions? options = null) =>
        await AskAsync(query, secrets, options) is MetricAnswer.Faulted faulted ? faulted.Reason : "it was answered";
}
