using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>Kinds that the sandbox plays and Canary itself does not name.</summary>
internal static class WorkloadKinds
{
    public static ResourceKind Autoscalers { get; } =
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true);
}
