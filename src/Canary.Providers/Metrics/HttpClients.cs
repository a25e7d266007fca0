using System;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Canary.Http;

namespace Canary.Providers.Metrics;

/// <summary>
/// One client for each way to trust a server: connections are shared by all queries that trust alike, and whose address the same person
/// wrote.
/// </summary>
/// <param name="rules">Which addresses that a template names may be asked; null: all.</param>
/// <param name="time">Tells which clients nobody uses any more.</param>
internal sealed class HttpClients(AddressRules? rules, TimeProvider time) : IDisposable
{
    private readonly RecentlyUsed<(bool IsInsecure, string? Authority, bool IsOwn), HttpClient> _clients = new(time);

    /// <param name="isInsecure">No certificate is checked.</param>
    /// <param name="certificateAuthority">PEM; null for the system's.</param>
    /// <param name="isOwn">The address is the operator's own, which no rule limits.</param>
    /// <exception cref="CredentialException">The certificate authority is no PEM.</exception>
    public HttpClient For(bool isInsecure, string? certificateAuthority, bool isOwn) => _clients.GetOrAdd(
        (isInsecure, isInsecure ? null : certificateAuthority, isOwn),
        key => Make(key.IsInsecure, key.Authority, key.IsOwn ? null : rules));

    public void Dispose() => _clients.Dispose();

    private static HttpClient Make(bool isInsecure, string? authority, AddressRules? rules)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect would send the credentials to where nobody meant them to go: the handler around this one follows none.
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (isInsecure) handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        else if (authority is not null) handler.SslOptions.CertificateChainPolicy = Trust(authority);
        return new HttpClient(new OutboundHandler(handler, rules)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static X509ChainPolicy Trust(string pem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            throw new CredentialException("certificateAuthority holds a certificate that cannot be read");
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new CredentialException("certificateAuthority holds no PEM certificate");
    }
}
