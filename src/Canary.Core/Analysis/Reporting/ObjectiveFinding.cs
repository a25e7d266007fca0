using Canary.Core.Analysis.Objectives;
using Canary.Core.Statistics;

namespace Canary.Core.Analysis.Reporting;

/// <summary>What the evidence of a metric says that is held against an objective.</summary>
/// <param name="LogOdds">Natural logarithm of the odds that the canary misses it.</param>
/// <param name="Requests">Requests of the canary.</param>
/// <param name="Events">Of them errors, or those slower than <see cref="Bound"/>.</param>
public sealed record ObjectiveFinding(double LogOdds, long Requests, long Events)
{
    /// <summary>The bound of the histogram, in milliseconds; null: errors are counted.</summary>
    public double? Bound { get; init; }

    /// <summary>The rates that the evidence does not exclude; null: there was no request.</summary>
    public RateRange? Range { get; init; }

    /// <summary>The time in which the error budget burns too fast, where that says more than the whole run; null: it does not.</summary>
    public BurnEvidence? Recent { get; init; }

    /// <summary>What the last look did not see, in words (<see cref="Evidence.Gap"/>); empty: a whole window.</summary>
    public string Gap { get; init; } = "";

    /// <summary>Why all of the evidence does not speak for going on; null: it does.</summary>
    public ObjectiveLack? Lack { get; init; }
}
