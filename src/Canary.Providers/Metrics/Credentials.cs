using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using Canary.Providers.Aws;

namespace Canary.Providers.Metrics;

/// <summary>What a request carries besides the query, with the values of the Secrets.</summary>
/// <param name="Authorization">Null for none.</param>
/// <param name="Headers">Further headers.</param>
/// <param name="CertificateAuthority">PEM; null for the system's.</param>
internal sealed record Credentials(
    AuthenticationHeaderValue? Authorization, IReadOnlyList<KeyValuePair<string, string>> Headers, string? CertificateAuthority)
{
    /// <summary>Who signs each request by signature version 4 of AWS; null: they are not signed.</summary>
    public AwsIdentity? Signer { get; init; }

    public void PutOn(HttpRequestMessage request)
    {
        request.Headers.Authorization = Authorization;
        foreach (var (name, value) in Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
