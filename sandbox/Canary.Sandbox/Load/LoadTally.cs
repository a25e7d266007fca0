using System.Collections.Generic;

namespace Canary.Sandbox.Load;

/// <summary>What the load saw so far. Versions are those that the answers name; an answer of the mesh itself counts under
/// <see cref="NoVersion"/>.</summary>
internal sealed record LoadTally(long Sent, long Skipped, long Failed, IReadOnlyDictionary<string, VersionTally> Versions)
{
    public const string NoVersion = "none";
}
