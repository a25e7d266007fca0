using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>Reads the ConfigMaps and Secrets that the first container of a pod has its environment from, as a kubelet does: once, when the
/// container starts.</summary>
internal static class ContainerEnvironment
{
    /// <summary>The pod with all values in its environment; or what is not there, in the words of the kubelet.</summary>
    public static async Task<(JsonObject Pod, string? Missing)> ResolveAsync(ApiClient api, JsonObject pod, CancellationToken cancel)
    {
        var copy = (JsonObject)pod.DeepClone();
        if (copy.ItemsAt("spec", "containers").FirstOrDefault() is not JsonObject container) return (copy, null);
        var resolved = new Dictionary<string, string>();
        foreach (var source in container.ItemsAt("envFrom").OfType<JsonObject>())
        {
            var kind = source["configMapRef"] is JsonObject ? KnownKinds.ConfigMaps : KnownKinds.Secrets;
            var reference = (source["configMapRef"] ?? source["secretRef"]) as JsonObject;
            var (values, missing) = await ReadAsync(api, pod, kind, reference, cancel);
            if (missing is not null) return (copy, missing);
            foreach (var (key, value) in values) resolved[source.TextAt("prefix") + key] = value;
        }

        foreach (var variable in container.ItemsAt("env").OfType<JsonObject>())
        {
            if (variable.TextAt("name") is not { } name) continue;
            if (variable.TextAt("value") is { } text) resolved[name] = text;
            var from = variable["valueFrom"] as JsonObject;
            if ((from?["configMapKeyRef"] ?? from?["secretKeyRef"]) is not JsonObject reference) continue;
            var kind = from!["configMapKeyRef"] is JsonObject ? KnownKinds.ConfigMaps : KnownKinds.Secrets;
            var (values, missing) = await ReadAsync(api, pod, kind, reference, cancel);
            if (missing is not null) return (copy, missing);
            if (reference.TextAt("key") is { } key && values.TryGetValue(key, out var value)) resolved[name] = value;
            else if ((bool?)reference["optional"] is not true)
                return (copy, $"couldn't find key {reference.TextAt("key")} in {kind.Kind} "
                    + $"{ObjectName.Of(pod).Namespace}/{reference.TextAt("name")}");
        }

        container["env"] = new JsonArray([.. resolved.Select(one =>
            (JsonNode)new JsonObject { ["name"] = one.Key, ["value"] = one.Value })]);
        return (copy, null);
    }

    private static async Task<(IReadOnlyDictionary<string, string> Values, string? Missing)> ReadAsync(ApiClient api, JsonObject pod,
        ResourceKind kind, JsonObject? reference, CancellationToken cancel)
    {
        var name = reference.TextAt("name") ?? "";
        var found = await api.FindAsync(kind, new ObjectName(ObjectName.Of(pod).Namespace, name), cancel);
        if (found is null)
            return (new Dictionary<string, string>(),
                (bool?)reference?["optional"] is true ? null : $"{kind.Kind.ToLowerInvariant()} \"{name}\" not found");
        return (((found["data"] as JsonObject) ?? []).ToDictionary(entry => entry.Key, entry =>
            kind == KnownKinds.Secrets ? Encoding.UTF8.GetString(System.Convert.FromBase64String((string)entry.Value!))
                : (string)entry.Value!), null);
    }
}
