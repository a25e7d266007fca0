using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;
using Canary.Http;
using Canary.Providers.Prometheus.Query;

namespace Canary.Providers.Metrics;

/// <summary>
/// Tokens of OAuth 2 by client credentials (RFC 6749, section 4.4), each fetched once and kept until shortly before it expires.
/// </summary>
internal sealed class OAuthTokens(HttpClients clients, TimeProvider time)
{
    // A token that ends on the way to the server is of no use.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    // RFC 6749 makes expires_in optional.
    private static readonly TimeSpan LifeUnlessSaid = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<
        (string Url, string Client, string Secret, string Scopes),
        (string Token, DateTimeOffset Until)> _tokens = new();

    // Servers send a few kilobytes. What is longer is no token.
    private const int MaxBodyBytes = 1 << 20;
    private const int MaxError = 200;

    /// <summary>The token: the one that is kept, or a new one.</summary>
    /// <param name="query">The query that it is for.</param>
    /// <param name="how">Where it is fetched.</param>
    /// <param name="client">The client.</param>
    /// <param name="secret">Its secret.</param>
    /// <param name="hidden">What no text may hold; takes what is sent and what is fetched.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="CredentialException">The endpoint gave none.</exception>
    public async Task<string> GetAsync(
        MetricQuery query, MetricAuthentication.OAuth2 how, string client, string secret, List<string> hidden, CancellationToken cancel)
    {
        var key = (how.TokenUrl, client, secret, string.Join(' ', how.Scopes));
        if (_tokens.TryGetValue(key, out var kept) && kept.Until > time.GetUtcNow()) return kept.Token;
        if (!Uri.TryCreate(how.TokenUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CredentialException("oauth2.tokenUrl is no http or https address");
        var (token, life) = await FetchAsync(query, address, key, hidden, cancel);
        // A rotated secret leaves its tokens behind.
        foreach (var (old, _) in _tokens.Where(one => one.Value.Until <= time.GetUtcNow()).ToArray()) _tokens.TryRemove(old, out _);
        _tokens[key] = (token, time.GetUtcNow() + life - Margin);
        return token;
    }

    /// <summary>The server did not take the token of this query: the next query fetches another.</summary>
    public void Forget(string token)
    {
        foreach (var (key, _) in _tokens.Where(one => one.Value.Token == token).ToArray()) _tokens.TryRemove(key, out _);
    }

    private async Task<(string Token, TimeSpan Life)> FetchAsync(
        MetricQuery query,
        Uri address,
        (string Url, string Client, string Secret, string Scopes) key,
        List<string> hidden,
        CancellationToken cancel)
    {
        var name = $"the token endpoint {PrometheusFaults.Place(address)}";
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (key.Scopes.Length > 0) form.Add(new("scope", key.Scopes));
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        var pair = $"{Uri.EscapeDataString(key.Client)}:{Uri.EscapeDataString(key.Secret)}";
        var basic = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pair));
        hidden.AddRange([pair, basic]);
        request.Headers.Authorization = new("Basic", basic);
        request.Headers.Accept.Add(new("application/json"));
        try
        {
            using var response = await clients.For(query.IsInsecure, null, isOwn: false).SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (await BoundedBody.ReadAsync(response.Content, MaxBodyBytes, cancel) is not { } bytes)
                throw new CredentialException($"{name} answered with more than {MaxBodyBytes >> 20} MiB, which is no token");
            var body = Parse(bytes);
            if (!response.IsSuccessStatusCode)
                throw new CredentialException($"{name} gave no token ({(int)response.StatusCode}{Error(body, hidden)})");
            if (Text(body, "access_token") is not { Length: > 0 } token)
                throw new CredentialException($"{name} answered without an access_token");
            hidden.Add(token);
            if (token.Any(char.IsControl)) throw new CredentialException($"{name} gave a token that holds a control character");
            return (token, Life(body));
        }
        catch (Exception broken) when (BoundedBody.IsBroken(broken))
        {
            throw new CredentialException($"{name} gave no whole answer: {broken.Message}");
        }
        catch (Exception refused) when (AddressRefusedException.Find(refused) is { } why)
        {
            throw new CredentialException($"{name} was not asked: {PrometheusFaults.Refusal(why.Message)}");
        }
        catch (HttpRequestException broken)
        {
            throw new CredentialException($"{name} cannot be reached: {broken.Message}");
        }
    }

    // A server may repeat what it was sent; it is taken out before anything is cut off, since a half of it would not be found.
    private static string Error(JsonElement body, List<string> hidden)
    {
        var said = string.Join(
            ": ", new[] { Text(body, "error"), Text(body, "error_description") }.Where(text => !string.IsNullOrWhiteSpace(text)));
        var safe = ServerText.FirstLine(new SecretRedaction(hidden).Apply(said), MaxError);
        return safe.Length == 0 ? "" : $" {safe}";
    }

    private static TimeSpan Life(JsonElement body) =>
        Member(body, "expires_in") is { ValueKind: JsonValueKind.Number } seconds && seconds.TryGetDouble(out var number)
            ? TimeSpan.FromSeconds(Math.Clamp(number, 0, TimeSpan.FromDays(1).TotalSeconds))
            : LifeUnlessSaid;

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static JsonElement? Member(JsonElement body, string key) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(key, out var found) ? found : null;

    private static string? Text(JsonElement body, string key)
    {
        try
        {
            return Member(body, key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // No valid Unicode.
            return null;
        }
    }
}
