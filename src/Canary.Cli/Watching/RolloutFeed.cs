using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.Cli.Reading;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Cli.Watching;

/// <summary>A Rollout as it is and as it changes: with each change of the Rollout, its workloads, analysis runs and pods, and as time
/// passes. Ends when the Rollout is deleted.</summary>
/// <param name="tick">After how long the same is given once more; null: only what has changed.</param>
internal sealed class RolloutFeed(RolloutReader reader, TimeProvider time, TimeSpan? tick)
{
    /// <summary>What changes together is read once.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a server that is away is asked whether it is back, at the latest.</summary>
    private static readonly TimeSpan Probing = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<(ResourceKind Kind, string Selector), ResourceCache> _watched = [];

    /// <exception cref="ApiException">The Rollout is not there or may not be read, or the server is away at the first look.</exception>
    public async IAsyncEnumerable<RolloutDetails> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var details = await reader.ReadAsync(cancel);
            while (true)
            {
                Watch(details, watching.Token);
                yield return details;
                var hasChanged = await HasChangedAsync(cancel);
                if (!hasChanged && details.Problem is null && Problem() is null) continue;
                if (hasChanged) await Task.Delay(Gathering, time, cancel);
                if (await ReadAgainAsync(details, cancel) is not { } next) yield break;
                details = next;
            }
        }
        finally
        {
            await watching.CancelAsync();
        }
    }

    /// <summary>Null: the Rollout is gone. What a server that is away does not answer is the last answer, with the reason.</summary>
    private async Task<RolloutDetails?> ReadAgainAsync(RolloutDetails last, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadAsync(cancel);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            return null;
        }
        catch (ApiException away) when (away.IsUnanswered || away.Status.Code is 429 or >= 500)
        {
            return last with { Problem = $"the API server does not answer: {away.Status.Message}; this is what was there last" };
        }
    }

    /// <summary>True: something changed. False: a tick, or the server is to be asked again.</summary>
    private async Task<bool> HasChangedAsync(CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(tick ?? Probing, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await _changes.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private ApiException? Problem() =>
        _watched.Values.Select(cache => cache.Problem).FirstOrDefault(problem => problem is { IsForbidden: false });

    private void Watch(RolloutDetails details, CancellationToken cancel)
    {
        Watch(KnownKinds.Rollouts, $"metadata.name={reader.Name.Name}", isField: true, cancel);
        foreach (var side in new[] { details.Stable, details.Canary })
        {
            if (side.Workload is not null) Watch(side.Kind, $"metadata.name={side.Workload}", isField: true, cancel);
            if (side.Pods is not null && PodSelector.Find(side.Deployment!) is { } selector)
                Watch(KnownKinds.Pods, selector, isField: false, cancel);
        }

        if (reader.IsToShow)
            Watch(KnownKinds.AnalysisRuns, $"canary.delivery/rollout={RunName.Label(reader.Name.Name)}", isField: false, cancel);
    }

    private void Watch(ResourceKind kind, string selector, bool isField, CancellationToken cancel)
    {
        if (_watched.ContainsKey((kind, selector))) return;
        var options =
            new ResourceCacheOptions(reader.Cluster.Namespace, isField ? null : selector, isField ? selector : null, Documents.Identity);
        var cache = _watched[(kind, selector)] = new ResourceCache(reader.Cluster.Client, kind, options, time, NullLogger.Instance);
        cache.Changed += _ => _changes.Writer.TryWrite(true);
        _ = cache.RunAsync(cancel);
    }
}
