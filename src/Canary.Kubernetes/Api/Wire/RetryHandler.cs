using System;
using System.Net.Http;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Sends a request again, and gives every attempt its limit.</summary>
/// <remarks>
/// Repeatable requests: any failure that may pass. Others: only where nothing can have been done, that is 429 with Retry-After
/// and a connection that was never made. 409 never: the caller has to look again.
/// </remarks>
internal sealed class RetryHandler : DelegatingHandler
{
    private readonly ApiClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<ResiliencePipeline<HttpResponseMessage>> _repeatable;
    private readonly Lazy<ResiliencePipeline<HttpResponseMessage>> _once;

    public RetryHandler(ApiClientOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _repeatable = new(() => Build(isRepeatable: true));
        _once = new(() => Build(isRepeatable: false));
    }

    /// <summary>How long the server asks to wait; null where it does not.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var asked = ApiRequest.Of(request);
        if (asked.IsEndless) return await base.SendAsync(request, cancel);
        if (_options.MaxRetries == 0) return await SendInTimeAsync(request, cancel);
        var pipeline = (asked.IsRepeatable ? _repeatable : _once).Value;
        return await pipeline.ExecuteAsync(static async (state, token) => await state.Handler.SendOnAsync(state.Request, token),
            (Handler: this, Request: request), cancel);
    }

    private Task<HttpResponseMessage> SendOnAsync(HttpRequestMessage request, CancellationToken cancel) => base.SendAsync(request, cancel);

    /// <summary>Without a pipeline: a command that asks once and ends would pay more for making one than for asking.</summary>
    private async Task<HttpResponseMessage> SendInTimeAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(_options.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutRejectedException("no complete answer in time", _options.AttemptTimeout, late);
        }
    }

    private ResiliencePipeline<HttpResponseMessage> Build(bool isRepeatable) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = _options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = _options.FirstDelay,
            MaxDelay = _options.MaxDelay,
            ShouldHandle = arguments => ValueTask.FromResult(MayPass(arguments.Outcome, isRepeatable)),
            DelayGenerator = arguments => ValueTask.FromResult(Asked(arguments.Outcome)),
        })
        .AddTimeout(new TimeoutStrategyOptions { Timeout = _options.AttemptTimeout })
        .Build();

    private bool MayPass(Outcome<HttpResponseMessage> outcome, bool isRepeatable)
    {
        if (outcome.Exception is { } problem) return isRepeatable ? MayPass(problem) : WasNeverSent(problem);
        if (outcome.Result is not { } answer || RetryAfter(answer, _time) > _options.MaxRetryAfter) return false;
        // A PodDisruptionBudget answers so, and for longer than a pass may take.
        if ((int)answer.StatusCode is 429 && answer.RequestMessage?.RequestUri?.AbsolutePath.EndsWith("/eviction", StringComparison.Ordinal)
            is true) return false;
        return isRepeatable
            ? (int)answer.StatusCode is 429 or 500 or 502 or 503 or 504
            : (int)answer.StatusCode is 429 && RetryAfter(answer, _time) is not null;
    }

    private static bool MayPass(Exception problem) => problem switch
    {
        TimeoutRejectedException => true,
        HttpRequestException { InnerException: AuthenticationException } => false,
        HttpRequestException => true,
        _ => WasNeverSent(problem),
    };

    /// <summary>No connection was made; one that could not be made in time shows as a cancellation with a time-out within.</summary>
    private static bool WasNeverSent(Exception problem) => problem
        is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.ProxyTunnelError
        }
        or OperationCanceledException { InnerException: TimeoutException };

    /// <summary>What the server asks for, and a little more by lot, so that all who were told the same do not come back together.</summary>
    private TimeSpan? Asked(Outcome<HttpResponseMessage> outcome) => outcome.Result is { } answer && RetryAfter(answer, _time) is { } asked
        ? asked + _options.FirstDelay * Random.Shared.NextDouble()
        : null;
}
