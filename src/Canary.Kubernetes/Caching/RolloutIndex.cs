using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Caching;

/// <summary>From the names in Rollouts to the Rollouts. Safe for use from many threads.</summary>
internal sealed class RolloutIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Reference, HashSet<RolloutName>> _named = [];
    private readonly Dictionary<RolloutName, (string Uid, Reference[] References)> _rollouts = [];
    private readonly Dictionary<string, RolloutName> _uids = [];

    public IReadOnlyList<RolloutName> All
    {
        get
        {
            lock (_gate) return [.. _rollouts.Keys];
        }
    }

    public void Put(JsonObject rollout)
    {
        var name = NameOf(rollout);
        var references = RolloutReferences.Of(rollout).ToArray();
        lock (_gate)
        {
            RemoveLocked(name);
            _rollouts[name] = (Documents.Uid(rollout), references);
            _uids[Documents.Uid(rollout)] = name;
            foreach (var reference in references)
            {
                if (!_named.TryGetValue(reference, out var rollouts)) _named[reference] = rollouts = [];
                rollouts.Add(name);
            }
        }
    }

    public void Remove(JsonObject rollout)
    {
        lock (_gate) RemoveLocked(NameOf(rollout));
    }

    public bool IsNamed(Reference reference)
    {
        lock (_gate) return _named.ContainsKey(reference);
    }

    public IReadOnlyList<RolloutName> WhoNames(Reference reference)
    {
        lock (_gate) return _named.TryGetValue(reference, out var rollouts) ? [.. rollouts] : [];
    }

    /// <summary>The Rollout of this uid where it lives and names the object; else null.</summary>
    public RolloutName? Owner(string uid, Reference reference)
    {
        lock (_gate) return _uids.TryGetValue(uid, out var name) && _named.TryGetValue(reference, out var rollouts) && rollouts.Contains(name) ? name : null;
    }

    public static RolloutName NameOf(JsonObject rollout) => new(Json.Namespace(rollout), Json.Name(rollout));

    private void RemoveLocked(RolloutName name)
    {
        if (!_rollouts.Remove(name, out var known)) return;
        _uids.Remove(known.Uid);
        foreach (var reference in known.References)
        {
            var rollouts = _named[reference];
            rollouts.Remove(name);
            if (rollouts.Count == 0) _named.Remove(reference);
        }
    }
}
