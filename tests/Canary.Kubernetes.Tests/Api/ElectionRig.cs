using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>One process that competes, with a note of what it was told.</summary>
internal sealed class ElectionRig : IAsyncDisposable
{
    private readonly ApiClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _told = new();
    private Task _running = Task.CompletedTask;

    public ElectionRig(FakeApi api, ManualTime time, string identity)
    {
        _client = A.Client(api);
        var options = LeaseElectionOptions.For("shop", "canary", identity) with
        {
            BeforeRelease = () =>
            {
                _told.Enqueue("drain");
                return Task.CompletedTask;
            },
            Unfit = () => Unfit,
        };
        Election = new LeaseElection(_client, options, time, NullLogger.Instance);
        Election.Started += term => _told.Enqueue($"started {term}");
        Election.Lost += () => _told.Enqueue("lost");
    }

    /// <summary>Why this process could not lead; null: it could.</summary>
    public string? Unfit { get; set; }

    public LeaseElection Election { get; }

    public IReadOnlyList<string> Told => [.. _told];

    public ElectionRig Start()
    {
        _running = Task.Run(() => Election.RunAsync(_stop.Token));
        return this;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // How a run ends.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _client.Dispose();
    }
}
