using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Engine.Ports;
using Canary.Http;
using Canary.Providers.Aws;

namespace Canary.Providers.Metrics;

/// <summary>Asks Prometheus, or whatever speaks its HTTP API. Every outcome is a value.</summary>
public sealed class PrometheusSource : IMetricSource, IDisposable
{
    private readonly PrometheusOptions options;
    private readonly TimeProvider time;
    private readonly HttpClients _clients;
    private readonly OAuthTokens _tokens;
    private readonly ISecrets _secrets;
    private readonly AnswerBudget _budget;
    private readonly IAwsIdentities _identities;
    private readonly string? _defaultAddress;
    private readonly string? _defaultUser;
    private readonly RecentlyUsed<string, PrometheusTarget> _targets;

    public PrometheusSource(PrometheusOptions options, ISecrets secrets, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        _targets = new RecentlyUsed<string, PrometheusTarget>(time);
        _clients = new HttpClients(options.Addresses, time);
        _tokens = new OAuthTokens(_clients, time);
        _secrets = secrets;
        _identities = options.AwsIdentities ?? new NoAwsIdentities();
        _budget = new AnswerBudget(options.MaxBytesUnderWay);
        if (options.DefaultAddress is { } address) (_defaultAddress, _defaultUser, _) = AddressCredentials.Split(address);
    }

    /// <inheritdoc />
    public string Provider => MetricQueries.Prometheus;

    /// <inheritdoc />
    /// <remarks>This is the one gate: whatever leaves a measurement, labels, warnings and reasons, leaves it without the values of the Secrets that its query was sent with.</remarks>
    public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
    {
        query = SecretTexts.WithoutUser(query.Address is null && _defaultUser is not null ? query with { Address = options.DefaultAddress } : query);
        // What is said of the query is said of its text as it was written, with the placeholders of its Secrets.
        var written = PrometheusFaults.Name(query.Address ?? options.DefaultAddress);
        var hidden = new List<string>();
        MetricAnswer answer;
        try
        {
            answer = await AskAsync(query, hidden, cancel);
        }
        catch (CredentialException missing)
        {
            answer = new MetricAnswer.Faulted($"{written} was not asked: {missing.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            answer = new MetricAnswer.Faulted($"{written} was not asked: a Secret or a token that the query needs could not be read in time");
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // What nobody thought of may hold anything; it must not leave by another way than the others.
            answer = new MetricAnswer.Faulted($"{written} could not be asked: {broken.GetType().Name}: {broken.Message}");
        }

        return new SecretRedaction(hidden).Apply(answer);
    }

    private async Task<MetricAnswer> AskAsync(MetricQuery query, List<string> hidden, CancellationToken cancel)
    {
        using var clock = new CancellationTokenSource(query.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        var reader = new CredentialReader(_secrets, _tokens, _identities, hidden);
        // An address may be a Secret as a whole.
        var filled = SecretTexts.WithoutUser(await SecretTexts.FillAsync(query, reader, both.Token));
        if (PrometheusFaults.Address(filled.Address ?? options.DefaultAddress, out var address) is { } wrong) return new MetricAnswer.Faulted(wrong) { IsRefusal = true };
        var credentials = await reader.ReadAsync(filled, address, both.Token);
        var client = _clients.For(filled.IsInsecure, credentials.CertificateAuthority, IsOwn(filled.Address));
        var target = _targets.GetOrAdd(address.AbsoluteUri, _ => new PrometheusTarget(options, time));
        string[] secrets = [.. hidden];
        var (exchange, outage) = await target.SendAsync(token => SendAsync(client, address, filled, credentials, secrets, token), filled.Timeout, cancel);
        if (exchange is Exchange.Answered { Status: 401 } && filled.Authentication is MetricAuthentication.OAuth2) _tokens.Forget(credentials.Authorization!.Parameter!);
        return exchange is Exchange.Answered { Status: 200, Reply: PrometheusReply.Success success }
            ? success.Answer
            : new MetricAnswer.Faulted(PrometheusFaults.Explain(address, query, options, exchange, outage)) { IsRefusal = exchange is { IsRefusal: true } };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _clients.Dispose();
        _targets.Dispose();
    }

    private async Task<Exchange> SendAsync(HttpClient client, Uri address, MetricQuery query, Credentials credentials, string[] secrets, CancellationToken cancel)
    {
        var endpoint = PrometheusRequests.Endpoint(address, query);
        var form = PrometheusRequests.Form(query);
        if (form.Length <= options.MaxUrlQuery) return await SendAsync(client, PrometheusRequests.Get(endpoint, form), credentials, secrets, cancel);
        var exchange = await SendAsync(client, PrometheusRequests.Post(endpoint, form), credentials, secrets, cancel);

        // Some proxies let no POST pass.
        return exchange is Exchange.Answered { Status: 405 or 501 } ? await SendAsync(client, PrometheusRequests.Get(endpoint, form), credentials, secrets, cancel) : exchange;
    }

    // An outage is told to the queries of others too, who do not know these Secrets.
    private async Task<Exchange> SendAsync(HttpClient client, HttpRequestMessage request, Credentials credentials, string[] secrets, CancellationToken cancel)
    {
        using (request)
        {
            credentials.PutOn(request);
            if (credentials.Signer is { } signer)
            {
                var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancel) : [];
                secrets = [.. secrets, AwsSignature.Sign(request, body, signer, AwsSignature.Prometheus, time.GetUtcNow())];
            }

            var redaction = new SecretRedaction(secrets);
            return (await SendAsync(client, request, redaction, cancel)).Without(redaction);
        }
    }

    private async Task<Exchange> SendAsync(HttpClient client, HttpRequestMessage request, SecretRedaction secrets, CancellationToken cancel)
    {
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            var (reply, instead) = await new PrometheusBody(secrets).ReadAsync(body, options.MaxBodyBytes, _budget, cancel);
            if (reply is null) return instead!;
            var media = response.Content.Headers.ContentType?.MediaType ?? "";
            return new Exchange.Answered((int)response.StatusCode, media, response.Headers.Location?.OriginalString ?? "", reply);
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
        catch (Exception broken) when (broken is HttpRequestException || BoundedBody.IsBroken(broken))
        {
            return new Exchange.CutShort(broken.Message);
        }
    }

    // A template that writes the operator's own address out means the same server; another path or port of its host does not.
    private bool IsOwn(string? address) => address is null
        || string.Equals(address.TrimEnd('/'), _defaultAddress?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
}
