using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Placebo;

/// <summary>The ratios that the evidence of one metric did not exclude, over the time of a rollout that is made up. The true one is 1.
/// </summary>
/// <param name="Last">Those of the last look; all of them where nothing was excluded.</param>
/// <param name="HasExcludedOne">At one look at least, 1 was excluded.</param>
/// <param name="Over">At each of <see cref="PlaceboTest.Marks"/>. After a rollback nothing changes.</param>
public sealed record PlaceboRanges(RatioRange Last, bool HasExcludedOne, EquatableArray<RatioRange> Over)
{
    /// <summary>Some ratio was excluded: at the last look, or 1 at one before.</summary>
    public bool IsKnown => HasExcludedOne || Last != RatioRange.All;
}
