using System;
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
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Kubernetes.Tests.Faults;

/// <summary>One controller process: the real engine, stores, router and client, over a fault proxy. Its caches are told what the timeline
/// says.</summary>
internal sealed class SimulatedProcess : ILeadership, IMetricSource
{
    public static readonly RolloutName Name = new("shop", "checkout");

    private static readonly ApiClientOptions Options = ApiClientOptions.Default with { MaxRetries = 0 };

    private readonly ManualTime _time;
    private readonly Func<long> _leader;
    private readonly RolloutReconciler _reconciler;
    private readonly ClaimStamper _claimStamper;
    private readonly Measurer _measurer;
    private readonly ResourceCache[] _caches;
    private readonly long _term;
    private int _inARow;
    private bool _hasTakenOver;
    private bool _wasDeposed;

    public SimulatedProcess(InMemoryApi api, Timeline timeline, Random dice, long term, Func<long> leader, Action<string> tell)
    {
        (_time, _term, _leader) = (timeline.Time, term, leader);
        Proxy = new FaultProxy(api, timeline, dice, tell);
        var client = new ApiClient(new ApiServerConfiguration(new Uri("http://127.0.0.1:1")), _time, Options, Proxy);
        var caches = new RolloutCaches(client, null, _time, NullLogger<RolloutCaches>.Instance);
        _caches =
        [
            caches.Rollouts, caches.Runs, caches.Templates, caches.ClusterTemplates, caches.Services, caches.EndpointSlices,
            caches.Cache(IstioKinds.DestinationRules), caches.Deployments.Cache, caches.Referenced(IstioKinds.VirtualServices).Cache,
        ];
        foreach (var cache in _caches) cache.Load(api.List(cache.Kind));
        caches.Affected += _ => IsPulled = true;

        var store = new KubernetesRolloutStore(client, caches);
        var (workloads, inbox) = (new KubernetesWorkloads(client, caches), new MeasurementInbox());
        var router = new IstioDescriptor().Create(client, caches);
        _measurer = new Measurer([this], inbox, _time, NullLogger<Measurer>.Instance);
        _claimStamper = new ClaimStamper(store, workloads, router, NullLogger<ClaimStamper>.Instance);
        Alerts = new FiringAlerts(_time);
        var notifier = new KubernetesNotifier(client, "one", _time, NullLogger<KubernetesNotifier>.Instance);
        _reconciler = new RolloutReconciler(store, workloads, router, notifier, this, _claimStamper, _measurer, inbox, Alerts, _time,
            NullLoggerFactory.Instance);
        WakeAt = _time.GetUtcNow();
    }

    public FaultProxy Proxy { get; }

    public FiringAlerts Alerts { get; }

    public bool IsPulled { get; private set; }

    public bool IsDead { get; private set; }

    /// <summary>The pass that runs; null: none does.</summary>
    public Task<PassResult?>? Pass { get; private set; }

    public int FaultsBefore { get; private set; }

    public DateTimeOffset? WakeAt { get; private set; }

    /// <summary>What every query is answered.</summary>
    public double Value { get; set; } = 0.001;

    public string Provider => "prometheus";

    public long? Term => _wasDeposed || IsDead ? null : _term;

    public bool IsDue => !IsDead && Pass is null && (IsPulled || WakeAt <= _time.GetUtcNow());

    public Task<bool> IsStillOursAsync(long term, CancellationToken cancel)
    {
        if (_leader() != _term) _wasDeposed = true;
        return Task.FromResult(!_wasDeposed);
    }

    public Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel) =>
        Task.FromResult<MetricAnswer>(new MetricAnswer.Vector([new Sample([], Value)], []));

    /// <summary>It finds out by its clock that its Lease has run out.</summary>
    public void Depose() => _wasDeposed = true;

    /// <summary>SIGKILL.</summary>
    public void Kill() => (IsDead, Proxy.IsCut, Pass) = (true, true, null);

    /// <summary>The watch brings a change.</summary>
    public void See(string plural, ChangeKind kind, JsonObject document)
    {
        if (Array.Find(_caches, one => one.Kind.Plural == plural) is not { } cache || IsDead) return;
        cache.Apply(kind is ChangeKind.Deleted ? new WatchEvent.Deleted(document) : new WatchEvent.Modified(document));
    }

    public void Start()
    {
        (IsPulled, WakeAt, FaultsBefore) = (false, null, Proxy.Faults);
        Pass = RunAsync();
    }

    /// <summary>Takes the end of a pass, and asks what is due.</summary>
    /// <returns>How it ended; null: it could not even begin, or threw.</returns>
    public PassResult? End()
    {
        var result = Pass!.Result;
        Pass = null;
        _measurer.Tick(_time.GetUtcNow());
        var now = _time.GetUtcNow();
        WakeAt = result switch
        {
            PassResult.Done done => done.WakeAt,
            PassResult.Overtaken overtaken => overtaken.WakeAt,
            PassResult.Deleting deleting => deleting.WakeAt,
            PassResult.Failed or PassResult.NotLeading or null => now + TimeSpan.FromSeconds(1),
            _ => null,
        };
        if (_measurer.NextDueAt(now) is { } due && (WakeAt is null || due < WakeAt))
            WakeAt = due > now ? due : now + TimeSpan.FromMilliseconds(100);
        _inARow = WakeAt <= now ? _inARow + 1 : 0;
        if (_inARow > 20) WakeAt = now + TimeSpan.FromSeconds(1);
        return result;
    }

    private async Task<PassResult?> RunAsync()
    {
        try
        {
            if (!_hasTakenOver)
            {
                await _claimStamper.ClaimActiveAsync([Name], _term, CancellationToken.None);
                _hasTakenOver = true;
            }

            return await _reconciler.ReconcileAsync(Name, CancellationToken.None);
        }
        catch (Exception exception) when (exception is ApiException or System.Net.Http.HttpRequestException)
        {
            return null;
        }
    }
}
