using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using Canary.ApiServer.Documents.Schemas;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>The built-in kinds and their schemas.</summary>
internal static class KindCatalogue
{
    private static readonly FrozenDictionary<(string Group, string Version, string Kind), string> Names =
        new Dictionary<(string, string, string), string>
        {
            [("", "v1", "Namespace")] = "Namespace",
            [("", "v1", "ConfigMap")] = "ConfigMap",
            [("", "v1", "Secret")] = "Secret",
            [("", "v1", "ServiceAccount")] = "ServiceAccount",
            [("", "v1", "Event")] = "Event",
            [("", "v1", "Node")] = "Node",
            [("", "v1", "Pod")] = "Pod",
            [("", "v1", "Service")] = "Service",
            [("", "v1", "Endpoints")] = "Endpoints",
            [("events.k8s.io", "v1", "Event")] = "EventsEvent",
            [("discovery.k8s.io", "v1", "EndpointSlice")] = "EndpointSlice",
            [("networking.k8s.io", "v1", "Ingress")] = "Ingress",
            [("networking.k8s.io", "v1", "NetworkPolicy")] = "NetworkPolicy",
            [("apps", "v1", "Deployment")] = "Deployment",
            [("apps", "v1", "ReplicaSet")] = "ReplicaSet",
            [("apps", "v1", "StatefulSet")] = "StatefulSet",
            [("apps", "v1", "DaemonSet")] = "DaemonSet",
            [("apps", "v1", "ControllerRevision")] = "ControllerRevision",
            [("", "v1", "ResourceQuota")] = "ResourceQuota",
            [("coordination.k8s.io", "v1", "Lease")] = "Lease",
            [("autoscaling", "v1", "Scale")] = "Scale",
            [("autoscaling", "v1", "HorizontalPodAutoscaler")] = "HorizontalPodAutoscalerV1",
            [("autoscaling", "v2", "HorizontalPodAutoscaler")] = "HorizontalPodAutoscaler",
            [("policy", "v1", "PodDisruptionBudget")] = "PodDisruptionBudget",
            [("rbac.authorization.k8s.io", "v1", "Role")] = "Role",
            [("rbac.authorization.k8s.io", "v1", "RoleBinding")] = "RoleBinding",
            [("rbac.authorization.k8s.io", "v1", "ClusterRole")] = "ClusterRole",
            [("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding")] = "ClusterRoleBinding",
            [("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy")] = "ValidatingAdmissionPolicy",
            [("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicyBinding")] = "ValidatingAdmissionPolicyBinding",
            [("apiextensions.k8s.io", "v1", "CustomResourceDefinition")] = "CustomResourceDefinition",
            [("authorization.k8s.io", "v1", "SelfSubjectAccessReview")] = "SelfSubjectAccessReview",
        }.ToFrozenDictionary();

    private static readonly Lazy<FrozenDictionary<(string, string, string), SchemaNode>> Schemas = new(Read);
    private static readonly Lazy<TypeReader> Types = new(
        () => new TypeReader(MetaTypes.Text, CoreTypes.Text, NetworkTypes.Text, PodTypes.Text, WorkloadTypes.Text, ControllerTypes.Text,
            AccessTypes.Text));
    private static readonly Lazy<SchemaNode> Meta = new(() => Part("ObjectMeta"));

    /// <summary>Schema of the metadata of every object.</summary>
    public static SchemaNode ObjectMeta => Meta.Value;

    /// <summary>All group, version and kind triples that have a schema.</summary>
    public static IReadOnlyCollection<(string Group, string Version, string Kind)> Kinds => Names.Keys;

    public static SchemaNode? Find(string group, string version, string kind) =>
        Schemas.Value.TryGetValue((group, version, kind), out var schema) ? schema : null;

    /// <summary>A type that is not a kind by itself, such as <c>Status</c>.</summary>
    public static SchemaNode Part(string name)
    {
        lock (Types)
            return Types.Value.Type(name);
    }

    private static FrozenDictionary<(string, string, string), SchemaNode> Read()
    {
        var schemas = new Dictionary<(string, string, string), SchemaNode>();
        lock (Types)
            foreach (var (kind, type) in Names)
                schemas[kind] = Types.Value.Type(type);
        return schemas.ToFrozenDictionary();
    }
}
