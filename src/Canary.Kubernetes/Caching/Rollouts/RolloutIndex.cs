using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Caching.Rollouts;

/// <summary>From the names in Rollouts to the Rollouts. Safe for use from many threads.</summary>
internal sealed class RolloutIndex
{
    private static readonly Comparer<(int Rank, string Created, string Uid)> Rights =
        Comparer<(int Rank, string Created, string Uid)>.Create((one, other) =>
        one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank)
        : string.CompareOrdinal(one.Created, other.Created) is not 0 and var age ? age
        : string.CompareOrdinal(one.Uid, other.Uid));

    private readonly Lock _gate = new();
    private readonly Dictionary<Reference, HashSet<RolloutName>> _named = [];
    private readonly Dictionary<RolloutName, ((SpecHashes, ClaimBasis) Basis, RolloutClaims Claims, Reference[] References)> _rollouts = [];
    private readonly Dictionary<string, RolloutName> _uids = [];

    public IReadOnlyList<RolloutName> All
    {
        get
        {
            lock (_gate) return [.. _rollouts.Keys];
        }
    }

    /// <returns>Other Rollouts that claim the same objects, where what this one claims has changed: they are to look again.</returns>
    public IReadOnlyList<RolloutName> Put(JsonObject rollout)
    {
        var name = NameOf(rollout);
        var basis = (SpecHashes.Compute(rollout), RolloutClaims.BasisOf(rollout));
        lock (_gate)
        {
            if (_rollouts.TryGetValue(name, out var same) && same.Basis == basis) return [];
        }

        var references = RolloutReferences.Find(rollout).ToArray();
        var claims = RolloutClaims.Read(rollout);
        lock (_gate)
        {
            var before = _rollouts.TryGetValue(name, out var known) ? known.Claims : null;
            IReadOnlyList<RolloutName> rivals = claims.IsSameAs(before) ? []
                : RivalsLocked(name, before is null ? claims.All : claims.All.Union(before.All));
            RemoveLocked(name);
            _rollouts[name] = (basis, claims, references);
            _uids[Documents.Uid(rollout)] = name;
            foreach (var reference in references)
            {
                if (!_named.TryGetValue(reference, out var rollouts)) _named[reference] = rollouts = [];
                rollouts.Add(name);
            }

            return rivals;
        }
    }

    /// <returns>Other Rollouts that claim the same objects: they are to look again.</returns>
    public IReadOnlyList<RolloutName> Remove(JsonObject rollout)
    {
        var name = NameOf(rollout);
        lock (_gate)
        {
            IReadOnlyList<RolloutName> rivals = _rollouts.TryGetValue(name, out var known) ? RivalsLocked(name, known.Claims.All) : [];
            RemoveLocked(name);
            return rivals;
        }
    }

    /// <summary>The one Rollout that may write and measure an object; null: nobody claims it.</summary>
    public RolloutName? OwnerOf(Reference reference)
    {
        lock (_gate)
        {
            return _named.TryGetValue(reference, out var rollouts)
                ? rollouts.Where(name => _rollouts[name].Claims.Has(reference))
                .OrderBy(name => _rollouts[name].Claims.RightTo(reference), Rights).Select(name => (RolloutName?)name).FirstOrDefault()
                : null;
        }
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
        lock (_gate)
            return _uids.TryGetValue(uid, out var name) && _named.TryGetValue(reference, out var rollouts) && rollouts.Contains(name) ? name
                : null;
    }

    public static RolloutName NameOf(JsonObject rollout) => new(Json.Namespace(rollout), Json.Name(rollout));

    private List<RolloutName> RivalsLocked(RolloutName name, IEnumerable<Reference> references) =>
        [.. references.SelectMany(reference => _named.TryGetValue(reference, out var rollouts) ? rollouts : [])
            .Where(other => other != name).Distinct()];

    private void RemoveLocked(RolloutName name)
    {
        if (!_rollouts.Remove(name, out var known)) return;
        _uids.Remove(known.Claims.Uid);
        foreach (var reference in known.References)
        {
            var rollouts = _named[reference];
            rollouts.Remove(name);
            if (rollouts.Count == 0) _named.Remove(reference);
        }
    }
}
