using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Ports;

namespace Canary.Providers.Metrics;

/// <summary>
/// Prometheus as a command asks it: the same requests and the same words for what goes wrong as in the controller, without Secrets of a
/// cluster.
/// </summary>
public sealed class PrometheusClient : IDisposable
{
    private readonly PrometheusSource _source;

    /// <param name="address">Where queries go that name no address; and, where <paramref name="isOnly"/>, all of them.</param>
    /// <param name="isOnly">Ask nobody else, whatever a query names.</param>
    /// <param name="time">Clock of the timeouts.</param>
    public PrometheusClient(string address, bool isOnly, TimeProvider time)
    {
        Address = address;
        IsOnly = isOnly;
        _source = new PrometheusSource(new PrometheusOptions(address), new NoSecrets(), time);
    }

    /// <summary>The address that was given.</summary>
    public string Address { get; }

    /// <summary>It alone is asked.</summary>
    public bool IsOnly { get; }

    /// <summary>Asks; and for native histograms where there are no classic ones. Every outcome is a value; only cancellation
    /// throws.</summary>
    public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
    {
        var answer = await AskOnceAsync(query, cancel);
        return query.NextAfter(answer) is { } native ? MetricQuery.Choose(answer, await AskOnceAsync(native, cancel)) : answer;
    }

    private Task<MetricAnswer> AskOnceAsync(MetricQuery query, CancellationToken cancel) =>
        _source.AskAsync(
            IsOnly ? query with { Address = null, Authentication = null, Headers = [], CertificateAuthority = null } : query, cancel);

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();

    private sealed class NoSecrets : ISecrets
    {
        public Task<string?> ReadAsync(string @namespace, string name, string key, CancellationToken cancel) =>
            Task.FromResult<string?>(null);
    }
}
