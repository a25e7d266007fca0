using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Schemas;

namespace Canary.Kubernetes.Stores;

/// <summary>Rollouts and AnalysisRuns of an API server: read from the caches, which take over the answer to every write.</summary>
public sealed class KubernetesRolloutStore : IRolloutStore
{
    /// <summary>Runs of each kind, good and bad, that are kept.</summary>
    private const int Kept = 5;

    // A PUT with a resourceVersion cannot be carried out twice: the second one is a conflict, and everything is read again.
    private static readonly WriteOptions Options = new("canary", IsRepeatable: true);
    private static readonly string[] StatusFields = [.. CanaryResources.Rollout.Status!.Properties.Select(property => property.Name)];

    private readonly ApiClient _client;
    private readonly RolloutCaches _caches;
    private readonly TemplateReading _templates;
    private readonly RolloutReader _reader = new();

    /// <summary>Runs that were made here and that the cache has not seen yet.</summary>
    private readonly ConcurrentDictionary<ObjectName, JsonObject> _made = new();

    public KubernetesRolloutStore(ApiClient client, RolloutCaches caches)
    {
        _client = client;
        _caches = caches;
        _templates = new TemplateReading(caches);
        caches.Runs.Changed += change =>
        {
            _made.TryRemove(change.Name, out _);
            if (change.Kind is ChangeKind.Deleted) _reader.ForgetRun(change.Name);
        };
        caches.Rollouts.Changed += change =>
        {
            if (change.Kind is ChangeKind.Deleted) _reader.Forget(change.Name);
        };
    }

    /// <inheritdoc />
    public Task<RolloutSnapshot?> LoadAsync(RolloutName name, CancellationToken cancel) =>
        Task.FromResult(_caches.Rollouts.Get(new ObjectName(name.Namespace, name.Name)) is { } document ? Read(document) : null);

    /// <inheritdoc />
    public Task<IReadOnlyList<RunSnapshot>> LoadRunsAsync(RolloutSnapshot rollout, CancellationToken cancel)
    {
        var cached = _caches.Runs.Find(RolloutCaches.ByOwner, rollout.Uid);
        var made =
            _made.Values.Where(run => Documents.OwnerUids(run).Contains(rollout.Uid) && _caches.Runs.Get(ObjectName.Of(run)) is null);
        return Task.FromResult<IReadOnlyList<RunSnapshot>>([.. cached.Concat(made).Select(_reader.ReadRun).OfType<RunSnapshot>()]);
    }

    /// <inheritdoc />
    public Task<PeerReading> LoadPeersAsync(RolloutSnapshot rollout, CancellationToken cancel)
    {
        if ((rollout.Spec ?? rollout.Status.Accepted) is not { } spec || (spec.DependsOn.Count == 0 && spec.Group is null))
            return Task.FromResult(PeerReading.None);
        var peers = _caches.Peers.Find(rollout.Name, spec, document => _reader.Read(document).Status);
        return Task.FromResult(new PeerReading(peers, spec.DependsOn.Count > 0 && _caches.Peers.FindCircle(rollout.Name) is { } circle
            ? [circle] : []));
    }

    /// <inheritdoc />
    public async Task<SaveResult> SaveAsync(RolloutSnapshot rollout, RolloutStatus status, CancellationToken cancel)
    {
        // The spec in force is most of a status, and almost always the one that was read.
        var isSameSpec = ReferenceEquals(status.Accepted, rollout.Status.Accepted);
        if (status == rollout.Status) return new SaveResult.Saved(rollout.ResourceVersion);
        var json = isSameSpec ? RolloutStatusMapping.Write(status, null) : RolloutStatusMapping.Write(status);
        var before = isSameSpec ? RolloutStatusMapping.Write(rollout.Status, null) : RolloutStatusMapping.Write(rollout.Status);
        if (JsonNode.DeepEquals(json, before)) return new SaveResult.Saved(rollout.ResourceVersion);
        if (_caches.Rollouts.Get(new ObjectName(rollout.Name.Namespace, rollout.Name.Name)) is not { } known) return new SaveResult.Gone();

        if (isSameSpec && status.Accepted is { } accepted)
            json["accepted"] = Json.Object(known, "status", "accepted")?.DeepClone() ?? RolloutSpecMapping.Write(accepted);
        // What a newer version wrote stays.
        foreach (var (field, value) in Json.Object(known, "status") ?? [])
        {
            if (!StatusFields.Contains(field)) json[field] = value?.DeepClone();
        }

        return await SaveStatusAsync(KnownKinds.Rollouts, known, rollout.Uid, rollout.ResourceVersion, json, _caches.NoteRollout, cancel);
    }

