using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>Both sides, and what is wrong with what the spec names.</summary>
public sealed record WorkloadReading(SideObservation First, SideObservation Second, EquatableArray<SpecError> Problems)
{
    /// <summary>The scheme that the revisions of the sides are made by: the one of the status where it has one. Null: no side names a
    /// workload, or one is missing.</summary>
    public RevisionScheme? Scheme { get; init; }

    /// <summary>The scheme of a rollout that begins now.</summary>
    public RevisionScheme? CurrentScheme { get; init; }

    /// <summary>The revisions of <see cref="Scheme"/> can never be computed again: its key is gone, or what it hashes may not be read any
    /// more.</summary>
    public bool IsSchemeLost { get; init; }

    /// <summary>The templates of the sides are the same but for the content of ConfigMaps and Secrets. Told where
    /// <see cref="IsSchemeLost"/>, when the revisions cannot say it.</summary>
    public bool AreTemplatesAlike { get; init; }

    /// <summary>ConfigMaps and Secrets that the pods read and that are no part of the revision, and why; null: none.</summary>
    public string? UntrackedConfiguration { get; init; }

    /// <summary>The stable copy of one workload; null: the sides are workloads of their own, or it could not be read.</summary>
    public CopyObservation? Copy { get; init; }

    /// <summary>The revisions whose pod templates still exist, newest first, where a person asks for an old one; null: nobody
    /// does.</summary>
    public EquatableArray<string>? Templates { get; init; }

    /// <summary>The set whose pods are the sides; null: the spec names none, or it cannot be released as it is.</summary>
    public SetObservation? Set { get; init; }

    /// <summary>The sides are those of an earlier moment: the cluster cannot be watched now.</summary>
    public bool IsStale { get; init; }
}
