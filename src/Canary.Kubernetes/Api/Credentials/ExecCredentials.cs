using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>Credentials that a program hands out; it is asked again when they have expired or are refused.</summary>
internal sealed class ExecCredentials(ExecPlugin plugin, ApiServerConfig config, X509Certificate2? certificate, TimeProvider time) : CredentialSource
{
    private readonly SemaphoreSlim _gate = new(1);
    private volatile ExecCredential? _current;

    public override X509Certificate2? Certificate => _current?.Certificate ?? certificate;

    public override async ValueTask<string?> AuthorizationAsync(CancellationToken cancel)
    {
        if (_current is { } known && !IsExpired(known)) return known.Authorization;

        await _gate.WaitAsync(cancel);
        try
        {
            if (_current is { } fresh && !IsExpired(fresh)) return fresh.Authorization;
            var made = await ExecRun.AskAsync(plugin, config, cancel);
            _current = made;
            return made.Authorization;
        }
        finally
        {
            _gate.Release();
        }
    }

    public override bool Forget() => Interlocked.Exchange(ref _current, null) is not null;

    public override void Dispose()
    {
        _current?.Certificate?.Dispose();
        certificate?.Dispose();
        _gate.Dispose();
    }

    private bool IsExpired(ExecCredential credential) => credential.Expires <= time.GetUtcNow();
}
