using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.IO;
using System.Net.Http;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Engine.Ports;
using Canary.Http;

namespace Canary.Providers.Metrics;

/// <summary>Asks Prometheus, or whatever speaks its HTTP API. Every outcome is a value.</summary>
public sealed class PrometheusSource : IMetricSource, IDisposable
{
    private readonly PrometheusOptions options;
    private readonly TimeProvider time;
    private readonly HttpClients _clients;
    private readonly OAuthTokens _tokens;
    private readonly CredentialReader _credentials;
    private readonly ConcurrentDictionary<string, PrometheusTarget> _targets = new();

    public PrometheusSource(PrometheusOptions options, ISecrets secrets, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        _clients = new HttpClients(options.Addresses);
        _tokens = new OAuthTokens(_clients, time);
        _credentials = new CredentialReader(secrets, _tokens);
    }

    /// <inheritdoc />
    public string Provider => MetricQueries.Prometheus;

    /// <inheritdoc />
    public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
    {
        // What is said of the query is said of its text as it was written, with the placeholders of its Secrets.
        var written = PrometheusFaults.Name(query.Address ?? options.DefaultAddress);
        try
        {
            var (filled, hidden, credentials) = await FillAsync(query, cancel);
            credentials = credentials with { Hidden = [.. credentials.Hidden, .. hidden] };
            if (PrometheusFaults.Address(filled.Address ?? options.DefaultAddress, out var address) is { } wrong) return new MetricAnswer.Faulted(credentials.Redact(wrong));
            var client = _clients.For(filled.IsInsecure, credentials.CertificateAuthority, IsOwn(filled.Address));
            var target = _targets.GetOrAdd(address.AbsoluteUri, _ => new PrometheusTarget(options, time));
            var (exchange, outage) = await target.SendAsync(token => SendAsync(client, address, filled, credentials, token), filled.Timeout, cancel);
            if (exchange is Exchange.Answered { Status: 401 } && filled.Authentication is MetricAuthentication.OAuth2) _tokens.Forget(credentials.Authorization!.Parameter!);
            return exchange is Exchange.Answered { Status: 200, Reply: PrometheusReply.Success success }
                ? success.Answer
                : new MetricAnswer.Faulted(credentials.Redact(PrometheusFaults.Explain(address, query, options, exchange, outage)));
        }
        catch (CredentialException missing)
        {
            return new MetricAnswer.Faulted($"{written} was not asked: {missing.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new MetricAnswer.Faulted($"{written} was not asked: a Secret or a token that the query needs could not be read in time");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _clients.Dispose();

    private async Task<(MetricQuery Query, System.Collections.Generic.IReadOnlyList<string> Hidden, Credentials Credentials)> FillAsync(MetricQuery query, CancellationToken cancel)
    {
        using var clock = new CancellationTokenSource(query.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        var (filled, hidden) = await SecretTexts.FillAsync(query, _credentials, both.Token);
        return (filled, hidden, await _credentials.ReadAsync(filled, both.Token));
    }

    private async Task<Exchange> SendAsync(HttpClient client, Uri address, MetricQuery query, Credentials credentials, CancellationToken cancel)
    {
        var endpoint = PrometheusRequests.Endpoint(address, query);
        var form = PrometheusRequests.Form(query);
        if (form.Length <= options.MaxUrlQuery) return await SendAsync(client, PrometheusRequests.Get(endpoint, form), credentials, cancel);
        var exchange = await SendAsync(client, PrometheusRequests.Post(endpoint, form), credentials, cancel);

        // Some proxies let no POST pass.
        return exchange is Exchange.Answered { Status: 405 or 501 } ? await SendAsync(client, PrometheusRequests.Get(endpoint, form), credentials, cancel) : exchange;
    }

    private async Task<Exchange> SendAsync(HttpClient client, HttpRequestMessage request, Credentials credentials, CancellationToken cancel)
    {
        using (request)
        {
            credentials.PutOn(request);
            try
            {
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
                if (await ReadAsync(response.Content, cancel) is not { } body) return new Exchange.TooLarge();
                var media = response.Content.Headers.ContentType?.MediaType ?? "";
                return new Exchange.Answered((int)response.StatusCode, media, response.Headers.Location?.OriginalString ?? "", PrometheusJson.Read(body));
            }
            catch (Exception refused) when (AddressRefusedException.Find(refused) is { } why)
            {
                return new Exchange.Refused(why.Message);
            }
            catch (HttpRequestException broken) when (broken.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError)
            {
                return new Exchange.Unreachable(broken.Message);
            }
            catch (HttpRequestException broken) when (broken.HttpRequestError is HttpRequestError.SecureConnectionError)
            {
                return new Exchange.CutShort(broken.InnerException is AuthenticationException untrusted ? untrusted.Message : broken.Message);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                return new Exchange.CutShort(broken.Message);
            }
        }
    }

    // A template that writes the operator's own address out means the same server; another path or port of its host does not.
    private bool IsOwn(string? address) => address is null
        || string.Equals(address.TrimEnd('/'), options.DefaultAddress?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        var body = new ArrayBufferWriter<byte>();
        for (int read; (read = await stream.ReadAsync(body.GetMemory(16 << 10), cancel)) > 0;)
        {
            body.Advance(read);
            if (body.WrittenCount > options.MaxBodyBytes) return null;
        }

        return body.WrittenMemory;
    }
}
