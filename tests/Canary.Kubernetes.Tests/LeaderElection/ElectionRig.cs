using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.LeaderElection;
using Canary.Kubernetes.Tests.Api;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Kubernetes.Tests.LeaderElection;

/// <summary>One process that competes, with a note of what it was told.</summary>
/// <remarks>The loop is the library's and waits in real time, here for moments; what counts as too old is decided by the clock of the
/// test.</remarks>
internal sealed class ElectionRig : IAsyncDisposable
{
    private readonly ApiClient _client;
    private readonly ManualTime _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _told = new();
    private Task _running = Task.CompletedTask;

    public ElectionRig(FakeApi api, ManualTime time, string identity)
    {
        (_client, _time) = (A.Client(api), time);
        var options = LeaseElectionOptions.For("shop", "canary", identity) with
        {
            BeforeRelease = () =>
            {
                _told.Enqueue("drain");
                return Task.CompletedTask;
            },
            RetryPeriod = TimeSpan.FromMilliseconds(10),
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

    /// <summary>A process that has looked at the Lease once.</summary>
    public static async Task<ElectionRig> StartAsync(FakeApi api, ManualTime time, string identity)
    {
        var rig = new ElectionRig(api, time, identity).Start();
        await rig.SettleAsync();
        return rig;
    }

    public ElectionRig Start()
    {
        _running = Task.Run(() => Election.RunAsync(_stop.Token));
        return this;
    }

    /// <summary>Lets two seconds pass, and the election see what has become of that: a whole step that began after it.</summary>
    public async Task RoundAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(2));
        await SettleAsync();
    }

    /// <summary>Waits for a whole step that begins from now on.</summary>
    public Task SettleAsync()
    {
        var steps = Election.Steps;
        return Eventually.ThatAsync(() => Election.Steps >= steps + 3, "two steps end");
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
