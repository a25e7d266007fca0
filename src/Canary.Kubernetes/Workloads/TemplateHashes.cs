using System;
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>The revisions of the Deployments of rollouts that are under way, each computed once a version of its Deployment.</summary>
internal sealed class TemplateHashes
{
    private readonly ConcurrentDictionary<(string Uid, Side Side, bool IsCurrent),
        (string Version, RevisionScheme Scheme, string Configuration, string Hash)> _known = new();

    /// <param name="deployment">The Deployment, as it is in the cache.</param>
    /// <param name="scheme">What in its template belongs to the side; null: its revision is not known.</param>
    /// <param name="side">The side that it is of.</param>
    /// <param name="isCurrent">Whether the scheme is that of a rollout that begins now, and not the one in force.</param>
    /// <param name="configuration">The content of what its pods read.</param>
    public string? Compute(JsonObject deployment, RevisionScheme? scheme, Side side, bool isCurrent, ConfigurationView configuration)
    {
        if (scheme is null) return null;
        var template = Json.Object(deployment, "spec", "template") ?? [];
        if (side is Side.NamedCanary && !configuration.Knows(template, scheme)) return null;
        var content = scheme.Version < RevisionScheme.OfConfiguration ? "" : configuration.Fingerprint;
        var (key, version) = ((Documents.Uid(deployment), side, isCurrent), Documents.ResourceVersion(deployment));
        if (version.Length > 0 && _known.TryGetValue(key, out var known) && known.Version == version && known.Scheme == scheme
            && known.Configuration == content) return known.Hash;
        var hash = TemplateHash.Compute(template, scheme, side, configuration);
        _known[key] = (version, scheme, content, hash);
        return hash;
    }

    /// <summary>Lets go of what is known of a Deployment: its rollout is at rest, or it is gone.</summary>
    public void Forget(string uid)
    {
        foreach (var side in Enum.GetValues<Side>())
        {
            _known.TryRemove((uid, side, true), out _);
            _known.TryRemove((uid, side, false), out _);
        }
    }
}
