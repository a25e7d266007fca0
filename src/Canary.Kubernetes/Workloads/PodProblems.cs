using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Says why the pods of a Deployment do not become ready: which pod, and what its status or an Event of it says. Asked only while
/// pods are waited for, since it costs one or two requests.</summary>
internal sealed class PodProblems(ApiClient client)
{
    private const int MostPods = 20;
    private const int MostReasons = 3;
    private const int MostEvents = 50;

    /// <summary>The problem; null: nothing is known.</summary>
    public async Task<string?> FindAsync(string ns, JsonObject deployment, CancellationToken cancel)
    {
        // That no pod can be made at all is said by the ReplicaSet, in the words of the quota or of the webhook.
        if (DeploymentReading.Failure(deployment, "ReplicaFailure", "True") is { } refused) return refused;
        return await FindPodsAsync(ns, deployment, cancel) ?? DeploymentReading.Failure(deployment, "Progressing", "False");
    }

    /// <summary>What the statuses of these pods say, each reason once with the pod that has it for the longest; null: nothing.</summary>
    public static string? Describe(IReadOnlyList<JsonObject> pods)
    {
        var all = Ordered(pods).SelectMany(pod => Reasons(pod).Select(reason => (Pod: Json.Name(pod), Reason: reason)))
            .GroupBy(one => one.Reason, StringComparer.Ordinal)
            .Select(group => (Pods: group.Select(one => one.Pod).Distinct().ToArray(), Reason: group.Key))
            .OrderBy(group => group.Reason, StringComparer.Ordinal).Take(MostReasons)
            .Select(group => $"pod {group.Pods[0]}{Others(group.Pods.Length - 1)}: {group.Reason}").ToArray();
        return all.Length == 0 ? null : string.Join("; ", all);
    }

    private async Task<string?> FindPodsAsync(string ns, JsonObject deployment, CancellationToken cancel)
    {
        var labels = Json.Map(deployment, "spec", "selector", "matchLabels");
        if (labels.Count == 0) return null;
        try
        {
            var selector = string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"));
            var asked = new ListOptions(LabelSelector: selector, Limit: MostPods);
            var pods = (await client.ListAsync(KnownKinds.Pods, ns, asked, cancel)).Items;
            return Describe(pods) ?? (Ordered(pods).FirstOrDefault(IsAwaited) is { } pod ? await FindEventAsync(ns, pod, cancel) : null);
        }
        catch (ApiException)
        {
            // It would have explained more; without it nothing is wrong.
            return null;
        }
    }

    // A volume that cannot be mounted and a probe that fails are in no status.
    private async Task<string?> FindEventAsync(string ns, JsonObject pod, CancellationToken cancel)
    {
        try
        {
            var events = await client.ListAsync(KnownKinds.Events, ns,
                new ListOptions(FieldSelector: $"involvedObject.name={Json.Name(pod)},type=Warning", Limit: MostEvents), cancel);
            var last = events.Items.Where(one => Json.Text(one, "involvedObject", "name") == Json.Name(pod)
                    && Json.Text(one, "type") is "Warning" && Json.Text(one, "involvedObject", "uid") is var uid
                    && (uid is null || uid == Documents.Uid(pod)))
                .MaxBy(Time);
            return last is null ? null
                : $"pod {Json.Name(pod)}: {Json.Text(last, "reason")}: {ServerText.FirstLine(Json.Text(last, "message"))}";
        }
        catch (ApiException)
        {
            // Rights of an earlier version.
            return null;
        }
    }

    private static IEnumerable<string> Reasons(JsonObject pod)
    {
        foreach (var container in Json.Objects(pod, "status", "initContainerStatuses")
            .Concat(Json.Objects(pod, "status", "containerStatuses")))
        {
            var waiting = Json.Object(container, "state", "waiting");
            if (Json.Text(waiting, "reason") is not { } reason || reason is "ContainerCreating" or "PodInitializing") continue;
            // The message of a back-off counts up: what changes with the clock alone is not said.
            var why = reason is "CreateContainerConfigError" or "InvalidImageName" or "ErrImageNeverPull"
                ? ServerText.FirstLine(Json.Text(waiting, "message")) : "";
            yield return $"container {Json.Text(container, "name")}: {reason}{(why.Length > 0 ? ": " + why : "")}";
        }

        foreach (var condition in Json.Objects(pod, "status", "conditions"))
        {
            if (Json.Text(condition, "type") == "PodScheduled" && Json.Text(condition, "status") == "False")
                yield return $"{Json.Text(condition, "reason")}: {ServerText.FirstLine(Json.Text(condition, "message"))}";
        }
    }

    private static IEnumerable<JsonObject> Ordered(IReadOnlyList<JsonObject> pods) =>
        pods.Where(pod => Json.Text(pod, "metadata", "deletionTimestamp") is null)
            .OrderBy(pod => Json.Text(pod, "metadata", "creationTimestamp"), StringComparer.Ordinal)
            .ThenBy(Json.Name, StringComparer.Ordinal);

    private static bool IsAwaited(JsonObject pod) => !Json.Objects(pod, "status", "conditions")
        .Any(condition => Json.Text(condition, "type") == "Ready" && Json.Text(condition, "status") == "True");

    private static string Time(JsonObject one) => Json.Text(one, "lastTimestamp") ?? Json.Text(one, "eventTime")
        ?? Json.Text(one, "metadata", "creationTimestamp") ?? "";

    private static string Others(int count) => count < 1 ? ""
        : string.Create(CultureInfo.InvariantCulture, $" and {count} {(count == 1 ? "other" : "others")}");
}
