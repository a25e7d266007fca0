using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Sandbox.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Benchmarks.Reconcile;

/// <summary>What a controller needs around it, in a process of its own: the API server of the sandbox, over TLS, and a server that answers
/// as Prometheus does.</summary>
internal static class WorldServer
{
    public const string Kubeconfig = "kubeconfig";
    public const string PrometheusAddress = "prometheus";

    /// <summary>Runs until the process is told to end.</summary>
    /// <param name="folder">Where the kubeconfig goes, and the address of Prometheus as soon as all of it serves.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task RunAsync(string folder, CancellationToken cancel)
    {
        await using var server = await ApiServerHost.StartAsync(new ApiServerOptions { UsesTls = true, HistoryLimit = 100_000 }, cancel);
        await using var prometheus = await PrometheusStandIn.StartAsync(cancel);
        var kubeconfig = Path.Combine(folder, Kubeconfig);
        await File.WriteAllTextAsync(kubeconfig, server.Kubeconfig(null), cancel);
        using var api = new ApiClient(KubeConfig.Load(kubeconfig, null), TimeProvider.System);
        await new Installer(api, TimeProvider.System, NullLogger.Instance).InstallKindsAsync("v1", cancel);
        var address = Path.Combine(folder, PrometheusAddress);
        await File.WriteAllTextAsync(address + ".new", prometheus.Address.ToString(), cancel);
        File.Move(address + ".new", address);
        await RolloutCopies.MakeAsync(server, folder, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
