using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>Writes a status only where it says something new. A member that is null is taken away.</summary>
internal static class StatusWriting
{
    public static async Task WriteStatusAsync(
        this ApiClient api, ResourceKind kind, JsonObject item, JsonObject status, WriteOptions writing, CancellationToken cancel)
    {
        var merged = item.ObjectAt("status")?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in status)
        {
            if (value is null) merged.Remove(name);
            else merged[name] = value.DeepClone();
        }

        if (JsonNode.DeepEquals(merged, item.ObjectAt("status") ?? [])) return;
        // The uid keeps the status of a deleted object off a new one of its name; observedGeneration says what was looked at.
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = item.Uid() },
            ["status"] = status.DeepClone(),
        };
        await api.PatchAsync(kind, ObjectName.Of(item), new Patch.Merge(patch), "status", writing, cancel);
    }
}
