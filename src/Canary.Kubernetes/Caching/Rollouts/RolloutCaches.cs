using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Engine.StandaloneRuns;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic.Registry;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Caching.Rollouts;

/// <summary>
/// What this process knows of the cluster: the Rollouts, their runs, and what they name. <see cref="RunAsync"/> keeps it up to date;
/// <see cref="Affected"/> says which Rollouts a change concerns. Echoes of our own writes are no changes.
/// </summary>
public sealed class RolloutCaches : IRouterCaches
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly ApiClient _client;
    private readonly string? _namespace;
    private readonly TimeProvider _time;
    private readonly RolloutIndex _index = new();
    private readonly Dictionary<ResourceKind, ReferencedObjects> _referenced;
    private readonly Dictionary<ResourceKind, ResourceCache> _whole;
    private readonly ResourceCache[] _needed;
    private readonly ResourceCache[] _optional;

    /// <param name="client">Speaks to the API server.</param>
    /// <param name="ns">The only namespace that is looked at; null: all.</param>
    /// <param name="time">Clock of the back-off.</param>
    /// <param name="log">Where interruptions are told.</param>
    public RolloutCaches(ApiClient client, string? ns, TimeProvider time, ILogger<RolloutCaches> log)
    {
        _client = client;
        _namespace = ns;
        _time = time;
        ResourceCache Plain(ResourceKind kind, Func<JsonObject, JsonObject> projection, string? space,
            params (string Name, Func<JsonObject, IEnumerable<string>> Keys)[] indexes) => new(
            client,
            kind,
            new ResourceCacheOptions(space, Projection: projection,
                Indexes: indexes.ToDictionary(index => index.Name, index => index.Keys)),
            time,
            log);
        ReferencedObjects Named(ResourceKind kind, Func<JsonObject, JsonObject> projection) => new(
            client, kind, ns, document => _index.IsNamed(new Reference(kind, Json.Namespace(document), Json.Name(document))),
            projection, time, log);

        Rollouts = Plain(KnownKinds.Rollouts, Projections.Document, ns);
        Runs = Plain(KnownKinds.AnalysisRuns, Projections.Run, ns, (ByOwner, Documents.OwnerUids),
            (ByUid, document => [Documents.Uid(document)]));
        Templates = Plain(KnownKinds.AnalysisTemplates, Projections.Document, ns, (ByIncluded, TemplateUse.Included));
        ClusterTemplates = Plain(KnownKinds.ClusterAnalysisTemplates, Projections.Document, null,
            (ByIncluded, TemplateUse.Included));
        Services = Plain(KnownKinds.Services, Projections.Service, ns);
        Autoscalers = Plain(KnownKinds.HorizontalPodAutoscalers, Projections.Autoscaler, ns, (ByTarget, TargetOf));
        ScaledObjects = Plain(KnownKinds.ScaledObjects, Projections.ScaledObject, ns, (ByTarget, TargetOf),
            (ByPauser, PauserOf));
        EndpointSlices = Plain(KnownKinds.EndpointSlices, Projections.EndpointSlice, ns, (ByService, ServiceOf));
        Deployments = Named(KnownKinds.Deployments, Projections.Deployment);
        StatefulSets = Named(KnownKinds.StatefulSets, Projections.StatefulSet);
        DaemonSets = Named(KnownKinds.DaemonSets, Projections.DaemonSet);
        var kinds = RouterRegistry.All.SelectMany(router => router.Kinds).ToArray();
        _referenced = kinds.Where(one => one.IsReferenced).ToDictionary(one => one.Kind, one => Named(one.Kind, one.Project));
        _whole = kinds.Where(one => !one.IsReferenced).ToDictionary(one => one.Kind, one => Plain(one.Kind, one.Project, ns));

        Configuration = new ConfigurationCaches(client, time, log);
        Configuration.Changed += (kind, change, rollouts) => Tell(kind, change, rollouts);
        _needed = [Rollouts, Runs, Templates, Services, EndpointSlices, Deployments.Cache];
        // Of Rollouts with one workload alone: those say so where it cannot be read.
        _optional = [ClusterTemplates, Autoscalers, ScaledObjects, StatefulSets.Cache, DaemonSets.Cache, .. _whole.Values,
            .. _referenced.Values.Select(one => one.Cache)];
        Rollouts.Changed += OnRollout;
        foreach (var cache in All.Where(cache => cache != Rollouts)) cache.Changed += change => OnObject(cache.Kind, change);
    }

    /// <summary>A Rollout, or something that it names, changed, appeared or is gone. Told by the threads that watch: to be quick.</summary>
    public event Action<RolloutName>? Affected;

    /// <summary>A Rollout is another than before, even where a write of ours that is on its way may be why: <see cref="Affected"/> waits
    /// for its answer. Told by the threads that watch: to be quick.</summary>
    public event Action<RolloutName>? Seen;

    /// <summary>The Rollouts that there are.</summary>
    public IReadOnlyList<RolloutName> Names => _index.All;

    /// <summary>The runs that belong to no Rollout and have not ended, as the schedule names them.</summary>
    public IReadOnlyList<RolloutName> StandaloneRuns => [.. Runs.List(_namespace)
        .Where(run => StandaloneRun.IsOne(run) && Json.Text(run, "status", "endedAt") is null)
        .Select(run => AnalysisReconciler.KeyOf(Json.Namespace(run), Json.Name(run)))];

    /// <summary>Whether everything that every Rollout needs was read once.</summary>
    public bool HasSynced => _needed.All(cache => cache.HasSynced);

    /// <summary>Each kind that is not read yet, or that could not be read for longer than <paramref name="patience"/>, and why. A mesh that
    /// is not installed is none of them.</summary>
    public IReadOnlyList<CacheProblem> Problems(TimeSpan patience) =>
        [.. All.Select(cache => ProblemOf(cache, patience)).OfType<CacheProblem>()];

    /// <summary>For how long each kind could not be read; zero: it can.</summary>
    public IEnumerable<(ResourceKind Kind, TimeSpan FailingFor)> FailingFor =>
        All.Select(cache => (cache.Kind, IsNeeded(cache) ? cache.FailingFor ?? TimeSpan.Zero : TimeSpan.Zero));

    internal TimeProvider Time => _time;

    internal const string ByOwner = "owner";

    internal const string ByUid = "uid";

    internal const string ByService = "service";

    internal const string ByTarget = "target";

    internal const string ByPauser = "pauser";

    private const string ByIncluded = "included";

    internal ResourceCache Rollouts { get; }

    internal ResourceCache Runs { get; }

    internal ResourceCache Templates { get; }

    internal ResourceCache ClusterTemplates { get; }

    internal ResourceCache Services { get; }

    internal ResourceCache EndpointSlices { get; }

    /// <summary>HorizontalPodAutoscalers; by <see cref="ByTarget"/>: namespace and name of the Deployment that each scales.</summary>
    internal ResourceCache Autoscalers { get; }

    /// <summary>ScaledObjects of KEDA, where it is installed; by <see cref="ByTarget"/> as <see cref="Autoscalers"/>, and by
    /// <see cref="ByPauser"/>: namespace and name of the Rollout that each is paused for.</summary>
    internal ResourceCache ScaledObjects { get; }

    internal ReferencedObjects Deployments { get; }

    internal ReferencedObjects StatefulSets { get; }

    internal ReferencedObjects DaemonSets { get; }

    /// <summary>The ConfigMaps and Secrets of namespaces whose workloads read some.</summary>
    internal ConfigurationCaches Configuration { get; }

    /// <inheritdoc />
    ResourceCache IRouterCaches.Services => Services;

    /// <inheritdoc />
    IReadOnlyList<JsonObject> IRouterCaches.SlicesOf(ObjectName service) =>
        EndpointSlices.Find(ByService, $"{service.Namespace}/{service.Name}");

    /// <inheritdoc />
    EchoFilter IRouterCaches.Writes => Writes;

    /// <summary>Writes of ours that have no answer yet.</summary>
    internal EchoFilter Writes { get; } = new();

    internal IEnumerable<ResourceCache> All => _needed.Concat(_optional);

    /// <summary>Follows the API server until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        // The index says what of the others is kept whole, so the Rollouts come first.
        var rollouts = Rollouts.RunAsync(cancel);
        Task[] all = [rollouts, .. All.Where(cache => cache != Rollouts).Select(cache => RunAfterRolloutsAsync(cache, cancel)),
            Configuration.RunAsync(cancel)];
        // The first that fails ends them all: a cache that stands still unnoticed is worse than none.
        await foreach (var ended in Task.WhenEach(all)) await ended;
    }

    /// <summary>
    /// Completes when everything that every Rollout needs was read, and the rest (mesh, cluster templates) was read or cannot be: a kind
    /// that is not installed keeps nobody waiting, it is a problem of the Rollouts that need it.
    /// </summary>
    public async Task WaitForSyncAsync(CancellationToken cancel)
    {
        foreach (var cache in _needed) await cache.WaitForSyncAsync(cancel);
        foreach (var cache in _optional) await WaitForAnswerAsync(cache, cancel);
    }

    /// <summary>
    /// Reads the Rollouts from the server: a new leader must not decide from a status that its watch has yet to bring, since the former one
    /// may have rolled a canary back meanwhile.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        await _client.ListAllAsync(
            KnownKinds.Rollouts, _namespace, new ListOptions(),
            rollout =>
            {
                NoteRollout(rollout);
                return ObjectName.Of(rollout);
            },
            cancel);
    }

    /// <inheritdoc />
    ReferencedObjects IRouterCaches.Referenced(ResourceKind kind) => Referenced(kind);

    /// <inheritdoc />
    RolloutName? IRouterCaches.OwnerOf(string uid, ResourceKind kind, ObjectName name) => OwnerOf(uid, kind, name);

    /// <summary>The objects of a router's kind of which only those are kept that a Rollout names.</summary>
    internal ReferencedObjects Referenced(ResourceKind kind) => _referenced[kind];

    /// <summary>The objects of a router's kind, all of them.</summary>
    internal ObjectLookup Lookup(ResourceKind kind) => ObjectLookup.Of(Cache(kind));

    /// <summary>The cache of a router's kind.</summary>
    internal ResourceCache Cache(ResourceKind kind) => _whole.GetValueOrDefault(kind) ?? _referenced[kind].Cache;

    /// <summary>The living Rollout of this uid that names the object; null: nobody's, or that of one that is gone or names it no
    /// more.</summary>
    internal RolloutName? OwnerOf(string uid, ResourceKind kind, ObjectName name) =>
        _index.Owner(uid, new Reference(kind, name.Namespace ?? "", name.Name));

    /// <summary>Takes over the answer to a write of a Rollout.</summary>
    internal void NoteRollout(JsonObject written)
    {
        var former = Rollouts.Get(ObjectName.Of(written));
        Rollouts.Note(written);
        if (Rollouts.Get(ObjectName.Of(written)) is not { } known) return;
        // Our own write is no news to this Rollout. To one that waits for what it lets go of it is.
        foreach (var rival in _index.Put(known)) Affected?.Invoke(rival);
        foreach (var peer in RolloutPeers.FindConcerned(_index, known, former)) Affected?.Invoke(peer);
    }

    /// <summary>The Rollouts that this one waits for or belongs with, and a circle among those that wait for each other.</summary>
    internal RolloutPeers Peers => new(Rollouts, new Dictionary<string, ResourceCache>
    {
        [KnownKinds.Deployments.Kind] = Deployments.Cache,
        [KnownKinds.StatefulSets.Kind] = StatefulSets.Cache,
        [KnownKinds.DaemonSets.Kind] = DaemonSets.Cache,
    }, _index);

    /// <summary>What another Rollout has that this one's spec asks for, by the field that names it: two that write or measure one object
    /// undo each other's work.</summary>
    internal EquatableArray<SpecError> FindConflicts(JsonObject rollout)
    {
        var name = RolloutIndex.NameOf(rollout);
        return
        [
            .. from owned in RolloutReferences.Owned(Json.Object(rollout, "spec"), Json.Namespace(rollout))
               let owner = _index.OwnerOf(owned.Reference)
               where owner is not null && owner != name
               select new SpecError(
                   owned.Path,
                   $"{All.First(cache => owned.Reference.IsOf(cache.Kind)).Kind.Kind} "
                       + $"{owned.Reference.Namespace}/{owned.Reference.Name} belongs to Rollout {owner}, which names it too; "
                   + "an object is of one Rollout alone: name another one, or delete that Rollout or take the name out of its spec"),
        ];
    }

    private CacheProblem? ProblemOf(ResourceCache cache, TimeSpan patience)
    {
        if (!IsNeeded(cache)) return null;
        var (problem, failingFor) = (cache.Problem, cache.FailingFor);
        if (cache.HasSynced && (problem is null || failingFor < patience)) return null;
        return problem is null
            ? new CacheProblem(cache.Kind, $"{cache.Kind} are not read yet", _needed.Contains(cache))
            : new CacheProblem(cache.Kind, $"{cache.Kind} cannot be read: {problem.Message}", _needed.Contains(cache)
                && (!cache.HasSynced || IsLasting(problem)));
    }

    // What is not installed is a problem of the Rollouts that need it. With one namespace, rights in the whole cluster are not asked for.
    private bool IsNeeded(ResourceCache cache) => !_optional.Contains(cache)
        || !(cache.Problem is { IsNotFound: true }
            || (cache == ClusterTemplates && _namespace is not null && cache.Problem is { IsForbidden: true }));

    /// <summary>An answer that says no, and will say no again. An overload or an API server that is away ends for every process
    /// alike.</summary>
    private static bool IsLasting(ApiException problem) => problem.Status.Code is >= 400 and < 500 and not 408 and not 410 and not 429;

    private static IEnumerable<string> ServiceOf(JsonObject slice) =>
        Json.Text(slice, "metadata", "labels", "kubernetes.io/service-name") is { } service ? [$"{Json.Namespace(slice)}/{service}"] : [];

    private static IEnumerable<string> TargetOf(JsonObject autoscaler) =>
        // KEDA takes a target without a kind for a Deployment.
        (Json.Text(autoscaler, "spec", "scaleTargetRef", "kind") ?? KnownKinds.Deployments.Kind) == KnownKinds.Deployments.Kind
        && Json.Text(autoscaler, "spec", "scaleTargetRef", "name") is { } target ? [$"{Json.Namespace(autoscaler)}/{target}"] : [];

    private static IEnumerable<string> PauserOf(JsonObject scaledObject) =>
        KedaPause.PauserOf(scaledObject) is { } rollout ? [$"{Json.Namespace(scaledObject)}/{rollout}"] : [];

    private async Task RunAfterRolloutsAsync(ResourceCache cache, CancellationToken cancel)
    {
        await Rollouts.WaitForSyncAsync(cancel);
        var running = cache.RunAsync(cancel);
        if (_optional.Contains(cache)) await TellWhenInstalledAsync(cache, cancel);
        await running;
    }

    /// <summary>A kind that was not there and is now: what its absence blocked is to be looked at again, also where no object of it is
    /// named.</summary>
    private async Task TellWhenInstalledAsync(ResourceCache cache, CancellationToken cancel)
    {
        await WaitForAnswerAsync(cache, cancel);
        if (cache.HasSynced) return;
        await cache.WaitForSyncAsync(cancel);
        foreach (var name in _index.All) Affected?.Invoke(name);
    }

    private async Task WaitForAnswerAsync(ResourceCache cache, CancellationToken cancel)
    {
        while (!cache.HasSynced && cache.Problem is null) await Task.Delay(Patience, _time, cancel);
    }

    private void OnRollout(CacheChange change)
    {
        var rivals = change.Kind is ChangeKind.Deleted ? _index.Remove(change.Object) : _index.Put(change.Object);
        if (change.Kind is ChangeKind.Deleted) Configuration.Use(RolloutIndex.NameOf(change.Object), []);
        Seen?.Invoke(RolloutIndex.NameOf(change.Object));
        // Whoever wrote it: where the watch is ahead of the answer to a write of ours, that answer is no news any more.
        foreach (var peer in RolloutPeers.FindConcerned(_index, change.Object, change.Former)) Affected?.Invoke(peer);
        Tell(KnownKinds.Rollouts, change, [RolloutIndex.NameOf(change.Object), .. rivals]);
    }

    private void OnObject(ResourceKind kind, CacheChange change)
    {
        var concerned = Concerned(kind, change).ToHashSet();
        if (concerned.Count > 0) Tell(kind, change, concerned);
    }

    private void Tell(ResourceKind kind, CacheChange change, IReadOnlyCollection<RolloutName> rollouts) => Writes.Tell(
        kind,
        change.Name,
        change.ResourceVersion,
        () =>
        {
            foreach (var rollout in rollouts) Affected?.Invoke(rollout);
        });

    private IEnumerable<RolloutName> Concerned(ResourceKind kind, CacheChange change)
    {
        var space = Json.Namespace(change.Object);
        if (kind == KnownKinds.AnalysisRuns)
            return [Json.Text(change.Object, "spec", "rollout", "name") is { } owner ? new RolloutName(space, owner)
                : AnalysisReconciler.KeyOf(space, Json.Name(change.Object))];
        if (kind == KnownKinds.EndpointSlices)
        {
            return new[] { change.Object, change.Former }.OfType<JsonObject>().SelectMany(ServiceOf)
                .SelectMany(key => _index.WhoNames(new Reference(KnownKinds.Services, space, key[(space.Length + 1)..])));
        }

        if (kind == KnownKinds.HorizontalPodAutoscalers || kind == KnownKinds.ScaledObjects)
        {
            // Its status changes all the time, and nothing is decided from it.
            if (change.Kind is not ChangeKind.Deleted && JsonNode.DeepEquals(change.Former?["spec"], change.Object["spec"])
                && JsonNode.DeepEquals(change.Former?["metadata"]?["annotations"], change.Object["metadata"]?["annotations"])) return [];
            return new[] { change.Object, change.Former }.OfType<JsonObject>().SelectMany(TargetOf)
                .SelectMany(key => _index.WhoNames(new Reference(KnownKinds.Deployments, space, key[(space.Length + 1)..])));
        }

        var changed = new Reference(kind, space, Json.Name(change.Object));
        if (kind == KnownKinds.AnalysisTemplates || kind == KnownKinds.ClusterAnalysisTemplates)
            return TemplateUse.WithIncluding(changed, Including).SelectMany(_index.WhoNames);
        return _index.WhoNames(changed).Concat(_index.WhoNames(new Reference(kind, space, Reference.Any)));
    }

    private IEnumerable<JsonObject> Including(string key) => Templates.Find(ByIncluded, key).Concat(ClusterTemplates.Find(ByIncluded, key));
}
