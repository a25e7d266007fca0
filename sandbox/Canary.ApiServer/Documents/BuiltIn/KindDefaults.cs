using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Defaults that depend on other fields; constant ones stand in the type descriptions.</summary>
internal static class KindDefaults
{
    public static void Fill(string kind, JsonObject obj)
    {
        switch (kind)
        {
            case "Deployment":
                Deployment(obj);
                break;
            case "StatefulSet":
                StatefulSet(obj);
                break;
            case "DaemonSet":
                DaemonSet(obj);
                break;
            case "ReplicaSet":
                PodDefaults.Spec(obj.At("spec", "template", "spec") as JsonObject);
                break;
            case "Pod":
                PodDefaults.Pod(obj);
                break;
            case "Service":
                Service(obj.Member("spec") as JsonObject);
                break;
            case "Secret":
                Secret(obj);
                break;
            case "Namespace":
                Namespace(obj);
                break;
            case "HorizontalPodAutoscaler":
                AutoscalerDefaults.Fill(obj);
                break;
            case "NetworkPolicy":
                NetworkPolicy(obj.Member("spec") as JsonObject);
                break;
            case "RoleBinding" or "ClusterRoleBinding":
                foreach (var subject in Items(obj.Member("subjects")))
                    if (subject.Member("kind").Text() is "User" or "Group")
                        Missing(subject, "apiGroup", "rbac.authorization.k8s.io");
                break;
            case "CustomResourceDefinition":
                Definition(obj.At("spec", "names") as JsonObject);
                break;
        }
    }

    /// <summary>Sets a member that is missing.</summary>
    public static void Missing(JsonObject obj, string name, JsonNode? value)
    {
        if (!obj.ContainsKey(name))
            obj[name] = value;
    }

    public static IEnumerable<JsonObject> Items(JsonNode? list) => list is JsonArray items ? items.OfType<JsonObject>() : [];

    private static void Deployment(JsonObject obj)
    {
        PodDefaults.Spec(obj.At("spec", "template", "spec") as JsonObject);
        if (obj.At("spec", "strategy") is not JsonObject strategy || strategy.Member("type").Text() != "RollingUpdate")
            return;
        Missing(strategy, "rollingUpdate", new JsonObject());
        if (strategy["rollingUpdate"] is not JsonObject rolling)
            return;
        Missing(rolling, "maxUnavailable", "25%");
        Missing(rolling, "maxSurge", "25%");
    }

    private static void StatefulSet(JsonObject obj)
    {
        PodDefaults.Spec(obj.At("spec", "template", "spec") as JsonObject);
        if (obj.At("spec", "updateStrategy") is not JsonObject strategy || strategy.Member("type").Text() != "RollingUpdate")
            return;
        Missing(strategy, "rollingUpdate", new JsonObject());
        if (strategy["rollingUpdate"] is JsonObject rolling)
            Missing(rolling, "partition", 0);
    }

    private static void DaemonSet(JsonObject obj)
    {
        PodDefaults.Spec(obj.At("spec", "template", "spec") as JsonObject);
        if (obj.At("spec", "updateStrategy") is not JsonObject strategy || strategy.Member("type").Text() != "RollingUpdate")
            return;
        Missing(strategy, "rollingUpdate", new JsonObject());
        if (strategy["rollingUpdate"] is not JsonObject rolling)
            return;
        Missing(rolling, "maxUnavailable", 1);
        Missing(rolling, "maxSurge", 0);
    }

    private static void Service(JsonObject? spec)
    {
        if (spec is null)
            return;
        foreach (var port in Items(spec.Member("ports")))
            if (port.Member("targetPort") is null or JsonValue && port.Member("targetPort").Text() is null
                && port.Member("targetPort").Whole() is null or 0)
                port["targetPort"] = port.Member("port")?.DeepClone();
        var type = spec.Member("type").Text();
        if (type == "ExternalName")
            return;
        Missing(spec, "internalTrafficPolicy", "Cluster");
        if (type is "NodePort" or "LoadBalancer")
            Missing(spec, "externalTrafficPolicy", "Cluster");
        if (type == "LoadBalancer")
            Missing(spec, "allocateLoadBalancerNodePorts", true);
        if (spec.Member("sessionAffinity").Text() == "ClientIP")
            Missing(spec, "sessionAffinityConfig", new JsonObject { ["clientIP"] = new JsonObject { ["timeoutSeconds"] = 10800 } });
        Missing(spec, "ipFamilies", new JsonArray("IPv4"));
        Missing(spec, "ipFamilyPolicy", "SingleStack");
    }

    private static void Secret(JsonObject obj)
    {
        if (obj.Member("stringData") is not JsonObject texts)
            return;
        Missing(obj, "data", new JsonObject());
        if (obj["data"] is JsonObject data)
            foreach (var (name, text) in texts)
                data[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Text() ?? ""));
        obj.Remove("stringData");
    }

    private static void Namespace(JsonObject obj)
    {
        if (obj.Member("metadata") is JsonObject metadata && metadata.Member("name").Text() is { Length: > 0 } name)
        {
            Missing(metadata, "labels", new JsonObject());
            if (metadata["labels"] is JsonObject labels)
                labels["kubernetes.io/metadata.name"] = name;
        }

        if (obj.Member("status") is JsonObject status)
            Missing(status, "phase", "Active");
    }

    private static void NetworkPolicy(JsonObject? spec)
    {
        if (spec is null || spec.ContainsKey("policyTypes"))
            return;
        var types = new JsonArray("Ingress");
        if (spec.Member("egress") is JsonArray { Count: > 0 })
            types.Add("Egress");
        spec["policyTypes"] = types;
    }

    private static void Definition(JsonObject? names)
    {
        if (names?.Member("kind").Text() is not { Length: > 0 } kind)
            return;
        Missing(names, "singular", kind.ToLowerInvariant());
        Missing(names, "listKind", kind + "List");
    }
}
