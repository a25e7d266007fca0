namespace Canary.Core.Analysis.Conditions;

/// <summary>What a condition says of one answer.</summary>
public abstract record ConditionOutcome
{
    private ConditionOutcome() { }

    /// <summary>It holds.</summary>
    public sealed record True : ConditionOutcome;

    /// <summary>It does not hold.</summary>
    /// <param name="HasComparedNaN">A NaN was compared on the way, and any comparison with one is false: the answer has no number to go by.</param>
    public sealed record False(bool HasComparedNaN) : ConditionOutcome;

    /// <summary>It has a value that is neither true nor false.</summary>
    /// <param name="Found">That value, in words.</param>
    public sealed record NotBoolean(string Found) : ConditionOutcome;

    /// <summary>It cannot be evaluated on this answer: an index out of range, a text compared with a number.</summary>
    public sealed record Error(string Message) : ConditionOutcome;
}
