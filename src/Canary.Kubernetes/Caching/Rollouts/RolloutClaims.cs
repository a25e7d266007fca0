using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Caching.Rollouts;

/// <summary>
/// The objects that a Rollout claims: those that it holds, since its rollout in force was accepted with them, and those that its spec asks
/// for. All of it is read from the Rollout, so that every leader comes to the same owner.
/// </summary>
internal sealed class RolloutClaims
{
    private readonly HashSet<Reference> _held;
    private readonly HashSet<Reference> _asked;
    private readonly bool _isRunning;
    private readonly bool _isRejected;

    private RolloutClaims(JsonObject rollout)
    {
        var space = Json.Namespace(rollout);
        (Uid, Created, _isRunning, _isRejected) = BasisOf(rollout);
        _asked = [.. RolloutReferences.Owned(Json.Object(rollout, "spec"), space).Select(one => one.Reference)];
        // What is idle and names an object no more has let go of it.
        _held = [.. RolloutReferences.Owned(Json.Object(rollout, "status", "accepted"), space).Select(one => one.Reference)
            .Where(one => _isRunning || _asked.Contains(one))];
    }

    public string Uid { get; }

    /// <summary>Seconds since 1970 would sort the same: RFC 3339 in UTC.</summary>
    public string Created { get; }

    public static RolloutClaims Read(JsonObject rollout) => new(rollout);

    /// <summary>All that the claims are read from, besides the two specs.</summary>
    public static ClaimBasis BasisOf(JsonObject rollout) => new(
        Documents.Uid(rollout), Json.Text(rollout, "metadata", "creationTimestamp") ?? "",
        Json.Text(rollout, "status", "startedAt") is not null,
        Json.Objects(rollout, "status", "conditions")
            .Any(one => Json.Text(one, "type") == "SpecAccepted" && Json.Text(one, "status") == "False"));

    /// <summary>Who has the better right: the smallest. A rollout under way keeps what it holds, then one at rest, then the Rollout whose
    /// spec nothing is wrong with; of equals the older one.</summary>
    public (int Rank, string Created, string Uid) RightTo(Reference reference) =>
        (_held.Contains(reference) ? _isRunning ? 0 : 1 : _isRejected ? 3 : 2, Created, Uid);

    public bool Has(Reference reference) => _held.Contains(reference) || _asked.Contains(reference);

    public IEnumerable<Reference> All => _held.Union(_asked);

    /// <summary>Nothing about it that another Rollout's right depends on is different.</summary>
    public bool IsSameAs(RolloutClaims? other) =>
        other is not null && (Uid, Created, _isRunning, _isRejected) == (other.Uid, other.Created, other._isRunning, other._isRejected)
        && _held.SetEquals(other._held) && _asked.SetEquals(other._asked);
}

/// <summary>What of a Rollout its claims depend on, besides its specs.</summary>
/// <param name="Uid">Its uid.</param>
/// <param name="Created">When it was created.</param>
/// <param name="IsRunning">Whether a rollout is under way.</param>
/// <param name="IsRejected">Whether something is wrong with its spec.</param>
internal readonly record struct ClaimBasis(string Uid, string Created, bool IsRunning, bool IsRejected);
