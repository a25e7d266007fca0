using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>Gives pods the label that the Service selects both sides by, and takes it off: first all that come, then those that go, so that
/// the Service never has fewer than before and after.</summary>
internal sealed class ServingPods(ApiClient client, ServiceView view)
{
    private const int AtATime = 8;

    private readonly PodLabelWriter _labels = new(client, view.Name.Namespace);

    /// <summary>Lets so many ready pods of each side have the label. Those that have it keep it as far as they can.</summary>
    /// <exception cref="ApiException">The pods cannot be listed.</exception>
    public async Task<WriteResult> LabelAsync(PodSplit wanted, CancellationToken cancel)
    {
        var (stable, canary) = (await ListAsync(view.StableSelector, cancel), await ListAsync(view.CanarySelector, cancel));
        var first = Choose(stable, view.StablePods, wanted.Stable);
        var second = Choose(canary, view.CanaryPods, wanted.Canary);
        JsonObject[] added = [.. first.Concat(second).Where(pod => !IsServing(pod))];
        // A pod of stable that is not ready keeps its label: it is one that serves, whatever becomes of this process. One of the canary
        // does not: it would be one too many.
        JsonObject[] removed =
        [
            .. stable.Where(pod => IsServing(pod) && view.StablePods.Contains(Json.Name(pod)) && !first.Contains(pod)),
            .. canary.Where(pod => IsServing(pod) && !second.Contains(pod)),
        ];
        return await WriteAsync(added, removed, cancel);
    }

    /// <summary>Gives the pods of stable the label back that their template has. Those of the canary lose it, unless the canary has all of
    /// the traffic.</summary>
    /// <exception cref="ApiException">The pods cannot be listed.</exception>
    public async Task<WriteResult> ResetAsync(bool isCanaryServing, CancellationToken cancel)
    {
        var (stable, canary) = (await ListAsync(view.StableSelector, cancel), await ListAsync(view.CanarySelector, cancel));
        return await WriteAsync([.. stable.Where(pod => !IsServing(pod))],
            isCanaryServing ? [] : [.. canary.Where(IsServing).ExceptBy(stable.Select(Json.Name), Json.Name)], cancel);
    }

    private JsonObject[] Choose(IReadOnlyList<JsonObject> pods, HashSet<string> ready, int count) =>
        [.. pods.Where(pod => ready.Contains(Json.Name(pod))).OrderBy(pod => IsServing(pod) ? 0 : 1)
            .ThenBy(Json.Name, StringComparer.Ordinal).Take(count)];

    private bool IsServing(JsonObject pod) => Json.Text(pod, "metadata", "labels", CopyLabels.Serves) == view.Workload;

    private async Task<IReadOnlyList<JsonObject>> ListAsync(IReadOnlyDictionary<string, string>? selector, CancellationToken cancel)
    {
        if (selector is null) return [];
        var text = string.Join(',', selector.OrderBy(label => label.Key, StringComparer.Ordinal)
            .Select(label => $"{label.Key}={label.Value}"));
        var pods = await client.ListAllAsync(KnownKinds.Pods, view.Name.Namespace,
            new ListOptions(LabelSelector: text, IsMetadataOnly: true), cancel);
        return [.. pods.Items.Where(pod => Json.Text(pod, "metadata", "deletionTimestamp") is null)];
    }

    private async Task<WriteResult> WriteAsync(JsonObject[] added, JsonObject[] removed, CancellationToken cancel)
    {
        var failures = new ConcurrentQueue<WriteResult>();
        var writes = 0;
        await EachAsync(added, PodLabelWriter.Add(CopyLabels.Serves, view.Workload));
        if (failures.IsEmpty) await EachAsync(removed, PodLabelWriter.Remove(CopyLabels.Serves));
        return failures.FirstOrDefault(failure => failure is WriteResult.Refused) ?? failures.FirstOrDefault()
            ?? new WriteResult.Applied(writes);

        Task EachAsync(JsonObject[] pods, JsonObject change) => Parallel.ForEachAsync(pods,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (pod, ended) =>
            {
                if (await _labels.WriteAsync(Json.Name(pod), Documents.ResourceVersion(pod), [(JsonObject)change.DeepClone()], ended)
                    is { } failure) failures.Enqueue(failure);
                else Interlocked.Increment(ref writes);
            });
    }
}
