using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Analysis.Templates;
using Canary.Engine.Ports;
using Canary.Providers.Aws;

namespace Canary.Providers.Metrics;

/// <summary>
/// Reads the Secrets that a query names. What is missing or unusable is said once, with the Secret and its key, never with its value.
/// </summary>
/// <param name="secrets">Where they are read.</param>
/// <param name="tokens">Tokens that are fetched with them.</param>
/// <param name="identities">Who signs requests to AWS.</param>
/// <param name="hidden">Takes every value as soon as it is known: what no text may hold that leaves the measurement.</param>
internal sealed class CredentialReader(ISecrets secrets, OAuthTokens tokens, IAwsIdentities identities, List<string> hidden)
{
    /// <summary>What the requests of a query carry.</summary>
    /// <exception cref="CredentialException">One is missing or unusable.</exception>
    /// <param name="query">The query, with the values of its arguments.</param>
    /// <param name="address">The address that is asked.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Credentials> ReadAsync(MetricQuery query, Uri address, CancellationToken cancel)
    {
        var authorization = await AuthorizationAsync(query, cancel);
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var header in query.Headers)
        {
            var what = $"header {header.Name}";
            if (!IsToken(header.Name) || !CanBeSet(header.Name)) throw new CredentialException($"{what} cannot be set on a query");
            var value = Line(what, header.Value, await ValueAsync(query, header.Value, what, cancel));
            headers.Add(new(header.Name, value));
        }

        // A certificate is no secret: each connection shows it.
        var authority = query.CertificateAuthority is { } pem
            ? await ValueAsync(query, pem, "certificateAuthority", cancel, isPublic: true)
            : null;
        var signer = query.Authentication is MetricAuthentication.Sigv4 aws ? await SignerAsync(aws, address, cancel) : null;
        return new(authorization, headers, authority) { Signer = signer };
    }

    /// <summary>The value of an argument, without the line break at its end.</summary>
    /// <exception cref="CredentialException">It is missing.</exception>
    public async Task<string> ArgumentAsync(MetricQuery query, SecretValue.FromSecret secret, CancellationToken cancel) =>
        (await ValueAsync(query, secret, "an argument of the query", cancel)).TrimEnd('\r', '\n');

    private async Task<AuthenticationHeaderValue?> AuthorizationAsync(MetricQuery query, CancellationToken cancel)
    {
        switch (query.Authentication)
        {
            case null or MetricAuthentication.Sigv4:
                return null;
            case MetricAuthentication.Bearer bearer:
                var token = Line("the bearer token", bearer.Token, await ValueAsync(query, bearer.Token, "the bearer token", cancel));
                hidden.Add(token);
                return new("Bearer", token);
            case MetricAuthentication.Basic basic:
                var user = Line("the user name", basic.User, await ValueAsync(query, basic.User, "the user name", cancel));
                var password = Line("the password", basic.Password, await ValueAsync(query, basic.Password, "the password", cancel));
                if (basic.Field == SecretTexts.OfAddress)
                    (user, password) = (AddressCredentials.Decode(user), AddressCredentials.Decode(password));
                if (user.Contains(':', StringComparison.Ordinal))
                    throw new CredentialException(
                        $"the user name{Origin(query, basic.User)} holds a colon, which Basic authentication does not allow");
                if (password == WrittenPasswords.Mark)
                    throw new CredentialException(
                        "the password stood in a template that is not there any more, or was changed; take it from a Secret");
                var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
                hidden.AddRange([password, pair]);
                return new("Basic", pair);
            case MetricAuthentication.OAuth2 client:
                var secret = await ValueAsync(query, client.ClientSecret, "the client secret", cancel);
                hidden.Add(secret);
                var fetched = await tokens.GetAsync(
                    query, client, await ValueAsync(query, client.ClientId, "the client", cancel), secret, hidden, cancel);
                hidden.Add(fetched);
                return new("Bearer", fetched);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<AwsIdentity> SignerAsync(MetricAuthentication.Sigv4 aws, Uri address, CancellationToken cancel)
    {
        try
        {
            var identity = await identities.GetAsync(aws, address, cancel);
            hidden.AddRange(new[] { identity.SecretKey, identity.SessionToken }.OfType<string>());
            return identity;
        }
        catch (AwsIdentityException missing)
        {
            throw new CredentialException(missing.Message);
        }
    }

    private async Task<string> ValueAsync(
        MetricQuery query, SecretValue value, string what, CancellationToken cancel, bool isPublic = false)
    {
        if (value is SecretValue.Plain plain) return plain.Value;
        if (value is not SecretValue.FromSecret secret) throw new UnreachableException();
        try
        {
            var found = await secrets.ReadAsync(query.Namespace, secret.Name, secret.Key, cancel)
                ?? throw new CredentialException(
                    $"{what} is missing: there is no Secret {query.Namespace}/{secret.Name}, or it has no key {secret.Key}");
            if (!isPublic) hidden.Add(found);
            return found;
        }
        catch (Exception broken) when (broken is not (OperationCanceledException or CredentialException))
        {
            // The store behind the port may fail in ways that are not known here; to a query all of them mean the same.
            throw new CredentialException(
                $"{what} cannot be had: Secret {query.Namespace}/{secret.Name} could not be read "
                    + $"({broken.GetType().Name}: {broken.Message})");
        }
    }

    // A line break at the end is how most Secrets are made by hand.
    private static string Line(string what, SecretValue source, string value)
    {
        var line = value.TrimEnd('\r', '\n');
        return line.All(letter => !char.IsControl(letter) || letter == '\t') ? line
            : throw new CredentialException(
                $"{what}{(source is SecretValue.FromSecret secret ? $" (Secret {secret.Name}, key {secret.Key})" : "")} "
                    + "holds a line break or another control character");
    }

    private static string Origin(MetricQuery query, SecretValue source) =>
        source is SecretValue.FromSecret secret ? $" (Secret {query.Namespace}/{secret.Name}, key {secret.Key})" : "";

    private static bool IsToken(string name) =>
        name.Length > 0
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));

    private static bool CanBeSet(string name)
    {
        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            return false;
        using var probe = new HttpRequestMessage();
        return probe.Headers.TryAddWithoutValidation(name, "");
    }
}