    /// <inheritdoc />
    public async Task<SaveResult> SaveRunAsync(RunSnapshot run, RunStatus status, CancellationToken cancel)
    {
        if (status == run.Status) return new SaveResult.Saved(run.ResourceVersion);
        var json = RunStatusMapping.Write(status, run.Spec);
        if (JsonNode.DeepEquals(json, RunStatusMapping.Write(run.Status, run.Spec))) return new SaveResult.Saved(run.ResourceVersion);
        if (FindRun(run.Uid) is not { } known) return new SaveResult.Gone();
        return await SaveStatusAsync(KnownKinds.AnalysisRuns, known, run.Uid, run.ResourceVersion, json, NoteRun, cancel);
    }

    /// <inheritdoc />
    public Task<EquatableArray<SpecError>> CheckAnalysisAsync(RolloutSnapshot rollout, AnalysisReference analysis, string path,
        CancellationToken cancel) =>
        Task.FromResult(
            _templates.Resolve(rollout, analysis, path, mustEnd: path != PathOf(rollout, new RunKey("", 1, null))).Problems);

    /// <inheritdoc />
    public async Task<RunCreation> CreateRunAsync(RolloutSnapshot rollout, RunKey key, AnalysisReference analysis, CancellationToken cancel)
    {
        ObjectName[] names =
            [.. RunName.Candidates(rollout.Name.Name, rollout.Uid, key).Select(name => new ObjectName(rollout.Name.Namespace, name))];
        foreach (var name in names)
        {
            if ((_caches.Runs.Get(name) ?? _made.GetValueOrDefault(name)) is { } known && Owned(known, rollout) is { } found)
                return new RunCreation.Exists(found);
        }

        var path = PathOf(rollout, key);
        var (run, problems) = Resolve(rollout, key, analysis);
        if (run is null) return new RunCreation.Invalid(problems);
        foreach (var name in names)
        {
            try
            {
                if (await CreateRunAsync(rollout, Document(rollout, key, run, name), cancel) is { } made)
                    return new RunCreation.Exists(made);
            }
            catch (ApiException refusal) when (refusal.IsForbidden || refusal.IsInvalid || refusal.Status.Code == 400)
            {
                return new RunCreation.Invalid(
                    [new SpecError(path, $"the API server refuses AnalysisRun {name}: {refusal.Status.Message}")]);
            }
        }

        return new RunCreation.Invalid([new SpecError(path,
            $"the AnalysisRuns {string.Join(" and ", names)} exist already and are not of this Rollout; delete one of them")]);
    }

    /// <inheritdoc />
    public async Task<bool> RenewRunAsync(RolloutSnapshot rollout, RunSnapshot run, AnalysisReference analysis, CancellationToken cancel)
    {
        if (Resolve(rollout, run.Key, analysis).Run is not { } now
            || JsonNode.DeepEquals(RunMapping.WriteMetrics([], now), RunMapping.WriteMetrics([], run.Spec))) return false;
        await DeleteRunAsync(rollout, run, cancel);
        return true;
    }

    private (RunSpec? Run, EquatableArray<SpecError> Problems) Resolve(RolloutSnapshot rollout, RunKey key, AnalysisReference analysis)
    {
        var (run, problems) = _templates.Resolve(rollout, analysis, PathOf(rollout, key), mustEnd: key is not { Step: null, Edge: null });
        return (run is not null && rollout.Status.Governing(rollout.Spec) is { } spec
            ? EvidenceRule.Apply(run, spec, key, other => _templates.Compares(rollout, other)) : run, problems);
    }

    private static string PathOf(RolloutSnapshot rollout, RunKey key) => (key, rollout.Status.Governing(rollout.Spec)) switch
    {
        ({ Edge: AnalysisPlacement.Pre }, { } spec) => spec.PreAnalysisPath,
        ({ Edge: AnalysisPlacement.Post }, { } spec) => spec.PostAnalysisPath,
        ({ Step: { } step }, _) => $"spec.strategy.canary.steps[{step}].analysis",
        (_, { } spec) => $"{spec.StrategyPath}.analysis",
        _ => "spec.strategy.canary.analysis",
    };

