using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Security.Cryptography;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Access;

/// <summary>Knows who a bearer token belongs to. Where no token is configured everybody is the administrator.</summary>
internal sealed class TokenBook(IReadOnlyList<ApiToken> configured, ObjectCollection serviceAccounts, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Issued> _issued = new(StringComparer.Ordinal);

    public bool IsOpen => configured.Count == 0;

    /// <summary>Null when the token is not good: that is 401, not anonymous.</summary>
    public AuthenticatedUser? Authenticate(string? authorization)
    {
        const string Scheme = "Bearer ";
        var token = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? authorization[Scheme.Length..].Trim()
            : "";
        if (token.Length == 0)
            return IsOpen ? AuthenticatedUser.Administrator : AuthenticatedUser.Anonymous;
        return Find(token) ?? (IsOpen ? AuthenticatedUser.Administrator : null);
    }

    public AuthenticatedUser? Find(string token)
    {
        foreach (var known in configured)
        {
            if (known.Token == token)
                return new AuthenticatedUser(known.User, known.Uid, [.. known.Groups, "system:authenticated"], null);
        }

        if (!_issued.TryGetValue(token, out var account) || account.Expires <= clock.GetUtcNow())
            return null;
        // A token dies with its account, also when another of the same name takes its place.
        return serviceAccounts.Objects.TryGetValue($"{account.Namespace}/{account.Name}", out var stored)
            && stored.Json.Uid() == account.Uid
            ? account.User
            : null;
    }

    public (string Token, DateTimeOffset Expires) Issue(string ns, string name, string uid, TimeSpan lifetime)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        string[] groups = ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"];
        var user = new AuthenticatedUser($"system:serviceaccount:{ns}:{name}", uid, groups, $"JTI={Guid.NewGuid()}");
        var expires = clock.GetUtcNow() + lifetime;
        _issued[token] = new Issued(ns, name, uid, user, expires);
        return (token, expires);
    }

    private sealed record Issued(string Namespace, string Name, string Uid, AuthenticatedUser User, DateTimeOffset Expires);
}
