using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.Kubernetes.Api.Configuration;

namespace Canary.Sandbox.World;

/// <summary>The API server that everything else is a client of: the embedded one, or one that a kubeconfig names.</summary>
internal sealed class ApiEndpoint : IAsyncDisposable
{
    private readonly ApiServerHost? _embedded;

    private ApiEndpoint(ApiServerHost? embedded, string kubeConfig, ApiServerConfiguration config) =>
        (_embedded, KubeConfig, Config) = (embedded, kubeConfig, config);

    /// <summary>Path of the kubeconfig.</summary>
    public string KubeConfig { get; }

    public ApiServerConfiguration Config { get; }

    public bool IsEmbedded => _embedded is not null;

    public static async Task<ApiEndpoint> OpenAsync(SandboxOptions options, CancellationToken cancel)
    {
        if (options.KubeConfig is { } given)
            return new ApiEndpoint(null, Path.GetFullPath(given), Canary.Kubernetes.Api.Configuration.KubeConfig.Load(given, null));
        var server = await ApiServerHost.StartAsync(new ApiServerOptions { Port = options.Port }, cancel);
        var path = Path.GetFullPath(Path.Combine(options.StateFolder, "kubeconfig"));
        await File.WriteAllTextAsync(path, server.Kubeconfig(null), cancel);
        return new ApiEndpoint(server, path, Canary.Kubernetes.Api.Configuration.KubeConfig.Load(path, null));
    }

    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
