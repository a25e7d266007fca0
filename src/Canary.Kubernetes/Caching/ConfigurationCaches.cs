using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Caching;

/// <summary>
/// The ConfigMaps and Secrets of the namespaces in which a workload reads some, each as a hash: no value stays in memory. A kind is
/// followed in a namespace from the first Rollout that asks to the last, so that rights in those namespaces suffice.
/// </summary>
internal sealed class ConfigurationCaches(ApiClient client, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a pass waits for the first list of a namespace.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(ResourceKind Kind, string Namespace), Followed> _followed = [];
    private readonly Dictionary<RolloutName, IReadOnlyCollection<ConfigurationReference>> _used = [];
    private readonly Channel<Followed> _begun = Channel.CreateUnbounded<Followed>();

    /// <summary>The content of something that these Rollouts use is another one, or it came or went. Told by the threads that
    /// watch.</summary>
    public event Action<ResourceKind, CacheChange, IReadOnlyCollection<RolloutName>>? Changed;

    /// <summary>Says what a Rollout uses from here on; nothing: it is gone.</summary>
    public void Use(RolloutName rollout, IReadOnlyCollection<ConfigurationReference> references)
    {
        lock (_gate)
        {
            var before = _used.GetValueOrDefault(rollout) ?? [];
            if (before.SequenceEqual(references)) return;
            if (references.Count == 0) _used.Remove(rollout);
            else _used[rollout] = references;
            foreach (var kind in references.Select(reference => reference.Kind).Distinct()) FollowLocked(kind, rollout.Namespace);
            foreach (var idle in _followed.Where(one => one.Key.Namespace == rollout.Namespace && !IsUsedLocked(one.Key)).ToArray())
            {
                _followed.Remove(idle.Key);
                idle.Value.Stop.Cancel();
            }
        }
    }

    /// <summary>The objects of a kind in a namespace, read once or refused; null: neither within ten seconds, or nobody uses any.</summary>
    public async Task<ResourceCache?> FindAsync(ResourceKind kind, string ns, CancellationToken cancel)
    {
        Followed? followed;
        lock (_gate) followed = _followed.GetValueOrDefault((kind, ns));
        if (followed is null) return null;
        var since = time.GetTimestamp();
        while (followed.Cache is { HasSynced: false, Problem: null })
        {
            if (time.GetElapsedTime(since) > LongestWait) return null;
            await Task.Delay(Patience, time, cancel);
        }

        return followed.Cache;
    }

    /// <summary>The objects of a kind in a namespace, as far as they are known; null: nobody uses any.</summary>
    public ResourceCache? Get(ResourceKind kind, string ns)
    {
        lock (_gate) return _followed.GetValueOrDefault((kind, ns))?.Cache;
    }

    /// <summary>Follows what is used until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var running = new ConcurrentDictionary<Task, bool>();
        var next = _begun.Reader.ReadAsync(cancel).AsTask();
        while (true)
        {
            var ended = await Task.WhenAny([next, .. running.Keys]);
            if (ended != next)
            {
                running.TryRemove(ended, out _);
                // A cache that stands still unnoticed is worse than none.
                await ended;
                continue;
            }

            running[FollowAsync(await next, cancel)] = true;
            next = _begun.Reader.ReadAsync(cancel).AsTask();
        }
    }

    private static async Task FollowAsync(Followed followed, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, followed.Stop.Token);
        try
        {
            await followed.Cache.RunAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Nobody uses it any more.
        }
    }

    private bool IsUsedLocked((ResourceKind Kind, string Namespace) followed) => _used.Any(used =>
        used.Key.Namespace == followed.Namespace && used.Value.Any(reference => reference.Kind == followed.Kind));

    private void FollowLocked(ResourceKind kind, string ns)
    {
        if (_followed.ContainsKey((kind, ns))) return;
        var cache = new ResourceCache(client, kind, new ResourceCacheOptions(ns, Projection: ConfigurationContent.Project), time, log);
        cache.Changed += change => Tell(kind, ns, change);
        var followed = new Followed(cache, new CancellationTokenSource());
        _followed[(kind, ns)] = followed;
        _begun.Writer.TryWrite(followed);
    }

    private void Tell(ResourceKind kind, string ns, CacheChange change)
    {
        if (change.Former is { } former && change.Kind is not ChangeKind.Deleted
            && JsonNode.DeepEquals(former["content"], change.Object["content"])) return;
        RolloutName[] users;
        lock (_gate)
            users = [.. _used.Where(one => one.Key.Namespace == ns
                && one.Value.Contains(new ConfigurationReference(kind, change.Name.Name))).Select(one => one.Key)];
        if (users.Length > 0) Changed?.Invoke(kind, change, users);
    }

    private sealed record Followed(ResourceCache Cache, CancellationTokenSource Stop);
}