    private async Task DeleteRunAsync(RolloutSnapshot rollout, RunSnapshot run, CancellationToken cancel)
    {
        try
        {
            await _client.DeleteAsync(KnownKinds.AnalysisRuns, new ObjectName(rollout.Name.Namespace, run.ObjectName),
                new DeleteOptions(Uid: run.Uid), cancel);
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // Somebody was faster.
        }
    }

    /// <returns>Null: another run has the name.</returns>
    private async Task<RunSnapshot?> CreateRunAsync(RolloutSnapshot rollout, JsonObject document, CancellationToken cancel)
    {
        var name = ObjectName.Of(document);
        using var write = _caches.Writes.Begin(KnownKinds.AnalysisRuns, name);
        JsonObject made;
        try
        {
            made = await _client.CreateAsync(KnownKinds.AnalysisRuns, name.Namespace, document, Options with { FieldValidation = "Strict" },
                cancel);
            write.Answered(made);
        }
        catch (ApiException taken) when (taken.IsAlreadyExists)
        {
            if (await _client.FindAsync(KnownKinds.AnalysisRuns, name, cancel) is not { } other || Owned(other, rollout) is null)
                return null;
            made = other;
        }

        if (_caches.Runs.Get(name) is null) _made[name] = made;
        return Owned(made, rollout);
    }

    /// <inheritdoc />
    public async Task PruneRunsAsync(RolloutSnapshot rollout, CancellationToken cancel)
    {
        var ended = (await LoadRunsAsync(rollout, cancel))
            .Where(run => run.Status.EndedAt is not null
                && (run.Key.Revision != rollout.Status.CanaryRevision || run.Key.Attempt != rollout.Status.Attempt))
            .OrderByDescending(run => run.CreatedAt)
            .ThenByDescending(run => run.ObjectName, StringComparer.Ordinal)
            .ToLookup(run => run.Status.Phase is RunPhase.Successful);
        foreach (var run in ended[true].Skip(Kept).Concat(ended[false].Skip(Kept))) await DeleteRunAsync(rollout, run, cancel);
    }

    /// <inheritdoc />
    public Task<SaveResult> HoldAsync(RolloutSnapshot rollout, CancellationToken cancel) =>
        FinalizeAsync(rollout, RolloutFinalizer.On, cancel);

    /// <inheritdoc />
    public Task<SaveResult> ReleaseAsync(RolloutSnapshot rollout, CancellationToken cancel) =>
        FinalizeAsync(rollout, RolloutFinalizer.Off, cancel);

    private async Task<SaveResult> FinalizeAsync(RolloutSnapshot rollout, Func<JsonObject, JsonArray> build, CancellationToken cancel)
    {
        var name = new ObjectName(rollout.Name.Namespace, rollout.Name.Name);
        if (_caches.Rollouts.Get(name) is not { } known || Documents.Uid(known) != rollout.Uid) return new SaveResult.Gone();
        var patch = build(known);
        if (patch.Count == 0) return new SaveResult.Saved(rollout.ResourceVersion);
        try
        {
            using var write = _caches.Writes.Begin(KnownKinds.Rollouts, name);
            var written = await _client.PatchAsync(KnownKinds.Rollouts, name, new Patch.JsonPatch(patch), null, Options, cancel);
            if (RolloutFinalizer.IsOn(written) || Json.Text(written, "metadata", "deletionTimestamp") is null) _caches.NoteRollout(written);
            write.Answered(written);
            return Documents.ResourceVersion(known) == rollout.ResourceVersion ? new SaveResult.Saved(Documents.ResourceVersion(written))
                : new SaveResult.Conflict();
        }
        catch (ApiException failure) when (failure.IsNotFound)
        {
            return new SaveResult.Gone();
        }
        catch (ApiException failure) when (failure.IsConflict)
        {
            return new SaveResult.Conflict();
        }
        catch (ApiException failure) when (failure.IsInvalid)
        {
            // A test failed, or the server refuses the result: a fresh read where the same would be sent tells.
            // The role of the controller lists Rollouts, and gets none.
            var list = await _client.ListAllAsync(KnownKinds.Rollouts, name.Namespace,
                new ListOptions(FieldSelector: $"metadata.name={name.Name}"), cancel);
            var fresh = list.Items.FirstOrDefault(one => Json.Name(one) == name.Name);
            if (fresh is null || Documents.Uid(fresh) != rollout.Uid) return new SaveResult.Gone();
            _caches.NoteRollout(fresh);
            return JsonNode.DeepEquals(build(fresh), patch) ? new SaveResult.Refused(failure.Status.Message) : new SaveResult.Conflict();
        }
        catch (ApiException failure)
        {
            return new SaveResult.Refused(failure.Status.Message);
        }
    }

