using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>One route as its object shows it.</summary>
/// <param name="Name">For people: <c>VirtualService shop/checkout route primary</c>.</param>
/// <param name="NamedCanaryWeight">Share of the side that the spec names canary among the two sides.</param>
public sealed record RouteObservation(string Name, Weight NamedCanaryWeight)
{
    /// <summary>The header and mirror routes before it; null: they are none that this Rollout wants, or wanted.</summary>
    public ManagedRoutes? Managed { get; init; } = ManagedRoutes.None;

    /// <summary>Write sequence of the claim that its object carries; null: it carries none of this Rollout.</summary>
    public long? Sequence { get; init; }

    /// <summary>The ready pods that it sends to, where their numbers are the weight; null: it has weights.</summary>
    public PodSplit? Pods { get; init; }

    /// <summary>What it shows lies between two weights of this Rollout, since not all of what was written is in effect: nobody else wrote
    /// it.</summary>
    public bool IsChanging { get; init; }

    /// <summary>Who is still to confirm what was written, for people; null: nobody is.</summary>
    public string? Awaited { get; init; }

    /// <summary>No ready pod is behind it: whoever calls it gets no answer.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>It shows what is wanted, and is to be written again: pods came or went since, or the route that others are clones of was
    /// edited.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Its object carries the claim of a Rollout that is gone. A write of that Rollout may still be on its way, and tests that
    /// claim.</summary>
    public bool IsClaimedByAnother { get; init; }
}
