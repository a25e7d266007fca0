namespace Canary.Core.Analysis.Conditions;

/// <summary>What a condition says of one answer.</summary>
public abstract record ConditionOutcome
{
    private ConditionOutcome() { }

    /// <summary>It holds.</summary>
    public sealed record True : ConditionOutcome;

    /// <summary>It does not hold.</summary>
    public sealed record False : ConditionOutcome;

    /// <summary>Nobody can say: it depends on a comparison with NaN, or on what is said of no series at all.</summary>
    /// <param name="Why">What it depends on.</param>
    public sealed record Unknown(string Why) : ConditionOutcome;

    /// <summary>It has a value that is neither true nor false.</summary>
    /// <param name="Found">That value, in words.</param>
    public sealed record NotBoolean(string Found) : ConditionOutcome;

    /// <summary>It cannot be evaluated on this answer: an index out of range, a text compared with a number.</summary>
    public sealed record Error(string Message) : ConditionOutcome;
}
