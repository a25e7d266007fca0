using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Claims;

/// <summary>Changes labels of the pods that were read. Each write tests the version of its pod: one that was made again under the same
/// name, or labelled by somebody else since, is left alone.</summary>
internal sealed class PodLabelWriter(ApiClient client, string? ns)
{
    private static readonly WriteOptions Options = new("canary");

    /// <summary>Gives a pod this value of a label.</summary>
    public static JsonObject Add(string label, string value) => JsonPatchText.Add(Path(label), value);

    /// <summary>Takes a label off a pod that has it.</summary>
    public static JsonObject Remove(string label) => JsonPatchText.Remove(Path(label));

    /// <summary>Writes the changes; null: they are written, or the pod is gone, which needs no label.</summary>
    public async Task<WriteResult?> WriteAsync(string pod, string version, IEnumerable<JsonObject> changes, CancellationToken cancel)
    {
        var name = new ObjectName(ns, pod);
        var patch = new JsonArray([JsonPatchText.Test("/metadata/resourceVersion", version), .. changes]);
        try
        {
            await client.PatchAsync(KnownKinds.Pods, name, new Patch.JsonPatch(patch), null, Options, cancel);
            return null;
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            return null;
        }
        catch (ApiException failure)
        {
            return failure.IsConflict || (failure.IsInvalid && await IsChangedAsync(pod, version, cancel))
                ? new WriteResult.Contended($"Pod {name} was modified by another client since it was read")
                : new WriteResult.Refused($"Pod {name}: {failure.Status.Message}");
        }
    }

    // A test of a patch that does not hold is answered like a pod that is refused.
    private async Task<bool> IsChangedAsync(string pod, string version, CancellationToken cancel)
    {
        var live = await client.ListAllAsync(KnownKinds.Pods, ns,
            new ListOptions(FieldSelector: $"metadata.name={pod}", IsMetadataOnly: true), cancel);
        return !live.Items.Any(one => Json.Name(one) == pod && Documents.ResourceVersion(one) == version);
    }

    private static string Path(string label) => "/metadata/labels/" + JsonPatchText.Escape(label);
}
