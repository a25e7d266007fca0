using System.Collections.Concurrent;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;

namespace Canary.Kubernetes.Sets;

/// <summary>The revision of the template of a DaemonSet: that of its ControllerRevision with the highest number. Read once a generation:
/// a Rollout at rest costs no request.</summary>
internal sealed class DaemonSetRevisions(ApiClient client)
{
    private readonly ConcurrentDictionary<string, (long Generation, string Revision)> _known = new();

    /// <summary>The label that pods of the present template have; null: its controller has not seen that template yet.</summary>
    /// <exception cref="ApiException">They cannot be read.</exception>
    public async Task<string?> FindAsync(JsonObject set, CancellationToken cancel)
    {
        var (uid, generation) = (Documents.Uid(set), Json.Whole(set, "metadata", "generation") ?? 0);
        if (_known.TryGetValue(uid, out var known) && known.Generation == generation) return known.Revision;
        // The controller keeps the template before it says that it has seen it.
        if (Json.Whole(set, "status", "observedGeneration") is not { } seen || seen < generation) return null;
        var options = new ListOptions(LabelSelector: Selector(set));
        var revisions = (await client.ListAllAsync(KnownKinds.ControllerRevisions, Json.Namespace(set), options, cancel)).Items;
        var newest = revisions.Where(revision => ObjectOwner.Read(revision)?.Uid == uid)
            .MaxBy(revision => Json.Whole(revision, "revision") ?? 0);
        if (Json.Text(newest, "metadata", "labels", SetReading.RevisionLabel) is not { Length: > 0 } hash) return null;
        _known[uid] = (generation, hash);
        return hash;
    }

    /// <summary>Lets go of what is known of a DaemonSet that no Rollout names any more.</summary>
    public void Forget(JsonObject set) => _known.TryRemove(Documents.Uid(set), out _);

    // A ControllerRevision has the labels of the template.
    private static string Selector(JsonObject set) =>
        string.Join(',', Json.Map(set, "spec", "selector", "matchLabels").Select(label => $"{label.Key}={label.Value}"));
}
