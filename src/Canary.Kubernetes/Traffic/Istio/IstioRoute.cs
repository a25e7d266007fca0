using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>An http route of a VirtualService with the destinations of the two sides in it.</summary>
/// <param name="Index">Where in <c>spec.http</c>.</param>
/// <param name="Name">Null where it has none.</param>
/// <param name="Destinations">All of them, those of others too.</param>
/// <param name="First">The destination of the side that the Rollout names stable.</param>
/// <param name="Second">The destination of the side that the Rollout names canary.</param>
internal sealed record IstioRoute(int Index, string? Name, IReadOnlyList<IstioDestination> Destinations, IstioDestination First,
    IstioDestination Second)
{
    /// <summary>What both sides have together.</summary>
    public long Budget => (First.Weight ?? 0) + (Second.Weight ?? 0);

    /// <summary>For people: <c>primary</c>, or <c>http[0]</c>: without a name it is the user's only one.</summary>
    public string Title => Name ?? "http[0]";

    /// <summary>The share of the canary's side, as the numbers say it.</summary>
    public Weight Share => Weight.FromBasisPoints((int)((((Second.Weight ?? 0) * 20_000) + Budget) / (2 * Budget)));

    /// <summary>The share as the rollout knows it: weights that are what would be written for a weight it wants, or wanted, are that
    /// weight, whatever was rounded.</summary>
    public Weight ShareAs(IEnumerable<Weight> known) => known.Where(IsShowing).Select(weight => (Weight?)weight).FirstOrDefault() ?? Share;

    /// <summary>Is nothing to be written for this share?</summary>
    public bool IsShowing(Weight second)
    {
        var wanted = IstioWeights.For(this, second);
        return Destinations.All(destination => (destination.Weight ?? 0) == wanted[destination.Index]);
    }
}