    private RolloutSnapshot Read(JsonObject document)
    {
        var read = _reader.Read(document);
        return _caches.FindConflicts(document) is { Count: > 0 } conflicts ? read with { Errors = [.. read.Errors, .. conflicts] } : read;
    }

    private async Task<SaveResult> SaveStatusAsync(
        ResourceKind kind, JsonObject known, string uid, string resourceVersion, JsonObject status, Action<JsonObject> note,
        CancellationToken cancel)
    {
        var document = new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = Json.Name(known),
                ["namespace"] = Json.Namespace(known),
                ["uid"] = uid,
                ["resourceVersion"] = resourceVersion
            },
            ["spec"] = known["spec"]?.DeepClone(),
            ["status"] = status,
        };
        using var write = _caches.Writes.Begin(kind, ObjectName.Of(document));
        try
        {
            var written = await _client.ReplaceAsync(kind, document, "status", Options, cancel);
            note(written);
            write.Answered(written);
            return new SaveResult.Saved(Documents.ResourceVersion(written));
        }
        catch (ApiException failure) when (failure.IsConflict)
        {
            // Where an answer was lost, the repeated write meets itself. What follows it, Events among it, must follow it all the same.
            if (await FindSameAsync(kind, document, Json.Whole(known, "metadata", "generation"), cancel) is not { } same)
                return new SaveResult.Conflict();
            note(same);
            write.Answered(same);
            return new SaveResult.Saved(Documents.ResourceVersion(same));
        }
        catch (ApiException failure) when (failure.IsNotFound)
        {
            return new SaveResult.Gone();
        }
        catch (ApiException failure)
        {
            return new SaveResult.Refused(failure.Message);
        }
    }

    /// <summary>The object as the server has it, where it is what was sent, and nobody has changed its spec; else null.</summary>
    private async Task<JsonObject?> FindSameAsync(ResourceKind kind, JsonObject sent, long? generation, CancellationToken cancel)
    {
        try
        {
            var live = await _client.FindAsync(kind, ObjectName.Of(sent), cancel);
            var isSame = live is not null && Documents.Uid(live) == Documents.Uid(sent)
                && Json.Whole(live, "metadata", "generation") == generation && JsonNode.DeepEquals(live["status"], sent["status"]);
            return isSame ? live : null;
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private void NoteRun(JsonObject written)
    {
        _caches.Runs.Note(written);
        var name = ObjectName.Of(written);
        if (_caches.Runs.Get(name) is null) _made[name] = written;
    }

    private JsonObject? FindRun(string uid) =>
        _caches.Runs.Find(RolloutCaches.ByUid, uid).FirstOrDefault() ?? _made.Values.FirstOrDefault(run => Documents.Uid(run) == uid);

    private static RunSnapshot? Owned(JsonObject run, RolloutSnapshot rollout) =>
        Documents.OwnerUids(run).Contains(rollout.Uid) ? RunMapping.Read(run) : null;

    private static JsonObject Document(RolloutSnapshot rollout, RunKey key, RunSpec run, ObjectName name) => new()
    {
        ["apiVersion"] = CustomResource.ApiVersion,
        ["kind"] = "AnalysisRun",
        ["metadata"] = new JsonObject
        {
            ["name"] = name.Name,
            ["namespace"] = name.Namespace,
            ["labels"] = new JsonObject
            {
                ["canary.delivery/rollout"] = RunName.Label(rollout.Name.Name),
                ["canary.delivery/revision"] = RunName.Label(key.Revision),
            },
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = CustomResource.ApiVersion,
                ["kind"] = "Rollout",
                ["name"] = rollout.Name.Name,
                ["uid"] = rollout.Uid,
                ["controller"] = true,
                ["blockOwnerDeletion"] = false,
            }),
        },
        ["spec"] = RunMapping.WriteSpec(run, rollout.Name.Name, key),
    };
}
