using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>A running cache of pods, with a note of what it told.</summary>
internal sealed class CacheRig : IAsyncDisposable
{
    private readonly ApiClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly Task _running;

    public CacheRig(FakeApi api, TimeProvider time, ResourceCacheOptions? options = null)
    {
        _client = new ApiClient(api.Config, TimeProvider.System, A.QuickOptions with { MaxRetries = 0 });
        Cache = new ResourceCache(_client, KnownKinds.Pods, options ?? ResourceCacheOptions.All, time, NullLogger.Instance);
        Cache.Changed += change => _told.Enqueue($"{change.Kind} {change.Name.Name} {Version(change.Former)}->{Version(change.Object)}");
        _running = Task.Run(() => Cache.RunAsync(_stop.Token));
    }

    public ResourceCache Cache { get; }

    public IReadOnlyList<string> Told => [.. _told];

    public Task ToldAsync(int count) => Eventually.ThatAsync(() => _told.Count >= count, $"{count} changes are told");

    public async ValueTask DisposeAsync()
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

        _client.Dispose();
        _stop.Dispose();
    }

    private static string Version(JsonObject? document) => document is null ? "" : Documents.ResourceVersion(document);
}
