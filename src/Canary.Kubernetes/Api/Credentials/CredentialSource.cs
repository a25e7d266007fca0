using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>Credentials as they are at this moment.</summary>
internal abstract class CredentialSource : IDisposable
{
    /// <summary>Client certificate for the next connection; null for none.</summary>
    public abstract X509Certificate2? Certificate { get; }

    /// <summary>Value of the Authorization header of the next request; null for none.</summary>
    /// <exception cref="KubeConfigException">The credentials cannot be had.</exception>
    public abstract ValueTask<string?> AuthorizationAsync(CancellationToken cancel);

    /// <summary>The server did not accept them: fetches them anew for the next request. False when they are always the same.</summary>
    public abstract bool Forget();

    public abstract void Dispose();

    /// <exception cref="KubeConfigException">The certificate or its key cannot be read.</exception>
    public static CredentialSource For(ApiServerConfig config, TimeProvider time)
    {
        var user = config.User;
        var certificate = user.CertificatePem is null ? null : Pair(user.CertificatePem, user.KeyPem, config.Origin);
        if (user.TokenFile is not null) return new TokenFile(user.TokenFile, certificate, config.Origin, time);
        if (user.Token is not null) return new FixedCredentials($"Bearer {user.Token}", certificate);
        if (user.Username is not null) return new FixedCredentials(Basic(user.Username, user.Password), certificate);
        return user.Exec is not null ? new ExecCredentials(user.Exec, config, certificate, time) : new FixedCredentials(null, certificate);
    }

    internal static X509Certificate2 Pair(string certificatePem, string? keyPem, string origin)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificatePem, keyPem ?? throw new KubeConfigException(origin, "a client certificate without its key"));
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            throw new KubeConfigException(origin, $"client certificate and key do not form a pair in PEM form: {problem.Message}", problem);
        }
    }

    private static string Basic(string username, string? password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));
}
