using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.World;
using Canary.Terminal;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.Demo;

/// <summary>What the demo reads from the API: the Rollout, its analyses, its Events, the versions that run. Nothing of it comes from inside
/// the sandbox.</summary>
internal sealed class ShopWatch
{
    private const int EventsKept = 6;
    private readonly ResourceCache _rollouts;
    private readonly ResourceCache _runs;
    private readonly ResourceCache _events;
    private readonly ResourceCache _deployments;
    private readonly ConcurrentQueue<RolloutView> _states = new();
    private readonly ConcurrentQueue<(string Uid, string Text)> _lines = new();

    public ShopWatch(ApiClient api, TimeProvider time, ILogger log)
    {
        ResourceCache Cache(ResourceKind kind) => new(api, kind, new ResourceCacheOptions(ShopNames.Namespace), time, log);
        (_rollouts, _runs, _events, _deployments) =
            (Cache(KnownKinds.Rollouts), Cache(KnownKinds.AnalysisRuns), Cache(KnownKinds.Events), Cache(KnownKinds.Deployments));
        _rollouts.Changed += change =>
        {
            if (change.Name == ShopNames.Rollout) _states.Enqueue(RolloutView.Read(change.Object));
        };
        _events.Changed += change =>
        {
            if (change.Kind == ChangeKind.Added && change.Object.TextAt("involvedObject", "kind") == KnownKinds.Rollouts.Kind)
                _lines.Enqueue((change.Object.Uid(), $"{change.Object.TextAt("reason")}: {change.Object.TextAt("message")}"));
            while (_lines.Count > EventsKept) _lines.TryDequeue(out _);
        };
    }

    private ResourceCache[] Caches => [_rollouts, _runs, _events, _deployments];

    public RolloutView Rollout => RolloutView.Read(_rollouts.Get(ShopNames.Rollout));

    public IReadOnlyList<string> Events => [.. _lines.Select(line => line.Text)];

    /// <summary>The newest analysis of the revision that is released; null: there is none.</summary>
    public JsonObject? Run => _runs.List(ShopNames.Namespace)
        .Where(run => run.TextAt("spec", "rollout", "name") == ShopNames.Rollout.Name
            && run.TextAt("spec", "rollout", "revision") == Rollout.CanaryRevision)
        .MaxBy(run => run.TextAt("status", "startedAt") ?? run.TextAt("metadata", "creationTimestamp"), StringComparer.Ordinal);

    /// <summary>The steps of the Rollout.</summary>
    public IReadOnlyList<StepItem> Steps => _rollouts.Get(ShopNames.Rollout) is { } rollout ? StepLine.Read(rollout) : [];

    /// <summary>The status of the Rollout speaks of this generation of the canary's Deployment, or of a newer one.</summary>
    public bool HasSeen(long generation) =>
        _rollouts.Get(ShopNames.Rollout).NumberAt("status", "observedWorkloads", "canary", "generation") >= generation;

    /// <summary>Lets go of the Events of the version before.</summary>
    public void ForgetEvents() => _lines.Clear();

    public string VersionOf(ObjectName deployment) =>
        _deployments.Get(deployment).TextAt("spec", "template", "metadata", "labels", "version") ?? "";

    /// <summary>The states of the Rollout since the last call, none left out.</summary>
    public IEnumerable<RolloutView> TakeStates()
    {
        while (_states.TryDequeue(out var state)) yield return state;
    }

    public async Task WaitForSyncAsync(CancellationToken cancel)
    {
        foreach (var cache in Caches) await cache.WaitForSyncAsync(cancel);
    }

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(Caches.Select(cache => cache.RunAsync(cancel)));
}
