using System;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>A token that somebody else keeps fresh in a file, as the kubelet does for a pod.</summary>
internal sealed class TokenFile(string path, X509Certificate2? certificate, string origin, TimeProvider time) : CredentialSource
{
    private static readonly TimeSpan _freshness = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private string? _authorization;
    private long _readAt;

    public override X509Certificate2? Certificate => certificate;

    public override ValueTask<string?> AuthorizationAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_authorization is not null && time.GetElapsedTime(_readAt) < _freshness) return ValueTask.FromResult<string?>(_authorization);
            try
            {
                var token = File.ReadAllText(path).Trim();
                if (token.Length == 0) throw new KubeConfigException(origin, $"the token file {path} is empty");
                _authorization = $"Bearer {token}";
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The file is replaced now and then: the old token is good for a while longer.
                if (_authorization is null) throw new KubeConfigException(origin, $"the token file {path} cannot be read: {problem.Message}", problem);
            }

            _readAt = time.GetTimestamp();
            return ValueTask.FromResult<string?>(_authorization);
        }
    }

    public override bool Forget()
    {
        lock (_gate)
        {
            var hadOne = _authorization is not null;
            _authorization = null;
            return hadOne;
        }
    }

    public override void Dispose() => certificate?.Dispose();
}
