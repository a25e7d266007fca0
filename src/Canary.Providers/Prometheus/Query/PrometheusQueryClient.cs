using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Secrets;
using Canary.Http;

namespace Canary.Providers.Prometheus.Query;

/// <summary>
/// A client of Prometheus's HTTP API, version 1, on <see cref="HttpClient"/>; also of what speaks it, such as Thanos, Mimir,
/// VictoriaMetrics and the managed services. Every outcome is a <see cref="PrometheusResponse"/>; only cancellation throws. Safe for many
/// calls at a time, which share the retries' circuit breaker and the bytes that are read at a time.
/// </summary>
/// <example>
/// <code>
/// using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
/// var prometheus = new PrometheusQueryClient(http, new Uri("http://prometheus:9090"), new PrometheusQueryOptions(), TimeProvider.System);
/// var response = await prometheus.QueryAsync("up", DateTimeOffset.UtcNow, cancel);
/// if (response is PrometheusResponse.Success { Result: PrometheusResult.Vector up })
///     Console.WriteLine($"{up.Samples.Count} targets");
/// </code>
/// </example>
public sealed class PrometheusQueryClient
{
    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly PrometheusQueryOptions _options;
    private readonly PrometheusCircuit _circuit;
    private readonly AnswerBudget _budget;
    private readonly Func<HttpRequestMessage, CancellationToken, Task<SecretRedaction>>? _prepare;

    /// <param name="http">Sends. It carries the authentication, in its default headers or in a handler; its own timeout should be longer
    /// than that of the options. It is not disposed of.</param>
    /// <param name="address">Base address, with the path prefix where there is one: <c>http://prometheus:9090</c>. Its query and fragment
    /// are left out.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="time">Clock of the timeouts, the retries and the circuit breaker.</param>
    public PrometheusQueryClient(HttpClient http, Uri address, PrometheusQueryOptions options, TimeProvider time)
        : this(http, address, options, new PrometheusCircuit(options, time), new AnswerBudget(options.MaxBytesUnderWay), null)
    {
    }

    /// <param name="http">Sends.</param>
    /// <param name="address">Base address.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="circuit">The retries and the circuit breaker that all clients of this address share.</param>
    /// <param name="budget">The bytes that all clients read at a time.</param>
    /// <param name="prepare">Puts the credentials on a request, and says what no text may hold that a server repeats; null: there are
    /// none.</param>
    internal PrometheusQueryClient(
        HttpClient http,
        Uri address,
        PrometheusQueryOptions options,
        PrometheusCircuit circuit,
        AnswerBudget budget,
        Func<HttpRequestMessage, CancellationToken, Task<SecretRedaction>>? prepare) =>
        (_http, _address, _options, _circuit, _budget, _prepare) = (http, address, options, circuit, budget, prepare);

    /// <summary>The value of an expression at one time: <c>/api/v1/query</c>.</summary>
    /// <param name="query">PromQL.</param>
    /// <param name="at">Evaluation time, in milliseconds.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>A <see cref="PrometheusResult.Vector"/>, <see cref="PrometheusResult.Matrix"/>, <see cref="PrometheusResult.Scalar"/> or
    /// <see cref="PrometheusResult.Text"/>.</returns>
    public Task<PrometheusResponse> QueryAsync(string query, DateTimeOffset at, CancellationToken cancel) =>
        QueryAsync(query, at, takesHistograms: false, cancel);

    /// <summary>The value of an expression at one time.</summary>
    /// <param name="query">PromQL.</param>
    /// <param name="at">Evaluation time, in milliseconds.</param>
    /// <param name="takesHistograms">Native histograms are taken, and series of values are left out. False: an answer with native
    /// histograms is <see cref="PrometheusResponse.Unexpected"/>, since they are no numbers.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<PrometheusResponse> QueryAsync(string query, DateTimeOffset at, bool takesHistograms, CancellationToken cancel) =>
        CallAsync(PrometheusRequest.Instant(query, at, _options.Timeout) with { TakesHistograms = takesHistograms }, cancel);

