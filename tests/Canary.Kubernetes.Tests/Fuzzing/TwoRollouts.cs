using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Alerts;
using Canary.Engine.Measuring;
using Canary.Engine.Passes;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Faults;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Kubernetes.Tests.Fuzzing;

/// <summary>The real engine, stores, router and caches over an API server in memory, with the rollouts <c>checkout</c> and <c>cart</c>,
/// which share nothing but the process.</summary>
internal sealed class TwoRollouts : ILeadership, IMetricSource
{
    public static readonly RolloutName Good = new("shop", "checkout");
    public static readonly RolloutName Bad = new("shop", "cart");

    private const string Spec = """
        metadata: { name: checkout, namespace: shop }
        spec:
          progressDeadline: 5m
          alerts: [{ matchLabels: { service: checkout } }]
          traffic:
            stable: { service: checkout-stable, workload: { name: checkout-stable } }
            canary: { service: checkout-canary, workload: { name: checkout-canary } }
            istio: { virtualServices: [{ name: checkout, routes: [primary] }] }
          strategy:
            canary:
              analysis: { templates: [{ templateName: checkout-errors }] }
              steps: [{ setWeight: 20 }, { pause: { duration: 12s } }, { setWeight: 60 }, { analysis: { templates: [{ templateName: checkout-errors }], args: [{ name: count, value: "2" }] } }, { setWeight: 40 }, { pause: { duration: 12s } }]
        """;

    private const string Template = """
        kind: AnalysisTemplate
        metadata: { name: checkout-errors, namespace: shop }
        spec:
          args: [{ name: count, value: "4" }]
          metrics:
          - { name: errors, interval: 5s, count: "{{args.count}}", failureLimit: 0, successCondition: "result[0] < 0.01", provider: { prometheus: { query: checkout_errors } } }
        """;

    private static readonly ResourceKind[] Kinds =
    [
        KnownKinds.Rollouts, KnownKinds.Services, KnownKinds.Deployments, KnownKinds.EndpointSlices, KnownKinds.ReplicaSets,
        KnownKinds.Pods, IstioKinds.VirtualServices, KnownKinds.AnalysisTemplates,
    ];

    private readonly Timeline _timeline = new(new ManualTime());
    private readonly Dictionary<RolloutName, DateTimeOffset?> _wakeAt = [];
    private readonly HashSet<RolloutName> _pulled = [];
    private readonly List<string> _story = [];
    private readonly RolloutName[] _names;
    private ResourceCache[] _caches = [];
    private RolloutReconciler _reconciler = null!;
    private Measurer _measurer = null!;
    private long _term;

    /// <param name="names">Those that are there: the good one alone, or both.</param>
    public TwoRollouts(params RolloutName[] names)
    {
        _names = names;
        Api.Changed += OnChange;
        foreach (var name in names)
        {
            foreach (var document in Objects(name.Name)) Api.Put(Kinds.Single(kind => kind.Kind == Json.Text(document, "kind")), document);
        }

        Restart();
    }

    public InMemoryApi Api { get; } = new();

    public FiringAlerts Alerts { get; private set; } = null!;

    /// <summary>What the good one was and had, and when.</summary>
    public IReadOnlyList<string> Story => _story;

    /// <summary>Why the last pass of the bad one that failed did.</summary>
    public string LastFailure { get; private set; } = "";

    /// <summary>What a query of the bad one is answered.</summary>
    public Func<Task<MetricAnswer>> BadAnswer { get; set; } =
        () => Task.FromResult<MetricAnswer>(new MetricAnswer.Vector([new Sample([], 0.001)], []));

    public DateTimeOffset Now => _timeline.Now;

    public string Provider => "prometheus";

    public long? Term => _term;

    public Task<bool> IsStillOursAsync(long term, CancellationToken cancel) => Task.FromResult(term == _term);

