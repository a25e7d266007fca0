using System;
using System.IO;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>A token that somebody else keeps fresh in a file, as the kubelet does for a pod.</summary>
/// <remarks>Not the library's <c>TokenFileAuth</c>, which fails where a read fails, and keeps a token that the server refuses for its
/// minute.</remarks>
internal sealed class TokenFile(string path, string origin, TimeProvider time) : IRenewedCredentials
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private AuthenticationHeaderValue? _authorization;
    private long _readAt;

    /// <inheritdoc />
    public X509Certificate2? Certificate => null;

    /// <inheritdoc />
    /// <exception cref="KubeConfigException">The credentials cannot be had.</exception>
    public Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_authorization is not null && time.GetElapsedTime(_readAt) < Freshness) return Task.FromResult(_authorization);
            try
            {
                var token = File.ReadAllText(path).Trim();
                if (token.Length == 0) throw new KubeConfigException(origin, $"the token file {path} is empty");
                if (token.AsSpan().ContainsAny('\r', '\n'))
                    throw new KubeConfigException(origin, $"the token file {path} has more than one line");
                _authorization = new AuthenticationHeaderValue("Bearer", token);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The file is replaced now and then: the old token is good for a while longer.
                if (_authorization is null)
                    throw new KubeConfigException(origin, $"the token file {path} cannot be read: {problem.Message}", problem);
            }

            _readAt = time.GetTimestamp();
            return Task.FromResult(_authorization);
        }
    }

    /// <inheritdoc />
    public bool Forget()
    {
        lock (_gate)
        {
            var hadOne = _authorization is not null;
            _authorization = null;
            return hadOne;
        }
    }
}
