using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;

namespace Canary.Providers.Metrics;

/// <summary>
/// Puts the values of Secrets in the place of their placeholders, at the last moment: nothing that is stored or shown holds them.
/// </summary>
internal static class SecretTexts
{
    /// <summary>User and password that were a part of the address.</summary>
    public const string OfAddress = "address";

    /// <summary>
    /// The query with user and password of its address where they belong. This is before any value is put in: none can make another address
    /// of it.
    /// </summary>
    public static MetricQuery WithoutUser(MetricQuery query)
    {
        if (query.Address is null || AddressCredentials.Split(query.Address) is not { User: { } user, Password: { } password } split)
            return query;
        return query with
        {
            Address = split.Address,
            Authentication = query.Authentication
                ?? new MetricAuthentication.Basic(new SecretValue.Plain(user), new SecretValue.Plain(password)) { Field = OfAddress },
        };
    }

    /// <summary>The query as it is sent.</summary>
    /// <exception cref="CredentialException">A Secret or a key is missing.</exception>
    public static async Task<MetricQuery> FillAsync(MetricQuery query, CredentialReader reader, CancellationToken cancel)
    {
        var needed = Texts(query).OfType<string>().SelectMany(SecretPlaceholder.Find).Distinct().ToArray();
        if (needed.Length == 0) return query;
        var values = new Dictionary<SecretValue.FromSecret, string>();
        foreach (var secret in needed) values[secret] = await reader.ArgumentAsync(query, secret, cancel);
        return query with
        {
            Address = query.Address is { } address ? Fill(address) : null,
            Query = Fill(query.Query),
            Headers = query.Headers.Select(header => header with { Value = FillValue(header.Value)! }).ToEquatableArray(),
            Authentication = query.Authentication switch
            {
                MetricAuthentication.Bearer bearer => new MetricAuthentication.Bearer(FillValue(bearer.Token)!),
                MetricAuthentication.Basic basic => basic with { User = FillValue(basic.User)!, Password = FillValue(basic.Password)! },
                MetricAuthentication.OAuth2 client =>
                    client with
                    {
                        TokenUrl = Fill(client.TokenUrl),
                        ClientId = FillValue(client.ClientId)!,
                        ClientSecret = FillValue(client.ClientSecret)!,
                    },
                MetricAuthentication.Sigv4 aws => aws,
                _ => null,
            },
            CertificateAuthority = FillValue(query.CertificateAuthority),
        };

        string Fill(string text) => SecretPlaceholder.Fill(text, values);

        SecretValue? FillValue(SecretValue? value) =>
            value is SecretValue.Plain { IsFilledLater: true } plain ? new SecretValue.Plain(Fill(plain.Value)) : value;
    }

    private static IEnumerable<string?> Texts(MetricQuery query)
    {
        yield return query.Address;
        yield return query.Query;
        foreach (var header in query.Headers) yield return Text(header.Value);
        yield return Text(query.CertificateAuthority);
        switch (query.Authentication)
        {
            case MetricAuthentication.Bearer bearer:
                yield return Text(bearer.Token);
                break;
            case MetricAuthentication.Basic basic:
                yield return Text(basic.User);
                yield return Text(basic.Password);
                break;
            case MetricAuthentication.OAuth2 client:
                yield return client.TokenUrl;
                yield return Text(client.ClientId);
                yield return Text(client.ClientSecret);
                break;
        }
    }

    private static string? Text(SecretValue? value) => (value as SecretValue.Plain)?.Value;
}
