using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>Credentials that stay as the configuration has them.</summary>
internal sealed class FixedCredentials(string? authorization, X509Certificate2? certificate) : CredentialSource
{
    public override X509Certificate2? Certificate => certificate;

    public override ValueTask<string?> AuthorizationAsync(CancellationToken cancel) => ValueTask.FromResult(authorization);

    public override bool Forget() => false;

    public override void Dispose() => certificate?.Dispose();
}
