using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Mesh.Proxy;
using Microsoft.AspNetCore.Http;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>The service that runs in a pod: real HTTP on 127.0.0.1, which says its version, fails and dawdles as it is told to.</summary>
internal sealed class AppServer : IAsyncDisposable
{
    /// <summary>Header that names the version in every answer, also in a failed one.</summary>
    public const string VersionHeader = "x-app-version";

    private readonly string _pod;
    private readonly AppBehaviour _behaviour;
    private readonly SeededDice _dice;
    private readonly TimeProvider _time;
    private LoopbackServer? _server;

    private AppServer(string pod, AppBehaviour behaviour, long seed, TimeProvider time) =>
        (_pod, _behaviour, _dice, _time) = (pod, behaviour, new SeededDice(seed), time);

    /// <summary>Host and port.</summary>
    public string Address => _server!.Address;

    public static async Task<AppServer> StartAsync(string pod, AppBehaviour behaviour, long seed, TimeProvider time,
        CancellationToken cancel)
    {
        var app = new AppServer(pod, behaviour, seed, time);
        app._server = await LoopbackServer.StartAsync(0, app.AnswerAsync, cancel);
        return app;
    }

    /// <summary>Serves on for a while, as clients may not yet know that the pod goes, then finishes what is in flight.</summary>
    public async Task DrainAsync(TimeSpan served, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(served, _time, cancel);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            await _server!.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The sandbox goes down: what is in flight is cut.
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext http)
    {
        // A spread that leans to the slow side, as latencies do: the median is as asked for, the slowest is (1 + 3 x jitter) times that.
        var drawn = _dice.Roll();
        var factor = drawn < 0.5 ? 1 - (_behaviour.Jitter * (0.5 - drawn)) : 1 + (_behaviour.Jitter * 3 * Math.Pow((drawn - 0.5) * 2, 4));
        var fails = _dice.Hits(_behaviour.ErrorRate);
        await Task.Delay(_behaviour.Latency * factor, _time, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (http.RequestAborted.IsCancellationRequested) return;

        http.Response.StatusCode = fails ? _behaviour.ErrorStatus : StatusCodes.Status200OK;
        http.Response.Headers[VersionHeader] = _behaviour.Version;
        http.Response.ContentType = "application/json";
        var body = fails
            ? $$"""{"version":"{{_behaviour.Version}}","pod":"{{_pod}}","error":"it fails {{_behaviour.ErrorRate:P0}} of its requests, as it was told to"}"""
            : $$"""{"version":"{{_behaviour.Version}}","pod":"{{_pod}}"}""";
        await http.Response.WriteAsync(body + "\n", http.RequestAborted);
    }
}
