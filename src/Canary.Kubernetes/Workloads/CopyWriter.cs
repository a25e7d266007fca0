using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;
using Canary.Kubernetes.StableCopy;

namespace Canary.Kubernetes.Workloads;

/// <summary>
/// Brings the sides of one workload to a level, in the order that keeps requests served: Services and copy are made, pods are added, the
/// selectors follow, pods are removed. Every write tests the version that was read.
/// </summary>
internal sealed class CopyWriter(ApiClient client, RolloutCaches caches, CopyObserver observer, RolloutSnapshot rollout,
    CopiedWorkload workload, ConfigurationView configuration)
{
    private readonly string _ns = rollout.Name.Namespace;
    private readonly ConfigurationCopies _configuration = new(client, caches, rollout);
    private readonly SideObjectWriter _objects = new(client, caches);
    private string? _note;

    /// <param name="traffic">The sides.</param>
    /// <param name="levels">How they shall be.</param>
    /// <param name="first">The stable side as it is.</param>
    /// <param name="second">The canary side as it is.</param>
    /// <param name="revision">The revision that the workload's pods run; null: not all of them run the same.</param>
    /// <param name="autoscalers">Writes the autoscalers. What serves does not wait for them. The workload neither gets its first
    /// pods nor loses any before that of the copy is as it shall be.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task<WriteResult> ArrangeAsync(TrafficSpec traffic, CopyLevels levels, SideObjects first, SideObjects second,
        string? revision, AutoscalerWriter autoscalers, CancellationToken cancel)
    {
        if (second.Deployment is not { } source) return new WriteResult.Refused($"Deployment {_ns}/{workload.Reference.Name} is not there");
        var failed = await MakeServicesAsync(traffic, levels, first, second, source, cancel)
            ?? await AddPortsAsync(first, second, cancel)
            ?? await MakeCopyAsync(levels, first, second, cancel)
            ?? await UpdateCopyAsync(levels, first, second, cancel)
            ?? await TakeReplicasAsync(levels, source, cancel)
            ?? await ScaleWorkloadAsync(levels, first, source, isGrowth: true, cancel)
            ?? await SelectAsync(levels, first, second, source, cancel)
            ?? await LabelPodsAsync(second, revision, cancel);
        var scaled = await autoscalers.ArrangeAsync(levels, cancel);
        if (failed is not null || scaled is not WriteResult.Applied { Writes: var writes }) return failed ?? scaled;
        return await ScaleWorkloadAsync(levels, first, source, isGrowth: false, cancel)
            ?? await RestartAsync(levels, source, cancel)
            ?? new WriteResult.Applied(_objects.Writes + writes) { Note = _note };
    }

    /// <summary>Gives the workload at least so many replicas, whoever set what it has.</summary>
    public Task<WriteResult?> ScaleAsync(JsonObject source, int replicas, CancellationToken cancel) =>
        _objects.PatchAsync(KnownKinds.Deployments, source, Replicas(source, replicas, null), cancel);

    /// <summary>How many writes there were.</summary>
    public int Writes => _objects.Writes;

    /// <summary>Gives the copy more pods, where the levels ask for more than it has, and changes nothing else.</summary>
    public async Task<WriteResult?> GrowAsync(CopyLevels levels, SideObjects first, CancellationToken cancel) =>
        first.Deployment is { } copy && CopyLabels.IsOf(copy, rollout.Name.Name)
        && levels.StableReplicas > DeploymentReading.DesiredPods(copy)
            ? await _objects.PatchAsync(KnownKinds.Deployments, copy,
                [SideObjectWriter.TestVersion(copy), .. StableReplicas(copy, levels)], cancel) : null;

    /// <summary>Gives a copy all of its pods back that it gave away for a release.</summary>
    public Task<WriteResult?> GrowAsync(SideObjects first, CancellationToken cancel) =>
        first.Deployment is { } copy && FullReplicas(copy) is { } full
            ? GrowAsync(new CopyLevels(StableServing.Neither, full, null, null), first, cancel) : Task.FromResult<WriteResult?>(null);

    // The status knows how many there were. The note on the copy counts where the status was lost.
    private int? FullReplicas(JsonObject copy) => rollout.Status.StableReplicas is not { } known ? CopyObserver.FullReplicas(copy)
        : CopyObserver.FullReplicas(copy) is not null
            || rollout.Status is { IsRunning: true, Accepted.IsStableScaled: true } ? known : null;

    /// <summary>Lets the Services of both sides, and the one that clients call, select the workload's pods as it did.</summary>
    public async Task<WriteResult?> SelectWorkloadAsync(SideObjects first, SideObjects second, JsonObject source, CancellationToken cancel)
    {
        var labels = CopyObserver.Labels(source);
        foreach (var service in new[] { first.Service, second.Service }.OfType<JsonObject>()
            .Concat(first.Deployment is { } copy ? observer.FindOfCopy(rollout, copy) : []).DistinctBy(Json.Name))
        {
            if (await SelectAsync(service, labels, cancel) is { } failed) return failed;
        }

        foreach (var clients in observer.FindChanged(rollout, workload))
        {
            // Whoever may edit the Service may write anything there: what does not find the pods is not believed.
            var original = OriginalSelector.Read(clients) is { } kept && OriginalSelector.Finds(kept, source) ? kept : labels;
            // The router takes its own annotations off the Service that it writes.
            var patch = ClientServicePatch.Restore(clients, original, isRoute: Json.Name(clients) == CopyObserver.RoutedService(rollout));
            if (await _objects.PatchAsync(KnownKinds.Services, clients, patch, cancel) is { } failed) return failed;
        }

        return null;
    }

    /// <summary>Takes the annotations off that say which replicas Canary wrote.</summary>
    public async Task<WriteResult?> ForgetReplicasAsync(JsonObject source, CancellationToken cancel)
    {
        var patch = new JsonArray(SideObjectWriter.TestVersion(source));
        foreach (var key in new[] { CopyLabels.Replicas, CopyLabels.Size, CopyLabels.RaisedFor })
        {
            if (Json.Object(source, "metadata", "annotations")?.ContainsKey(key) is true)
                patch.Add(JsonPatchText.Remove("/metadata/annotations/" + JsonPatchText.Escape(key)));
        }

        return patch.Count > 1 ? await _objects.PatchAsync(KnownKinds.Deployments, source, patch, cancel) : null;
    }

    /// <summary>Deletes the copy.</summary>
    public async Task<WriteResult?> RemoveAsync(JsonObject copy, CancellationToken cancel)
    {
        try
        {
            await client.DeleteAsync(KnownKinds.Deployments, ObjectName.Of(copy),
                new DeleteOptions(DeletePropagation.Background, Documents.Uid(copy)), cancel);
            return null;
        }
        catch (ApiException failure) when (failure.IsNotFound)
        {
            return null;
        }
        catch (ApiException failure)
        {
            return SideObjectWriter.Failed($"Deployment {ObjectName.Of(copy)}", failure);
        }
    }

    /// <summary>Deletes the ConfigMaps and Secrets that the copy's pods read.</summary>
    public Task<WriteResult?> RemoveConfigurationAsync(CancellationToken cancel) => _configuration.RemoveAsync(cancel);

    private async Task<WriteResult?> MakeServicesAsync(TrafficSpec traffic, CopyLevels levels, SideObjects first, SideObjects second,
        JsonObject source, CancellationToken cancel)
    {
        if (first.Service is not null && second.Service is not null) return null;
        var clients = observer.FindClients(_ns, workload) is { } known
            ? await client.FindAsync(KnownKinds.Services, ObjectName.Of(known), cancel) : null;
        foreach (var (side, name) in new[] { (first, traffic.NamedStable.Service), (second, traffic.NamedCanary.Service) })
        {
            if (side.Service is not null) continue;
            // Until the copy serves, the workload does: a route that names the Service already finds pods behind it.
            var labels = side == first && first.Deployment is { } copy && levels.Serving != StableServing.Workload
                && levels.StableRevision is not null ? CopyObserver.Labels(copy) : CopyObserver.Labels(source);
            var document = CopyDocuments.Service(name, _ns, labels, clients, source, rollout.Name.Name);
            if (await _objects.CreateAsync(KnownKinds.Services, document, cancel) is { } failed) return failed;
        }

        return null;
    }

    private async Task<WriteResult?> AddPortsAsync(SideObjects first, SideObjects second, CancellationToken cancel)
    {
        foreach (var service in new[] { first.Service, second.Service }.OfType<JsonObject>())
        {
            var patch = new JsonArray([SideObjectWriter.TestVersion(service),
                .. CopyFields.PatchPorts(service, observer.FindClients(_ns, workload))]);
            if (patch.Count > 1 && await _objects.PatchAsync(KnownKinds.Services, service, patch, cancel) is { } failed) return failed;
        }

        return null;
    }

    private async Task<WriteResult?> MakeCopyAsync(CopyLevels levels, SideObjects first, SideObjects second, CancellationToken cancel)
    {
        if (first.Deployment is not null || !levels.IsCopyWanted) return null;
        // The cache keeps a part of it.
        if (await client.FindAsync(KnownKinds.Deployments, ObjectName.Of(second.Deployment!), cancel) is not { } source)
            return new WriteResult.Contended($"Deployment {_ns}/{workload.Reference.Name} is gone");
        if (DisjointLabel.Find(source, caches.Services.List(_ns).Where(one => !CopyLabels.IsOf(one, rollout.Name.Name))) is not { } changed)
            return new WriteResult.Refused(
                $"Deployment {_ns}/{workload.Reference.Name} has no label that the copy could have another value of");
        var templates = new StableTemplates(client, _configuration, rollout, workload, configuration);
        if (await templates.FindAsync(source, changed, levels.StableRevision, cancel) is not ({ } template, { } content))
            return new WriteResult.Refused(
                $"Deployment {_ns}/{workload.CopyName}, the stable copy, is gone, and no ReplicaSet of {workload.Reference.Name} has the "
                    + $"template of the stable revision {levels.StableRevision} any more: give {workload.Reference.Name} that version "
                    + "again. If the key of the hashes was lost too, that is not recognised: delete this Rollout, and apply it again when "
                    + $"{workload.Reference.Name} has the version that is to serve");
        var replicas = levels.StableReplicas ?? DeploymentReading.DesiredPods(source);
        var document = CopyDocuments.Deployment(source, template, changed, workload, rollout.Name.Name, Math.Max(replicas, 1), content);
        if (!await PinFormerAsync(document, levels.StableRevision, cancel)
            && await PinAsync(source, template, Template(document), cancel) is { } unread) return unread;
        return await _configuration.MakeAsync(template, CopyDocuments.Scheme(document, source, workload, content), content, cancel)
            ?? await _objects.CreateAsync(KnownKinds.Deployments, document, cancel);
    }

    /// <summary>Pods of the former copy end slowly, and tell by which digests they ran. Their label may have the revision's name of an
    /// earlier scheme. False: they do not tell it of each container.</summary>
    private async Task<bool> PinFormerAsync(JsonObject copy, string? stable, CancellationToken cancel)
    {
        if (!workload.PinsImages || stable is null) return false;
        var selector = string.Join(',', CopyObserver.Labels(copy).Select(label => $"{label.Key}={label.Value}"));
        var pods = await client.ListAllAsync(KnownKinds.Pods, _ns, new ListOptions(LabelSelector: selector), cancel);
        var same = pods.Items.Where(pod => Json.Text(pod, "metadata", "labels", CopyLabels.Revision) == stable).ToArray();
        var former = PinnedImages.ReadFormer(Template(copy), same.Length > 0 ? same : pods.Items);
        if (former.Problem is not null) return false;
        former.Pin(Template(copy));
        return true;
    }

    private async Task<WriteResult?> UpdateCopyAsync(CopyLevels levels, SideObjects first, SideObjects second, CancellationToken cancel)
    {
        if (first.Deployment is not { } copy || second.Deployment is not { } source) return null;
        foreach (var (original, digest) in await _configuration.FindLostAsync(copy, configuration, cancel))
        {
            if (await _configuration.MakeAsync(original, digest, configuration, cancel) is { } lost) return lost;
        }

        var patch = new JsonArray();
        if (levels is { Serving: StableServing.Workload, StableRevision: null, IsCopyWanted: true }
            && CopyDocuments.Scheme(copy, source, workload, configuration) is var scheme
            && TemplateHash.Compute(Template(copy), scheme, Side.NamedStable, configuration) is var copied
            && TemplateHash.Compute(Template(source), scheme, Side.NamedCanary, configuration) is var wanted && copied != wanted)
        {
            if (await _configuration.MakeAsync(Template(source), scheme, configuration, cancel) is { } failed) return failed;
            // It does not serve yet, or not any more: it follows the workload.
            var template = TemplateHash.Transfer(Template(source), Template(copy), scheme);
            configuration.Fold(template, scheme);
            CopyAntiAffinity.Add(template, CopyObserver.Labels(source), workload.AntiAffinity);
            template["metadata"]!["labels"]![CopyLabels.Revision] = wanted;
            if (await PinAsync(source, Template(source), template, cancel) is { } unread) return unread;
            patch.Add(JsonPatchText.Add("/spec/template", template));
        }
        else if (CopyObserver.IsRestartedAfter(source, copy))
        {
            patch.Add(Restart(copy, CopyObserver.RestartedAt(source)!));
        }

        if (!rollout.Status.IsRunning)
        {
            foreach (var field in CopyFields.Patch(source, copy)) patch.Add(field);
        }

        foreach (var operation in StableReplicas(copy, levels)) patch.Add(operation);
        if (patch.Count == 0) return null;
        patch.Insert(0, SideObjectWriter.TestVersion(copy));
        return await _objects.PatchAsync(KnownKinds.Deployments, copy, patch, cancel);
    }

    // The version that serves is taken over as it runs, whatever its tag means by now.
    private async Task<WriteResult?> PinAsync(JsonObject source, JsonObject template, JsonObject copied, CancellationToken cancel)
    {
        if (!workload.PinsImages) return null;
        var (images, failure) = await new RunningImages(client).ReadAsync(source, template, cancel);
        images.Pin(copied);
        _note = RunningImages.Describe(images);
        return failure;
    }

    private async Task<WriteResult?> ScaleWorkloadAsync(CopyLevels levels, SideObjects first, JsonObject source, bool isGrowth,
        CancellationToken cancel)
    {
        if (levels.WorkloadReplicas is not { } replicas
            || (DeploymentReading.DesiredPods(source) is > 0 and var there && replicas > there) != isGrowth) return null;
        var size = CopyObserver.Number(source, CopyLabels.Size)
            ?? rollout.Status.StableReplicas ?? (first.Deployment is { } copy ? CopyObserver.ServiceReplicas(copy) : (int?)null);
        return await _objects.PatchAsync(KnownKinds.Deployments, source, Replicas(source, replicas, size, levels.RaisedFor), cancel);
    }

    // As kubectl rollout restart does. The copy follows in the next pass, which sees it.
    private async Task<WriteResult?> RestartAsync(CopyLevels levels, JsonObject source, CancellationToken cancel) =>
        levels.RestartAt is not { } at || CopyObserver.RestartTime(source) >= at ? null
            : await _objects.PatchAsync(KnownKinds.Deployments, source,
                [SideObjectWriter.TestVersion(source), Restart(source, FieldWriter.Time(at))], cancel);

    private async Task<WriteResult?> SelectAsync(CopyLevels levels, SideObjects first, SideObjects second, JsonObject source,
        CancellationToken cancel)
    {
        if (second.Service is { } canary && await SelectAsync(canary, CopyObserver.Labels(source), cancel) is { } failed) return failed;
        if (first.Service is not { } stable) return null;
        var wanted = levels.Serving switch
        {
            StableServing.Workload => source,
            StableServing.Copy => first.Deployment,
            _ => null,
        };
        if (wanted is not null && await SelectAsync(stable, CopyObserver.Labels(wanted), cancel) is { } other) return other;
        // Those that clients call follow the copy, which is ready.
        if (levels.Serving != StableServing.Copy || first.Deployment is not { } copy || !DeploymentReading.IsRolledOut(copy)) return null;
        return await FollowCopyAsync(stable, copy, source, cancel);
    }

    private async Task<WriteResult?> FollowCopyAsync(JsonObject stable, JsonObject copy, JsonObject source, CancellationToken cancel)
    {
        var left = CopyObserver.Selects(stable, CopyObserver.Labels(copy)) ? observer.FindLeft(rollout) : [];
        // Before a Service asks for the label, all of the copy's pods have it: a release that was cut may have taken it off some.
        if (left.Any(one => Json.Text(one, "metadata", "annotations", CopyLabels.Weight) is not null)
            && await LetCopyServeAsync(stable, cancel) is { } unlabelled) return unlabelled;
        foreach (var clients in observer.FindSelecting(rollout, copy, source).Concat(left))
        {
            // Whether the Service has annotations is not known from the cache.
            if (await client.FindAsync(KnownKinds.Services, ObjectName.Of(clients), cancel) is not { } live) continue;
            var patch = ClientServicePatch.Follow(clients, live, copy, source, workload.Reference.Name);
            if (await _objects.PatchAsync(KnownKinds.Services, clients, patch, cancel) is { } missed) return missed;
        }

        return null;
    }

    // Somebody scaled the workload, and means the service: the copy has that number by now.
    private async Task<WriteResult?> TakeReplicasAsync(CopyLevels levels, JsonObject source, CancellationToken cancel) =>
        levels is { TakenReplicas: { } taken, WorkloadReplicas: null } && taken == DeploymentReading.DesiredPods(source)
            ? await _objects.PatchAsync(KnownKinds.Deployments, source, Replicas(source, taken, taken), cancel) : null;

    private async Task<WriteResult?> SelectAsync(JsonObject service, IReadOnlyDictionary<string, string> labels,
        CancellationToken cancel) =>
        CopyObserver.Selects(service, labels) ? null
            : await _objects.PatchAsync(KnownKinds.Services, service, Selector(service, labels), cancel);

    private async Task<WriteResult?> LabelPodsAsync(SideObjects second, string? revision, CancellationToken cancel)
    {
        if (second.Service is not { } service || revision is null) return null;
        var unlabelled = await observer.FindUnlabelledAsync(rollout, workload, service, revision, cancel);
        if (unlabelled.Count == 0) return null;
        var wanted = CopyObserver.OfCanary(rollout, workload, revision);
        return await LabelAsync(service, unlabelled, pod => wanted
            .Where(label => label.Value is not null || pod.Labels.ContainsKey(label.Key))
            .Select(label => label.Value is { } value ? PodLabelWriter.Add(label.Key, value) : PodLabelWriter.Remove(label.Key)), cancel);
    }

    private async Task<WriteResult?> LetCopyServeAsync(JsonObject stable, CancellationToken cancel) =>
        await LabelAsync(stable, await observer.FindNotServingAsync(rollout, workload, stable, cancel),
            _ => [PodLabelWriter.Add(CopyLabels.Serves, workload.Reference.Name)], cancel);

    private async Task<WriteResult?> LabelAsync(JsonObject service, IReadOnlyList<BackingPod> pods,
        Func<BackingPod, IEnumerable<JsonObject>> changes, CancellationToken cancel)
    {
        var labels = new PodLabelWriter(client, _ns);
        WriteResult? failed = null;
        foreach (var pod in pods)
        {
            failed = await labels.WriteAsync(pod.Name, pod.Version, changes(pod), cancel);
            if (failed is not null) break;
            _objects.Writes++;
        }

        // Labels change no EndpointSlice: what is known of the pods is old.
        observer.Forget(_ns, service);
        return failed;
    }

    private static JsonArray Replicas(JsonObject source, int replicas, int? size, string? raise = null)
    {
        var noted = new JsonObject { [CopyLabels.Replicas] = Text(replicas) };
        if (size is { } known) noted[CopyLabels.Size] = Text(known);
        if (raise is not null) noted[CopyLabels.RaisedFor] = raise;
        var patch = new JsonArray(SideObjectWriter.TestVersion(source));
        if (Json.Object(source, "metadata", "annotations") is null) patch.Add(JsonPatchText.Add("/metadata/annotations", noted));
        else
        {
            foreach (var (key, value) in noted)
                patch.Add(JsonPatchText.Add("/metadata/annotations/" + JsonPatchText.Escape(key), value));
        }

        patch.Add(JsonPatchText.Add("/spec/replicas", replicas));
        return patch;
    }

    // In one write: whoever finds a copy with fewer replicas finds beside them how many it had.
    private static IEnumerable<JsonObject> StableReplicas(JsonObject copy, CopyLevels levels)
    {
        if (levels.StableReplicas is not { } replicas) yield break;
        if (replicas != DeploymentReading.DesiredPods(copy)) yield return JsonPatchText.Add("/spec/replicas", replicas);
        var annotations = Json.Object(copy, "metadata", "annotations");
        if (levels.FullReplicas is not { } full)
        {
            if (annotations?.ContainsKey(CopyLabels.Size) is true)
                yield return JsonPatchText.Remove("/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.Size));
        }
        else if (CopyObserver.FullReplicas(copy) != full)
        {
            yield return annotations is null
                ? JsonPatchText.Add("/metadata/annotations", new JsonObject { [CopyLabels.Size] = Text(full) })
                : JsonPatchText.Add("/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.Size), Text(full));
        }
    }

    private static JsonObject Restart(JsonObject deployment, string at) =>
        Json.Object(deployment, "spec", "template", "metadata", "annotations") is null
            ? JsonPatchText.Add("/spec/template/metadata/annotations", new JsonObject { [CopyLabels.RestartedAt] = at })
            : JsonPatchText.Add("/spec/template/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.RestartedAt), at);

    private static JsonArray Selector(JsonObject service, IReadOnlyDictionary<string, string> labels) =>
        [SideObjectWriter.TestVersion(service), JsonPatchText.Add("/spec/selector", CopyDocuments.Map(labels))];

    private static JsonObject Template(JsonObject deployment) => Json.Object(deployment, "spec", "template") ?? [];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
