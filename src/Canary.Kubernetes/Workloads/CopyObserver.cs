using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;
using Canary.Kubernetes.StableCopy;
using Canary.Kubernetes.Workloads.Autoscaling;

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
        if (second.Deployment is not { } source) return ObserveAlone(rollout, first);
        var ns = rollout.Name.Namespace;
        var copy = first.Deployment;
        FindObstacles(rollout, workload, first, second, problems);
        // Once the copy serves, they hold the rollout and not the writes: their pods lose the labels again.
        if (IsTakenOver(rollout)) problems.AddRange(ReservedPodLabels.Find(source));
        var autoscalers = CopyAutoscalers.Read(caches, rollout, workload);
        if (autoscalers.OfWorkload is { } scaler && rollout.Status.Governing(rollout.Spec) is { IsStableScaled: true })
            problems.Add(new SpecError("spec.strategy.canary.dynamicStableScale",
                $"{scaler.Title} scales Deployment {ns}/{workload.Reference.Name}, so its copy sets the "
                    + "replicas of stable, and two writers of them would fight; remove one of the two"));
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
            FullReplicas = copy is null ? null : FullReplicas(copy),
            IsCopyObserved = copy is null || DeploymentReading.IsObserved(copy),
            WishedReplicas = Number(source, CopyLabels.Size),
            RaisedFor = Json.Text(source, "metadata", "annotations", CopyLabels.RaisedFor),
            IsWorkloadAvailable = replicas > 0 && DeploymentReading.IsRolledOut(source) && Json.Flag(source, "spec", "paused") is not true,
            HasCopyPods = Json.Whole(copy, "status", "availableReplicas") > 0,
            IsClientServiceDue = copy is not null && (FindSelecting(rollout, copy, source).Count > 0 || FindLeft(rollout).Count > 0)
                && DeploymentReading.IsRolledOut(copy) && first.Service is not null && Selects(first.Service, Labels(copy)),
            ArePodsUnlabelled = (rollout.Status.IsRunning || rollout.Status.WorkloadUnusedSince is not null) && replicas > 0
                && second.Service is { } service
                && await FindUnlabelledAsync(rollout, workload, service, revision, cancel) is { Count: > 0 },
            RestartedAt = RestartTime(source),
            AreFieldsDue = copy is not null && CopyFields.Patch(source, copy).Any(),
            ArePortsDue = new[] { first.Service, second.Service }.OfType<JsonObject>()
                .Any(side => CopyFields.PatchPorts(side, FindClients(ns, workload)).Any()),
            IsRestartDue = copy is not null && IsRestartedAfter(source, copy),
            HasWorkloadPods = replicas > 0 || Json.Whole(source, "status", "replicas") > 0,
            Autoscaler = autoscalers.Observe(),
            IsAutoscalerLeft = autoscalers.Left.Count + autoscalers.Strays.Count > 0,
        };
    }

    // Nothing can be made without the workload. But a copy that gave pods away for a release gets them back.
    private static CopyObservation? ObserveAlone(RolloutSnapshot rollout, SideObjects first) =>
        first is { Deployment: { } copy, Service: { } service } && CopyLabels.IsOf(copy, rollout.Name.Name)
        && FullReplicas(copy) is { } full
            ? new CopyObservation(0, null, DeploymentReading.DesiredPods(copy), DeploymentReading.IsRolledOut(copy), true,
                Selects(service, Labels(copy)) ? StableServing.Copy : StableServing.Neither)
            {
                FullReplicas = full,
                IsCopyObserved = DeploymentReading.IsObserved(copy),
                HasCopyPods = Json.Whole(copy, "status", "availableReplicas") > 0,
            }
            : null;

    /// <summary>The replicas that a copy has again later, where some were taken away for a release; null: it has all.</summary>
    public static int? FullReplicas(JsonObject copy) => Number(copy, CopyLabels.Size);

    /// <summary>Replicas of the whole service.</summary>
    public static int ServiceReplicas(JsonObject copy) => Math.Max(DeploymentReading.DesiredPods(copy), FullReplicas(copy) ?? 0);

    /// <summary>The replicas that Canary wrote into the workload last; null: it never did.</summary>
    public static int? WrittenReplicas(JsonObject source) =>
        Number(source, CopyLabels.Replicas);

    /// <summary>The Service that clients call; null: there is none.</summary>
    public JsonObject? FindClients(string ns, CopiedWorkload workload) => caches.Services.Get(new ObjectName(ns, workload.ClientService));

    /// <summary>Services that clients call and that select pods of the workload and none of the copy: each would have none while nothing is
    /// released.</summary>
    public IReadOnlyList<JsonObject> FindSelecting(RolloutSnapshot rollout, JsonObject copy, JsonObject source) =>
        [.. caches.Services.List(rollout.Name.Namespace).Where(service =>
            // One without a selector has endpoints that somebody else writes.
            Json.Map(service, "spec", "selector") is { Count: > 0 } selector && !CopyLabels.IsOf(service, rollout.Name.Name)
            && Json.Name(service) != RoutedService(rollout)
            && OriginalSelector.Finds(selector, source) && !OriginalSelector.Finds(selector, copy))];

    /// <summary>Services that select pods of the copy and none of the workload: each would have none without the copy.</summary>
    public IReadOnlyList<JsonObject> FindNeeding(string ns, JsonObject copy, JsonObject source) =>
        [.. caches.Services.List(ns).Where(service => Json.Map(service, "spec", "selector") is { Count: > 0 } selector
            && OriginalSelector.Finds(selector, copy) && !OriginalSelector.Finds(selector, source))];

    /// <summary>Services that were this Rollout's route, and are not any more: <c>spec.workload.service</c> names another one, or the
    /// Rollout has another router.</summary>
    public IReadOnlyList<JsonObject> FindLeft(RolloutSnapshot rollout) =>
        [.. caches.Services.List(rollout.Name.Namespace).Where(service => ClaimPatch.Read(service)?.RolloutUid == rollout.Uid
            && Json.Name(service) != RoutedService(rollout))];

    /// <summary>Services whose selector Canary changed for this workload.</summary>
    public IReadOnlyList<JsonObject> FindChanged(RolloutSnapshot rollout, CopiedWorkload workload) =>
        [.. caches.Services.List(rollout.Name.Namespace)
            .Where(service => Json.Text(service, "spec", "selector", CopyLabels.Serves) == workload.Reference.Name
                || (Json.Text(service, "metadata", "annotations", CopyLabels.OriginalSelector) is not null
                    && (Json.Name(service) == workload.ClientService || ClaimPatch.Read(service)?.RolloutUid == rollout.Uid)))];

    /// <summary>Services that Canary made and that select the copy, also under a name that the spec does not say any more.</summary>
    public IReadOnlyList<JsonObject> FindOfCopy(RolloutSnapshot rollout, JsonObject copy) =>
        [.. caches.Services.List(rollout.Name.Namespace)
            .Where(service => CopyLabels.IsOf(service, rollout.Name.Name) && Selects(service, Labels(copy)))];

    /// <summary>Pods of the copy that lost the label which all of them have by their template.</summary>
    public async Task<IReadOnlyList<BackingPod>> FindNotServingAsync(RolloutSnapshot rollout, CopiedWorkload workload, JsonObject stable,
        CancellationToken cancel)
    {
        var behind = await pods.ReadAsync(rollout.Name.Namespace, stable, cancel);
        return [.. behind.Pods.Values.Where(pod => pod.IsSelected && pod.Deployment?.Name == workload.CopyName
            && pod.Labels.GetValueOrDefault(CopyLabels.Serves) != workload.Reference.Name)];
    }

    /// <summary>The Service that is the route: its selector is the weight, and the router alone writes it. Null: the Rollout has a
    /// mesh.</summary>
    public static string? RoutedService(RolloutSnapshot rollout) =>
        rollout.Status.Governing(rollout.Spec) is { Traffic.Router.SharesByPods: true, Workload: { } workload } ? workload.ClientService
            : null;

    /// <summary>Ready pods of the workload that have not the labels that they are to have.</summary>
    public async Task<IReadOnlyList<BackingPod>> FindUnlabelledAsync(RolloutSnapshot rollout, CopiedWorkload workload,
        JsonObject service, string? revision, CancellationToken cancel)
    {
        if (revision is null) return [];
        var behind = await pods.ReadAsync(rollout.Name.Namespace, service, cancel);
        return [.. behind.Pods.Values.Where(pod => pod.IsSelected && pod.Deployment?.Name == workload.Reference.Name
            && OfCanary(rollout, workload, revision).Any(label => pod.Labels.GetValueOrDefault(label.Key) != label.Value))];
    }

    /// <summary>The labels of the canary's pods; null: it has none of this name.</summary>
    public static IReadOnlyDictionary<string, string?> OfCanary(RolloutSnapshot rollout, CopiedWorkload workload, string revision)
    {
        var labels = new Dictionary<string, string?>
        {
            [CopyLabels.Side] = "canary",
            [CopyLabels.Workload] = workload.Reference.Name,
            [CopyLabels.Revision] = revision,
            // A client outside the mesh knows no weights: it reaches the canary when everybody does, or when it is the stable version.
            [CopyLabels.Serves] = rollout.Status is { IsRunning: true, Abort: null } && rollout.Status.Weights.Applied == Weight.Full
                ? workload.Reference.Name : null,
        };
        // Where that label is the weight, the router writes it until one side has all of the traffic.
        if (RoutedService(rollout) is not null && rollout.Status.Weights is var weights
            && (weights.Applied != weights.Desired || (weights.Desired > Weight.Zero && weights.Desired < Weight.Full)))
            labels.Remove(CopyLabels.Serves);
        return labels;
    }

    /// <summary>Lets go of what is known of a Service's pods.</summary>
    public void Forget(string ns, JsonObject service) => pods.Forget(ns, Json.Name(service));

    public static IReadOnlyDictionary<string, string> Labels(JsonObject deployment) =>
        Json.Map(deployment, "spec", "selector", "matchLabels");

    /// <summary>The workload was restarted after its copy was.</summary>
    public static bool IsRestartedAfter(JsonObject source, JsonObject copy) => RestartTime(source) is { } at && !(RestartTime(copy) >= at);

    public static string? RestartedAt(JsonObject deployment) =>
        Json.Text(deployment, "spec", "template", "metadata", "annotations", CopyLabels.RestartedAt);

    public static bool Selects(JsonObject service, IReadOnlyDictionary<string, string> labels)
    {
        var selector = Json.Map(service, "spec", "selector");
        return selector.Count == labels.Count && selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
    }

    /// <summary>A number in an annotation; null: there is none that can be read.</summary>
    public static int? Number(JsonObject document, string annotation) =>
        int.TryParse(Json.Text(document, "metadata", "annotations", annotation), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) ? number : null;

    /// <summary>When its pods were restarted last; null: never.</summary>
    public static DateTimeOffset? RestartTime(JsonObject deployment) =>
        DateTimeOffset.TryParse(RestartedAt(deployment), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static bool IsTakenOver(RolloutSnapshot rollout) =>
        rollout.Status is { StableRevision: not null, Accepted.Workload: not null };

    /// <summary>What is in the way of a copy. Nothing where the workload is not there, which is said elsewhere.</summary>
    public void FindObstacles(RolloutSnapshot rollout, CopiedWorkload workload, SideObjects first, SideObjects second,
        List<SpecError> problems)
    {
        var (ns, name) = (rollout.Name.Namespace, rollout.Name.Name);
        if (second.Deployment is not { } source) return;
        problems.AddRange(AutoscalerObstacles.Find(caches, rollout, workload));
        problems.AddRange(OtherControllers.OfWorkload("spec.workload.name", workload.Reference.Kind, source));
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

        if (FindClients(ns, workload) is { } clients)
        {
            problems.AddRange(OtherControllers.OfService("spec.workload.service", clients));
            if (Json.Map(clients, "spec", "selector").Count == 0)
                problems.Add(new SpecError("spec.workload.service",
                    $"Service {ns}/{workload.ClientService} has no selector, so it is not the one that clients call {workload.Reference.Name} "
                        + "by: name that one"));
            if (Json.Text(clients, "spec", "clusterIP") == "None")
                problems.Add(new SpecError("spec.workload.service",
                    $"Service {ns}/{workload.ClientService} is headless (clusterIP: None): its clients choose a pod by themselves, whatever "
                        + "the weights are. Name a Service with a cluster IP"));
        }
        else
        {
            if (workload.Service is not null)
                problems.Add(new SpecError("spec.workload.service", $"Service {ns}/{workload.Service} is not there"));
            else if (first.Service is null && !CopyDocuments.ContainerPorts(source).Any())
                problems.Add(new SpecError("spec.workload.service",
                    $"there is no Service {ns}/{workload.ClientService}, and the containers of Deployment {ns}/{workload.Reference.Name} "
                        + "name no ports: name the Service that clients call"));
        }

        foreach (var label in CopyLabels.OfPods)
        {
            if (Labels(source).TryGetValue(label, out var value) && !(label == CopyLabels.Side && value == "canary"))
                problems.Add(new SpecError("spec.workload.name",
                    $"Deployment {ns}/{workload.Reference.Name} selects its pods by {label}={value}, a label that Canary writes; allowed is "
                        + $"{CopyLabels.Side}=canary alone: select by another label"));
        }

        if (!IsTakenOver(rollout)) problems.AddRange(ReservedPodLabels.Find(source));
        if (first.Deployment is not null) return;
        if (DisjointLabel.Find(source, []) is null)
            problems.Add(new SpecError("spec.workload.name",
                $"the selector of Deployment {ns}/{workload.Reference.Name} has no label in matchLabels, of at most 56 letters, that the "
                    + "copy's pods could have another value of"));
        if (DeploymentReading.DesiredPods(source) == 0 && !IsTakenOver(rollout))
            problems.Add(new SpecError("spec.workload.name",
                $"Deployment {ns}/{workload.Reference.Name} asks for 0 replicas, and there is no stable copy of it yet: scale it to what "
                    + "the service needs"));
    }
}
