using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Stores;

/// <summary>Reads Rollouts and their runs. Those that are under way are read once a revision, and their specs once as long as these stay
/// the same; nothing is held of what is at rest.</summary>
internal sealed class RolloutReader
{
    private readonly ConcurrentDictionary<ObjectName, (SpecHashes Hashes, RolloutSnapshot Snapshot)> _rollouts = new();
    private readonly ConcurrentDictionary<ObjectName, (System.Guid Spec, RunSnapshot Snapshot)> _runs = new();

    /// <param name="document">A Rollout of the cache.</param>
    public RolloutSnapshot Read(JsonObject document)
    {
        var name = ObjectName.Of(document);
        var isKnown = _rollouts.TryGetValue(name, out var known) && known.Snapshot.Uid == Documents.Uid(document);
        if (isKnown && IsSame(known.Snapshot.ResourceVersion, document)) return known.Snapshot;
        var hashes = SpecHashes.Compute(document);
        var last = isKnown ? known.Snapshot : null;
        var spec = last is not null && hashes.Spec == known.Hashes.Spec ? (last.Spec, last.Errors)
            : RolloutSpecMapping.Read(document["spec"]);
        var snapshot = RolloutMapping.Read(document, spec, accepted =>
        {
            if (last is not null && hashes.Accepted == known.Hashes.Accepted) return last.Status.Accepted;
            var read = RolloutSpecMapping.ReadAccepted(accepted);
            return read == spec.Spec ? spec.Spec : read;
        });
        if (snapshot.Status.IsRunning) _rollouts[name] = (hashes, snapshot);
        else _rollouts.TryRemove(name, out _);
        return snapshot;
    }

    /// <param name="document">An AnalysisRun of the cache.</param>
    /// <returns>Null where it is not one of a Rollout or cannot be read.</returns>
    public RunSnapshot? ReadRun(JsonObject document)
    {
        var name = ObjectName.Of(document);
        var isKnown = _runs.TryGetValue(name, out var known) && known.Snapshot.Uid == Documents.Uid(document);
        if (isKnown && IsSame(known.Snapshot.ResourceVersion, document)) return known.Snapshot;
        var hash = SpecHashes.Hash(document["spec"]);
        var snapshot = isKnown && hash == known.Spec ? RunMapping.ReadAgain(document, known.Snapshot) : RunMapping.Read(document);
        if (snapshot is { Status.EndedAt: null }) _runs[name] = (hash, snapshot);
        else _runs.TryRemove(name, out _);
        return snapshot;
    }

    /// <summary>The Rollout is gone.</summary>
    public void Forget(ObjectName rollout) => _rollouts.TryRemove(rollout, out _);

    /// <summary>The run is gone.</summary>
    public void ForgetRun(ObjectName run) => _runs.TryRemove(run, out _);

    private static bool IsSame(string version, JsonObject document) =>
        version.Length > 0 && version == Documents.ResourceVersion(document);
}
