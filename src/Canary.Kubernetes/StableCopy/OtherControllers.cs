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
    /// <summary>Label of every object that KubeVela applies: the name of its Application. Source: KubeVela,
    /// <c>oam.LabelAppName</c>.</summary>
    public const string VelaApplication = "app.oam.dev/name";

    /// <summary>Annotation of a Service that an Argo Rollout switches. Source: Argo Rollouts, <c>ManagedByRolloutsKey</c>.</summary>
    public const string ArgoRollout = "argo-rollouts.argoproj.io/managed-by-rollouts";

    /// <summary>Who else writes a workload.</summary>
    /// <param name="path">The field that names it.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="workload">The workload.</param>
    public static IEnumerable<SpecError> OfWorkload(string path, string kind, JsonObject workload)
    {
        var name = $"{kind} {Json.Namespace(workload)}/{Json.Name(workload)}";
        if (Controller(workload) is { } owner)
            yield return new SpecError(path,
                $"{name} is controlled by {Of(owner)}, which writes it back. Let one of the two release it: take it out of "
                    + $"{Json.Text(owner, "kind")} {Json.Text(owner, "name")}, or delete this Rollout");
        else if (Json.Text(workload, "metadata", "labels", VelaApplication) is { } application)
            yield return new SpecError(path,
                $"{name} belongs to Application {application} of KubeVela, which writes it back every few minutes. Let one of the two release "
                    + "it: take it out of the Application, or delete this Rollout");
    }

    /// <summary>Who else writes a Service.</summary>
    /// <param name="path">The field that names it.</param>
    /// <param name="service">The Service.</param>
    public static IEnumerable<SpecError> OfService(string path, JsonObject service)
    {
        var name = $"Service {Json.Namespace(service)}/{Json.Name(service)}";
        if (Controller(service) is { } other)
            yield return new SpecError(path,
                $"{name} is controlled by {Of(other)}, which writes its selector back. Delete {Json.Text(other, "kind")} "
                    + $"{Json.Text(other, "name")}, or name another Service");
        else if (Json.Text(service, "metadata", "annotations", ArgoRollout) is { } rollout)
            yield return new SpecError(path,
                $"{name} is switched by Rollout {rollout} of Argo Rollouts. Delete that Rollout and the annotation {ArgoRollout}, or name "
                    + "another Service");
    }

    private static JsonObject? Controller(JsonObject document) =>
        Json.Objects(document, "metadata", "ownerReferences").FirstOrDefault(owner => Json.Flag(owner, "controller") is true);

    private static string Of(JsonObject owner) =>
        $"{Json.Text(owner, "kind")} {Json.Text(owner, "name")} ({Json.Text(owner, "apiVersion")})";
}
