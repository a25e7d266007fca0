using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Defaults of pods and of pod templates.</summary>
internal static class PodDefaults
{
    private static readonly string[] ContainerLists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>What a pod and a template share.</summary>
    public static void Spec(JsonObject? spec)
    {
        if (spec is null)
            return;
        foreach (var list in ContainerLists)
            foreach (var container in KindDefaults.Items(spec.Member(list)))
                KindDefaults.Missing(container, "imagePullPolicy", IsLatest(container.Member("image").Text() ?? "") ? "Always"
                    : "IfNotPresent");
        if (spec.Member("serviceAccountName").Text() is { Length: > 0 } account)
            spec["serviceAccount"] = account;
        foreach (var volume in KindDefaults.Items(spec.Member("volumes")))
            if (volume.Count == 1)
                volume["emptyDir"] = new JsonObject();
    }

    /// <summary>What only a pod gets, from the server's own admission too.</summary>
    public static void Pod(JsonObject obj)
    {
        if (obj.Member("spec") is not JsonObject spec)
            return;
        Spec(spec);
        KindDefaults.Missing(spec, "enableServiceLinks", true);
        KindDefaults.Missing(spec, "priority", 0);
        KindDefaults.Missing(spec, "preemptionPolicy", "PreemptLowerPriority");
        foreach (var container in ContainerLists.SelectMany(list => KindDefaults.Items(spec.Member(list))))
            RequestWhatIsLimited(container);
        Tolerate(spec);
        if (obj.Member("status") is not JsonObject status)
            return;
        KindDefaults.Missing(status, "phase", "Pending");
        KindDefaults.Missing(status, "qosClass", Quality(spec));
    }

    private static bool IsLatest(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
            return false;
        var name = image[(image.LastIndexOf('/') + 1)..];
        var tag = name.IndexOf(':', StringComparison.Ordinal);
        return tag < 0 || name[(tag + 1)..] == "latest";
    }

    private static void RequestWhatIsLimited(JsonObject container)
    {
        if (container.At("resources", "limits") is not JsonObject { Count: > 0 } limits)
            return;
        var resources = (JsonObject)container["resources"]!;
        KindDefaults.Missing(resources, "requests", new JsonObject());
        if (resources["requests"] is JsonObject requests)
            foreach (var (name, limit) in limits)
                KindDefaults.Missing(requests, name, limit?.DeepClone());
    }

    private static void Tolerate(JsonObject spec)
    {
        KindDefaults.Missing(spec, "tolerations", new JsonArray());
        if (spec["tolerations"] is not JsonArray tolerations)
            return;
        foreach (var key in (string[])["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
            if (!tolerations.Any(toleration => toleration.Member("key").Text() is null or "" || toleration.Member("key").Text() == key))
                tolerations.Add(
                    new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
    }

    private static string Quality(JsonObject spec)
    {
        var resources = KindDefaults.Items(spec.Member("containers")).Concat(KindDefaults.Items(spec.Member("initContainers")))
            .Select(container => container.Member("resources")).ToList();
        if (resources.All(one => one.Member("limits") is not JsonObject { Count: > 0 }
            && one.Member("requests") is not JsonObject { Count: > 0 }))
            return "BestEffort";
        return resources.All(one => one.At("limits", "cpu") is not null && one.At("limits", "memory") is not null
            && JsonNode.DeepEquals(one.At("limits", "cpu"), one.At("requests", "cpu"))
            && JsonNode.DeepEquals(one.At("limits", "memory"), one.At("requests", "memory")))
            ? "Guaranteed"
            : "Burstable";
    }
}
