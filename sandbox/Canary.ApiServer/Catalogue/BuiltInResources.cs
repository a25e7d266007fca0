using System.Collections.Generic;
using System.Linq;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Columns;
using Canary.ApiServer.Kinds;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Catalogue;

/// <summary>The kinds that are there without a definition, in the order in which discovery lists them.</summary>
internal static class BuiltInResources
{
    // Made anew for each server: some rules remember what they gave out.
    private static Row[] Rows() =>
    [
        new("", "v1", "configmaps", "ConfigMap", ["cm"]),
        new("", "v1", "endpoints", "Endpoints", ["ep"]) { Singular = "endpoints", Handling = new UpsertHandling() },
        new("", "v1", "events", "Event", ["ev"]) { Handling = new UpsertHandling() },
        new("", "v1", "namespaces", "Namespace", ["ns"]) { IsCluster = true, HasStatus = true, Handling = new NamespaceHandling() },
        new("", "v1", "nodes", "Node", ["no"]) { IsCluster = true, HasStatus = true, Handling = new NodeHandling() },
        new("", "v1", "pods", "Pod", ["po"]) { HasStatus = true, Categories = ["all"], Handling = new PodHandling() },
        new("", "v1", "resourcequotas", "ResourceQuota", ["quota"]) { HasStatus = true, Handling = new QuotaHandling() },
        new("", "v1", "secrets", "Secret", []),
        new("", "v1", "serviceaccounts", "ServiceAccount", ["sa"]) { Handling = new ReturnedHandling() },
        new("", "v1", "services", "Service", ["svc"]) { HasStatus = true, Categories = ["all"], Handling = new ServiceHandling() },
        new("apps", "v1", "controllerrevisions", "ControllerRevision", []),
        new("apps", "v1", "daemonsets", "DaemonSet", ["ds"]) { HasStatus = true, Categories = ["all"],
            Handling = new WorkloadHandling(Scheduled0) },
        new("apps", "v1", "deployments", "Deployment", ["deploy"]) { IsWorkload = true, Categories = ["all"],
            Handling = new WorkloadHandling([], countsAnnotations: true) },
        new("apps", "v1", "replicasets", "ReplicaSet", ["rs"]) { IsWorkload = true, Categories = ["all"],
            Handling = new WorkloadHandling(Replicas0) },
        new("apps", "v1", "statefulsets", "StatefulSet", ["sts"]) { IsWorkload = true, Categories = ["all"],
            Handling = new WorkloadHandling(Available0) },
        new("events.k8s.io", "v1", "events", "Event", ["ev"]) { Stored = "events", Form = new EventForm(),
            Handling = new UpsertHandling() },
        new("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", []) { IsCluster = true,
            Handling = ReviewHandling.Instance },
        new("authentication.k8s.io", "v1", "tokenreviews", "TokenReview", []) { IsCluster = true, Handling = ReviewHandling.Instance },
        new("authorization.k8s.io", "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview",
            []) { Handling = ReviewHandling.Instance },
        new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", []) { IsCluster = true,
            Handling = ReviewHandling.Instance },
        new("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", []) { IsCluster = true,
            Handling = ReviewHandling.Instance },
        new("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", []) { IsCluster = true,
            Handling = ReviewHandling.Instance },
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", ["hpa"]) { HasStatus = true, Categories = ["all"],
            Handling = new AutoscalerHandling() },
        new("networking.k8s.io", "v1", "ingresses", "Ingress", ["ing"]) { HasStatus = true, Handling = new WorkloadHandling(null) },
        new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", ["netpol"]) { Handling = new WorkloadHandling(null) },
        new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", ["pdb"]) { HasStatus = true,
            Handling = new WorkloadHandling([]) },
        new("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", []) { IsCluster = true,
            Handling = new UpsertHandling() },
        new("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", []) { IsCluster = true, Handling = new UpsertHandling() },
        new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", []) { Handling = new UpsertHandling() },
        new("rbac.authorization.k8s.io", "v1", "roles", "Role", []) { Handling = new UpsertHandling() },
        new("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", [])
        {
            IsCluster = true, HasStatus = true, Categories = ["api-extensions"], Handling = new WorkloadHandling([]),
        },
        new("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", [])
        {
            IsCluster = true, Categories = ["api-extensions"], Handling = new WorkloadHandling(null),
        },
        new("apiextensions.k8s.io", "v1", Definitions, "CustomResourceDefinition", ["crd", "crds"])
        {
            IsCluster = true, HasStatus = true, Categories = ["api-extensions"], Handling = new DefinitionHandling(),
        },
        new("coordination.k8s.io", "v1", "leases", "Lease", []) { Handling = new UpsertHandling() },
        new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", []) { Handling = new WorkloadHandling(null) },
    ];

    public const string Definitions = "customresourcedefinitions";

    private static System.Text.Json.Nodes.JsonObject Replicas0 => new() { ["replicas"] = 0 };

    private static System.Text.Json.Nodes.JsonObject Available0 => new() { ["replicas"] = 0, ["availableReplicas"] = 0 };

    private static System.Text.Json.Nodes.JsonObject Scheduled0 => new()
    {
        ["currentNumberScheduled"] = 0,
        ["numberMisscheduled"] = 0,
        ["desiredNumberScheduled"] = 0,
        ["numberReady"] = 0,
    };

    public static IReadOnlyList<ServedResource> In(StoredObjects store) => [.. Rows().Select(row => row.Serve(store))];

    private sealed record Row(string Group, string Version, string Plural, string Kind, string[] ShortNames)
    {
        public string? Singular { get; init; }

        public string? Stored { get; init; }

        public bool IsCluster { get; init; }

        public bool HasStatus { get; init; }

        public bool IsWorkload { get; init; }

        public string[] Categories { get; init; } = [];

        public KindHandling Handling { get; init; } = KindHandling.Plain;

        public VersionForm? Form { get; init; }

        public ServedResource Serve(StoredObjects store)
        {
            var names = new ResourceNames(Plural, Singular ?? Kind.ToLowerInvariant(), Kind, Kind + "List", ShortNames, Categories);
            var id = Stored ?? (Group.Length == 0 ? Plural : $"{Plural}.{Group}");
            return new ServedResource(Group, Version, names, !IsCluster, store.Collection(id), Handling)
            {
                HasStatus = HasStatus || IsWorkload,
                Scale = IsWorkload ? ScalePaths.Workload : null,
                Form = Form,
                Columns = TableView.BuiltIn(Group, Kind),
                Schema = ObjectSchema.BuiltIn(Group, Version, Kind) ?? ObjectSchema.FromCustomResource(OpenSchema()),
            };
        }

        // Reviews are answered and forgotten: their members are read one by one.
        private static System.Text.Json.Nodes.JsonObject OpenSchema() =>
            new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
    }
}
