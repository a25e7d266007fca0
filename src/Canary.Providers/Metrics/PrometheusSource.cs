using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Secrets;
using Canary.Engine.Ports;
using Canary.Providers.Aws;
using Canary.Providers.Prometheus.Query;

namespace Canary.Providers.Metrics;

/// <summary>Asks Prometheus, or whatever speaks its HTTP API. Every outcome is a value.</summary>
public sealed class PrometheusSource : IMetricSource, IDisposable
{
    private readonly PrometheusOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClients _clients;
    private readonly OAuthTokens _tokens;
    private readonly ISecrets _secrets;
    private readonly AnswerBudget _budget;
    private readonly IAwsIdentities _identities;
    private readonly string? _defaultAddress;
    private readonly string? _defaultUser;
    private readonly RecentlyUsed<string, PrometheusCircuit> _circuits;

    public PrometheusSource(PrometheusOptions options, ISecrets secrets, TimeProvider time)
    {
        _options = options;
        _time = time;
        _circuits = new RecentlyUsed<string, PrometheusCircuit>(time);
        _clients = new HttpClients(options.Addresses, time);
        _tokens = new OAuthTokens(_clients, time);
        _secrets = secrets;
        _identities = options.AwsIdentities ?? new NoAwsIdentities();
        _budget = new AnswerBudget(options.Query.MaxBytesUnderWay);
        if (options.DefaultAddress is { } address) (_defaultAddress, _defaultUser, _) = AddressCredentials.Split(address);
    }

    /// <inheritdoc />
    public string Provider => MetricQueries.Prometheus;

    /// <inheritdoc />
    /// <remarks>
    /// This is the one gate: whatever leaves a measurement, labels, warnings and reasons, leaves it without the values of the Secrets that
    /// its query was sent with.
    /// </remarks>
    public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
    {
        query = SecretTexts.WithoutUser(
            query.Address is null && _defaultUser is not null ? query with { Address = _options.DefaultAddress } : query);
        // What is said of the query is said of its text as it was written, with the placeholders of its Secrets.
        var written = PrometheusFaults.Name(query.Address ?? _options.DefaultAddress);
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
            answer = new MetricAnswer.Faulted(
                $"{written} was not asked: a Secret or a token that the query needs could not be read in time");
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
        using var clock = new CancellationTokenSource(query.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        var reader = new CredentialReader(_secrets, _tokens, _identities, hidden);
        // An address may be a Secret as a whole.
        var filled = SecretTexts.WithoutUser(await SecretTexts.FillAsync(query, reader, both.Token));
        if (PrometheusFaults.Address(filled.Address ?? _options.DefaultAddress, out var address) is { } wrong)
            return new MetricAnswer.Faulted(wrong) { IsRefusal = true };
        var credentials = await reader.ReadAsync(filled, address, both.Token);
        var circuit = _circuits.GetOrAdd(address.AbsoluteUri, _ => new PrometheusCircuit(_options.Query, _time));
        string[] secrets = [.. hidden];
        var client = new PrometheusQueryClient(
            _clients.For(filled.IsInsecure, credentials.CertificateAuthority, IsOwn(filled.Address)),
            address,
            _options.Query with { Timeout = filled.Timeout },
            circuit,
            _budget,
            (request, token) => PrepareAsync(request, credentials, secrets, token));
        var response = await AskAsync(client, filled, cancel);
        if (response.HttpStatus == 401 && filled.Authentication is MetricAuthentication.OAuth2)
            _tokens.Forget(credentials.Authorization!.Parameter!);
        return AnswerOf(response) ?? new MetricAnswer.Faulted(PrometheusFaults.Explain(address, query, response))
        {
            IsRefusal = response.IsRefusal,
            IsParseError = response.IsParseError,
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _clients.Dispose();
        _circuits.Dispose();
    }

    private static Task<PrometheusResponse> AskAsync(PrometheusQueryClient client, MetricQuery query, CancellationToken cancel)
    {
        if (query.Range is not { } range) return client.QueryAsync(query.Query, query.At, query.TakesHistograms, cancel);
        // A range without a time at this one is found before it is asked for; Prometheus says so of an empty one.
        var (from, to) = range.At(query.At, out _) ?? (query.At, query.At);
        return client.QueryRangeAsync(query.Query, from, to, range.Step, cancel);
    }

    /// <summary>The answer; null: it is none to a query.</summary>
    internal static MetricAnswer? AnswerOf(PrometheusResponse response) =>
        response is not PrometheusResponse.Success { Warnings: var warnings } success ? null : success.Result switch
        {
            PrometheusResult.Vector vector => new MetricAnswer.Vector(vector.Samples, warnings),
            PrometheusResult.Matrix matrix => new MetricAnswer.Matrix(matrix.Series, warnings),
            PrometheusResult.Scalar scalar => new MetricAnswer.Scalar(scalar.Value, warnings),
            PrometheusResult.Text text => new MetricAnswer.Text(text.Value),
            _ => null,
        };

    // What no text of the answer may hold: the values of the Secrets, and the signature of this very request.
    private async Task<SecretRedaction> PrepareAsync(
        HttpRequestMessage request, Credentials credentials, string[] secrets, CancellationToken cancel)
    {
        credentials.PutOn(request);
        if (credentials.Signer is not { } signer) return new SecretRedaction(secrets);
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancel) : [];
        return new SecretRedaction([.. secrets, AwsSignature.Sign(request, body, signer, AwsSignature.Prometheus, _time.GetUtcNow())]);
    }

    // A template that writes the operator's own address out means the same server; another path or port of its host does not.
    private bool IsOwn(string? address) => address is null
        || string.Equals(address.TrimEnd('/'), _defaultAddress?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
}