    /// <summary>The values of an expression over time: <c>/api/v1/query_range</c>.</summary>
    /// <param name="query">PromQL.</param>
    /// <param name="from">First evaluation time.</param>
    /// <param name="to">Last evaluation time at the latest.</param>
    /// <param name="step">Time between two evaluations, in milliseconds.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>A <see cref="PrometheusResult.Matrix"/>.</returns>
    public Task<PrometheusResponse> QueryRangeAsync(
        string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel) =>
        CallAsync(PrometheusRequest.Range(query, from, to, step, _options.Timeout), cancel);

    /// <summary>The alerts of the server's own rules that are pending or fire: <c>/api/v1/alerts</c>.</summary>
    /// <returns><see cref="PrometheusResult.Alerts"/>.</returns>
    public Task<PrometheusResponse> AlertsAsync(CancellationToken cancel) => CallAsync(PrometheusRequest.Alerts, cancel);

    /// <summary>The series that any of the selectors matches and that had a sample in this time: <c>/api/v1/series</c>.</summary>
    /// <param name="selectors">Such as <c>up{job="shop"}</c>; one at least.</param>
    /// <param name="from">The beginning of the time.</param>
    /// <param name="to">Its end.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns><see cref="PrometheusResult.Labels"/>.</returns>
    public Task<PrometheusResponse> SeriesAsync(
        IReadOnlyList<string> selectors, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) =>
        CallAsync(PrometheusRequest.Series(selectors, from, to), cancel);

    /// <summary>Type, help and unit of metrics, as the targets say them: <c>/api/v1/metadata</c>.</summary>
    /// <param name="metric">Of this metric; null: of all.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns><see cref="PrometheusResult.Metadata"/>.</returns>
    public Task<PrometheusResponse> MetadataAsync(string? metric, CancellationToken cancel) =>
        CallAsync(PrometheusRequest.Metadata(metric), cancel);

    private Task<PrometheusResponse> CallAsync(PrometheusRequest request, CancellationToken cancel) =>
        _circuit.SendAsync(token => SendAsync(request, token), _options.Timeout, cancel);

    private async Task<PrometheusResponse> SendAsync(PrometheusRequest request, CancellationToken cancel)
    {
        if (!request.MayBePosted || request.Form.Length <= _options.MaxUrlQuery)
            return await SendAsync(request, request.Get(_address), cancel);
        var response = await SendAsync(request, request.Post(_address), cancel);

        // Some proxies let no POST pass.
        return response.HttpStatus is 405 or 501 ? await SendAsync(request, request.Get(_address), cancel) : response;
    }

    // An outage is told to the callers of others too, who do not know these Secrets.
    private async Task<PrometheusResponse> SendAsync(PrometheusRequest request, HttpRequestMessage message, CancellationToken cancel)
    {
        using (message)
        {
            var secrets = _prepare is null ? new SecretRedaction([]) : await _prepare(message, cancel);
            return (await SendAsync(request, message, secrets, cancel)).Without(secrets);
        }
    }

    private async Task<PrometheusResponse> SendAsync(
        PrometheusRequest request, HttpRequestMessage message, SecretRedaction secrets, CancellationToken cancel)
    {
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            var media = response.Content.Headers.ContentType?.MediaType ?? "";
            var head = new ResponseHead((int)response.StatusCode, media, response.Headers.Location?.OriginalString ?? "");
            return request.Data is { } data
                ? await DocumentReader.ReadAsync(body, head, data, _options.MaxBodyBytes, _budget, cancel)
                : await new QueryResultReader(head, secrets, request.TakesHistograms)
                    .ReadAsync(body, _options.MaxBodyBytes, _budget, cancel);
        }
        catch (Exception refused) when (AddressRefusedException.Find(refused) is { } why)
        {
            return new PrometheusResponse.Forbidden(why.Message);
        }
        catch (HttpRequestException broken) when (
            broken.HttpRequestError is HttpRequestError.NameResolutionError
                or HttpRequestError.ConnectionError
                or HttpRequestError.ProxyTunnelError)
        {
            return new PrometheusResponse.Unreachable(broken.Message);
        }
        catch (HttpRequestException broken) when (broken.HttpRequestError is HttpRequestError.SecureConnectionError)
        {
            return new PrometheusResponse.CutShort(
                broken.InnerException is AuthenticationException untrusted ? untrusted.Message : broken.Message);
        }
        catch (Exception broken) when (broken is HttpRequestException || BoundedBody.IsBroken(broken))
        {
            return new PrometheusResponse.CutShort(broken.Message);
        }
    }
}
