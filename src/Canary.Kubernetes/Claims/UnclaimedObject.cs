using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Claims;

/// <summary>
/// Asks the server whether a Rollout is still there before an object is written that does not carry its claim. A deleted Rollout takes its
/// claim off: without this a former leader that was held up in the middle of a pass would find nothing that refuses its raise.
/// </summary>
/// <remarks>
/// The object must have been read before. What is released later changes its version, or the claim that was read, and the patch tests both.
/// </remarks>
internal static class UnclaimedObject
{
    /// <summary>Why the object may not be written; null: it may.</summary>
    /// <exception cref="ApiException">The Rollout cannot be read.</exception>
    public static async Task<WriteResult.Lost?> CheckAsync(ApiClient client, string title, JsonObject document, RolloutSnapshot rollout,
        CancellationToken cancel)
    {
        if (ClaimPatch.Read(document)?.RolloutUid == rollout.Uid) return null;
        var (ns, name) = (rollout.Name.Namespace, rollout.Name.Name);
        // The role of the controller lists Rollouts, and gets none.
        var list = await client.ListAllAsync(KnownKinds.Rollouts, ns,
            new ListOptions(FieldSelector: $"metadata.name={name}", IsMetadataOnly: true), cancel);
        var live = list.Items.FirstOrDefault(one => Json.Name(one) == name);
        var isSame = live is not null && Documents.Uid(live) == rollout.Uid;
        if (isSame && Json.Text(live, "metadata", "deletionTimestamp") is null) return null;
        var why = isSame ? "is being deleted" : live is null ? "is gone" : "was deleted and made again";
        return new WriteResult.Lost(
            $"{title} is not written: it does not carry the claim of Rollout {rollout.Name}, and that Rollout {why}",
            IsToLaterLeader: false);
    }
}
