using System;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Canary.Providers.Metrics;

/// <summary>One address: its retries, and the circuit breaker that all queries to it share.</summary>
internal sealed class PrometheusTarget
{
    private readonly ResiliencePipeline<Exchange> _breaker;
    private readonly ResiliencePipeline<Exchange> _retry;
    private readonly TimeProvider _time;
    private volatile Exchange? _lastOutage;

    public PrometheusTarget(PrometheusOptions options, TimeProvider time)
    {
        _time = time;
        _breaker = new ResiliencePipelineBuilder<Exchange> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Exchange>
            {
                // All of them, and not most: one heavy query that never ends must not shut out the others.
                FailureRatio = 1,
                MinimumThroughput = options.FailuresToBreak,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = options.Break,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { IsOutage: true }),
            })
            .Build();
        _retry = options.Retries == 0 ? ResiliencePipeline<Exchange>.Empty : new ResiliencePipelineBuilder<Exchange> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Exchange>
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { IsWorthARetry: true }),
            })
            .Build();
    }

    /// <summary>Sends until an answer, the last try or the end of the time. No exchange: the address is left alone for now, for the outage that comes with it.</summary>
    public async Task<(Exchange? Exchange, Exchange? LastOutage)> SendAsync(Func<CancellationToken, Task<Exchange>> send, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            var exchange = await _breaker.ExecuteAsync(async token => await WithinAsync(send, timeout, token), cancel);
            if (exchange.IsOutage) _lastOutage = exchange;
            return (exchange, null);
        }
        catch (BrokenCircuitException)
        {
            return (null, _lastOutage);
        }
    }

    private async Task<Exchange> WithinAsync(Func<CancellationToken, Task<Exchange>> send, TimeSpan timeout, CancellationToken cancel)
    {
        using var clock = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        Exchange? last = null;
        try
        {
            return await _retry.ExecuteAsync(async token => last = await send(token), both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The time may end in the wait between two tries: what the last one saw says more than the clock.
            return last ?? new Exchange.TimedOut();
        }
    }
}
