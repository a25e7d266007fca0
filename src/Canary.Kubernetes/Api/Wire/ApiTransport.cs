using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Canary.Http;
using Canary.Kubernetes.Api.Credentials;
using Polly;
using Polly.Timeout;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Sends requests: address, credentials, retries, counters.</summary>
internal sealed class ApiTransport : IDisposable
{
    private static readonly string _product =
        $"canary/{typeof(ApiTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0"}";

    private readonly ApiServerConfig _config;
    private readonly ApiClientOptions _options;
    private readonly TimeProvider _time;
    private readonly CredentialSource _credentials;
    private readonly HttpClient _http;
    private readonly string _root;

    /// <summary>How a message names the way to the server where a proxy is on it: <c> through the proxy http://proxy:3128</c>; empty: none is.</summary>
    private readonly string _via;
    private readonly Lazy<ResiliencePipeline<ApiAnswer>> _repeatable;
    private readonly Lazy<ResiliencePipeline<ApiAnswer>> _once;

    public ApiTransport(ApiServerConfig config, ApiClientOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        config.Check();
        _config = config;
        _options = options;
        _time = time;
        _credentials = CredentialSource.For(config, time);
        _http = new HttpClient(handler ?? Connections.Handler(config, _credentials, options.AttemptTimeout / 3), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        _via = Connections.Proxy(config).GetProxy(config.Server) is { } proxy && proxy != config.Server ? $" through the proxy {ProxyAddress.Name(proxy)}" : "";
        _root = config.Server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _repeatable = new(() => RetryPolicy.Build(options, isRepeatable: true, time));
        _once = new(() => RetryPolicy.Build(options, isRepeatable: false, time));
    }

    public void Dispose()
    {
        _http.Dispose();
        _credentials.Dispose();
    }

    /// <summary>The answer, whatever its code.</summary>
    /// <exception cref="ApiException">There was none.</exception>
    public async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken cancel)
    {
        try
        {
            if (_options.MaxRetries == 0) return await AttemptInTimeAsync(request, cancel);
            var pipeline = (request.IsRepeatable ? _repeatable : _once).Value;
            return await pipeline.ExecuteAsync(
                static async (state, token) => await state.Transport.AttemptAsync(state.Request, token), (Transport: this, Request: request), cancel);
        }
        catch (Exception problem) when (Unanswered(problem, request, _options.AttemptTimeout) is { } told)
        {
            throw told;
        }
    }

    /// <summary>Begins to read an endless answer. It is not sent again here: whoever reads knows best from where to go on.</summary>
    /// <exception cref="ApiException">The server refused, or there was no answer.</exception>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancel)
    {
        for (var isSecond = false; ; isSecond = true)
        {
            var response = await ExchangeAsync(request, isEndless: true, cancel);
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                var answer = await AnswerAsync(response, cancel);
                if (answer.Code != 401 || isSecond || !_credentials.Forget()) throw AnswerReader.Refusal(answer, Describe(request));
            }
        }
    }

    /// <summary>What went wrong on the way, or null where it is not a matter of the way.</summary>
    public ApiException? Unanswered(Exception problem, ApiRequest request, TimeSpan patience) => problem switch
    {
        ApiException => null,
        TimeoutRejectedException => Told("Timeout", $"no complete answer within {patience.TotalSeconds:0.###} s{_via}", request, problem),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError } =>
            Told("Unreachable", $"{_config.Server.Authority} cannot be reached{_via}: {Innermost(problem)}", request, problem),
        OperationCanceledException { InnerException: TimeoutException } =>
            Told("Unreachable", $"{_config.Server.Authority} cannot be reached{_via}: {Innermost(problem)}", request, problem),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            Told("Untrusted", $"no secure connection to {_config.Server.Authority}{_via}: {Innermost(problem)}", request, problem),
        HttpRequestException { HttpRequestError: HttpRequestError.UserAuthenticationError } =>
            Told("Unreachable", $"{_config.Server.Authority} cannot be reached{_via}: {Innermost(problem)}", request, problem),
        HttpRequestException or IOException => Told("ConnectionLost", $"the answer{_via} broke off: {Innermost(problem)}", request, problem),
        KubeConfigException => Told("Credentials", problem.Message, request, problem),
        _ => null,
    };

    public string Describe(ApiRequest request) => $"{request.Method} {_root}{request.PathAndQuery}";

    private ApiException Told(string reason, string message, ApiRequest request, Exception problem) =>
        new(new ApiStatus(0, reason, message, null), Describe(request), null, problem);

    private static string Innermost(Exception problem) => problem.InnerException is { } inner ? Innermost(inner) : problem.Message;

    /// <summary>Without a pipeline: a command that asks once and ends would pay more for making one than for asking.</summary>
    private async Task<ApiAnswer> AttemptInTimeAsync(ApiRequest request, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(_options.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            return await AttemptAsync(request, either.Token);
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutRejectedException("no complete answer in time", _options.AttemptTimeout, late);
        }
    }

    private async Task<ApiAnswer> AttemptAsync(ApiRequest request, CancellationToken cancel)
    {
        for (var isSecond = false; ; isSecond = true)
        {
            using var response = await ExchangeAsync(request, isEndless: false, cancel);
            var answer = await AnswerAsync(response, cancel);

            // 401 proves that nothing was done: fresh credentials may be better, once.
            if (answer.Code != 401 || isSecond || !_credentials.Forget()) return answer;
        }
    }

    private async Task<HttpResponseMessage> ExchangeAsync(ApiRequest request, bool isEndless, CancellationToken cancel)
    {
        using var message = await MessageAsync(request, cancel);
        var started = _time.GetTimestamp();
        var code = "error";
        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!isEndless || !response.IsSuccessStatusCode) await BufferAsync(response, request, cancel);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            Warn(response);
            if (response.Headers.Date is { } serverTime) _options.ServerTimeHeard?.Invoke(serverTime, _time.GetElapsedTime(started));
            return response;
        }
        catch
        {
            response?.Dispose();
            throw;
        }
        finally
        {
            ApiMetrics.Record(request.Verb, request.Resource, code, _time.GetElapsedTime(started).TotalSeconds);
        }
    }

    /// <summary>Reads the body now, and lets go of the connection.</summary>
    private async Task BufferAsync(HttpResponseMessage response, ApiRequest request, CancellationToken cancel)
    {
        var body = new ByteArrayContent(await AnswerBody.ReadAsync(response, request.LongestAnswer, Describe(request), cancel));
        body.Headers.ContentType = response.Content.Headers.ContentType;
        response.Content.Dispose();
        response.Content = body;
    }

    private async Task<HttpRequestMessage> MessageAsync(ApiRequest request, CancellationToken cancel)
    {
        var message = new HttpRequestMessage(request.Method, _root + request.PathAndQuery)
        {
            Version = _config.Server.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent ?? _product);
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);

        // The handler takes the name that a certificate must have from the Host header.
        if (_config.TlsServerName is not null) message.Headers.Host = _config.TlsServerName;
        if (await _credentials.AuthorizationAsync(cancel) is { } authorization) message.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType ?? "application/json");
        }

        return message;
    }

    private async Task<ApiAnswer> AnswerAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        return new ApiAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), RetryAfter(response), body, _via) { Authorization = Sent(response) };
    }

    private static string? Sent(HttpResponseMessage response) =>
        response.RequestMessage?.Headers.NonValidated.TryGetValues("Authorization", out var values) == true ? values.ToString() : null;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>A warning is <c>299 - "text"</c>.</summary>
    private void Warn(HttpResponseMessage response)
    {
        if (_options.Warned is not { } warned || !response.Headers.NonValidated.TryGetValues("Warning", out var values)) return;
        var secrets = AuthorizationSecrets.Redaction(Sent(response));
        foreach (var value in values)
        {
            var (first, last) = (value.IndexOf('"'), value.LastIndexOf('"'));
            warned(secrets.Apply(last > first ? value[(first + 1)..last].Replace("\\\"", "\"") : value));
        }
    }
}
