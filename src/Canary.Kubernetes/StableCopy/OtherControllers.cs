using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>Finds what else writes a workload or the Service that clients call: two controllers that release the same pods undo each
/// other's writes.</summary>
internal static class OtherControllers
{
    /// <summary>Label of every object that KubeVela applies: the name of its Application. Source: KubeVela, <c>oam.LabelAppName</c>.</summary>
    public const string VelaApplication = "app.oam.dev/name";

    /// <summary>Annotation of a Service that an Argo Rollout switches. Source: Argo Rollouts, <c>ManagedByRolloutsKey</c>.</summary>
    public const string ArgoRollout = "argo-rollouts.argoproj.io/managed-by-rollouts";

    /// <summary>What the other controllers must let go of.</summary>
    /// <param name="kind">The kind of the workload.</param>
    /// <param name="workload">The workload of the Rollout.</param>
    /// <param name="clients">The Service that clients call; null: there is none.</param>
    public static IEnumerable<SpecError> Find(string kind, JsonObject workload, JsonObject? clients)
    {
        var name = $"{kind} {Json.Namespace(workload)}/{Json.Name(workload)}";
        if (Controller(workload) is { } owner)
            yield return new SpecError("spec.workload.name",
                $"{name} is controlled by {Of(owner)}, which writes it back. Let one of the two release it: take it out of "
                    + $"{Json.Text(owner, "kind")} {Json.Text(owner, "name")}, or delete this Rollout");
        else if (Json.Text(workload, "metadata", "labels", VelaApplication) is { } application)
            yield return new SpecError("spec.workload.name",
                $"{name} belongs to Application {application} of KubeVela, which writes its replicas back every few minutes. Let one of the "
                    + "two release it: take it out of the Application, or delete this Rollout");
        if (clients is null) yield break;
        var service = $"Service {Json.Namespace(clients)}/{Json.Name(clients)}";
        if (Controller(clients) is { } other)
            yield return new SpecError("spec.workload.service",
                $"{service} is controlled by {Of(other)}, which writes its selector back. Delete {Json.Text(other, "kind")} "
                    + $"{Json.Text(other, "name")}, or name another Service");
        else if (Json.Text(clients, "metadata", "annotations", ArgoRollout) is { } rollout)
            yield return new SpecError("spec.workload.service",
                $"{service} is switched by Rollout {rollout} of Argo Rollouts. Delete that Rollout and the annotation {ArgoRollout}, or name "
                    + "another Service");
    }

    private static JsonObject? Controller(JsonObject document) =>
        Json.Objects(document, "metadata", "ownerReferences").FirstOrDefault(owner => Json.Flag(owner, "controller") is true);

    private static string Of(JsonObject owner) =>
        $"{Json.Text(owner, "kind")} {Json.Text(owner, "name")} ({Json.Text(owner, "apiVersion")})";
}
