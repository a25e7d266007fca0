using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Looks at the stable copy of one workload, at its Services, and at what is in their way.</summary>
internal sealed class CopyObserver(RolloutCaches caches, PodReader pods)
{
    /// <summary>The sides as they are; null: the workload is not there.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="workload">What its spec in force says.</param>
    /// <param name="first">The stable side.</param>
    /// <param name="second">The canary side.</param>
    /// <param name="revision">The revision that the workload's pods run; null: not all of them run the same.</param>
    /// <param name="problems">Where to say what is in the way.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<CopyObservation?> ObserveAsync(RolloutSnapshot rollout, CopiedWorkload workload, SideObjects first,
        SideObjects second, string? revision, List<SpecError> problems, CancellationToken cancel)
    {
        if (second.Deployment is not { } source) return null;
        var ns = rollout.Name.Namespace;
        var copy = first.Deployment;
        FindObstacles(rollout, workload, first, second, problems);
        problems.AddRange(CopyAutoscalers.FindObstacles(caches, rollout, workload));
        var autoscalers = CopyAutoscalers.Read(caches, rollout, workload);
        var replicas = DeploymentReading.DesiredPods(source);
        return new CopyObservation(
            replicas,
            WrittenReplicas(source),
            copy is null ? null : DeploymentReading.DesiredPods(copy),
            copy is not null && DeploymentReading.IsRolledOut(copy),
            first.Service is not null && second.Service is not null && Selects(second.Service, Labels(source)),
            first.Service is null ? StableServing.Neither
                : copy is not null && Selects(first.Service, Labels(copy)) ? StableServing.Copy
                : Selects(first.Service, Labels(source)) ? StableServing.Workload
                : StableServing.Neither)
        {
            IsClientServiceDue = copy is not null && FindClients(ns, workload) is { } clients && IsDue(clients, copy, source),
            ArePodsUnlabelled = rollout.Status.IsRunning && replicas > 0 && second.Service is { } service
                && await FindUnlabelledAsync(ns, workload, service, revision, cancel) is { Count: > 0 },
            IsRestartDue = copy is not null && RestartedAt(source) is { } at
                && string.CompareOrdinal(at, RestartedAt(copy)) > 0,
            Autoscaler = autoscalers.Observe(),
            IsAutoscalerLeft = autoscalers.Left.Count > 0,
        };
    }

    /// <summary>The replicas that Canary wrote into the workload last; null: it never did.</summary>
    public static int? WrittenReplicas(JsonObject source) =>
        int.TryParse(Json.Text(source, "metadata", "annotations", CopyLabels.Replicas), out var number) ? number : null;

    /// <summary>The Service that clients call; null: there is none.</summary>
    public JsonObject? FindClients(string ns, CopiedWorkload workload) => caches.Services.Get(new ObjectName(ns, workload.ClientService));

    /// <summary>The Service selects the pods of one side alone.</summary>
    public static bool IsDue(JsonObject clients, JsonObject copy, JsonObject source)
    {
        var selector = Json.Map(clients, "spec", "selector");
        // One without a selector has endpoints that somebody else writes, and one that selects by our label selects both.
        if (selector.Count == 0 || selector.ContainsKey(CopyLabels.Workload)) return false;
        return Covers(selector, Pods(source)) && !Covers(selector, Pods(copy));
    }

    /// <summary>Ready pods of the workload that lack one of the labels, or have another revision's.</summary>
    public async Task<IReadOnlyList<BackingPod>> FindUnlabelledAsync(string ns, CopiedWorkload workload, JsonObject service,
        string? revision, CancellationToken cancel)
    {
        if (revision is null) return [];
        var behind = await pods.ReadAsync(ns, service, cancel);
        return [.. behind.Pods.Values.Where(pod => pod.IsSelected && pod.Deployment?.Name == workload.Reference.Name
            && OfCanary(workload, revision).Any(label => pod.Labels.GetValueOrDefault(label.Key) != label.Value))];
    }

    /// <summary>Lets go of what is known of a Service's pods.</summary>
    public void Forget(string ns, JsonObject service) => pods.Forget(ns, Json.Name(service));

    /// <summary>The labels of the canary's pods.</summary>
    public static IReadOnlyDictionary<string, string> OfCanary(CopiedWorkload workload, string revision) => new Dictionary<string, string>
    {
        [CopyLabels.Side] = "canary",
        [CopyLabels.Workload] = workload.Reference.Name,
        [CopyLabels.Revision] = revision,
    };

    public static IReadOnlyDictionary<string, string> Labels(JsonObject deployment) =>
        Json.Map(deployment, "spec", "selector", "matchLabels");

    public static string? RestartedAt(JsonObject deployment) =>
        Json.Text(deployment, "spec", "template", "metadata", "annotations", CopyLabels.RestartedAt);

    public static bool Selects(JsonObject service, IReadOnlyDictionary<string, string> labels)
    {
        var selector = Json.Map(service, "spec", "selector");
        return selector.Count == labels.Count && selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
    }

    private static IReadOnlyDictionary<string, string> Pods(JsonObject deployment) =>
        Json.Map(deployment, "spec", "template", "metadata", "labels");

    private static bool Covers(IReadOnlyDictionary<string, string> selector, IReadOnlyDictionary<string, string> labels) =>
        selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value);

    private void FindObstacles(RolloutSnapshot rollout, CopiedWorkload workload, SideObjects first, SideObjects second,
        List<SpecError> problems)
    {
        var (ns, name) = (rollout.Name.Namespace, rollout.Name.Name);
        var source = second.Deployment!;
        if (first.Deployment is { } copy && !CopyLabels.IsOf(copy, name))
            problems.Add(new SpecError("spec.workload.name",
                $"Canary keeps the stable copy as Deployment {ns}/{workload.CopyName}, and one of that name is there that it did not make; "
                    + "delete or rename it"));
        foreach (var (side, role) in new[] { (first, "stable"), (second, "canary") })
        {
            if (side.Service is { } service && !CopyLabels.IsOf(service, name))
                problems.Add(new SpecError($"spec.traffic.{role}.service",
                    $"Canary makes Service {ns}/{side.Spec.Service}, and one of that name is there that it did not make; delete it, or give "
                        + "another name"));
        }

        if (FindClients(ns, workload) is null)
        {
            if (workload.Service is not null)
                problems.Add(new SpecError("spec.workload.service", $"Service {ns}/{workload.Service} is not there"));
            else if (first.Service is null && !CopyDocuments.ContainerPorts(source).Any())
                problems.Add(new SpecError("spec.workload.service",
                    $"there is no Service {ns}/{workload.ClientService}, and the containers of Deployment {ns}/{workload.Reference.Name} "
                        + "name no ports: name the Service that clients call"));
        }

        if (first.Deployment is not null) return;
        if (DisjointLabel.Find(source, []) is null)
            problems.Add(new SpecError("spec.workload.name",
                $"the selector of Deployment {ns}/{workload.Reference.Name} has no label in matchLabels, of at most 56 letters, that the "
                    + "copy's pods could have another value of"));
        if (DeploymentReading.DesiredPods(source) == 0 && rollout.Status.StableRevision is null)
            problems.Add(new SpecError("spec.workload.name",
                $"Deployment {ns}/{workload.Reference.Name} asks for 0 replicas, and there is no stable copy of it yet: scale it to what "
                    + "the service needs"));
    }
}
