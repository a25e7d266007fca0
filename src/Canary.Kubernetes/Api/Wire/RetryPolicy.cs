using System;
using System.Net.Http;
using System.Security.Authentication;
using System.Threading.Tasks;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>When a request is sent again.</summary>
/// <remarks>
/// Repeatable requests: any failure that may pass. Others: only where nothing can have been done, that is 429 with Retry-After
/// and a connection that was never made. 409 never: the caller has to look again.
/// </remarks>
internal static class RetryPolicy
{
    public static ResiliencePipeline<ApiAnswer> Build(ApiClientOptions options, bool isRepeatable, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<ApiAnswer> { TimeProvider = time };
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<ApiAnswer>
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstDelay,
                MaxDelay = options.MaxDelay,
                ShouldHandle = arguments => ValueTask.FromResult(MayPass(arguments.Outcome, options, isRepeatable)),
                DelayGenerator = arguments => ValueTask.FromResult(Asked(arguments.Outcome, options)),
            });
        }

        return builder.AddTimeout(new TimeoutStrategyOptions { Timeout = options.AttemptTimeout }).Build();
    }

    private static bool MayPass(Outcome<ApiAnswer> outcome, ApiClientOptions options, bool isRepeatable)
    {
        if (outcome.Exception is { } problem) return isRepeatable ? MayPass(problem) : WasNeverSent(problem);
        if (outcome.Result is not { } answer || answer.RetryAfter > options.MaxRetryAfter) return false;
        return isRepeatable
            ? answer.Code is 429 or 500 or 502 or 503 or 504
            : answer.Code is 429 && answer.RetryAfter is not null;
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
        is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError }
        or OperationCanceledException { InnerException: TimeoutException };

    /// <summary>What the server asks for, and a little more by lot, so that all who were told the same do not come back together.</summary>
    private static TimeSpan? Asked(Outcome<ApiAnswer> outcome, ApiClientOptions options) => outcome.Result?.RetryAfter is { } asked
        ? asked + options.FirstDelay * Random.Shared.NextDouble()
        : null;
}
