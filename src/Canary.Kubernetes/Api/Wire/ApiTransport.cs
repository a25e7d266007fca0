using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Polly.Timeout;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Sends requests of ours through the library's client, and tells what went wrong on the way.</summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly ApiServerConfiguration _config;
    private readonly ApiClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ApiConnection _connection;
    private readonly ServerHandler? _server;
    private readonly string _root;

    public ApiTransport(ApiServerConfiguration config, ApiClientOptions options, TimeProvider time, HttpMessageHandler? server = null)
    {
        _config = config;
        _options = options;
        _time = time;
        DelegatingHandler[] attempts = [new AnswerHeaderHandler(options, time), new MeterHandler(time), new BodyHandler()];
        if (server is not null) attempts = [.. attempts, _server = new ServerHandler(server)];
        _connection = new ApiConnection(config, options.AttemptTimeout / 3, time,
            [new TypedCallHandler(Refusal, Unanswered), new RetryHandler(options, time)], attempts);
        _root = config.Server.GetLeftPart(UriPartial.Path).TrimEnd('/');
    }

    public void Dispose()
    {
        _connection.Dispose();
        _server?.Dispose();
    }

    /// <summary>The answer, whatever its code.</summary>
    /// <exception cref="ApiException">There was none.</exception>
    public async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken cancel)
    {
        try
        {
            using var message = Message(request);
            var response = await _connection.Client.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
            return Answer(message, response);
        }
        catch (Exception problem) when (Unanswered(problem, request, _options.AttemptTimeout) is { } told)
        {
            throw told;
        }
    }

    /// <summary>A call of the library's typed client. What goes wrong is told as everywhere else.</summary>
    /// <exception cref="ApiException">The server refused, there was no answer, or it is not what the type says.</exception>
    public async Task<T> CallAsync<T>(Func<k8s.IKubernetes, Task<T>> call)
    {
        try
        {
            return await call(_connection.Client);
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            var status = new ApiStatus(0, "Unreadable", $"the answer is no {typeof(T).Name}: {problem.Message}", null);
            throw new ApiException(status, $"{_root}", null, problem);
        }
    }

    /// <summary>Begins to read an endless answer. It is not sent again here: whoever reads knows best from where to go on.</summary>
    /// <exception cref="ApiException">The server refused.</exception>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancel)
    {
        using var message = Message(request with { IsEndless = true });
        var response = await _connection.Client.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.IsSuccessStatusCode) return response;
        using var answer = Answer(message, response);
        throw AnswerReader.Refusal(answer, Describe(request));
    }

    /// <summary>What went wrong on the way, or null where it is not a matter of the way.</summary>
    public ApiException? Unanswered(Exception problem, ApiRequest request, TimeSpan patience) =>
        Unanswered(problem, Describe(request), patience);

    public string Describe(ApiRequest request) => $"{request.Method} {_root}{request.PathAndQuery}";

    private ApiException? Unanswered(Exception problem, string request, TimeSpan patience) => problem switch
    {
        ApiException => null,
        TimeoutRejectedException =>
            Told("Timeout", $"no complete answer within {patience.TotalSeconds:0.###} s{_connection.Via}", request, problem),
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.ProxyTunnelError
        } =>
            Told("Unreachable", $"{_config.Server.Authority} cannot be reached{_connection.Via}: {Innermost(problem)}", request, problem),
        OperationCanceledException { InnerException: TimeoutException } =>
            Told("Unreachable", $"{_config.Server.Authority} cannot be reached{_connection.Via}: {Innermost(problem)}", request, problem),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            Told("Untrusted", $"no secure connection to {_config.Server.Authority}{_connection.Via}: {Innermost(problem)}", request,
                problem),
        HttpRequestException { HttpRequestError: HttpRequestError.UserAuthenticationError } =>
            Told("Unreachable", $"{_config.Server.Authority} cannot be reached{_connection.Via}: {Innermost(problem)}", request, problem),
        HttpRequestException or IOException =>
            Told("ConnectionLost", $"the answer{_connection.Via} broke off: {Innermost(problem)}", request, problem),
        KubeConfigException => Told("Credentials", problem.Message, request, problem),
        _ => null,
    };

    private ApiException? Unanswered(HttpRequestMessage request, Exception problem) =>
        Unanswered(problem, $"{request.Method} {request.RequestUri}", _options.AttemptTimeout);

    private ApiException Refusal(HttpRequestMessage request, HttpResponseMessage response)
    {
        using var answer = Answer(request, response);
        return AnswerReader.Refusal(answer, $"{request.Method} {request.RequestUri}");
    }

    private static ApiException Told(string reason, string message, string request, Exception problem) =>
        new(new ApiStatus(0, reason, message, null), request, null, problem);

    private static string Innermost(Exception problem) => problem.InnerException is { } inner ? Innermost(inner) : problem.Message;

    private HttpRequestMessage Message(ApiRequest request)
    {
        var message = new HttpRequestMessage(request.Method, _root + request.PathAndQuery)
        {
            Version = _config.Server.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Mark(message);
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);

        // The sockets take the name that a certificate must have from the Host header.
        if (_config.TlsServerName is not null) message.Headers.Host = _config.TlsServerName;
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType ?? "application/json");
        }

        return message;
    }

    private ApiAnswer Answer(HttpRequestMessage message, HttpResponseMessage response) => new(
        (int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), RetryHandler.RetryAfter(response, _time),
        ((PooledContent)response.Content).Body, _connection.Via)
    { Request = message, Response = response };
}
