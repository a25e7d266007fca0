using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Deployments;
using Canary.Sandbox.Workloads.Endpoints;
using Canary.Sandbox.Workloads.Garbage;
using Canary.Sandbox.Workloads.Pods;
using Canary.Sandbox.Workloads.Reconciling;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.Workloads;

/// <summary>Runs the controllers that the chosen mode plays: one watch a kind, one queue a controller.</summary>
internal sealed class WorkloadsRunner(ApiClient api, WorkloadsMode mode, long seed, TimeProvider time, ILogger log)
{
    private readonly Dictionary<ResourceKind, ResourceCache> _caches = [];
    private readonly List<ReconcileQueue> _queues = [];

    /// <summary>Runs until cancelled; then the services of the pods are stopped.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (mode == WorkloadsMode.None) return;
        await using var node = mode == WorkloadsMode.Kubelet ? new SandboxNode(api, time) : null;
        if (node is not null) await node.CreateAsync(cancel);
        await using var kubelet = new PodReconciler(api, node, seed, time, cancel);
        Follow(KnownKinds.Pods, Queue("Pod", kubelet), change => [change.Name]);
        if (mode == WorkloadsMode.All)
        {
            AddControllers();
            if (await IsBareAsync(cancel)) await AddWhatABareServerLacksAsync(cancel);
        }

        var heartbeat = node?.RunAsync(cancel) ?? Task.CompletedTask;
        await Task.WhenAll(
            [heartbeat, .. _caches.Values.Select(cache => cache.RunAsync(cancel)), .. _queues.Select(queue => queue.RunAsync(cancel))]);
    }

    private void AddControllers()
    {
        var deployments = Queue("Deployment", new DeploymentReconciler(api, time));
        Follow(KnownKinds.Deployments, deployments, change => [change.Name]);
        Follow(KnownKinds.ReplicaSets, deployments, change => ControllerOf(change, KnownKinds.Deployments));
        var sets = Queue("ReplicaSet", new ReplicaSetReconciler(api, time));
        Follow(KnownKinds.ReplicaSets, sets, change => [change.Name]);
        Follow(KnownKinds.Pods, sets, change => ControllerOf(change, KnownKinds.ReplicaSets));
        var pods = Cache(KnownKinds.Pods);
        var services = Cache(KnownKinds.Services);
        var slices = Queue("Service", new EndpointSliceReconciler(api, pods.List));
        Follow(KnownKinds.Services, slices, change => [change.Name]);
        Follow(KnownKinds.Pods, slices, change => Selecting(services, change));
        Follow(KnownKinds.EndpointSlices, slices, change => change.Object.Labels()
            .TryGetValue(EndpointSliceDocument.ServiceLabel, out var name)
            && change.Object.Labels().GetValueOrDefault(EndpointSliceDocument.ManagedByLabel) == EndpointSliceDocument.Manager
            ? [new ObjectName(change.Object.Namespace(), name)] : []);
    }

    // A controller-manager gives the namespace default its ServiceAccount within a moment of its start.
    private async Task<bool> IsBareAsync(CancellationToken cancel) =>
        await api.FindAsync(KnownKinds.ServiceAccounts, new ObjectName("default", ServiceAccountReconciler.Default), cancel) is null;

    private async Task AddWhatABareServerLacksAsync(CancellationToken cancel)
    {
        Follow(KnownKinds.Namespaces, Queue("Namespace", new ServiceAccountReconciler(api)), change => [change.Name]);
        ResourceKind[] owned = [KnownKinds.ReplicaSets, KnownKinds.Pods, KnownKinds.EndpointSlices];
        if (await api.ServesAsync(KnownKinds.AnalysisRuns, cancel)) owned = [.. owned, KnownKinds.AnalysisRuns];
        var owners = owned.Concat([KnownKinds.Deployments, KnownKinds.Services]).ToList();
        if (owned.Contains(KnownKinds.AnalysisRuns)) owners.Add(KnownKinds.Rollouts);
        foreach (var owner in owners)
        {
            var queue = Queue(owner.Kind, new PropagationReconciler(api, owner, owned));
            Follow(owner, queue, change => change.Object.IsTerminating() && change.Kind != ChangeKind.Deleted ? [change.Name] : []);
        }

        foreach (var kind in owned)
        {
            var queue = Queue(kind.Kind, new OwnedReconciler(api, kind));
            var cache = Cache(kind);
            // On its own first appearance, for owners that went while nobody looked; and when an owner goes.
            Follow(kind, queue, change => change.Kind == ChangeKind.Added ? [change.Name] : []);
            foreach (var owner in owners)
            {
                Follow(owner, queue, change => change.Kind != ChangeKind.Deleted ? [] : cache.List(change.Name.Namespace)
                    .Where(item => item.ItemsAt("metadata", "ownerReferences")
                        .Any(reference => reference.TextAt("uid") == change.Object.Uid()))
                        .Select(ObjectName.Of));
            }
        }
    }

    private ReconcileQueue Queue(string kind, IReconciler reconciler)
    {
        var queue = new ReconcileQueue(kind, reconciler, time, log);
        _queues.Add(queue);
        return queue;
    }

    private ResourceCache Cache(ResourceKind kind)
    {
        if (!_caches.TryGetValue(kind, out var cache))
            _caches[kind] = cache = new ResourceCache(api, kind, ResourceCacheOptions.All, time, log);
        return cache;
    }

    private void Follow(ResourceKind kind, ReconcileQueue queue, Func<CacheChange, IEnumerable<ObjectName>> concerned) =>
        Cache(kind).Changed += change =>
        {
            foreach (var name in concerned(change)) queue.Add(name);
        };

    private static IEnumerable<ObjectName> ControllerOf(CacheChange change, ResourceKind kind) =>
        change.Object.Controller() is { } owner && owner.TextAt("kind") == kind.Kind
            ? [new ObjectName(change.Name.Namespace, owner.TextAt("name") ?? "")] : [];

    // Also those that selected the pod before its labels changed.
    private static IEnumerable<ObjectName> Selecting(ResourceCache services, CacheChange change) =>
        services.List(change.Name.Namespace)
            .Where(service => change.Object.Labels().IsSelectedBy(service.TextsAt("spec", "selector"))
                || (change.Former?.Labels().IsSelectedBy(service.TextsAt("spec", "selector")) ?? false))
            .Select(ObjectName.Of);
}