    public Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel) =>
        query.Query == "checkout_errors" ? Task.FromResult<MetricAnswer>(new MetricAnswer.Vector([new Sample([], 0.001)], []))
        : BadAnswer();

    /// <summary>Another process takes over.</summary>
    public void Restart()
    {
        _term++;
        var client = new ApiClient(new ApiServerConfiguration(new Uri("http://127.0.0.1:1")), _timeline.Time, ApiClientOptions.OneAttempt,
            new FaultProxy(Api, _timeline, new Random(1), _ => { }) { FaultRate = 0 });
        var caches = new RolloutCaches(client, null, _timeline.Time, NullLogger<RolloutCaches>.Instance);
        _caches =
        [
            caches.Rollouts, caches.Runs, caches.Templates, caches.ClusterTemplates, caches.Services, caches.EndpointSlices,
            caches.Cache(IstioKinds.DestinationRules), caches.Deployments.Cache, caches.Referenced(IstioKinds.VirtualServices).Cache,
        ];
        foreach (var cache in _caches) cache.Load(Api.List(cache.Kind));
        caches.Affected += name => _pulled.Add(name);
        var store = new KubernetesRolloutStore(client, caches);
        var (workloads, inbox) = (new KubernetesWorkloads(client, caches), new MeasurementInbox());
        var router = new IstioDescriptor().Create(client, caches);
        _measurer = new Measurer([this], inbox, _timeline.Time, NullLogger<Measurer>.Instance);
        var claimStamper = new ClaimStamper(store, workloads, router, NullLogger<ClaimStamper>.Instance);
        Alerts = new FiringAlerts(_timeline.Time);
        var notifier = new KubernetesNotifier(client, "one", _timeline.Time, NullLogger<KubernetesNotifier>.Instance);
        _reconciler = new RolloutReconciler(store, workloads, router, notifier, this, claimStamper, _measurer, inbox, Alerts,
            _timeline.Time, NullLoggerFactory.Instance);
        claimStamper.ClaimActiveAsync(_names, _term, CancellationToken.None).GetAwaiter().GetResult();
        foreach (var name in _names) _wakeAt[name] = Now;
    }

    /// <summary>Something happens later.</summary>
    public void In(TimeSpan delay, Action happens) => _timeline.In(delay, happens);

    /// <summary>A new version of both.</summary>
    public void Ship()
    {
        foreach (var name in _names)
            Api.Edit(KnownKinds.Deployments, $"{name.Name}-canary",
                one => one["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "registry.example.com/checkout:2.0.0");
    }

    /// <summary>Lives so long.</summary>
    public void Live(TimeSpan length)
    {
        for (var (end, turns) = (Now + length, 0); Now < end; turns++)
        {
            if (turns > 20_000) throw new InvalidOperationException("no end of passes");
            foreach (var name in _names) if (_pulled.Contains(name) || _wakeAt[name] <= Now) Pass(name);
            if (_measurer.NextDueAt(Now) is { } due && due <= Now) _measurer.Tick(Now);
            // One moment a second, so that the good one is looked at when it would be if it were alone.
            _timeline.MoveTo(Now.AddSeconds(1));
        }
    }

    /// <summary>What the canary of a rollout gets.</summary>
    public long? Weight(string name) => Api.Find(IstioKinds.VirtualServices, name) is { } route ? WeightOf(route) : null;

    /// <summary>All objects of a rollout, by the name of their kind.</summary>
    public static IReadOnlyList<JsonObject> Objects(string name)
    {
        JsonObject Own(string kind, string yaml)
        {
            var document = Yaml.Object(yaml.Replace("checkout", name, StringComparison.Ordinal)
                .Replace($"com/{name}", "com/checkout", StringComparison.Ordinal));
            document["kind"] = kind;
            return document;
        }

        string[] sides = ["stable", "canary"];
        return
        [
            .. sides.Select(side => Own("Service",
                $"{{ metadata: {{ name: checkout-{side}, namespace: shop }}, spec: {{ selector: {{ app: checkout, side: {side} }} }} }}")),
            .. sides.Select(side => Own("Deployment", Shop.Deployment(side, "1.0.0"))),
            .. sides.Select(side => Own("EndpointSlice",
                Shop.Slice($"checkout-{side}-a", $"checkout-{side}",
                    $"{{ addresses: [10.0.0.1], conditions: {{ ready: true }}, targetRef: {{ kind: Pod, name: checkout-pod-{side} }} }}"))),
            .. sides.Select(side => Own("ReplicaSet", Owned($"checkout-{side}-1", side, "Deployment", $"checkout-{side}", name))),
            .. sides.Select(side => Own("Pod", Owned($"checkout-pod-{side}", side, "ReplicaSet", $"checkout-{side}-1", name))),
            Own("VirtualService", Shop.VirtualService),
            Own("AnalysisTemplate", Template),
            Own("Rollout", Spec),
        ];
    }

    private static string Owned(string own, string side, string owner, string ownersName, string name) => $$"""
        metadata:
          name: {{own}}
          namespace: shop
          labels: { app: checkout, side: {{side}} }
          ownerReferences: [{ apiVersion: apps/v1, kind: {{owner}}, name: {{ownersName}}, uid: {{InMemoryApi.UidOf(owner, ownersName.Replace("checkout", name, StringComparison.Ordinal))}}, controller: true }]
        """;

    private static long? WeightOf(JsonObject route) => Json.Objects(route, "spec", "http").SelectMany(http => Json.Objects(http, "route"))
        .Where(one => Json.Text(one, "destination", "host")?.EndsWith("-canary", StringComparison.Ordinal) is true)
        .Select(one => Json.Whole(one, "weight")).FirstOrDefault();

    private void Pass(RolloutName name)
    {
        _pulled.Remove(name);
        _wakeAt[name] = null;
        try
        {
            var pass = _reconciler.ReconcileAsync(name, CancellationToken.None);
            if (!pass.IsCompleted) throw new InvalidOperationException("a pass waits");
            var result = pass.GetAwaiter().GetResult();
            if (name == Bad && result is PassResult.Failed failed) LastFailure = failed.Reason;
            _wakeAt[name] = result switch
            {
                PassResult.Done done => done.WakeAt,
                PassResult.Overtaken overtaken => overtaken.WakeAt,
                PassResult.Deleting deleting => deleting.WakeAt,
                PassResult.Failed or PassResult.NotLeading => Now.AddSeconds(1),
                _ => null,
            };
        }
        catch (Exception thrown) when (name == Bad)
        {
            // As the host does: said, and tried again.
            LastFailure = thrown.ToString();
            _wakeAt[name] = Now.AddSeconds(1);
        }

        _measurer.Tick(Now);
    }

    private void OnChange(string plural, ChangeKind kind, JsonObject document)
    {
        var copy = (JsonObject)document.DeepClone();
        Array.Find(_caches, one => one.Kind.Plural == plural)?.Apply(kind is ChangeKind.Deleted ? new WatchEvent.Deleted(copy)
            : new WatchEvent.Modified(copy));
        if (plural == "deployments" && Json.Whole(document, "metadata", "generation") is { } generation
            && Json.Whole(document, "status", "observedGeneration") != generation)
            _timeline.In(TimeSpan.FromSeconds(2),
                () => Api.Edit(KnownKinds.Deployments, Json.Name(document),
                    one => (one["status"] as JsonObject)?["observedGeneration"] = generation));
        if (Json.Name(document) != Good.Name) return;
        var at = (Now - DateTimeOffset.UnixEpoch).TotalSeconds.ToString(CultureInfo.InvariantCulture);
        if (plural == "virtualservices") _story.Add($"{at} weight {WeightOf(document)}");
        if (plural == "rollouts")
            _story.Add(
                $"{at} {Json.Text(document, "status", "phase")} step {document["status"]?["currentStepIndex"]} desired "
                    + $"{document["status"]?["weights"]?["desired"]} {Json.Text(document, "status", "message")}");
    }
}
