using System;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Canary.Providers.Prometheus.Query;

/// <summary>One address: its retries, and the circuit breaker that all queries to it share.</summary>
internal sealed class PrometheusCircuit
{
    private readonly ResiliencePipeline<PrometheusResponse> _breaker;
    private readonly ResiliencePipeline<PrometheusResponse> _retry;
    private readonly TimeProvider _time;
    private volatile PrometheusResponse? _lastOutage;

    public PrometheusCircuit(PrometheusQueryOptions options, TimeProvider time)
    {
        _time = time;
        _breaker = new ResiliencePipelineBuilder<PrometheusResponse> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<PrometheusResponse>
            {
                // All of them, and not most: one heavy query that never ends must not shut out the others.
                FailureRatio = 1,
                MinimumThroughput = options.FailuresToBreak,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = options.Break,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { IsOutage: true }),
            })
            .Build();
        _retry = options.Retries == 0
            ? ResiliencePipeline<PrometheusResponse>.Empty
            : new ResiliencePipelineBuilder<PrometheusResponse> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<PrometheusResponse>
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { IsWorthARetry: true }),
            })
            .Build();
    }

    /// <summary>Sends until an answer, the last try or the end of the time.</summary>
    public async Task<PrometheusResponse> SendAsync(
        Func<CancellationToken, Task<PrometheusResponse>> send, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            var response = await _breaker.ExecuteAsync(async token => await WithinAsync(send, timeout, token), cancel);
            if (response.IsOutage) _lastOutage = response;
            return response;
        }
        catch (BrokenCircuitException)
        {
            return new PrometheusResponse.CircuitOpen(_lastOutage);
        }
    }

    private async Task<PrometheusResponse> WithinAsync(
        Func<CancellationToken, Task<PrometheusResponse>> send, TimeSpan timeout, CancellationToken cancel)
    {
        using var clock = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        PrometheusResponse? last = null;
        try
        {
            return await _retry.ExecuteAsync(async token => last = await send(token), both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The time may end in the wait between two tries: what the last one saw says more than the clock.
            return last ?? new PrometheusResponse.TimedOut(timeout);
        }
    }
}
