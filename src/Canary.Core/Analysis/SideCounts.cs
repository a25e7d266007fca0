using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>What one side counted in a window.</summary>
/// <param name="Requests">All of them.</param>
/// <param name="Events">Errors; or, of durations, the requests slower than each bound.</param>
public sealed record SideCounts(long Requests, EquatableArray<long> Events)
{
    /// <summary>Nothing.</summary>
    public static readonly SideCounts None = new(0, []);

    /// <summary>Both together.</summary>
    public SideCounts Plus(SideCounts other) => new(Requests + other.Requests, [.. Events.Zip(other.Events, (one, two) => one + two)]);
}
