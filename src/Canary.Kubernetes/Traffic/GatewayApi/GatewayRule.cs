using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>A rule of a route with the backends of the two sides in it.</summary>
/// <param name="Index">Where in <c>spec.rules</c>.</param>
/// <param name="Name">Null where it has none.</param>
/// <param name="Backends">All of them, those of others too.</param>
/// <param name="First">The backend of the side that the Rollout names stable.</param>
/// <param name="Second">The backend of the side that the Rollout names canary.</param>
internal sealed record GatewayRule(int Index, string? Name, IReadOnlyList<GatewayBackend> Backends, GatewayBackend First,
    GatewayBackend Second)
{
    /// <summary>What both sides have together.</summary>
    public long Budget => First.Weight + Second.Weight;

    /// <summary>For people: <c>primary</c>, or <c>rules[0]</c>.</summary>
    public string Title => Name ?? $"rules[{Index}]";

    /// <summary>The share of the canary's side, as the numbers say it.</summary>
    public Weight Share => Weight.FromBasisPoints((int)(((Second.Weight * 20_000) + Budget) / (2 * Budget)));

    /// <summary>The share as the rollout knows it: weights that are what would be written for a weight it wants, or wanted, are that
    /// weight, whatever was rounded.</summary>
    public Weight ShareAs(IEnumerable<Weight> known) => known.Where(IsShowing).Select(weight => (Weight?)weight).FirstOrDefault() ?? Share;

    /// <summary>Do the requests go as they shall? A weight that is not written counts as the 1 that it means.</summary>
    public bool IsShowing(Weight second)
    {
        var wanted = GatewayWeights.Share(this, second);
        return Backends.All(backend => backend.Weight == wanted[backend.Index]);
    }
}
