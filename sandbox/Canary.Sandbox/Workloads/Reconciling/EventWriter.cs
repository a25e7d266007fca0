using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>Writes Events: one that says the same about the same object again is counted, not written anew.</summary>
internal sealed class EventWriter(ApiClient api, string component, System.TimeProvider time)
{
    private readonly WriteOptions _writing = new(component);

    public async Task WarnAsync(ResourceKind kind, JsonObject item, string reason, string message, CancellationToken cancel) =>
        await WriteAsync(kind, item, "Warning", reason, message, cancel);

    public async Task WriteAsync(ResourceKind kind, JsonObject item, string type, string reason, string message, CancellationToken cancel)
    {
        var hash = StableHash.Compute($"{item.Uid()}/{reason}/{message}").ToString("x8", CultureInfo.InvariantCulture);
        var name = new ObjectName(item.Namespace() is { Length: > 0 } ns ? ns : "default", $"{item.Name()}.{hash}");
        try
        {
            await api.CreateAsync(KnownKinds.Events, name.Namespace, Document(kind, item, name, type, reason, message), _writing, cancel);
        }
        catch (ApiException taken) when (taken.IsAlreadyExists)
        {
            var counted = await api.FindAsync(KnownKinds.Events, name, cancel);
            var patch = new JsonObject
            {
                ["count"] = (counted.NumberAt("count") ?? 1) + 1,
                ["lastTimestamp"] = time.GetUtcNow().ToTimestamp(),
            };
            await api.PatchAsync(KnownKinds.Events, name, new Patch.Merge(patch), null, _writing, cancel);
        }
    }

    private JsonObject Document(ResourceKind kind, JsonObject item, ObjectName name, string type, string reason, string message)
    {
        var now = time.GetUtcNow().ToTimestamp();
        var about = new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["name"] = item.Name(),
            ["uid"] = item.Uid(),
        };
        if (item.Namespace().Length > 0) about["namespace"] = item.Namespace();
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = name.Name, ["namespace"] = name.Namespace },
            ["involvedObject"] = about,
            ["type"] = type,
            ["reason"] = reason,
            ["message"] = message,
            ["count"] = 1,
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["source"] = new JsonObject { ["component"] = component },
            ["reportingComponent"] = component,
        };
    }
}
