using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Reporting;

/// <summary>What one answer means for its metric, in numbers. <see cref="JudgementText"/> makes the sentence.</summary>
/// <param name="Verdict">Successful, Failed, Inconclusive or Error.</param>
/// <param name="Reason">Why.</param>
public sealed record MetricJudgement(RunPhase Verdict, JudgementReason Reason)
{
    /// <summary>The answer as text: <c>[0.041]</c>; empty: there is none.</summary>
    public string Shown { get; init; } = "";

    /// <summary>The value where the answer is one number, which may be NaN or infinite; null: none, or several.</summary>
    public double? Value { get; init; }

    /// <summary>What was asked of the value, where that is one number or a range; null: it met it, or a condition says more.</summary>
    public MetricBounds? Limit { get; init; }

    /// <summary>Requests (or other samples) that the measurement saw; null: not known.</summary>
    public double? Samples { get; init; }

    /// <summary>Of a share whose samples are known: the 95 percent interval that it lies in; null: it is none.</summary>
    public WilsonInterval? Interval { get; init; }

    /// <summary>Of a sequential comparison: the odds that the canary is worse, to 1; null: another judge.</summary>
    public double? Odds { get; init; }

    /// <summary>What a sequential comparison knows now; null: nothing yet.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>What Mann and Whitney's test says now; null: another judge.</summary>
    public MannWhitneyFinding? Finding { get; init; }

    /// <summary>What the source said beside its answer.</summary>
    public EquatableArray<string> Warnings { get; init; }
}
