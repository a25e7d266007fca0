using System.Security.Cryptography.X509Certificates;
using k8s.Authentication;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>Credentials that change while the process runs.</summary>
internal interface IRenewedCredentials : ITokenProvider
{
    /// <summary>Client certificate that came with them; null for none.</summary>
    X509Certificate2? Certificate { get; }

    /// <summary>The server did not accept them: they are fetched anew for the next request. False where there were none yet.</summary>
    bool Forget();
}
