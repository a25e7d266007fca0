using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Reporting;

/// <summary>Why a measurement has its verdict.</summary>
public abstract record JudgementReason
{
    private JudgementReason() { }

    /// <summary>The value is good, and nothing is to be said.</summary>
    public sealed record Good : JudgementReason;

    /// <summary>There is no answer, or none that can be judged.</summary>
    /// <param name="Problem">What the source said, or what is wrong with the answer.</param>
    public sealed record NoAnswer(string Problem) : JudgementReason;

    /// <summary>The failure condition holds.</summary>
    /// <param name="Series">Of this series; null: of the answer as a whole.</param>
    public sealed record FailureHolds(EquatableArray<Label>? Series) : JudgementReason;

    /// <summary>What success asks for does not hold: the success condition, or the bounds of a RED metric.</summary>
    /// <param name="Series">Of this series; null: of the answer as a whole.</param>
    public sealed record SuccessFails(EquatableArray<Label>? Series) : JudgementReason;

    /// <summary>Neither condition holds.</summary>
    public sealed record NeitherHolds : JudgementReason;

    /// <summary>There is no series, or the verdict depends on a value that is not there.</summary>
    /// <param name="IsEmpty">There is no series.</param>
    /// <param name="Policy"><c>onNoData</c>, which gave the verdict; null: it is not set.</param>
    public sealed record NoValue(bool IsEmpty, EmptyVerdict? Policy) : JudgementReason;

    /// <summary>The measurement saw too few samples to decide.</summary>
    /// <param name="Seen">How many it saw.</param>
    /// <param name="Least"><c>minSamples</c>.</param>
    public sealed record TooFewSamples(double Seen, int Least) : JudgementReason;

    /// <summary><c>minSamples</c> is set, and nobody knows how many samples there were.</summary>
    /// <param name="Problem">What the source said; null: its answer is no number.</param>
    public sealed record SamplesUnknown(string? Problem) : JudgementReason;

    /// <summary>A condition has no outcome.</summary>
    /// <param name="IsFailure">It is the failure condition.</param>
    /// <param name="Outcome"><see cref="ConditionOutcome.Error"/> or <see cref="ConditionOutcome.NotBoolean"/>.</param>
    public sealed record NotEvaluated(bool IsFailure, ConditionOutcome Outcome) : JudgementReason;

    /// <summary>What a sequential comparison knows decides.</summary>
    /// <param name="Finding">What it found.</param>
    public sealed record Compared(EvidenceFinding Finding) : JudgementReason;

    /// <summary>What is known of an objective decides.</summary>
    /// <param name="Finding">What was found.</param>
    public sealed record HeldToObjective(ObjectiveFinding Finding) : JudgementReason;

    /// <summary>What Mann and Whitney's test found decides.</summary>
    /// <param name="As">Its finding.</param>
    /// <param name="Explanation">The finding in Kayenta's words.</param>
    /// <param name="Points">Points of the shorter series.</param>
    /// <param name="IsShown">There are enough points to show a difference.</param>
    public sealed record Classified(Classification As, string Explanation, int Points, bool IsShown) : JudgementReason;
}
