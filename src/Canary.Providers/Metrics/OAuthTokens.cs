using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Units;
using Canary.Http;

namespace Canary.Providers.Metrics;

/// <summary>Tokens of OAuth 2 by client credentials (RFC 6749, section 4.4), each fetched once and kept until shortly before it expires.</summary>
internal sealed class OAuthTokens(HttpClients clients, TimeProvider time)
{
    // A token that ends on the way to the server is of no use.
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(10);

    // RFC 6749 makes expires_in optional.
    private static readonly TimeSpan _lifeUnlessSaid = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Url, string Client, string Secret, string Scopes), (string Token, DateTimeOffset Until)> _tokens = new();

    /// <summary>The token: the one that is kept, or a new one.</summary>
    /// <exception cref="CredentialException">The endpoint gave none.</exception>
    public async Task<string> GetAsync(MetricQuery query, MetricAuthentication.OAuth2 how, string client, string secret, CancellationToken cancel)
    {
        var key = (how.TokenUrl, client, secret, string.Join(' ', how.Scopes));
        if (_tokens.TryGetValue(key, out var kept) && kept.Until > time.GetUtcNow()) return kept.Token;
        if (!Uri.TryCreate(how.TokenUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) throw new CredentialException("oauth2.tokenUrl is no http or https address");
        var (token, life) = await FetchAsync(query, address, key, cancel);
        _tokens[key] = (token, time.GetUtcNow() + life - _margin);
        return token;
    }

    /// <summary>The server did not take the token of this query: the next query fetches another.</summary>
    public void Forget(string token)
    {
        foreach (var (key, _) in _tokens.Where(one => one.Value.Token == token).ToArray()) _tokens.TryRemove(key, out _);
    }

    private async Task<(string Token, TimeSpan Life)> FetchAsync(MetricQuery query, Uri address, (string Url, string Client, string Secret, string Scopes) key, CancellationToken cancel)
    {
        var name = $"the token endpoint {address.GetLeftPart(UriPartial.Path)}";
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (key.Scopes.Length > 0) form.Add(new("scope", key.Scopes));
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        var pair = $"{Uri.EscapeDataString(key.Client)}:{Uri.EscapeDataString(key.Secret)}";
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pair)));
        request.Headers.Accept.Add(new("application/json"));
        try
        {
            using var response = await clients.For(query.IsInsecure, null, isOwn: false).SendAsync(request, cancel);
            var body = Parse(await response.Content.ReadAsStringAsync(cancel));
            if (!response.IsSuccessStatusCode)
                throw new CredentialException($"{name} gave no token ({(int)response.StatusCode}{(Text(body, "error") is { } error ? " " + ServerText.FirstLine(error, 100) : "")})");
            if (Text(body, "access_token") is not { Length: > 0 } token) throw new CredentialException($"{name} answered without an access_token");
            var seconds = body?["expires_in"]?.GetValueKind() == JsonValueKind.Number ? body["expires_in"]!.GetValue<double>() : _lifeUnlessSaid.TotalSeconds;
            return (token, TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(1).TotalSeconds)));
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

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject? body, string key) => body?[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
