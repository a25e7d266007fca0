using Canary.Core.Statistics;

namespace Canary.Core.Analysis.Reporting;

/// <summary>What the evidence of a sequential comparison says.</summary>
/// <param name="LogOdds">Natural logarithm of the odds that the canary is worse.</param>
/// <param name="Requests">Requests of the canary.</param>
/// <param name="StableRequests">Requests of stable.</param>
/// <param name="Events">Errors of the canary, or its requests slower than <paramref name="Bound"/>.</param>
/// <param name="StableEvents">The same of stable.</param>
/// <param name="Bound">The bound that shows most, in milliseconds; null: errors are compared.</param>
public sealed record EvidenceFinding(double LogOdds, long Requests, long StableRequests, long Events, long StableEvents, double? Bound)
{
    /// <summary>What the last look did not see, in words (<see cref="Evidence.Gap"/>); empty: a whole window.</summary>
    public string Gap { get; init; } = "";

    /// <summary>Why all of the evidence does not speak for going on; null: it does.</summary>
    public EvidenceLack? Lack { get; init; }

    /// <summary>The ratios of the canary's rate to stable's that the evidence does not exclude; null: it excludes none.</summary>
    public RatioRange? Range { get; init; }

    /// <summary>The smallest regression that would have been seen by now; null: none would.</summary>
    public RegressionSeen? Seen { get; init; }

    /// <summary>The pod of stable that fails far more often than the others, and is left out of the comparison; null: there is
    /// none.</summary>
    public string? LeftOut { get; init; }

    /// <summary>The node of that pod; null: its series do not say it.</summary>
    public string? LeftOutNode { get; init; }
}
