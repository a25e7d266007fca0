using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Autoscaling;
using Canary.Sandbox.Workloads.DaemonSets;
using Canary.Sandbox.Workloads.Deployments;
using Canary.Sandbox.Workloads.Endpoints;
using Canary.Sandbox.Workloads.Garbage;
using Canary.Sandbox.Workloads.Nodes;
using Canary.Sandbox.Workloads.Pods;
using Canary.Sandbox.Workloads.Reconciling;
using Canary.Sandbox.Workloads.StatefulSets;
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
        await using var nodes = new SandboxNodes(api, time);
        await nodes.CreateAsync(cancel);
        var known = Cache(KnownKinds.Nodes);
        var pods = Cache(KnownKinds.Pods);
        var scheduler = new PodScheduler(api, () => OwnNodes(known), () => pods.List(null), time);
        await using var kubelet = new PodReconciler(api, scheduler, node => IsLost(known, node), seed, time, cancel);
        var kubelets = Queue("Pod", kubelet);
        Follow(KnownKinds.Pods, kubelets, change => [change.Name]);
        // The pods of a Node that is lost or comes back.
        Follow(KnownKinds.Nodes, kubelets, change => NodeDocument.IsLost(change.Object) == NodeDocument.IsLost(change.Former)
            ? [] : pods.List(null).Where(pod => pod.TextAt("spec", "nodeName") == change.Name.Name).Select(ObjectName.Of));
        if (mode == WorkloadsMode.All)
        {
            AddControllers();
            if (await IsBareAsync(cancel)) await AddWhatABareServerLacksAsync(cancel);
        }

        // Where the sandbox plays the control plane as well, nobody waits for heartbeats.
        var heartbeat = mode == WorkloadsMode.Kubelet ? nodes.RunAsync(cancel) : Task.CompletedTask;
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
        var stateful = Queue("StatefulSet", new StatefulSetReconciler(api, time));
        Follow(KnownKinds.StatefulSets, stateful, change => [change.Name]);
        Follow(KnownKinds.Pods, stateful, change => ControllerOf(change, KnownKinds.StatefulSets));
        AddNodeControllers();
        AddAutoscaler();
        AddKeda();
        AddEndpoints();
    }

    private void AddNodeControllers()
    {
        var nodes = Cache(KnownKinds.Nodes);
        var pods = Cache(KnownKinds.Pods);
        var daemons = Queue("DaemonSet", new DaemonSetReconciler(api, () => OwnNodes(nodes), time));
        var sets = Cache(KnownKinds.DaemonSets);
        Follow(KnownKinds.DaemonSets, daemons, change => [change.Name]);
        Follow(KnownKinds.Pods, daemons, change => ControllerOf(change, KnownKinds.DaemonSets));
        Follow(KnownKinds.Nodes, daemons, _ => sets.Names(null));
        var lifecycle = Queue("Node", new NodeReconciler(api, () => pods.List(null), time));
        Follow(KnownKinds.Nodes, lifecycle, change => [change.Name]);
        Follow(KnownKinds.Pods, lifecycle, change => change.Object.TextAt("spec", "nodeName") is { Length: > 0 } node
            && (IsLost(nodes, node) || nodes.Get(new ObjectName(null, node)) is null) ? [new ObjectName(null, node)] : []);
    }

    private void AddAutoscaler()
    {
        var autoscalers = Cache(WorkloadKinds.Autoscalers);
        var queue = Queue("HorizontalPodAutoscaler", new AutoscalerReconciler(api, time));
        // Its own status is no reason to look again.
        Follow(WorkloadKinds.Autoscalers, queue,
            change => JsonNode.DeepEquals(change.Object["spec"], change.Former?["spec"]) ? [] : [change.Name]);
        foreach (var kind in new[] { KnownKinds.Deployments, KnownKinds.StatefulSets })
        {
            Follow(kind, queue, change => autoscalers.Count == 0 ? [] : autoscalers.List(change.Name.Namespace)
                .Where(autoscaler => ScaleTarget.IsOf(autoscaler, kind, change.Name)).Select(ObjectName.Of));
        }
    }

    private void AddKeda()
    {
        var queue = Queue("ScaledObject", new KedaReconciler(api, time));
        // Its own status is no reason to look again.
        Follow(KnownKinds.ScaledObjects, queue, change => JsonNode.DeepEquals(change.Object["spec"], change.Former?["spec"])
            && JsonNode.DeepEquals(change.Object["metadata"]?["annotations"], change.Former?["metadata"]?["annotations"])
            && change.Object.IsTerminating() == change.Former?.IsTerminating() ? [] : [change.Name]);
        Follow(WorkloadKinds.Autoscalers, queue,
            change => change.Kind == ChangeKind.Deleted ? ControllerOf(change, KnownKinds.ScaledObjects) : []);
    }

    private void AddEndpoints()
    {
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

    private static IReadOnlyList<JsonObject> OwnNodes(ResourceCache nodes) => [.. nodes.List(null).Where(NodeDocument.IsOwn)];

    private static bool IsLost(ResourceCache nodes, string name) => NodeDocument.IsLost(nodes.Get(new ObjectName(null, name)));

    // A controller-manager gives the namespace default its ServiceAccount within a moment of its start.
    private async Task<bool> IsBareAsync(CancellationToken cancel) =>
        await api.FindAsync(KnownKinds.ServiceAccounts, new ObjectName("default", ServiceAccountReconciler.Default), cancel) is null;

    private async Task AddWhatABareServerLacksAsync(CancellationToken cancel)
    {
        Follow(KnownKinds.Namespaces, Queue("Namespace", new ServiceAccountReconciler(api)), change => [change.Name]);
        ResourceKind[] owned =
            [KnownKinds.ReplicaSets, KnownKinds.ControllerRevisions, KnownKinds.Pods, KnownKinds.EndpointSlices];
        if (await api.ServesAsync(KnownKinds.AnalysisRuns, cancel)) owned = [.. owned, KnownKinds.AnalysisRuns];
        var owners = owned
            .Concat([KnownKinds.Deployments, KnownKinds.StatefulSets, KnownKinds.DaemonSets, KnownKinds.Services]).ToList();
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
