using System;
using Canary.Core.Analysis;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>The world as one evaluation sees it.</summary>
/// <param name="Generation"><c>metadata.generation</c> of the Rollout.</param>
/// <param name="First">The side that the spec names stable.</param>
/// <param name="Second">The side that the spec names canary.</param>
/// <param name="Routes">Every route of the router, but those of objects that are gone; empty where one cannot be understood.</param>
/// <param name="Runs">The analysis runs of this rollout that exist, with this evaluation's finished measurements counted in.</param>
/// <param name="Request">What a person asks; null: nothing.</param>
/// <param name="Problems">What the spec names and is not there or not usable, with the field path that names it: nothing advances while
/// there is one.</param>
/// <param name="RouteRefusal">Why the last write of a route was refused; null: it was not.</param>
public sealed record Observation(
    long Generation,
    SideObservation First,
    SideObservation Second,
    EquatableArray<RouteObservation> Routes,
    EquatableArray<RunObservation> Runs,
    RolloutRequest? Request,
    EquatableArray<Validation.SpecError> Problems,
    string? RouteRefusal)
{
    /// <summary>The alerts that fire now and that a rule of the spec in force matches.</summary>
    public EquatableArray<FiringAlert> Alerts { get; init; }

    /// <summary>The stable copy of the one workload; null: the sides are workloads of their own, or it could not be read.</summary>
    public CopyObservation? Copy { get; init; }

    /// <summary>The set whose pods are the sides; null: the spec names none, or it cannot be released as it is.</summary>
    public SetObservation? Set { get; init; }

    /// <summary>The scheme that the revisions of the sides are made by; null: no side names a workload, or one is missing.</summary>
    public RevisionScheme? Scheme { get; init; }

    /// <summary>The scheme of a rollout that begins now: by the labels that select pods now.</summary>
    public RevisionScheme? CurrentScheme { get; init; }

    /// <summary>The revisions of <see cref="Scheme"/> can never be computed again: its key is gone, or what it hashes may not be read any
    /// more.</summary>
    public bool IsSchemeLost { get; init; }

    /// <summary>The templates of the sides are the same but for the content of ConfigMaps and Secrets. Told where
    /// <see cref="IsSchemeLost"/>, when the revisions cannot say it.</summary>
    public bool AreTemplatesAlike { get; init; }

    /// <summary>ConfigMaps and Secrets that the pods read and that are no part of the revision, and why; null: none.</summary>
    public string? UntrackedConfiguration { get; init; }

    /// <summary>Since when this process has watched the rollout without a break: not before it led, nor before it could read the cluster
    /// again. Null: there was no break.</summary>
    public DateTimeOffset? WatchedSince { get; init; }

    /// <summary>Why an AnalysisRun that is wanted could not be made at the last try; null: none is missing.</summary>
    public string? RunRefusal { get; init; }

    /// <summary>Why the sides of the one workload could not be changed at the last try; null: they could.</summary>
    public string? CopyRefusal { get; init; }

    /// <summary>The other Rollouts that this one waits for or belongs with, in the order of the spec, then by name.</summary>
    public EquatableArray<PeerRollout> Peers { get; init; }

    /// <summary>Name of this Rollout, as the others know it: <c>shop/checkout</c>. Empty where nobody asks.</summary>
    public string Name { get; init; } = "";

    /// <summary>The revisions whose pod templates still exist, newest first, where a person asks for an old one; null: nobody
    /// does.</summary>
    public EquatableArray<string>? Templates { get; init; }

    /// <summary>Since when what rules with identity labels match has been firing.</summary>
    public EquatableArray<OngoingAlert> OngoingAlerts { get; init; }
}
