using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>
/// How pod templates become revisions. It is fixed when a rollout is accepted: what Services and subsets select by may change at any time,
/// and must not make a revision of an unchanged template.
/// </summary>
/// <param name="Version">Version of the hash, from 1. Version 2 also reads pod affinity and topology spread by side. Version
/// 3, of one workload and its copy, leaves the restart annotation out. Version 4 is version 3 with the content of ConfigMaps and Secrets. A
/// newer controller keeps the version of a status until the template changes.</param>
/// <param name="SideLabels">Labels that belong to the sides and not to what is released, in order of their names.</param>
public sealed record RevisionScheme(int Version, EquatableArray<SideLabel> SideLabels)
{
    /// <summary>The newest version that is known.</summary>
    public const int Newest = OfConfiguration;

    /// <summary>The version that new rollouts of two workloads get.</summary>
    public const int OfTwoWorkloads = 2;

    /// <summary>The version of rollouts of one workload and its copy.</summary>
    public const int OfOneWorkload = 3;

    /// <summary>The version of those whose pods read ConfigMaps or Secrets that are a part of the revision.</summary>
    public const int OfConfiguration = 4;

    /// <summary>The ConfigMaps and Secrets that are a part of the revision, such as <c>ConfigMap/checkout</c>, in order. What becomes
    /// readable later, or is opted out later, counts from the next revision on.</summary>
    public EquatableArray<string> Configuration { get; init; } = [];

    /// <summary>Which key their content was hashed with; null: no content is.</summary>
    public string? Key { get; init; }

    /// <summary>The labels of <paramref name="current"/> that differ between the sides and are not known here.</summary>
    public EquatableArray<SideLabel> Lacks(RevisionScheme current) =>
        current.SideLabels.Where(label => label.First != label.Second && SideLabels.All(known => known.Name != label.Name))
        .ToEquatableArray();
}
