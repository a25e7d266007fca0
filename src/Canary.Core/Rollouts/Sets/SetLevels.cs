namespace Canary.Core.Rollouts.Sets;

/// <summary>How a set and its Services shall be, as a level. What is null stays as it is.</summary>
/// <param name="StableRevision">Stable's Service shall select the pods of this revision.</param>
/// <param name="CanaryRevision">The canary's Service shall select the pods of this revision.</param>
/// <param name="Partition">The partition of the set, while its template still is the one that was seen.</param>
/// <param name="Evicted">This pod shall go, so that it comes back at another revision.</param>
public sealed record SetLevels(string? StableRevision, string? CanaryRevision, int? Partition, SetPod? Evicted)
{
    /// <summary>
    /// A partition that no set reaches: a new template updates no pod, whatever the set is scaled to. Not the largest that the API takes,
    /// since controllers add the first ordinal to it.
    /// </summary>
    public const int Held = 1_000_000_000;
}
