using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>The objects of one kind as an API server has them, kept up to date by list and watch. Safe for use from many threads.</summary>
/// <remarks>
/// <see cref="RunAsync"/> does the work. It goes on after every interruption where it was, lists again where that cannot be done, and then
/// tells what was deleted meanwhile. The objects that it hands out are its own: to be read, never changed (<c>DeepClone</c> first).
/// </remarks>
public sealed class ResourceCache(ApiClient client, ResourceKind kind, ResourceCacheOptions options, TimeProvider time, ILogger log)
{
    /// <summary>Answered failures in a row after which the version itself is doubted.</summary>
    private const int PatienceWithVersion = 3;

    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);

    private readonly ObjectStore _store = new(options);
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _version;
    private bool _wasUnreachable;
    private bool _wasReset;
    private int _refusals;
    private volatile ApiException? _problem;
    private long _problemSince;

    /// <summary>Told after each change, in order, by the loop of <see cref="RunAsync"/>: to be quick, and never to throw.</summary>
    public event Action<CacheChange>? Changed;

    /// <summary>The kind that is held.</summary>
    public ResourceKind Kind => kind;

    /// <summary>Whether the first list is complete.</summary>
    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    /// <summary>Why the cache does not follow the server at the moment; null while it does.</summary>
    public ApiException? Problem => _problem;

    /// <summary>How long the cache has not followed the server; null while it does.</summary>
    public TimeSpan? FailingFor => _problem is null ? null : time.GetElapsedTime(Volatile.Read(ref _problemSince));

    /// <summary>Number of objects.</summary>
    public int Count => _store.Count;

    /// <summary>Completes when the first list is complete.</summary>
    public Task WaitForSyncAsync(CancellationToken cancel) => _synced.Task.WaitAsync(cancel);

    /// <summary>One object, or null.</summary>
    public JsonObject? Get(ObjectName name) => _store.Get(name);

    /// <summary>The names of all objects of a namespace, or of all when it is null. No object is parsed.</summary>
    public IReadOnlyList<ObjectName> Names(string? ns) => _store.Names(ns);

    /// <summary>All objects of a namespace, or of all when it is null. Each is parsed.</summary>
    public IReadOnlyList<JsonObject> List(string? ns) => _store.List(ns);

    /// <summary>All objects that have this key in one of <see cref="ResourceCacheOptions.Indexes"/>.</summary>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    public IReadOnlyList<JsonObject> Find(string index, string key) => _store.Find(index, key);

    /// <summary>Takes over the answer to a write of our own, so that the next look sees it and its echo is no change.</summary>
    public void Note(JsonObject written) => _store.Note(written);

    /// <summary>Follows the server until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var started = time.GetTimestamp();
            ApiException? problem = null;
            try
            {
                if (_version is not null && _wasUnreachable) await CompareAsync(_version, cancel);
                if (_version is null) await ListAsync(cancel);
                await WatchAsync(started, cancel);
            }
            catch (ApiException failure)
            {
                problem = failure;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // What one object does to this process must not end the watching of all others: it is read again from the beginning.
                problem = new ApiException(new ApiStatus(0, "Unreadable", $"what was read cannot be kept: {failure.Message}", null),
                    $"watch of {kind}", null, failure);
                _version = null;
            }

            // A watch that ends at once is repeated after a pause as well, whatever came in it: it may end so for ever.
            if (problem is null && time.GetElapsedTime(started) > ShortWatch) continue;
            await PauseAsync(problem, cancel);
        }
    }

    // Each page is let go of before the next one is read: parsed documents of all objects would be many times what is kept of them.
    private async Task ListAsync(CancellationToken cancel)
    {
        var asked = new ListOptions(options.LabelSelector, options.FieldSelector);
        var (kept, version) = await client.ListAllAsync(kind, options.Namespace, asked, item => _store.Keep(item, isOfList: true), cancel);
        Load(kept, version);
    }

    /// <summary>Makes the cache what a whole list says.</summary>
    internal void Load(ObjectList list) => Load([.. list.Items.Select(item => _store.Keep(item, isOfList: true))], list.ResourceVersion);

    private void Load(IReadOnlyList<KeptObject> all, string version)
    {
        Tell(_store.Replace(all, _wasReset));
        _wasReset = false;
        _version = version;
        log.CacheListed(kind, all.Count, version);
        _synced.TrySetResult();
    }

    private async Task WatchAsync(long started, CancellationToken cancel)
    {
        var asked = new WatchOptions(_version, options.LabelSelector, options.FieldSelector);
        await foreach (var change in client.WatchAsync(kind, options.Namespace, asked, Resumed, cancel))
        {
            if (change is WatchEvent.Error error)
                throw new ApiException(error.Status, $"watch of {kind}", null, null);

            Apply(change);
            _refusals = 0;
            if (time.GetElapsedTime(started) > ShortWatch) _backoff.Reset();
        }
    }

    /// <summary>Takes over one event of a watch.</summary>
    internal void Apply(WatchEvent change)
    {
        switch (change)
        {
            case WatchEvent.Added { Object: var document }:
                Follow(document, _store.Put(document));
                break;
            case WatchEvent.Modified { Object: var document }:
                Follow(document, _store.Put(document));
                break;
            case WatchEvent.Deleted { Object: var document }:
                Follow(document, _store.Remove(document));
                break;
            case WatchEvent.Bookmark { ResourceVersion: var version }:
                if (version.Length > 0) _version = version;
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void Follow(JsonObject document, IReadOnlyList<CacheChange> changes)
    {
        Tell(changes);
        if (Documents.ResourceVersion(document) is { Length: > 0 } version) _version = version;
    }

    private void Tell(IReadOnlyList<CacheChange> changes)
    {
        foreach (var change in changes) Changed?.Invoke(change);
    }

    /// <summary>
    /// After the server was away: one that came back with an older state (from a backup, or an empty one) lets a watch from a version of
    /// its future stay open in silence for ever. One small list tells.
    /// </summary>
    private async Task CompareAsync(string version, CancellationToken cancel)
    {
        var probe = await client.ListAsync(kind, options.Namespace, new ListOptions(options.LabelSelector, options.FieldSelector, Limit: 1),
            cancel);
        _wasUnreachable = false;
        if (ObjectStore.Number(probe.ResourceVersion) is not { } found || ObjectStore.Number(version) is not { } known || found >= known)
            return;
        log.CacheAhead(kind, probe.ResourceVersion, version);
        _version = null;
        _wasReset = true;
    }

    private async Task PauseAsync(ApiException? problem, CancellationToken cancel)
    {
        var delay = _backoff.Next();
        if (problem?.RetryAfter > delay) delay = problem.RetryAfter.Value;
        if (problem is not null)
        {
            if (problem.Status.Reason == "Unreachable") _wasUnreachable = true;
            if (!problem.IsUnanswered) _refusals++;
            if (problem.IsGone || problem.IsNotFound || _refusals >= PatienceWithVersion) _version = null;
            if (_problem?.Status.Message != problem.Status.Message && !problem.IsGone) log.CacheInterrupted(kind, delay, problem.Message);
            if (_problem is null) Volatile.Write(ref _problemSince, time.GetTimestamp());
            if (!problem.IsGone) _problem = problem;
        }

        await Task.Delay(delay, time, cancel);
    }

    /// <summary>The server took the watch. Patience is restored only by what comes: an ERROR may be the first line.</summary>
    private void Resumed()
    {
        if (_problem is null) return;
        _problem = null;
        log.CacheResumed(kind);
    }
}
