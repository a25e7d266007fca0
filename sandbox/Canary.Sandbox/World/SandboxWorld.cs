using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Load;
using Canary.Sandbox.Mesh;
using Canary.Sandbox.Mesh.Proxy;
using Canary.Sandbox.Mesh.Routing;
using Canary.Sandbox.Workloads;
using Canary.Sandbox.World.Programs;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.World;

/// <summary>The whole sandbox, running. Everything in it but the embedded API server is a client of the API.</summary>
internal sealed class SandboxWorld : IAsyncDisposable
{
    private readonly CancellationTokenSource _down = new();
    private readonly List<Task> _running = [];
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly SandboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SandboxWorld(SandboxOptions options, TimeProvider time, ILogger log) => (_options, _time, _log) = (options, time, log);

    public ApiEndpoint Server { get; private set; } = null!;

    public ApiClient Api { get; private set; } = null!;

    public MeshProxy Mesh { get; private set; } = null!;

    public LoadGenerator Load { get; private set; } = null!;

    public PrometheusProgram Prometheus { get; private set; } = null!;

    public ControllerProgram? Controller { get; private set; }

    /// <summary>The Deployment whose pod template a pipeline changes.</summary>
    public ObjectName ReleasedDeployment => ShopNames.ReleasedDeployment(_options.Shop);

    /// <summary>Ends, with the reason, when a part of the sandbox ended that should not have.</summary>
    public Task Broken => _broken.Task;

    public static async Task<SandboxWorld> StartAsync(SandboxOptions options, TimeProvider time, ILogger log, CancellationToken cancel)
    {
        var world = new SandboxWorld(options, time, log);
        try
        {
            await world.BuildAsync(cancel);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>What ends first is what needs the others: controller, load, Prometheus, then the world, the API server last.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Controller is not null) await Controller.DisposeAsync();
        File.Delete(AddressesFile);
        File.Delete(RunningSandbox.Environment(_options.StateFolder));
        await _down.CancelAsync();
        foreach (var task in _running) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var i = _parts.Count - 1; i >= 0; i--) await _parts[i].DisposeAsync();
        Load?.Dispose();
        Api?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        _down.Dispose();
    }

    private async Task BuildAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(_options.StateFolder);
        File.Delete(AddressesFile);
        Server = await ApiEndpoint.OpenAsync(_options, cancel);
        Api = new ApiClient(Server.Config, _time);
        _log.Progress($"API server at {Server.Config.Server}");
        var installer = new Installer(Api, _time, _log);
        await installer.InstallKindsAsync(_options.MeshVersion, cancel);
        Run("workloads", new WorkloadsRunner(Api, _options.Workloads, _options.Seed, _time, _log).RunAsync);
        await installer.CreateMissingAsync(Manifests.Shop(_options.Shop, _options.Router), cancel);

        var client = new MeshClient("shoppers", ShopNames.Namespace, new Dictionary<string, string> { ["app"] = "shoppers" });
        Mesh = Keep(await MeshProxy.StartAsync(client, new MeshProxyOptions(_options.Seed), cancel));
        Run("mesh", new MeshWatch(Api, client, Mesh, _time, _log).RunAsync);
        Prometheus = Keep(await PrometheusProgram.StartAsync(Mesh.MetricsAddress, _options.StateFolder, _time, cancel));
        await new DeploymentWait(Api, _time).UntilReadyAsync(Deployments, cancel);
        if (_options.StartsController) await StartControllerAsync(cancel);
        Load = new LoadGenerator(Mesh.Address, _options.Load, _time);
        Run("load", Load.RunAsync);
        await WriteAddressesAsync(cancel);
    }

    private IReadOnlyList<ObjectName> Deployments => _options.Shop == ShopLayout.OneDeployment
        ? [ReleasedDeployment] : [ShopNames.StableDeployment, ReleasedDeployment];

    private async Task StartControllerAsync(CancellationToken cancel)
    {
        Controller = await ControllerProgram.StartAsync(Server.KubeConfig, Prometheus.Address, _options.StateFolder, _time, cancel);
        _log.ProgramStarted("canary-controller", Controller.Id);
        _ = WatchControllerAsync(Controller);
        await new TakeoverWait(Api, _time).UntilDoneAsync(ShopNames.Rollout, cancel);
    }

    private async Task WatchControllerAsync(ControllerProgram controller)
    {
        var code = await controller.Exited;
        if (_down.IsCancellationRequested) return;
        _log.ProgramEnded("canary-controller", code, controller.LastLines);
        _broken.TrySetException(new ProgramEndedException("canary-controller", code, controller.LastLines));
        // Nobody may be waiting for it: an exception that nobody looks at is none.
        _ = _broken.Task.Exception;
    }

    private T Keep<T>(T part) where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private void Run(string name, Func<CancellationToken, Task> run) => _running.Add(RunAsync(name, run));

    private async Task RunAsync(string name, Func<CancellationToken, Task> run)
    {
        try
        {
            await Task.Run(() => run(_down.Token));
        }
        catch (OperationCanceledException) when (_down.IsCancellationRequested)
        {
            // The end that was asked for.
        }
        catch (Exception problem)
        {
            _broken.TrySetException(new SandboxException($"{name} of the sandbox ended: {problem}"));
            _ = _broken.Task.Exception;
        }
    }

    /// <summary>What a shell needs to speak to this world, to be sourced.</summary>
    private string EnvironmentText() => $"""
        export KUBECONFIG='{Server.KubeConfig}'
        export CANARY_PROMETHEUS='{Prometheus.Address.ToString().TrimEnd('/')}'
        export CANARY_SHOP='http://{Mesh.Address}'
        export PATH='{AppContext.BaseDirectory.TrimEnd('/')}':"$PATH"

        """;

    // There from the moment when everything is up until the end begins.
    private string AddressesFile => Path.Combine(_options.StateFolder, RunningSandbox.Addresses);

    /// <summary>Where everything is, for scripts and tests.</summary>
    private async Task WriteAddressesAsync(CancellationToken cancel)
    {
        var addresses = new JsonObject
        {
            ["processId"] = Environment.ProcessId,
            ["server"] = Server.Config.Server.ToString(),
            ["kubeconfig"] = Server.KubeConfig,
            ["mesh"] = $"http://{Mesh.Address}",
            ["meshMetrics"] = $"http://{Mesh.MetricsAddress}/metrics",
            ["prometheus"] = new JsonObject { ["address"] = Prometheus.Address.ToString(), ["processId"] = Prometheus.Id },
            ["controller"] = Controller is null ? null
            : new JsonObject
            {
                ["address"] = Controller.Address.ToString(),
                ["processId"] = Controller.Id,
                ["alertTokenFile"] = Controller.AlertTokenFile
            },
            ["startedAt"] = _time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        };
        await File.WriteAllTextAsync(RunningSandbox.Environment(_options.StateFolder), EnvironmentText(), cancel);
        // Whoever waits for the file reads it as soon as it is there: it must be whole then.
        var unfinished = AddressesFile + ".new";
        await File.WriteAllTextAsync(unfinished, addresses.ToString() + Environment.NewLine, cancel);
        File.Move(unfinished, AddressesFile, overwrite: true);
    }
}
