using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Stores;

/// <summary>AnalysisRuns without a Rollout, from the caches. <c>status.resolved</c> holds what is measured, from the beginning of the run
/// on.</summary>
public sealed class KubernetesAnalysisStore(ApiClient client, RolloutCaches caches, KubernetesNotifier notifier) : IAnalysisStore
{
    private static readonly WriteOptions Options = new("canary");

    private readonly TemplateReading _templates = new(caches);

    /// <inheritdoc />
    public Task<StandaloneRunSnapshot?> LoadAsync(string @namespace, string name, CancellationToken cancel) =>
        Task.FromResult(caches.Runs.Get(new ObjectName(@namespace, name)) is { } document && StandaloneRun.IsOne(document) ? Read(document)
            : null);

    /// <inheritdoc />
    public async Task<SaveResult> SaveAsync(StandaloneRunSnapshot run, RunStatus status, CancellationToken cancel)
    {
        var name = new ObjectName(run.Namespace, run.Name);
        if (caches.Runs.Get(name) is not { } known || Documents.Uid(known) != run.Uid) return new SaveResult.Gone();
        var json = run.Spec is { } measured ? RunStatusMapping.Write(status, measured) : RunStatusMapping.Write(status);
        if (run.Spec is { } spec) json["resolved"] = RunMapping.WriteMetrics(new JsonObject(), WrittenPasswords.Hide(spec));
        if (JsonNode.DeepEquals(json, known["status"])) return new SaveResult.Saved(run.ResourceVersion);
        var document = new JsonObject
        {
            ["apiVersion"] = KnownKinds.AnalysisRuns.ApiVersion,
            ["kind"] = KnownKinds.AnalysisRuns.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = run.Name,
                ["namespace"] = run.Namespace,
                ["uid"] = run.Uid,
                ["resourceVersion"] = run.ResourceVersion
            },
            ["spec"] = known["spec"]?.DeepClone(),
            ["status"] = json,
        };
        using var write = caches.Writes.Begin(KnownKinds.AnalysisRuns, name);
        try
        {
            var written = await client.ReplaceAsync(KnownKinds.AnalysisRuns, document, "status", Options, cancel);
            caches.Runs.Note(written);
            write.Answered(written);
            return new SaveResult.Saved(Documents.ResourceVersion(written));
        }
        catch (ApiException failure) when (failure.IsConflict)
        {
            return new SaveResult.Conflict();
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

    /// <inheritdoc />
    public Task AnnounceAsync(StandaloneRunSnapshot run, RolloutEvent announcement, CancellationToken cancel) =>
        notifier.AnnounceAsync(run, announcement, cancel);

    private StandaloneRunSnapshot Read(JsonObject document)
    {
        var status = RunStatusMapping.Read(document["status"]);
        var (run, errors) = StandaloneRun.Read(document);
        var (spec, problems, mayHeal) = Resolved(document) is { } begun ? (WithPasswords(begun, document, run, errors), [], false)
            : Resolve(document, run, errors);
        return new StandaloneRunSnapshot(
            Json.Namespace(document), Json.Name(document), Documents.Uid(document), Documents.ResourceVersion(document),
            CreatedAt(document), spec, problems, mayHeal, run.IsToEnd, status);
    }

    // One without a time was just made.
    private static DateTimeOffset CreatedAt(JsonObject document) =>
        new FieldReader(document["metadata"], "metadata", []).Time("creationTimestamp") ?? DateTimeOffset.MaxValue;

    // The status holds no passwords: they are where they were written.
    private RunSpec WithPasswords(RunSpec begun, JsonObject document, StandaloneRun run, EquatableArray<SpecError> errors) =>
        WrittenPasswords.AreHidden(begun) ? WrittenPasswords.Show(begun, Resolve(document, run, errors).Spec) : begun;

    private static RunSpec? Resolved(JsonObject document)
    {
        var errors = new List<SpecError>();
        return Json.Object(document, "status", "resolved") is { } resolved
            ? RunMapping.ReadSpec(new FieldReader(resolved, "status.resolved", errors)) : null;
    }

    private (RunSpec? Spec, EquatableArray<SpecError> Problems, bool MayHeal) Resolve(JsonObject document, StandaloneRun run,
        EquatableArray<SpecError> errors)
    {
        if (errors.Count > 0) return (null, errors, false);
        var missing = new List<SpecError>();
        var cycles = new List<SpecError>();
        var templates = _templates.Expand(Json.Namespace(document), run.Templates, "spec", missing, cycles);
        // Templates come without a change of the run.
        if (missing.Count > 0 || cycles.Count > 0) return (null, [.. missing, .. cycles], true);
        return run.Resolve(templates, Json.Namespace(document)) switch
        {
            TemplateResolution.Resolved resolved => (resolved.Run, [], false),
            // The templates are all there and do not fit together, or not to the arguments: somebody waits for the run, and is told at
            // once.
            TemplateResolution.Invalid invalid => (null, invalid.Problems.Select(StandaloneRun.InRun).ToEquatableArray(), false),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
