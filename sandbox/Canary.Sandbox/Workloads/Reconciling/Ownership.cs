using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>Owner references, and the objects that carry them.</summary>
internal static class Ownership
{
    public static JsonObject ControllerReference(JsonObject owner, ResourceKind kind) => new()
    {
        ["apiVersion"] = kind.ApiVersion,
        ["kind"] = kind.Kind,
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>The objects that this owner controls, read from the server and not from a cache: what was just created is among them.
    /// One that the owner's selector selects and that nobody controls is adopted.</summary>
    public static async Task<List<JsonObject>> ClaimAsync(this ApiClient api, ResourceKind ownerKind, JsonObject owner, ResourceKind kind,
        WriteOptions writing, CancellationToken cancel)
    {
        var selector = SelectorText.Build(owner.At("spec", "selector"));
        var list = await api.ListAllAsync(kind, owner.Namespace(), new ListOptions(LabelSelector: selector), cancel);
        var claimed = new List<JsonObject>();
        foreach (var item in list.Items)
        {
            var controller = item.Controller();
            if (controller.TextAt("uid") == owner.Uid()) claimed.Add(item);
            else if (controller is null && !item.IsTerminating())
                claimed.Add(await api.AdoptAsync(ownerKind, owner, kind, item, writing, cancel));
        }

        return claimed;
    }

    // With the version that was read: whoever adopts it first has it.
    private static Task<JsonObject> AdoptAsync(this ApiClient api, ResourceKind ownerKind, JsonObject owner, ResourceKind kind,
        JsonObject item, WriteOptions writing, CancellationToken cancel)
    {
        var owners = item.ItemsAt("metadata", "ownerReferences").Select(reference => reference.DeepClone())
            .Append(ControllerReference(owner, ownerKind));
        var metadata = new JsonObject
        {
            ["resourceVersion"] = item.ResourceVersion(),
            ["ownerReferences"] = new JsonArray([.. owners]),
        };
        return api.PatchAsync(kind, ObjectName.Of(item), new Patch.Merge(new JsonObject { ["metadata"] = metadata }), null, writing,
            cancel);
    }
}
