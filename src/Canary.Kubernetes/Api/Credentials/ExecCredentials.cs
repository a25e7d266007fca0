using System;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>Credentials that a program hands out; it is asked again when they have expired or are refused.</summary>
/// <remarks>
/// Not the library's <c>ExecTokenProvider</c>: its configuration splits arguments at spaces, asks with another kind and without the
/// cluster, and never renews certificates or what the server refuses.
/// </remarks>
/// <param name="plugin">The program.</param>
/// <param name="config">The server that they are for.</param>
/// <param name="time">Clock of the expiry.</param>
/// <param name="certificateChanged">Told when another client certificate was handed out than before.</param>
internal sealed class ExecCredentials(ExecPlugin plugin, ApiServerConfiguration config, TimeProvider time, Action certificateChanged)
    : IRenewedCredentials, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private volatile Answer? _current;
    private X509Certificate2? _shown;

    /// <inheritdoc />
    public X509Certificate2? Certificate => _shown;

    /// <inheritdoc />
    /// <exception cref="KubeConfigException">The credentials cannot be had.</exception>
    public async Task<AuthenticationHeaderValue?> GetAuthenticationHeaderAsync(CancellationToken cancel)
    {
        if (_current is { } known && !IsExpired(known)) return known.Authorization;

        await _gate.WaitAsync(cancel);
        try
        {
            if (_current is { } fresh && !IsExpired(fresh)) return fresh.Authorization;
            var made = await ExecRun.AskAsync(plugin, config, cancel);
            _current = made;
            var former = Interlocked.Exchange(ref _shown, made.Certificate);
            if (former is not null && !former.Equals(made.Certificate)) certificateChanged();
            return made.Authorization;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc />
    public bool Forget() => Interlocked.Exchange(ref _current, null) is not null;

    public void Dispose()
    {
        _shown?.Dispose();
        _gate.Dispose();
    }

    private bool IsExpired(Answer credential) => credential.Expires <= time.GetUtcNow();

    /// <summary>What a program handed out.</summary>
    internal sealed record Answer(AuthenticationHeaderValue? Authorization, X509Certificate2? Certificate, DateTimeOffset? Expires);
}
