using System;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Canary.Kubernetes.Api.Configuration;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Decides whether a server's certificate is the right one.</summary>
/// <remarks>Not the library's check: it builds the chain and passes over the name, so that any certificate of the authority would do for
/// any host.</remarks>
internal sealed class ServerTrust
{
    private readonly X509Certificate2Collection _authorities = [];

    private ServerTrust(X509Certificate2Collection authorities) => _authorities = authorities;

    /// <summary>Sets up the checks that the configuration asks for.</summary>
    /// <exception cref="KubeConfigException">The authority is not a certificate.</exception>
    public static void Configure(SslClientAuthenticationOptions tls, ApiServerConfiguration config)
    {
        if (config.SkipTlsVerify)
        {
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
            return;
        }

        if (config.AuthorityPem is null) return;

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(config.AuthorityPem);
        }
        catch (CryptographicException problem)
        {
            throw new KubeConfigException(config.Origin, "the certificate authority is not a certificate in PEM form", problem);
        }

        if (authorities.Count == 0)
            throw new KubeConfigException(config.Origin, "the certificate authority holds no certificate in PEM form");
        tls.RemoteCertificateValidationCallback = new ServerTrust(authorities).IsTrusted;
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? offered, SslPolicyErrors problems)
    {
        if (certificate is not X509Certificate2 server) return false;
        if ((problems & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0) return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);

        // What the server sent along: the way from its certificate to the authority.
        if (offered is not null) chain.ChainPolicy.ExtraStore.AddRange(offered.ChainPolicy.ExtraStore);
        return chain.Build(server) || EndsAtAnAuthority(chain);
    }

    /// <summary>A cluster may name an intermediate certificate as its authority; as in kubectl, trust need not reach a root then.</summary>
    private bool EndsAtAnAuthority(X509Chain chain)
    {
        var problems = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return (problems & ~X509ChainStatusFlags.PartialChain) == 0
            && chain.ChainElements.Any(element =>
                _authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)));
    }
}
