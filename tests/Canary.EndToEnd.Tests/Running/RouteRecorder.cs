using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>Every weight that the canary had in the VirtualService, in order, as a watch shows it.</summary>
internal sealed class RouteRecorder : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<int> _weights = [];
    private readonly Task _watching;

    public RouteRecorder(ApiClient api) => _watching = WatchAsync(api, _end.Token);

    /// <summary>Each weight once for each time that it was set.</summary>
    public IReadOnlyList<int> Weights
    {
        get
        {
            lock (_weights) return [.. _weights];
        }
    }

    public static int CanaryWeight(JsonObject virtualService) =>
        (virtualService["spec"]!["http"]!.AsArray()
            .First(route => (string?)route!["name"] is "primary")!["route"]!.AsArray()
            .Where(destination => ((string)destination!["destination"]!["host"]!).StartsWith("checkout-canary", StringComparison.Ordinal))
            .Select(destination => (int?)destination!["weight"] ?? 0)).FirstOrDefault();

    public override string ToString() => string.Join(" → ", Weights);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _watching;
        }
        catch (OperationCanceledException)
        {
            // Asked for.
        }

        _end.Dispose();
    }

    private async Task WatchAsync(ApiClient api, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await foreach (var change in api.WatchAsync(IstioKinds.VirtualServices, World.Namespace,
                    new WatchOptions(FieldSelector: "metadata.name=checkout"), cancel))
                {
                    if (change is WatchEvent.Added added) Record(CanaryWeight(added.Object));
                    if (change is WatchEvent.Modified modified) Record(CanaryWeight(modified.Object));
                    if (change is WatchEvent.Error) break;
                }
            }
            catch (ApiException)
            {
                // Tried again below.
            }

            // Whatever ended the watch: a server that refuses each one must not be asked without a pause.
            await Task.Delay(200, cancel);
        }
    }

    private void Record(int weight)
    {
        lock (_weights)
        {
            if (_weights.Count == 0 || _weights[^1] != weight) _weights.Add(weight);
        }
    }
}
