using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>The Service that clients call and those of the two sides, with the ready pods behind each, as the caches have them.</summary>
internal sealed class ServiceView
{
    private readonly IRouterCaches _caches;
    private readonly string _ns;

    private ServiceView(IRouterCaches caches, string ns, CopiedWorkload workload, TrafficSpec traffic)
    {
        _caches = caches;
        _ns = ns;
        Name = new ObjectName(ns, workload.ClientService);
        Workload = workload.Reference.Name;
        StableSelector = SelectorOf(traffic.NamedStable.Service);
        CanarySelector = SelectorOf(traffic.NamedCanary.Service);
        BothSelector = new Dictionary<string, string> { [CopyLabels.Serves] = Workload };
        StablePods = ReadyPods(traffic.NamedStable.Service);
        // Until the copy serves, the workload's pods are behind both, and are stable's.
        CanaryPods = ReadyPods(traffic.NamedCanary.Service);
        CanaryPods.ExceptWith(StablePods);
        var behind = ReadyPods(workload.ClientService);
        IsEmpty = behind.Count == 0;
        Behind = new PodSplit(behind.Count(CanaryPods.Contains), behind.Count(StablePods.Contains));
    }

    /// <summary>The Service that clients call.</summary>
    public ObjectName Name { get; }

    /// <summary>Name of the workload.</summary>
    public string Workload { get; }

    /// <summary>What stable's own Service selects by; null: it is not there.</summary>
    public IReadOnlyDictionary<string, string>? StableSelector { get; }

    /// <summary>What the canary's own Service selects by; null: it is not there.</summary>
    public IReadOnlyDictionary<string, string>? CanarySelector { get; }

    /// <summary>The label that pods of both sides have.</summary>
    public IReadOnlyDictionary<string, string> BothSelector { get; }

    /// <summary>Ready pods of stable.</summary>
    public HashSet<string> StablePods { get; }

    /// <summary>Ready pods of the canary.</summary>
    public HashSet<string> CanaryPods { get; }

    /// <summary>Ready pods behind the Service that clients call.</summary>
    public PodSplit Behind { get; }

    /// <summary>No ready pod is behind it.</summary>
    public bool IsEmpty { get; }

    /// <summary>For people.</summary>
    public string Title => $"Service {Name}";

    /// <summary>Null: the Rollout has no workload, which is an error of its spec.</summary>
    public static ServiceView? Find(IRouterCaches caches, RolloutSnapshot rollout, TrafficSpec traffic) =>
        rollout.Status.Governing(rollout.Spec)?.Workload is { } workload
            ? new ServiceView(caches, rollout.Name.Namespace, workload, traffic) : null;

    /// <summary>The Service that clients call, as the cache has it; null: it is not there.</summary>
    public JsonObject? Document => _caches.Services.Get(Name);

    /// <summary>The pods that are to be behind the Service.</summary>
    /// <param name="weight">Share of the canary.</param>
    /// <param name="status">Says how many pods the service needs.</param>
    public PodSplit Plan(Weight weight, RolloutStatus status) =>
        PodSplit.Find(weight, status.StableReplicas ?? StablePods.Count, CanaryPods.Count, StablePods.Count);

    /// <summary>Whose pods a Service selects.</summary>
    public ServiceSelection SelectionOf(JsonObject service) => Json.Map(service, "spec", "selector") switch
    {
        var selector when AreEqual(selector, StableSelector) => ServiceSelection.Stable,
        var selector when AreEqual(selector, CanarySelector) => ServiceSelection.Canary,
        var selector when AreEqual(selector, BothSelector) => ServiceSelection.Both,
        _ => ServiceSelection.Other,
    };

    /// <summary>The selector of a weight; null: the Service of the side that has all of the traffic is not there.</summary>
    public IReadOnlyDictionary<string, string>? SelectorFor(Weight weight) =>
        weight == Weight.Zero ? StableSelector : weight == Weight.Full ? CanarySelector : BothSelector;

    /// <summary>The weight that the pods have their labels by; null: they have those of their templates, or nobody knows.</summary>
    public static Weight? LabelledFor(JsonObject service) =>
        decimal.TryParse(Json.Text(service, "metadata", "annotations", CopyLabels.Weight), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var percent)
        && percent is > 0 and < 100 && decimal.Truncate(percent * 100) == percent * 100 ? Weight.FromPercent(percent) : null;

    /// <summary>The selectors are the same.</summary>
    public static bool AreEqual(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string>? other) =>
        one.Count == other?.Count && one.All(label => other.GetValueOrDefault(label.Key) == label.Value);

    private Dictionary<string, string>? SelectorOf(string service) =>
        _caches.Services.Get(new ObjectName(_ns, service)) is { } document
        && Json.Map(document, "spec", "selector") is { Count: > 0 } selector ? selector.ToDictionary() : null;

    private HashSet<string> ReadyPods(string service) =>
        _caches.SlicesOf(new ObjectName(_ns, service)).SelectMany(slice => Json.Objects(slice, "endpoints"))
            .Where(endpoint => Json.Flag(endpoint, "ready") is not false).Select(endpoint => Json.Text(endpoint, "pod"))
            .OfType<string>().ToHashSet(StringComparer.Ordinal);
}
