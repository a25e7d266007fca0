namespace Canary.Kubernetes.Api.Objects;

/// <summary>The kinds that Canary reads or writes by name.</summary>
public static class KnownKinds
{
    private const string Delivery = "canary.delivery";

    public static ResourceKind Namespaces { get; } = new("", "v1", "namespaces", "Namespace", false);
    public static ResourceKind Nodes { get; } = new("", "v1", "nodes", "Node", false);
    public static ResourceKind Pods { get; } = new("", "v1", "pods", "Pod", true);
    public static ResourceKind Services { get; } = new("", "v1", "services", "Service", true);
    public static ResourceKind ServiceAccounts { get; } = new("", "v1", "serviceaccounts", "ServiceAccount", true);
    public static ResourceKind Secrets { get; } = new("", "v1", "secrets", "Secret", true);
    public static ResourceKind ConfigMaps { get; } = new("", "v1", "configmaps", "ConfigMap", true);
    public static ResourceKind Events { get; } = new("", "v1", "events", "Event", true);
    public static ResourceKind EndpointSlices { get; } = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true);
    public static ResourceKind Deployments { get; } = new("apps", "v1", "deployments", "Deployment", true);
    public static ResourceKind ReplicaSets { get; } = new("apps", "v1", "replicasets", "ReplicaSet", true);
    public static ResourceKind StatefulSets { get; } = new("apps", "v1", "statefulsets", "StatefulSet", true);
    public static ResourceKind DaemonSets { get; } = new("apps", "v1", "daemonsets", "DaemonSet", true);
    public static ResourceKind ControllerRevisions { get; } = new("apps", "v1", "controllerrevisions", "ControllerRevision", true);
    public static ResourceKind HorizontalPodAutoscalers { get; } =
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true);
    public static ResourceKind ScaledObjects { get; } = new("keda.sh", "v1alpha1", "scaledobjects", "ScaledObject", true);
    public static ResourceKind Ingresses { get; } = new("networking.k8s.io", "v1", "ingresses", "Ingress", true);
    public static ResourceKind Leases { get; } = new("coordination.k8s.io", "v1", "leases", "Lease", true);
    public static ResourceKind CustomResourceDefinitions { get; } =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false);
    public static ResourceKind Rollouts { get; } = new(Delivery, "v1alpha1", "rollouts", "Rollout", true);
    public static ResourceKind AnalysisTemplates { get; } = new(Delivery, "v1alpha1", "analysistemplates", "AnalysisTemplate", true);
    public static ResourceKind ClusterAnalysisTemplates { get; } =
        new(Delivery, "v1alpha1", "clusteranalysistemplates", "ClusterAnalysisTemplate", false);
    public static ResourceKind AnalysisRuns { get; } = new(Delivery, "v1alpha1", "analysisruns", "AnalysisRun", true);
}
