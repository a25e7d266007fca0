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

    /// <summary>The objects that this owner controls, read from the server and not from a cache: what was just created is among
    /// them.</summary>
    public static async Task<List<JsonObject>> ControlledByAsync(this ApiClient api, JsonObject owner, ResourceKind kind,
        CancellationToken cancel)
    {
        var selector = string.Join(',', owner.TextsAt("spec", "selector", "matchLabels").Select(label => $"{label.Key}={label.Value}"));
        var list = await api.ListAllAsync(kind, owner.Namespace(), new ListOptions(LabelSelector: selector), cancel);
        return [.. list.Items.Where(item => item.Controller().TextAt("uid") == owner.Uid())];
    }
}
